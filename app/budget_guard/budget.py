"""What AWS Budgets knows of the stack's month."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.budget_guard.state import GuardState

SETTLING_DAYS = 2
"""Days into a month in which Budgets may still tell what was spent in the last one."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """US dollars: the limit as it is now, and what was spent in the month, hours late."""

    limit: Decimal
    spent: Decimal


def read(budgets: Any, account: str, name: str) -> Budget:
    """Ask, through a boto3 client; raises what the client raises. Budgets are read for nothing."""
    found = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]
    spent = found.get("CalculatedSpend", {}).get("ActualSpend", {})
    return Budget(
        limit=Decimal(found["BudgetLimit"]["Amount"]), spent=Decimal(spent.get("Amount", "0"))
    )


def told(state: GuardState, budget: Budget, moment: datetime) -> GuardState:
    """The state with what the budget says, at a moment of the month that the state is in.

    A figure bears no date. Early in a month one that is no lower than the last month's end is the
    last month's: counted, it would stop the stack that the new month has just restored.
    """
    state = state.limited(budget.limit)
    if moment.day <= SETTLING_DAYS and budget.spent >= state.spent_before > 0:
        return state
    return state.paid(state.period, budget.spent)
