"""Objectives that the catalog proposes for patterns, where the manifest leaves room for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from math import inf
from typing import NamedTuple

from patternctl.artefacts import _slo_promql as promql
from patternctl.artefacts._slo_model import Objective, Omitted, distinct, identifiers, stated_at
from patternctl.artefacts._slo_settings import Settings
from patternctl.engine import slo
from patternctl.model import pattern as catalog
from patternctl.model.architecture import Architecture, Pattern, Saga, Service
from patternctl.model.artefact import Order
from patternctl.model.system import System
from patternctl.model.units import format_duration, format_ratio, parse_rate, parse_time

_HALF = Decimal("0.5")
_SEVERITIES: tuple[slo.Severity, ...] = ("ticket",)
"""What nobody has promised wakes nobody."""


class _Part(NamedTuple):
    """An adoption, or a pattern that was asked for by its id."""

    label: str
    entry: catalog.Pattern
    adoption: Pattern | None = None
    number: int = 0
    """Place of the adoption among those of the manifest."""


class _Proposal(NamedTuple):
    """One objective of the catalog for one part."""

    part: _Part
    name: str
    stated: catalog.Slo


class _MisfitError(Exception):
    """Why a proposal cannot be an objective here."""


def objectives(order: Order, settings: Settings) -> Iterator[Objective | Omitted]:
    """What the catalog proposes for the patterns of the order; `Omitted` where it does not fit."""
    found = [
        _Proposal(part, name, stated)
        for part in _parts(order)
        for name, stated in part.entry.slos.items()
    ]
    ids = identifiers([f"{each.part.label} {each.name}" for each in found])
    for each, id_ in zip(found, ids, strict=True):
        try:
            yield _objective(order, settings, each, id_)
        except _MisfitError as misfit:
            yield Omitted(_title(each), str(misfit))


def _parts(order: Order) -> list[_Part]:
    stated = order.system.architecture.patterns if order.system else None
    adopted = [*enumerate(stated or ())]
    if order.patterns:
        adopted = [each for each in adopted if each[1].pattern in order.patterns]
    ids = [adoption.pattern for _, adoption in adopted]
    parts = [
        _Part(_label(each, ids.count(each.pattern)), order.entries[each.pattern], each, number)
        for number, each in adopted
    ]
    parts += [_Part(name, order.entries[name]) for name in order.patterns if name not in ids]
    labels = distinct(part.label for part in parts)
    return [part._replace(label=label) for part, label in zip(parts, labels, strict=True)]


def _label(adoption: Pattern, adopted: int) -> str:
    """The pattern, and which of its adoptions where it is `adopted` more than once."""
    if adopted == 1:
        return adoption.pattern
    return f"{adoption.pattern} {adoption.name or ' '.join(_at(adoption))}".strip()


def _at(adoption: Pattern | None) -> tuple[str, ...]:
    """Services that have to count the events; none where that is not stated."""
    places = (getattr(adoption, key, None) or () for key in ("at", "commands", "queries"))
    return tuple(dict.fromkeys(name for names in places for name in names))


def _title(proposal: _Proposal) -> str:
    return f"{proposal.part.label}: {proposal.stated.title}"


def _objective(order: Order, settings: Settings, proposal: _Proposal, id_: str) -> Objective:
    part, name, stated = proposal
    at = _at(part.adoption)
    services = order.system.architecture.services if order.system else {}
    teams = {services[each].team for each in at if each in services}
    origin = f"proposal of the catalog, for {part.entry.id}"
    good, measured = stated.good, f"{stated.measured} (proposed for {stated.objective.condition})"
    if order.system and part.adoption:
        _check_room(order.system.architecture, part.adoption, name)
        if bound := _bound(order.system, part, stated):
            good, measured = bound.good, stated.measured
            origin = f"{origin}; {bound.origin}"
    one = Objective(
        id=id_,
        group=f"pattern {part.label}",
        title=_title(proposal),
        services=at,
        team=(teams.pop() if len(teams) == 1 else None) or "",
        target=_share(stated),
        severities=_SEVERITIES,
        indicator=_counted(settings, at, id_),
        good=good,
        total=stated.total,
        measured=measured,
        origin=origin,
        proposed=True,
        rate=parse_rate(stated.rate) if stated.rate else None,
    )
    _check_alarms(one, settings, stated)
    return one


def _counted(settings: Settings, at: tuple[str, ...], id_: str) -> promql.Indicator:
    events = settings.events
    where = (promql.one_of(settings.requests.service, at),) if at else ()
    named = promql.equal(events.objective, id_)
    bad = promql.equal(events.outcome, "bad")
    return promql.failing(events.count, (*where, named), bad, "good")


def _share(stated: catalog.Slo) -> Decimal:
    """The objective as a share of good events."""
    figure = stated.objective
    try:
        value = Decimal(str(figure.value)) / (100 if figure.unit == "%" else 1)
    except InvalidOperation:
        value = Decimal(-1)
    if figure.unit not in ("%", "share", "ratio") or not 0 <= value <= 1:
        raise _MisfitError(f"its objective is no share of events: {figure.says}")
    if value < _HALF:
        raise _MisfitError(f"it lets more than half of all events be bad: {figure.says}")
    return value


# What a manifest says of it


class _Bound(NamedTuple):
    """What counts as good by a setting of the adoption."""

    good: str
    origin: str


def _bound(system: System, part: _Part, stated: catalog.Slo) -> _Bound | None:
    """What the adoption's setting makes of `good`; None where it leaves that to the catalog.

    Raises `_MisfitError` where the setting says that there is no bound, or one that makes no sense.
    """
    bound = stated.bound
    value = getattr(part.adoption, bound.setting, None) if bound else None
    if bound is None or not isinstance(value, float):
        return None
    where = stated_at(system, ("patterns", part.number, bound.setting))
    if value == inf:
        raise _MisfitError(f"nothing bounds it, by {bound.setting}: none ({where})")
    form = format_ratio if "%" in bound.says else format_duration
    told = f"{bound.setting}: {form(value)}"
    if not value:
        raise _MisfitError(f"nothing is within {told} ({where})")
    if bound.times is None:
        if value >= parse_time(bound.says.replace(" ", "")):
            raise _MisfitError(f"{bound.says} are over before {told} is ({where})")
        return None
    told = f"{bound.times:g} times {told}" if bound.times != 1 else told
    number = form(value * bound.times)
    return _Bound(stated.good.replace(bound.says, number), f"bound from {where} ({told})")


def _check_room(stated: Architecture, adoption: Pattern, name: str) -> None:
    """Raise `_MisfitError` where the manifest says that there is nothing to count."""
    if check := _EMPTY.get((adoption.pattern, name)):
        check(stated, adoption)


def _nothing_undone(_: Architecture, adoption: Pattern) -> None:
    steps = adoption.steps if isinstance(adoption, Saga) else None
    if steps and all(step.undo == "none" or step.final for step in steps):
        raise _MisfitError("no step is ever taken back (undo: none, final: true)")


def _nothing_substituted(stated: Architecture, adoption: Pattern) -> None:
    names = _at(adoption) or stated.services
    at: list[Service] = [stated.services[name] for name in names if name in stated.services]
    guarded = [
        call for each in at for call in each.calls if call.circuit_breaker not in (None, "none")
    ]
    if guarded and all(call.fallback == "none" for call in guarded):
        raise _MisfitError("no call behind a breaker has a substitute (fallback: none)")


_EMPTY: dict[tuple[str, str], Callable[[Architecture, Pattern], None]] = {
    ("saga", "compensation"): _nothing_undone,
    ("circuit-breaker", "full-answers"): _nothing_substituted,
}
"""Proposals of the catalog that count what a manifest may rule out."""


def _check_alarms(one: Objective, settings: Settings, stated: catalog.Slo) -> None:
    """Raise `_MisfitError` where no ticket would ever be opened for it."""
    period, least = int(settings.period), settings.least_errors
    if why := slo.refusal(one.target, period, one.severities):
        raise _MisfitError(f"{format_ratio(float(one.target))} {why}")
    if one.rate is not None and slo.soonest(one.alarms(period), one.rate, least) is None:
        raise _MisfitError(
            f"at {stated.rate}, {least} bad events never meet in the longest window: "
            "look at it by hand"
        )
