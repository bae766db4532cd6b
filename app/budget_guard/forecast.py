"""Where the month will end at the rate things run now: billing lags by hours, tasks don't."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import sqrt
from statistics import NormalDist, fmean, stdev

from app.budget_guard.cost_explorer import Costs
from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.levers import StackServices
from app.budget_guard.memory import Memory
from app.budget_guard.mode import BRAKE_AT, STOP_AT, Mode
from app.budget_guard.settings import GuardSettings
from app.budget_guard.stack_costs import HOURS, fixed_monthly, running_tasks, tasks_hourly
from app.budget_guard.state import GuardState
from app.hub.clients import Clients
from app.hub.times import stamp

WARN_AT = 0.8
"""The confidence from which a projection counts."""

FEWEST_SAMPLES, MOST_SAMPLES = 6, 24
"""Hours that a rate is the mean of: with fewer one burst would decide, and with more than a day a
spike would be seen late."""

SPREAD_DAYS = 7
LEAST_DOUBT = 0.05
"""Of what is yet to come: days are more alike than they will be."""

BILLED_AFTER = timedelta(days=1)
"""The last day that Cost Explorer tells is still being billed: it isn't counted.
https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html"""

TASKS_SERVICE = "Amazon Elastic Container Service"
"""What Cost Explorer calls the service that Fargate is billed under."""


@dataclass(frozen=True, kw_only=True)
class Projection:
    """US dollars at the month's end; `doubt` is a standard deviation."""

    amount: Decimal
    doubt: Decimal
    hourly: Decimal
    limit: Decimal

    def confidence(self, share: Decimal = BRAKE_AT) -> float:
        """How likely the month ends above that share of the limit, from 0 to 1."""
        if not self.doubt:
            return float(self.amount > self.limit * share)
        ends = NormalDist(float(self.amount), float(self.doubt))
        return 1 - ends.cdf(float(self.limit * share))

    def calls_for(self, most: Mode) -> Mode:
        """The mode that it calls for, by the most that a setting lets it."""
        if self.confidence(STOP_AT) >= WARN_AT:
            return min(most, Mode.STOPPED)
        return min(most, Mode.BRAKED) if self.confidence() >= WARN_AT else Mode.NORMAL


def project(
    *,
    costs: Costs | None,
    rates: Sequence[Decimal],
    fixed_costs: Decimal,
    spent: Decimal,
    limit: Decimal,
    moment: datetime,
) -> Projection | None:
    """None without a limit, or with too few samples of the rate.

    What was billed for full days, and from then on the tasks at the mean of `rates` (dollars an
    hour, the newest last) and everything else at its mean day; as long as nothing was billed, that
    is `fixed_costs`, dollars an hour. It is never below `spent`.
    """
    if not limit or len(rates) < FEWEST_SAMPLES:
        return None
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    known, since = Decimal(0), start
    if costs is not None:
        billed = costs.asked_on - BILLED_AFTER
        since = max(start, datetime.combine(billed, datetime.min.time(), UTC))
        days = costs.between(start.date(), billed - timedelta(days=1))
        known = sum((row.amount for row in days), Decimal(0))
    others = [] if costs is None else _other_days(costs)
    recent = [float(rate) for rate in rates[-MOST_SAMPLES:]]
    other = fmean(others) / 24 if others else float(fixed_costs)
    hours = (end - since).total_seconds() / 3600
    rest = (fmean(recent) + other) * hours
    doubt = max(
        sqrt(
            (stdev(recent) / sqrt(len(recent)) * hours) ** 2
            + (stdev(others) ** 2 * hours / 24 if len(others) > 1 else 0)
        ),
        LEAST_DOUBT * rest,
    )
    return Projection(
        amount=max(spent, known + Decimal(str(rest))),
        doubt=Decimal(str(doubt)),
        hourly=Decimal(str(fmean(recent) + other)),
        limit=limit,
    )


def _other_days(costs: Costs) -> list[float]:
    """What all but the tasks cost, on each of the last days that were billed."""
    last = costs.asked_on - BILLED_AFTER - timedelta(days=1)
    days = [last - timedelta(days=number) for number in range(SPREAD_DAYS)]
    sums = dict.fromkeys(days, 0.0)
    for row in costs.between(days[-1], last):
        if row.service != TASKS_SERVICE:
            sums[row.day] += float(row.amount)
    return [amount for amount in sums.values() if amount]


_HOUR = len("2026-11-25T19")


def forecast(
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
    rate = tasks_hourly(
        settings.region, running_tasks(clients("ecs"), settings.clusters, services.all())
    )
    if rate is None:
        return None
    hour = stamp(moment)[:_HOUR]
    rates = [sample for sample in memory.notes.rates if sample[0] != hour]
    rates = [*rates, (hour, str(rate))][-MOST_SAMPLES:]
    memory.note(rates=tuple(rates))
    fixed_costs = fixed_monthly(settings.region, settings.fixed_costs).values()
    return project(
        costs=CostMemory(clients("s3"), settings.report_bucket).latest(),
        rates=[Decimal(rate) for _, rate in rates],
        fixed_costs=sum((cost for cost in fixed_costs if cost is not None), Decimal(0)) / HOURS,
        spent=state.spent,
        limit=state.limit,
        moment=moment,
    )
