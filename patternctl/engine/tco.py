"""Total cost of ownership: changing over against staying, month by month."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from patternctl.engine.schedule import middle
from patternctl.model.bill import Assumption, Bill, Line, total
from patternctl.model.cost import PEOPLE, Role
from patternctl.model.estimate import Estimate, Intervals, exactly
from patternctl.model.playbook import Playbook

MOST = 600
"""Months beyond which nobody can tell: 50 years."""
ENGINEERS = Estimate(1.0, 2.0, 4.0)
"""Engineers who change a system over. A rule of thumb."""
_WEEK = 604_800
_MONTH = 2_628_000
_TOLERANCE = 1e-9
"""Relative difference that rounding errors make."""


class Migration(NamedTuple):
    """The way from one system to another."""

    months: Estimate
    """How long both systems run."""
    effort: Estimate
    """Engineer-months of work."""
    assumptions: tuple[Assumption, ...] = ()
    """What of it nobody stated."""


class Month(NamedTuple):
    """One month, in the bills' currency."""

    number: int
    stay: Estimate
    """What the current system costs."""
    run: Estimate
    """What the target costs, from the first month on."""
    dual: Estimate
    """What the current system costs beside it, as long as both run."""
    effort: Estimate
    """The work of changing over, spread evenly over that time."""
    stayed: Estimate
    """Sum of staying, up to and with this month."""
    changed: Estimate
    """Sum of changing over, likewise."""


class Ownership(NamedTuple):
    """What staying and changing over cost over some months."""

    currency: str
    months: tuple[Month, ...]
    payback: int | None
    """First month at whose end changing over has likely cost no more; None where none has."""
    earliest: int | None
    """The same if staying costs the most, and the target, the work and its time are the least."""
    latest: int | None
    """The same if it is the other way round."""
    left_out: tuple[str, ...]
    """What is not counted on either side, each with the reason."""
    assumptions: tuple[Assumption, ...]


def migration(
    playbook: Playbook | None, months: Estimate | None = None, effort: Estimate | None = None
) -> Migration:
    """The way that a playbook describes; `months` and `effort` count before what it implies.

    Raises `ValueError` without either.
    """
    assumptions = []
    if months is None:
        if playbook is None:
            raise ValueError("a migration has a playbook, or is said how many months it takes")
        months = _duration(playbook)
        because = (
            f"Sum of the phases of the playbook {playbook.id}; the likeliest of a range is taken "
            "to be its middle. Both systems are paid in full throughout, which is the upper bound."
        )
        title = "How long both systems run, months"
        assumptions.append(Assumption("migration/months", title, months, "number", because))
    if effort is None:
        effort = Intervals.multiply(ENGINEERS, months)
        because = "Two engineers as long as it takes, from one to four. A rule of thumb; set it."
        title = "Work of changing over, engineer-months"
        assumptions.append(Assumption("migration/effort", title, effort, "number", because))
    for each in (months, effort):
        if not 0 <= each.low <= each.likely <= each.high < float("inf"):
            raise ValueError("a migration takes zero or more months and engineer-months")
    return Migration(months, effort, tuple(assumptions))


def _duration(playbook: Playbook) -> Estimate:
    """Months of all phases, by the weeks to plan with."""
    weeks = total(middle(*phase.weeks) for phase in playbook.phases)
    return Estimate(*(each * _WEEK / _MONTH for each in weeks))


def ownership(
    current: Bill,
    target: Bill,
    way: Migration,
    engineer_month: Estimate,
    months: int,
    roles: Sequence[Role] = PEOPLE,
) -> Ownership:
    """What staying with `current` and changing over to `target` cost over `months` months.

    `engineer_month` is in the bills' currency. Low and high are bounds: both bills are taken for
    independent, though they rest on the same assumptions. Of people, `roles` count where they are
    known on both sides.

    Raises `ValueError` for bills in different currencies, infrastructure that is not known on
    both sides, and a number of months that cannot be.
    """
    if current.currency != target.currency:
        raise ValueError(f"{current.currency} and {target.currency} cannot be compared")
    if not 1 <= months <= MOST:
        raise ValueError(f"months should be from 1 to {MOST}")
    stay, run, left_out = _running(current, target, roles)
    work = Intervals.multiply(way.effort, engineer_month)
    rows = tuple(_month(number, stay, run, work, way.months) for number in range(1, months + 1))
    return Ownership(
        current.currency,
        rows,
        _payback(months, stay.likely, run.likely, work.likely, way.months.likely),
        _payback(months, stay.high, run.low, work.low, way.months.low),
        _payback(months, stay.low, run.high, work.high, way.months.high),
        left_out,
        way.assumptions,
    )


def _running(
    current: Bill, target: Bill, roles: Sequence[Role]
) -> tuple[Estimate, Estimate, tuple[str, ...]]:
    """What both cost a month, by what is known of both, and what is not."""
    stay, run = current.infrastructure, target.infrastructure
    for made in (current, target):
        unknown = [f"{line.id}: {line.unknown}" for line in made.unknown if not line.people]
        if unknown:
            raise ValueError(f"the infrastructure of {made.name} is not known: {unknown[0]}")
    left_out = []
    for role in roles:
        ours, theirs = (
            [line for line in made.lines if line.role == role] for made in (current, target)
        )
        why = _missing(current.name, ours) or _missing(target.name, theirs)
        if why:
            left_out.append(f"{role}: {why}")
        else:
            stay = Intervals.add(stay, total(line.cost for line in ours))
            run = Intervals.add(run, total(line.cost for line in theirs))
    return stay, run, tuple(left_out)


def _missing(name: str, lines: Iterable[Line]) -> str:
    lines = [*lines]
    if not lines:
        return f"{name} has none"
    return next((f"{name} {line.unknown}" for line in lines if line.cost is None), "")


def _month(number: int, stay: Estimate, run: Estimate, work: Estimate, takes: Estimate) -> Month:
    both = Estimate(*(min(max(each - number + 1, 0.0), 1.0) for each in takes))
    so_far = Estimate(*(min(float(number), each) for each in takes))
    count = exactly(float(number))
    changed = Intervals.add(
        Intervals.add(Intervals.multiply(run, count), Intervals.multiply(stay, so_far)),
        Intervals.multiply(work, _done(number, takes)),
    )
    return Month(
        number,
        stay,
        run,
        Intervals.multiply(stay, both),
        Intervals.multiply(work, _doing(number, takes)),
        Intervals.multiply(stay, count),
        changed,
    )


def _done(number: int, takes: Estimate) -> Estimate:
    """Share of the work that is done by the end of a month; the longer it takes, the less."""
    low, likely, high = (_portion(number, each) for each in takes)
    return Estimate(high, likely, low)


def _doing(number: int, takes: Estimate) -> Estimate:
    """Share of the work of one month: the most where the work ends with the month."""
    ends = (takes.low, takes.likely, takes.high, min(max(number, takes.low), takes.high))
    shares = [_portion(number, each) - _portion(number - 1, each) for each in ends]
    return Estimate(min(shares), shares[1], max(shares))


def _portion(months: float, takes: float) -> float:
    if takes <= 0:
        return 1.0 if months else 0.0
    return min(1.0, months / takes)


def _payback(months: int, stay: float, run: float, work: float, takes: float) -> int | None:
    """First month at whose end the work is done and changing over has cost no more.

    It gets no later with a higher `stay`, and no earlier with more of anything else.
    """
    for number in range(max(1, math.ceil(takes)), months + 1):
        stayed = stay * number
        if run * number + stay * takes + work <= stayed * (1 + _TOLERANCE):
            return number
    return None
