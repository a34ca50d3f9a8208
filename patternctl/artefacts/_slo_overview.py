"""What readers are told of the objectives: who states them, how soon an outage is known."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from patternctl.artefacts._markdown import flat
from patternctl.artefacts._slo_model import Found, Objective, Omitted
from patternctl.artefacts._slo_settings import Settings
from patternctl.artefacts._slo_words import brief, rate, span
from patternctl.engine import slo
from patternctl.model.units import format_ratio


def overview(system: str, found: Found, settings: Settings) -> dict[str, object]:
    """What the templates of the README and the policy are filled with."""
    told = [_told(one, settings) for one in found.objectives]
    return {
        "system": system,
        "objectives": told,
        "stated": [each for each in told if not each["proposed"]],
        "proposed": [each for each in told if each["proposed"]],
        "late": late(found.objectives, settings),
        "omitted": [Omitted(*map(flat, each)) for each in found.omitted],
        "pairs": [
            {
                "severity": pair.severity,
                "budget": format_ratio(float(pair.budget)),
                "long": brief(pair.long),
                "short": brief(pair.short),
                "factor": slo.plain(slo.factor(pair, int(settings.period))),
            }
            for pair in slo.PAIRS
        ],
        "settings": settings,
    }


def _told(one: Objective, settings: Settings) -> dict[str, object]:
    period = int(settings.period)
    silent = [
        each
        for each in slo.alarms(one.target, period)
        if each.pair.severity in one.severities and not each.possible
    ]
    return {
        "id": one.id,
        "title": flat(one.title),
        "objective": f"{slo.plain(one.target * 100)}%",
        "good": flat(one.good),
        "total": flat(one.total),
        "origin": flat(one.origin),
        "proposed": one.proposed,
        "owner": flat(one.team) or "not stated",
        "budget": span(one.budget(period)),
        "alerts": " and ".join(one.severities),
        "series": one.indicator.part.selector,
        "slow": [brief(each.pair.long) for each in silent],
        "rate": "not stated" if one.rate is None else rate(one.rate),
        "after": {each: _after(one, each, settings) for each in ("page", "ticket")},
        "ceiling": _ceiling(one),
    }


def _after(one: Objective, severity: slo.Severity, settings: Settings) -> str:
    """How long a total outage lasts until somebody is told in this way."""
    alarms = _of(one, severity, settings)
    if not alarms:
        return "none"
    if one.rate is None:
        soonest = min(each.outage for each in alarms)
        return f"{span(soonest)} from {rate(settings.least_errors / soonest)} on"
    at = slo.soonest(alarms, one.rate, settings.least_errors)
    return "never" if at is None else span(at)


def _of(one: Objective, severity: slo.Severity, settings: Settings) -> list[slo.Alarm]:
    return [each for each in one.alarms(int(settings.period)) if each.pair.severity == severity]


def late(objectives: Sequence[Objective], settings: Settings) -> list[dict[str, object]]:
    """Promises whose budget a total outage spends before anybody is told, at the stated rates."""
    found = []
    for one in objectives:
        if one.proposed or one.rate is None:
            continue
        alarms = _of(one, one.severities[0], settings)
        budget = one.budget(int(settings.period))
        at = slo.soonest(alarms, one.rate, settings.least_errors)
        if at is None or at > budget:
            found.append({"at": at and span(at), **_remedies(one, alarms, budget, settings)})
    return found


def _remedies(
    one: Objective, alarms: Sequence[slo.Alarm], budget: Decimal, settings: Settings
) -> dict[str, object]:
    """What would make an outage known before the budget is spent."""
    least, pace = settings.least_errors, one.rate or 0.0
    fewer = slo.fewer(alarms, pace, least, budget)
    probe = slo.probe(budget, least)
    with_fewer = slo.soonest(alarms, pace, fewer) if fewer else None
    with_probe = slo.soonest(alarms, 1 / probe, least) if probe else None
    return {
        "title": flat(one.title),
        "rate": rate(pace),
        "budget": span(budget),
        "severity": one.severities[0],
        "fewer": fewer,
        "with_fewer": with_fewer and span(with_fewer),
        "probe": probe and span(probe),
        "with_probe": with_probe and span(with_probe),
    }


def _ceiling(one: Objective) -> dict[str, object] | None:
    """What a flow's parts allow, in words; None where nothing is known of them."""
    ceiling = one.ceiling
    if ceiling is None or not ceiling.parts:
        return None
    return {
        "above": ceiling.below(one.target),
        "allowed": format_ratio(float(ceiling.allowed)),
        "parts": [str(part) for part in ceiling.parts],
        "unknown": [str(path[1]) for path in ceiling.unknown],
    }
