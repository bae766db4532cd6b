"""What a run of the guard may raise of its own; each text says what, got, why and what to do."""

from app.budget_guard.memory import LostError
from app.budget_guard.state import StateError
from app.hub.environment import SettingsError

GUARD_ERRORS = (LostError, SettingsError, StateError)
