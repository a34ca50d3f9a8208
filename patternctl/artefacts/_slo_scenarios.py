"""What rules are tried with: an outage, a healthy day, a slow burn, and hardly any traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import NamedTuple

from patternctl.artefacts._slo_model import Objective
from patternctl.artefacts._slo_settings import Settings
from patternctl.artefacts._slo_words import rate
from patternctl.engine import slo

STEP = 5
"""Minutes between two evaluations when rules are tried: few, because every rule is evaluated."""
_QUIET, _STEADY = 60, 60
"""Minutes without errors before an outage; minutes of scenarios in which nothing changes, so that
every window holds the same share of errors."""
_SETTLED = 35
"""Minutes after an outage until no short window of a page holds errors of it: the longest is 30."""
_HOPELESS = 365
"""Minutes after which a page that has not fired never does: its longest window is 6 hours."""
_LONGEST = 20 * 60
"""Minutes of an outage that are tried: promtool's store is compacted while it is read when a test
holds more than 36 hours, and what the test sees then is chance."""
_FINEST = 10_000
"""Largest denominator of a pace in events a minute."""
_BURNING = 7
"""Bad events a minute where the budget burns slowly: enough that rounding changes nothing."""


class Stretch(NamedTuple):
    """Minutes with the same events in each."""

    minutes: int
    total: int
    bad: int


class Check(NamedTuple):
    """What an alert has to be at a minute."""

    minute: int
    severity: slo.Severity
    fires: bool


class Scenario(NamedTuple):
    """Series to feed, and what must follow."""

    name: str
    stretches: tuple[Stretch, ...]
    checks: tuple[Check, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(stretch.minutes for stretch in self.stretches)

    def series(self, one: Objective) -> dict[str, str]:
        """Values of each series, as `promtool test rules` expands them."""
        indicator = one.indicator
        good = [(each.minutes, each.total - each.bad) for each in self.stretches]
        if indicator.told:  # the counter of all holds the bad ones, as a series of their own
            bad = [(each.minutes, each.bad) for each in self.stretches]
            return {indicator.told.series: _grown(good), indicator.part.series: _grown(bad)}
        total = [(each.minutes, each.total) for each in self.stretches]
        return {indicator.total.series: _grown(total), indicator.part.series: _grown(good)}


def scenarios(one: Objective, settings: Settings) -> Iterator[Scenario]:
    """Those that an objective's alerts are tried with."""
    known = one.alarms(int(settings.period))
    least = settings.least_errors
    usual = int((2 / (1 - one.target)).to_integral_value(ROUND_CEILING))
    yield from _outages(one, known, least, Fraction(max(usual, least)))
    yield Scenario(
        "half of the budget's errors alert nobody",
        (Stretch(_STEADY, usual, 1),),
        (*_silent(one, _STEADY // 2), *_silent(one, _STEADY)),
    )
    yield _slow_burn(one, known, least)
    if least > 2:
        yield _low_traffic(one)


def _silent(one: Objective, minute: int) -> Iterator[Check]:
    yield from (Check(minute, severity, fires=False) for severity in one.severities)


def _outages(
    one: Objective, alarms: Sequence[slo.Alarm], least: int, usual: Fraction
) -> Iterator[Scenario]:
    """At the rate that is stated, and at the `usual` one where that does not show every alert."""
    shown: set[slo.Severity] = set()
    if one.rate:
        pace = Fraction(one.rate * 60).limit_denominator(_FINEST)
        scenario = _outage(f"an outage at {rate(one.rate)}", one, alarms, least, pace)
        shown = {check.severity for check in scenario.checks if check.fires}
        if len(scenario.checks) > len(one.severities):
            yield scenario
    if len(shown) < len(one.severities):
        yield _outage("an outage", one, alarms, least, usual)


def _outage(
    name: str, one: Objective, alarms: Sequence[slo.Alarm], least: int, pace: Fraction
) -> Scenario:
    """Everything fails: every severity fires in time, and a page ends soon after it is over.

    `pace` is in events a minute. Where it is so slow that a page never fires, the page is seen to
    stay silent; what takes longer than can be tried is left out.
    """
    checks, lasting = [*_silent(one, _QUIET)], 0
    for severity in one.severities:
        mine = [each for each in alarms if each.pair.severity == severity]
        tried = _told(severity, mine, least, pace)
        checks += [each._replace(minute=_QUIET + each.minute) for each in tried]
        lasting = max(lasting, *(each.minute + STEP for each in tried), 0)
    if one.page:
        checks.append(Check(_QUIET + lasting + _SETTLED, "page", fires=False))
    stretches = (
        *_paced(_QUIET, pace, bad=False),
        *_paced(lasting, pace, bad=True),
        *_paced(_SETTLED, pace, bad=False),
    )
    return Scenario(name, stretches, tuple(sorted(checks)))


def _told(
    severity: slo.Severity, alarms: Iterable[slo.Alarm], least: int, pace: Fraction
) -> list[Check]:
    """When an outage is not told yet, and when it surely is, in minutes from its start."""
    known = [each for each in alarms if each.told(float(pace / 60), least) is not None]
    if not known:
        hopeless = severity == "page" and ceil(pace * _HOPELESS) < least
        return [Check(_HOPELESS, severity, fires=False)] if hopeless else []
    errors = min(max(least, ceil(pace * each.outage / 60)) for each in known)
    if pace * STEP >= 1:
        return [Check(_evaluated(errors, pace) + STEP, severity, fires=True)]
    # Few events: only the evaluation just after one sees it in the shortest window.
    fires = Check(_evaluated(errors + 1, pace), severity, fires=True)
    silent = Check(_evaluated(least - 1, pace), severity, fires=False)
    return [each for each in (silent, fires) if 0 < each.minute <= _LONGEST]


def _evaluated(events: int, pace: Fraction) -> int:
    """Minute of the first evaluation that sees so many events."""
    return STEP * ceil(ceil(events / pace) / STEP)


def _paced(minutes: int, pace: Fraction, *, bad: bool) -> Iterator[Stretch]:
    """Whole events at this pace a minute, as evenly as they can be."""
    counts = [floor(pace * (minute + 1)) - floor(pace * minute) for minute in range(minutes)]
    for count, run in groupby(counts):
        yield Stretch(len([*run]), count, count if bad else 0)


def _slow_burn(one: Objective, alarms: Iterable[slo.Alarm], least: int) -> Scenario:
    """Errors that a ticket is for and a page is not."""
    factors: dict[slo.Severity, Decimal] = {}
    for alarm in alarms:
        severity = alarm.pair.severity
        factors[severity] = min(alarm.factor, factors.get(severity, alarm.factor))
    ticket = factors["ticket"]
    share = (ticket + factors.get("page", ticket * 3)) / 2 * (1 - one.target)
    bad = max(_BURNING, least)
    events = max(int(bad / share), bad)
    checks = [Check(_STEADY, "ticket", fires=True)]
    if one.page:
        checks.append(Check(_STEADY, "page", fires=False))
    name = "a slow burn is a ticket" if one.page else "a slow burn"
    return Scenario(name, (Stretch(_STEADY, events, bad),), tuple(checks))


def _low_traffic(one: Objective) -> Scenario:
    """One event in 20 minutes, of which a single one is bad."""
    quiet, good, bad = Stretch(19, 0, 0), Stretch(1, 1, 0), Stretch(1, 1, 1)
    stretches = [each for number in range(7) for each in (quiet, bad if number == 4 else good)]
    return Scenario(
        "one failure where there is little traffic alerts nobody",
        tuple(stretches),
        (*_silent(one, 100), *_silent(one, 105), *_silent(one, 130)),
    )


def _grown(steps: Iterable[tuple[int, int]]) -> str:
    """A counter that grows by so much for so many minutes, from 0."""
    value, words = 0, ["0"]
    for minutes, by in steps:
        start = value + by
        words.append(f"{start}+{by}x{minutes - 1}" if minutes > 1 else str(start))
        value += by * minutes
    return " ".join(words)
