"""The guard's memory besides the mode: two more items in its table.

`<stack>#held`: records (JSON: what it holds, and how that was before), revision, notes (JSON: what
it was told and what it still has to do). `<stack>#run`: who is at work, until when.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import uuid4

from app.budget_guard.reconcile import Record
from app.hub.table import Delete, HubTable, Update, When


class BusyError(Exception):
    """Another run is at work; the text says what, got, why and what to do."""


class LostError(Exception):
    """The records were written by another run meanwhile; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What the last notice said, and what has to be known from run to run.

    `mode` and `failures` were told last; `warned` is the month and limit that a projection was told
    for. `requeue`: the stack was stopped, and its unfinished videos were not queued again yet.
    `rates` are dollars an hour that tasks cost, by the hour (2026-11-25T19), the newest last.
    """

    mode: str = "normal"
    failures: tuple[str, ...] = ()
    requeue: bool = False
    warned: str = ""
    rates: tuple[tuple[str, str], ...] = ()


class Memory:
    """One stack's; raises what the table raises."""

    def __init__(self, table: HubTable, stack: str) -> None:
        self._table = table
        self._held = {"stack": f"{stack}#held"}
        self._run = {"stack": f"{stack}#run"}
        self._id = uuid4().hex
        self._revision = 0
        self.notes = Notes()
        """As they were read by `load`, or written since."""

    def load(self) -> dict[str, Record]:
        """The records, by kind and name; reads the notes too."""
        item = self._table.get(self._held)
        if item is None:
            return {}
        self._revision = int(item["revision"])
        notes = json.loads(item["notes"])
        self.notes = Notes(
            mode=notes["mode"],
            failures=tuple(notes["failures"]),
            requeue=notes["requeue"],
            warned=notes["warned"],
            rates=tuple((hour, rate) for hour, rate in notes["rates"]),
        )
        return {thing: Record(**record) for thing, record in json.loads(item["records"]).items()}

    def save(self, records: Mapping[str, Record]) -> None:
        """Write the records anew. Raises LostError when another run wrote since they were read."""
        self._put({thing: asdict(record) for thing, record in records.items()})

    def note(self, **changes: object) -> None:
        """Write changed notes, if they differ; what `load` read stays."""
        notes = replace(self.notes, **changes)
        if notes != self.notes:
            self.notes = notes
            self._put(None)

    def _put(self, records: Mapping[str, object] | None) -> None:
        sets = {"revision": self._revision + 1, "notes": json.dumps(asdict(self.notes))}
        if records is not None or not self._revision:
            sets["records"] = json.dumps(records or {}, sort_keys=True)
        written = ", ".join(f"#{name} = :{name}" for name in sets)
        unchanged = When(
            expression="attribute_not_exists(#revision) OR #revision = :was",
            values={"was": self._revision},
        )
        if not self._table.write_if_so(
            Update(key=self._held, expression=f"SET {written}", values=sets, when=unchanged)
        ):
            raise LostError(
                f"{self._held['stack']}: expected revision {self._revision}, got another: a "
                "second run was at work. Nothing is lost; reconcile again."
            )
        self._revision += 1

    def begin(self, now: datetime, ends: datetime) -> None:
        """Be the one run that is at work, until then. Raises BusyError while another is."""
        free = When(
            expression="attribute_not_exists(#run) OR #ends < :now", values={"now": _stamp(now)}
        )
        if not self._table.write_if_so(
            Update(
                key=self._run,
                expression="SET #run = :run, #ends = :ends",
                values={"run": self._id, "ends": _stamp(ends)},
                when=free,
            )
        ):
            raise BusyError(
                f"{self._run['stack']}: expected nobody at work, got another run: it sees to "
                "what has changed meanwhile. If it was killed, the next run goes on in its place "
                "once its time is over."
            )

    def end(self) -> None:
        """Let the next one in."""
        ours = When(expression="#run = :run", values={"run": self._id})
        self._table.write_if_so(Delete(key=self._run, when=ours))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
