"""The way of the money: from what drives a cost to what it is paid for."""
