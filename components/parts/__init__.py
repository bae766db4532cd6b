"""What the components are made with: functions that add a few resources, and plain arithmetic."""
