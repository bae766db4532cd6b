"""When Spot has no room: which services run on demand instead, and until when.

AWS has no fallback of its own: a service whose strategy names Spot waits for it, however long.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self, TypeAlias

from app.budget_guard.stack_costs import SPOT
from app.hub.keys import Key
from app.hub.table import HubTable, Update, When
from app.hub.times import read_stamp, stamp

INTERRUPTIONS, WITHIN = 3, timedelta(hours=1)
"""So many interruptions within an hour are a shortage; one is what Spot is cheap for."""

COOL_DOWN, LONGEST_COOL_DOWN = timedelta(hours=2), timedelta(hours=24)
"""On demand no Spot shortage can be seen: after that long Spot is tried anew. A try that fails soon
makes the next wait twice as long."""

_PLACEMENT, _STOPPED = "ECS Service Action", "ECS Task State Change"
ATTEMPTS = 5


EcsEvent: TypeAlias = Mapping[str, Any]
"""An event, or a part of it, in JSON as ECS has it."""


class ForeignEventError(Exception):
    """Not of our services; the text says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class SpotTrouble:
    """A service, as `cluster/service`, that Spot had no room for, or that lost a task to it."""

    service: str
    at: datetime
    no_room: bool


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """What is known of a service: interruptions (moments), on demand until when, for how long."""

    interruptions: tuple[str, ...] = ()
    until: str = ""
    hours: int = 0

    def after(self, trouble: SpotTrouble) -> Self:
        """Once there was trouble."""
        recent = [at for at in self.interruptions if read_stamp(at) > trouble.at - WITHIN]
        if not trouble.no_room and stamp(trouble.at) not in recent:
            recent = [*recent, stamp(trouble.at)]
        if not trouble.no_room and len(recent) < INTERRUPTIONS:
            return replace(self, interruptions=tuple(recent))
        if self.until and trouble.at < read_stamp(self.until):
            return self  # tasks that were still on Spot
        wait = self._next_wait(trouble.at)
        return replace(
            self,
            interruptions=(),
            until=stamp(trouble.at + wait),
            hours=int(wait.total_seconds()) // 3600,
        )

    def _next_wait(self, moment: datetime) -> timedelta:
        if self.until and moment < read_stamp(self.until) + COOL_DOWN:
            return min(LONGEST_COOL_DOWN, 2 * timedelta(hours=self.hours))
        return COOL_DOWN


def read_event(event: EcsEvent, *, account: str, clusters: Sequence[str]) -> SpotTrouble:
    """Read an event of ECS. Raises ForeignEventError for what isn't Spot trouble of our clusters.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
    """
    detail = event.get("detail", {})
    cluster = str(detail.get("clusterArn", "")).rpartition("/")[2]
    if event.get("source") != "aws.ecs" or event.get("account") != account:
        raise _foreign("account", event.get("account"), account)
    if cluster not in clusters:
        raise _foreign("clusterArn", detail.get("clusterArn"), " or ".join(clusters))
    at = datetime.fromisoformat(str(event["time"]))
    match event.get("detail-type"):
        case "ECS Service Action" if _names_spot(detail):
            service = str(event["resources"][0]).rpartition("/")[2]
            return SpotTrouble(service=f"{cluster}/{service}", at=at, no_room=True)
        case "ECS Task State Change" if detail.get("stopCode") == "SpotInterruption":
            service = str(detail.get("group", "")).removeprefix("service:")
            return SpotTrouble(service=f"{cluster}/{service}", at=at, no_room=False)
        case other:
            raise _foreign("detail-type", other, f"{_PLACEMENT} or {_STOPPED} of {SPOT}")


def _names_spot(detail: EcsEvent) -> bool:
    providers = detail.get("capacityProviderArns", ())
    return detail.get("eventName") == "SERVICE_TASK_PLACEMENT_FAILURE" and any(
        str(provider).endswith(f"/{SPOT}") for provider in providers
    )


def _foreign(name: str, got: object, expected: str) -> ForeignEventError:
    return ForeignEventError(
        f"event's {name}: expected {expected}, got {got!r}: only trouble of this stack's services "
        "with Spot is the guard's business. Look at the rules that call the function."
    )


@dataclass
class SpotTable:
    """What is known of all services, in the item `<stack>#spot` of the guard's table."""

    table: HubTable
    stack: str
    _revision: int = field(default=0, init=False)

    def note(self, trouble: SpotTrouble) -> bool:
        """Write it down; whether the service runs on demand only since this."""
        for _ in range(ATTEMPTS):
            known = self._read()
            before = known.get(trouble.service, Shortage())
            after = before.after(trouble)
            if after == before or self._written({**known, trouble.service: after}):
                return after.until != before.until
        return False

    def on_demand(self, moment: datetime) -> frozenset[str]:
        """The services that are to run on demand at a moment."""
        return frozenset(
            name
            for name, shortage in self._read().items()
            if shortage.until and moment < read_stamp(shortage.until)
        )

    def _read(self) -> dict[str, Shortage]:
        item = self.table.get(self._key)
        self._revision = 0 if item is None else int(item["revision"])
        services = {} if item is None else json.loads(item["services"])
        return {
            name: Shortage(
                interruptions=tuple(service["interruptions"]),
                until=service["until"],
                hours=service["hours"],
            )
            for name, service in services.items()
        }

    def _written(self, known: Mapping[str, Shortage]) -> bool:
        services = json.dumps({name: asdict(shortage) for name, shortage in known.items()})
        unchanged = When(
            expression="attribute_not_exists(#revision) OR #revision = :was",
            values={"was": self._revision},
        )
        return self.table.write_if_so(
            Update(
                key=self._key,
                expression="SET #services = :services, #revision = :next",
                values={"services": services, "next": self._revision + 1},
                when=unchanged,
            )
        )

    @property
    def _key(self) -> Key:
        return {"stack": f"{self.stack}#spot"}
