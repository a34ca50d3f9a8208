"""What a plan costs: the work, and running the old way and the new one beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from patternctl.artefacts._plan import Plan
from patternctl.artefacts._plan_surroundings import Surroundings
from patternctl.costing.bill import Terms, architecture, bill, declared
from patternctl.costing.parts import Stated
from patternctl.costing.terms import drivers, terms
from patternctl.engine.schedule import covered
from patternctl.engine.tco import MOST, Migration, Ownership, ownership
from patternctl.errors import PatternctlError
from patternctl.model.architecture import adoption
from patternctl.model.bill import Bill, total
from patternctl.model.cost import measured
from patternctl.model.estimate import Estimate, Intervals, exactly
from patternctl.model.system import System

MONTH = 365 / 12 / 7
"""Weeks of a month."""


class Costs(NamedTuple):
    """What a plan costs, in `currency`; what cannot be told is None, with the reason in `notes`."""

    currency: str
    effort: Estimate
    """Engineer-weeks."""
    work: Estimate | None
    """Cost of that work."""
    both: Estimate
    """Weeks in which both ways run."""
    beside: Estimate | None
    """What running the second way costs in that time."""
    monthly: Estimate | None
    """What it costs a month."""
    payback: int | None
    """Month at whose end changing over has likely paid for itself; None where none has."""
    notes: tuple[str, ...]


def costs(around: Surroundings, plan: Plan) -> Costs:
    """What the plan costs with default prices; it never fails for want of a fact."""
    effort = plan.effort
    both = covered(task.slot for task in plan.tasks if task.phase.both_run)
    try:
        found = terms(around.order.costing, around.order.system)
    except PatternctlError as error:
        return Costs("", effort, None, both, None, None, None, (str(error),))
    driver = drivers(found.costs)["engineer_month"]
    given = found.flags.get("engineer_month")
    month = given.value if given else measured(driver.measure, driver.assume)
    work = Intervals.multiply(_months(effort), month)
    because = "" if given else f"An engineer-month is assumed: {driver.because}"
    start = Costs(found.prices.book.currency, effort, work, both, None, None, None, ())
    made = _beside(around, plan, found, start, month)
    return made._replace(notes=tuple(note for note in (because, *made.notes) if note))


def _months(weeks: Estimate) -> Estimate:
    return Estimate(*(each / MONTH for each in weeks))


def _beside(around: Surroundings, plan: Plan, found: Terms, start: Costs, month: Estimate) -> Costs:
    """With what the second way costs, where the catalog has a bill of materials for it."""
    system = around.order.system
    if system is None:
        return start._replace(notes=("Running both ways is not reckoned: there is no manifest.",))
    materials = found.costs.materials.get(plan.goal)
    if materials is None or materials.of not in ("architecture", "pattern"):
        what = plan.goal or plan.playbook.id
        return start._replace(notes=(f"Running both ways is not reckoned: no costs of {what}.",))
    if materials.of == "pattern":
        return _added(plan, system, found, start)
    return _replaced(plan, found, start, month)


def _added(plan: Plan, system: System, found: Terms, start: Costs) -> Costs:
    """A pattern that is added to services: what it adds to the bill."""
    names = dict.fromkeys(each.services[0] for each in plan.sites if each not in plan.later)
    if not names:
        note = "Running both ways is not reckoned: it is not known where the pattern is introduced."
        return start._replace(notes=(note,))
    before = system.architecture
    patterns = (*(before.patterns or ()), *(adoption(plan.goal, name) for name in names))
    after = system._replace(architecture=before.model_copy(update={"patterns": patterns}))
    old = bill(declared(found))
    new = bill(declared(found._replace(stated=Stated(after))))
    monthly = _difference(old, new)
    notes = [f"A part is left out, since it {why}." for why in _unknown(new, old)]
    if not notes and monthly == exactly(0):
        notes = ["Nothing is added to the bill: the manifest declares what the pattern needs."]
    return start._replace(
        beside=Intervals.multiply(monthly, _months(start.both)),
        monthly=monthly,
        notes=tuple(notes),
    )


def _difference(old: Bill, new: Bill) -> Estimate:
    """Sum of what lines of machines cost more; both rest on the same assumptions."""
    before = {line.id: line.cost for line in old.lines}
    zero = exactly(0)
    changes = []
    for line in new.lines:
        if not line.people and line.cost is not None:
            earlier = before.get(line.id) or zero
            ends = sorted(new - old for new, old in zip(line.cost, earlier, strict=True))
            likely = line.cost.likely - earlier.likely
            changes.append(Estimate(ends[0], likely, ends[2]))
    return total(changes)


def _unknown(new: Bill, old: Bill) -> Iterable[str]:
    known = {line.id for line in old.lines}
    lines = (line for line in new.unknown if not line.people and line.id not in known)
    return dict.fromkeys(line.unknown for line in lines)


def _replaced(plan: Plan, found: Terms, start: Costs, month: Estimate) -> Costs:
    """Another architecture: the system as it is beside it, and when that pays."""
    way = Migration(_months(start.both), _months(start.effort))
    horizon = min(MOST, max(36, math.ceil(way.months.high)))
    try:
        current, target = bill(declared(found)), bill(architecture(plan.goal, found))
        told = ownership(current, target, way, month, horizon, ())
    except ValueError as error:
        return start._replace(notes=(f"Running both ways is not reckoned: {error}.",))
    return start._replace(
        beside=total(each.dual for each in told.months),
        monthly=told.months[0].stay,
        payback=told.payback,
        notes=(_paid(told, plan, horizon),),
    )


def _paid(told: Ownership, plan: Plan, horizon: int) -> str:
    text = (
        "Both systems are taken to be paid in full as long as both run, which is the upper bound. "
        f"`patternctl cost tco` compares staying with {plan.goal} month by month"
    )
    if told.payback is None:
        return f"{text}; on infrastructure alone it does not pay for itself in {horizon} months."
    return f"{text}; on infrastructure alone it pays for itself in month {told.payback}."
