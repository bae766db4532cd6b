"""Look ahead: what runs, what it costs an hour, and where that ends."""

from datetime import datetime
from decimal import Decimal

from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.levers.services import StackServices
from app.budget_guard.memory import Memory
from app.budget_guard.price_table import HOURS
from app.budget_guard.projection import MOST_SAMPLES, Projection, project
from app.budget_guard.settings import GuardSettings
from app.budget_guard.standing import monthly
from app.budget_guard.state import GuardState
from app.budget_guard.tasks import hourly, running
from app.hub.clients import Clients
from app.hub.times import stamp

_HOUR = len("2026-11-25T19")


def foresee(
    settings: GuardSettings,
    clients: Clients,
    services: StackServices,
    memory: Memory,
    state: GuardState,
    moment: datetime,
) -> Projection | None:
    """Note what the tasks cost this hour, and project; raises what boto3 raises.

    None where a price isn't known, or too little is known yet.
    """
    rate = hourly(settings.region, running(clients("ecs"), settings.clusters, services.all()))
    if rate is None:
        return None
    hour = stamp(moment)[:_HOUR]
    rates = [it for it in memory.notes.rates if it[0] != hour]
    rates = [*rates, (hour, str(rate))][-MOST_SAMPLES:]
    memory.note(rates=tuple(rates))
    standing = monthly(settings.region, settings.standing).values()
    return project(
        costs=CostMemory(clients("s3"), settings.report_bucket).latest(),
        rates=[Decimal(it) for _, it in rates],
        standing=sum((it for it in standing if it is not None), Decimal(0)) / HOURS,
        spent=state.spent,
        limit=state.limit,
        moment=moment,
    )
