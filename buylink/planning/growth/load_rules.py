"""Which settings depend on the load, and where the load is past what AWS or the stack allows.

One rule a setting, in `RULES`: growth plans the program anew with what they ask for. The size of a
task, its least number and the table's capacity depend on no load: the autoscaler moves between its
bounds, and the tables are billed by the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from buylink.costs.estimate import Estimate
from buylink.costs.meters.charge import Usage
from buylink.costs.meters.dynamodb import READS, TABLE, WRITES
from buylink.costs.meters.fargate import SERVICE
from buylink.costs.meters.tasks import MONTHLY_TASK_HOURS, TARGET, TASKS, bounds_of
from buylink.costs.prices.quantity import HOURS_PER_MONTH
from buylink.costs.usage.coefficients import packaged
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.load import Load
from buylink.graph import Graph, Resource
from buylink.planning.change import Change
from buylink.planning.growth.result import Adjustment, Cap
from buylink.settings import FunctionSettings, Settings

TABLE_QUOTA: Final = 40_000
"""Read, and write, request units a second that AWS gives an on-demand table by default.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"""

EXACT: Final = 20
"""Up to so many tasks a maximum is what the load needs; over it the next multiple of 5, and over
100 two figures: nobody sets 1,017 tasks."""


@dataclass(frozen=True)
class Loaded:
    """A stack at a load, and what the load uses of each of its resources."""

    graph: Graph
    settings: Settings
    load: Load
    usages: Mapping[str, Usage]

    @classmethod
    def of(cls, graph: Graph, settings: Settings, load: Load) -> Loaded:
        return cls(graph, settings, load, hub_usages(graph, load, packaged()))


Rule = Callable[[Loaded], Iterator[Adjustment]]


def adjustments(graph: Graph, settings: Settings, load: Load) -> tuple[Adjustment, ...]:
    """The settings that a load needs otherwise than the stack has them."""
    loaded = Loaded.of(graph, settings, load)
    return tuple(adjustment for rule in RULES for adjustment in rule(loaded))


def _most_tasks(loaded: Loaded) -> Iterator[Adjustment]:
    """`maxTasks`: no fewer than the load typically needs, by the estimator's own sizing."""
    for service in loaded.graph.of_type(SERVICE):
        name = _name_in_settings(service, loaded)
        needed = _tasks(loaded.usages.get(service.urn))
        targets = loaded.graph.referring(service, "resourceId", TARGET)
        bounds = bounds_of(targets[0], loaded.graph) if targets else None
        if name is None or needed is None or bounds is None or needed <= bounds.most:
            continue
        # A limit on messages a second lowers the maximum: raising that changes nothing.
        declared = loaded.settings.services[name]
        if isinstance(declared, FunctionSettings) or bounds.most < declared.max_tasks:
            continue
        change = Change(
            key=f"buylink:services.{name}.maxTasks",
            before=str(declared.max_tasks),
            after=str(rounded_up(needed)),
        )
        yield Adjustment(change=change, why=f"{loaded.load} need {needed:,.1f} tasks")


def rounded_up(tasks: Decimal) -> int:
    """The next number of tasks that somebody would set."""
    whole = ceil(tasks)
    if whole <= EXACT:
        return whole
    step = 5 if whole <= EXACT * 5 else 10 ** (len(str(whole)) - 2)
    return -(-whole // step) * step


def _name_in_settings(service: Resource, loaded: Loaded) -> str | None:
    """The entry under `buylink:services` that an ECS service is made of."""
    ecs_name = str(service.get("name"))
    return next((name for name in loaded.settings.services if ecs_name.endswith(f"-{name}")), None)


def _tasks(usage: Usage | None) -> Decimal | None:
    """The tasks of a typical month that a service needs."""
    if usage is None:
        return None
    if hours := usage.get(MONTHLY_TASK_HOURS.name):
        return hours.amount.typical / HOURS_PER_MONTH
    stated = usage.get(TASKS.name)
    return stated.amount.typical if stated else None


RULES: Final[tuple[Rule, ...]] = (_most_tasks,)


def limits(graph: Graph, settings: Settings, load: Load, bill: Estimate) -> tuple[Cap, ...]:
    """The caps that no policy holds: AWS's own quotas, and the stack's budget."""
    loaded = Loaded.of(graph, settings, load)
    return (*_throughput(loaded), *_budget(settings, bill))


def _throughput(loaded: Loaded) -> Iterator[Cap]:
    """The busiest second of each table against what AWS lets a table do."""
    peak = packaged()["peak"].typical / (HOURS_PER_MONTH * 3600)
    for table in loaded.graph.of_type(TABLE):
        usage = loaded.usages.get(table.urn, Usage())
        for key, what in ((WRITES, "write"), (READS, "read")):
            stated = usage.get(key.name)
            units = stated.amount.typical * peak if stated else Decimal(0)
            if units > TABLE_QUOTA:
                yield Cap(
                    kind="throughput",
                    name=f"{table.name}: {what} throughput",
                    what=f"the busiest second needs {units:,.0f} {what} request units, AWS gives"
                    f" a table {TABLE_QUOTA:,} by default",
                    then=f"Ask AWS for more (Service Quotas: Table-level {what} throughput limit),"
                    " and spread what is hot over more partitions: each takes 1,000 writes and"
                    " 3,000 reads a second.",
                )


def _budget(settings: Settings, bill: Estimate) -> Iterator[Cap]:
    typical, limit = bill.total.typical, settings.budget.limit
    if typical > limit:
        last = settings.budget.alert_percents[-1]
        acts = f", and past {last} % of it, its last alert" if typical > limit * last / 100 else ""
        yield Cap(
            kind="budget",
            name="budget",
            what=f"a typical month of ${typical:,.2f} is ${typical - limit:,.2f} over the budget's"
            f" ${limit:,}{acts}",
            then="Raise buylink:budget.limit; where the policy budget-present caps it, raise"
            " budgetLimit in policies/caps.yaml too. Or take what `buylink options` proposes.",
        )
