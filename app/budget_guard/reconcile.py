"""Make a stack as its mode wants it, from whatever it is now.

State, not events: each run reads what is there, writes down what it is about to change and how it
was, and only then changes it. A run that was killed, doubled or half failed is made good by the
next one, and nothing is ever remembered that the guard itself had set.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from botocore.exceptions import BotoCoreError, ClientError

from app.budget_guard.levers import DeferredError, Lever, Value
from app.budget_guard.mode import Mode

Ours = Mapping[str, list[object]]


@dataclass(frozen=True)
class Record:
    """One thing that the guard holds: how the program has it, and what the guard sets it to.

    `ours` lists by part each value that the guard set, or meant to when it was killed: a value that
    is neither one of these nor the original was set by somebody else meanwhile.
    """

    original: Value
    ours: Ours = field(default_factory=dict[str, list[object]])

    def seen(self, now: Value) -> Self:
        """The record once the thing was found set to `now`: what others set is the original now."""
        original = {
            part: self.original.get(part, value) if value in self.ours.get(part, ()) else value
            for part, value in now.items()
        }
        return replace(self, original=original)

    def meaning(self, target: Value) -> Self:
        """The record to keep before the thing is set to `target`."""
        ours = {
            part: [*(ours for ours in self.ours.get(part, ()) if ours != value), value]
            for part, value in target.items()
            if value != self.original[part]
        }
        return replace(self, ours={**self.ours, **ours})

    def settled(self, target: Value) -> Self:
        """The record once the thing is set to `target`."""
        ours = {part: [value] for part, value in target.items() if value != self.original[part]}
        return replace(self, ours=ours)


class RecordStore(Protocol):
    """Where the records are kept."""

    def load(self) -> dict[str, Record]:
        """All of them, by kind and name: `scaling:service/buylink-prod-cluster/...`."""
        ...

    def save(self, records: Mapping[str, Record]) -> None:
        """All of them anew, at once."""
        ...


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that was set: `service:cluster/name`, its value before, its value since."""

    thing: str
    before: Value
    after: Value


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a reconcile did; failures and what waits are tried again by the next one."""

    mode: Mode
    changes: tuple[Change, ...] = ()
    failures: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    """Things the guard held that exist no more."""
    held: tuple[str, ...] = ()
    """Things it still holds."""


@dataclass
class _Run:
    mode: Mode
    records: dict[str, Record]
    changes: list[Change] = field(default_factory=list[Change])
    failures: list[str] = field(default_factory=list[str])
    waiting: list[str] = field(default_factory=list[str])
    gone: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class _Step:
    lever: Lever
    name: str
    thing: str
    now: Value
    target: Value


def reconcile(
    mode: Mode,
    levers: Sequence[Lever],
    store: RecordStore,
    is_over: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Set everything that the levers hold; `levers` stand in the order in which a stop goes.

    Stopping goes outside in: what would start tasks again (schedules, autoscaling) before the
    tasks. Anything else goes inside out: tasks are back before what feeds them is.

    Once `is_over`, it leaves the rest to the next run: another may be at work by then. Raises what
    `store` raises, and nothing was changed that it doesn't know of.
    """
    run = _Run(mode, store.load())
    before = dict(run.records)
    steps = [step for lever in _in_order(levers, mode) for step in _steps(lever, run)]
    if run.records != before:
        store.save(run.records)
    intended = dict(run.records)
    for number, step in enumerate(steps):
        if is_over():
            run.failures.append(f"{len(steps) - number} step(s) not begun: the run's time is over")
            break
        _do(step, run)
    if run.records != intended:
        store.save(run.records)
    return Outcome(
        mode=mode,
        changes=tuple(run.changes),
        failures=tuple(run.failures),
        waiting=tuple(run.waiting),
        gone=tuple(run.gone),
        held=tuple(sorted(run.records)),
    )


def _in_order(levers: Sequence[Lever], mode: Mode) -> Sequence[Lever]:
    return levers if mode is Mode.STOPPED else tuple(reversed(levers))


def _steps(lever: Lever, run: _Run) -> Iterator[_Step]:
    """What a lever has to do; the records say beforehand what is meant."""
    try:
        things = lever.read()
    except (BotoCoreError, ClientError) as error:
        run.failures.append(f"{lever.kind}: can't be read: {error}")
        return
    prefix = f"{lever.kind}:"
    for thing in [known for known in run.records if known.startswith(prefix)]:
        if thing.removeprefix(prefix) not in things:
            del run.records[thing]
            run.gone.append(thing)
    for name, now in things.items():
        thing = f"{prefix}{name}"
        known = run.records.get(thing)
        record = Record(now) if known is None else known.seen(now)
        target = lever.desired(name, record.original, run.mode)
        if known is None and target == now:
            continue
        run.records[thing] = record.meaning(target)
        yield _Step(lever, name, thing, now, target)


def _do(step: _Step, run: _Run) -> None:
    if step.now != step.target:
        try:
            step.lever.apply(step.name, step.target)
        except DeferredError as error:
            run.waiting.append(f"{step.thing}: {error}")
            return
        except (BotoCoreError, ClientError) as error:
            run.failures.append(f"{step.thing}: {error}")
            return
        run.changes.append(Change(thing=step.thing, before=step.now, after=step.target))
    record = run.records[step.thing].settled(step.target)
    if record.ours:
        run.records[step.thing] = record
    else:
        del run.records[step.thing]
