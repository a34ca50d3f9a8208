"""Error budgets: which burn rates alert, what can never alert, what dependencies allow.

Objectives and factors are decimals, so that 1 - 0.999 is 0.001. Times are whole seconds.
Source: Beyer et al., The Site Reliability Workbook, chapter 5, O'Reilly, 2018, table 5-8; the two
pairs for tickets are those of Sloth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_CEILING, Decimal
from math import ceil, isclose, prod
from typing import Literal, NamedTuple

from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, serial

Severity = Literal["page", "ticket"]
HOUR, DAY = 3600, 86400
_DIGITS = Decimal("0.000001")
_SLOWEST = Decimal("0.9")
"""Factors below it are raised to 1; 0.933 of 28 days is the book's own, rescaled."""
ROUNDING = 1e-6
"""What a rate that was written as so many an hour loses as a float of so many a second."""
_PROBES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)
"""Seconds between synthetic requests, as schedulers have them."""


class Pair(NamedTuple):
    """A long window that an alert looks at, and a short one that ends it soon."""

    severity: Severity
    budget: Decimal
    """Share of the period's error budget that is spent within the long window when it fires."""
    long: int
    short: int


PAIRS = (
    Pair("page", Decimal("0.02"), HOUR, HOUR // 12),
    Pair("page", Decimal("0.05"), 6 * HOUR, HOUR // 2),
    Pair("ticket", Decimal("0.1"), DAY, 2 * HOUR),
    Pair("ticket", Decimal("0.1"), 3 * DAY, 6 * HOUR),
)
"""The fastest burn first."""
WINDOWS = tuple(sorted({each for pair in PAIRS for each in (pair.short, pair.long)}))
"""Every window that an alert looks at, in seconds."""


class Alarm(NamedTuple):
    """A pair of windows for one objective and period."""

    pair: Pair
    factor: Decimal
    """Burn rate above which it fires."""
    threshold: Decimal
    """The same as a share of bad events."""

    @property
    def possible(self) -> bool:
        """Whether it can fire at all: more than all events cannot be bad."""
        return self.threshold < 1

    @property
    def outage(self) -> int:
        """Seconds from the start of a total outage until it fires, in steady traffic."""
        return int((self.threshold * self.pair.long).to_integral_value(ROUND_CEILING))

    def told(self, rate: float, least: int) -> int | None:
        """As `outage`, at `rate` events a second, where it waits for `least` bad events too.

        On average over the chances of when events come; None where its long window holds no more
        than that on average, so that it may stay silent however long the outage lasts.
        """
        if not self.possible or rate * self.pair.long <= least + ROUNDING:
            return None
        return max(self.outage, ceil(least / rate - ROUNDING))


class Ceiling(NamedTuple):
    """What the parts of a flow allow it."""

    allowed: Decimal
    """Product of the availabilities that are stated."""
    parts: tuple[serial.Part, ...]
    """What it was reckoned from, the least available first."""
    unknown: tuple[ElementPath, ...]
    """Parts whose availability is not stated."""

    def below(self, objective: Decimal) -> bool:
        """Whether the objective asks for more than the parts allow."""
        allowed = float(self.allowed)
        return allowed < objective and not isclose(allowed, objective)


def exact(share: float) -> Decimal:
    """The decimal that was written: 0.999 and not the binary fraction nearest to it."""
    return Decimal(repr(share))


def plain(number: Decimal) -> str:
    """Digits without an exponent and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def factor(pair: Pair, period: int) -> Decimal:
    """Burn rate at which a pair's long window spends its share of the budget of `period` seconds.

    Formula: budget * period / window. It follows the period: 14.4 for 30 days is 13.44 for 28.
    For short periods it is 1 at least, because a slower burn never empties the budget.
    """
    value = (pair.budget * period / pair.long).quantize(_DIGITS).normalize()
    return value if value >= _SLOWEST else Decimal(1)


def alarms(objective: Decimal, period: int) -> tuple[Alarm, ...]:
    """The alarms of an objective over `period` seconds, those that can never fire included."""
    budget = 1 - objective
    factors = [(pair, factor(pair, period)) for pair in PAIRS]
    return tuple(Alarm(pair, value, value * budget) for pair, value in factors)


def refusal(objective: Decimal, period: int, severities: Collection[Severity]) -> str:
    """Why an objective cannot be alerted on with one of the severities; empty where it can."""
    if objective >= 1:
        return "leaves no error budget: one bad event breaks it for the whole period"
    if objective <= 0:
        return "promises nothing: every event may be bad"
    for severity in severities:
        known = [each for each in alarms(objective, period) if each.pair.severity == severity]
        if not any(each.possible for each in known):
            least = min(each.factor for each in known)
            bound = (100 - 100 / least).quantize(Decimal("0.01"), ROUND_CEILING)
            return (
                f"can never fire a {severity}: {plain(least)} times its error budget is more than "
                f"all events (the least objective that can is {plain(bound)}%)"
            )
    return ""


def soonest(known: Iterable[Alarm], rate: float, least: int) -> int | None:
    """Seconds from the start of a total outage until the first alarm; None where there is none."""
    return min((at for each in known if (at := each.told(rate, least)) is not None), default=None)


def fewer(known: Sequence[Alarm], rate: float, least: int, within: Decimal) -> int | None:
    """The most bad events below `least` that an alarm could wait for and still fire `within`."""
    for number in range(least - 1, 0, -1):
        at = soonest(known, rate, number)
        if at is not None and at <= within:
            return number
    return None


def probe(budget: Decimal, least: int) -> int | None:
    """Seconds between synthetic requests that make an outage known in time, whatever else comes.

    In time is an hour (the window of the fastest page), or a quarter of the `budget`'s seconds
    where that is less: a proposal. None where a request a second would not do.
    """
    most = min(Decimal(HOUR), budget / 4) / least
    return max((each for each in _PROBES if each <= most), default=None)


def ceiling(facts: Facts, flow: str) -> Ceiling:
    """What the services and stores that a flow needs allow it, taken as independent."""
    known, unknown = serial.parts(facts, flow, serial.stores_of(facts))
    worst = tuple(sorted(known, key=lambda part: part.availability))
    allowed = prod((exact(part.availability) for part in known), start=Decimal(1))
    return Ceiling(allowed, worst, tuple(unknown))
