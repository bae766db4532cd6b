"""Make a cost report, keep it, and send it."""

from datetime import date

from app.budget_guard import notices, report_text
from app.budget_guard.cost_explorer import CostExplorer
from app.budget_guard.cost_memory import (
    DAILY_REQUESTS,
    REVIEW_REQUESTS,
    CostMemory,
    RequestCount,
)
from app.budget_guard.cost_report import CostReport, Period, report
from app.budget_guard.settings import GuardSettings
from app.budget_guard.state import StateTable
from app.hub.clients import Clients
from app.hub.table import HubTable


def send_report(
    settings: GuardSettings, clients: Clients, period: Period, today: date
) -> tuple[CostReport, bool]:
    """The report, and whether it was sent now: once a day, however often it is asked for.

    Raises what boto3 raises. It lies in the bucket as `reports/<day>/<period>.json` and `.html`.
    """
    memory = CostMemory(clients("s3"), settings.report_bucket)
    made = _made(settings, clients, memory, period, today)
    place = f"reports/{today.isoformat()}/{period}"
    if memory.read(f"{place}.json") is not None:
        return made, False
    memory.keep(f"{place}.html", report_text.page(made))
    notices.send(clients("sns"), settings.notice_topic_arn, report_text.of_costs(made))
    # Last: until it is there the report wasn't sent.
    memory.keep(f"{place}.json", made.document())
    return made, True


def _made(
    settings: GuardSettings, clients: Clients, memory: CostMemory, period: Period, today: date
) -> CostReport:
    table = HubTable(clients("dynamodb"), settings.state_table)
    count = RequestCount(table, settings.stack)
    most = REVIEW_REQUESTS if period == "weekly" else DAILY_REQUESTS
    explorer = CostExplorer(clients("ce"), settings.stack, lambda: count.one_more(today, most))
    monitor = settings.anomaly_monitor_arn if period == "weekly" else None
    state = StateTable(table, settings.stack).read(today.isoformat()[:7])
    return report(
        memory.today(explorer, today, monitor),
        stack=settings.stack,
        period=period,
        limit=state.limit or None,
        estimate=memory.estimate(),
    )
