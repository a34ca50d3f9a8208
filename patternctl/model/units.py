"""Quantities as people write them, kept in one base unit each.

Durations are seconds, shares are fractions of 1, sizes are bytes, rates are events per second.
Every parser raises `ValueError` with a sentence that says what to write instead.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_SECONDS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "min": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
    "w": Decimal(604800),
    "y": Decimal(31536000),
}
_PREFIXES = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_PERIODS = {
    **dict.fromkeys(("s", "sec", "second"), 1),
    **dict.fromkeys(("m", "min", "minute"), 60),
    **dict.fromkeys(("h", "hour"), 3600),
    **dict.fromkeys(("d", "day"), 86400),
    "month": 2_628_000,  # 730 h, the convention of cloud price lists (quantities: Infracost)
    **dict.fromkeys(("y", "year"), 31_536_000),
}
_NUMBER = r"([0-9]{1,18}(?:\.[0-9]{1,18})?)"
_DURATION_PART = re.compile(_NUMBER + r"(ns|us|µs|ms|min|s|m|h|d|w|y)")
_DURATION = re.compile(rf"(?:{_DURATION_PART.pattern})+")
_RATIO = re.compile(_NUMBER + r" ?%")
_BYTES = re.compile(_NUMBER + r" ?([KMGTP]?)(i?)B")
_RATE = re.compile(_NUMBER + r" ?([kKMG]?) ?/ ?(\w+)")
_MONEY = re.compile(_NUMBER + r" ([A-Z]{3}) ?/ ?(month|year)")

_DIGITS = r"[0-9]{1,18}(\.[0-9]{1,18})?"
DURATION_PATTERN = rf"^(none|({_DIGITS}(ns|us|µs|ms|min|s|m|h|d|w|y))+)$"
TIME_PATTERN = DURATION_PATTERN.replace("none|", "")
RATIO_PATTERN = r"^0{0,15}(100(\.0{1,18})?|0?[0-9]{1,2}(\.[0-9]{1,18})?) ?%$"
"""From 0% to 100%: the one bound that a schema can tell only by the pattern."""
BYTES_PATTERN = rf"^{_DIGITS} ?[KMGTP]?i?B$"
RATE_PATTERN = rf"^{_DIGITS} ?[kKMG]? ?/ ?(s|sec|second|m|min|minute|h|hour|d|day|month|y|year)$"
MONEY_PATTERN = rf"^{_DIGITS} [A-Z]{{3}} ?/ ?(month|year)$"


class Money(NamedTuple):
    """An amount of money per period."""

    amount: Decimal
    currency: str
    """ISO 4217 code."""
    period: str
    """`month` or `year`."""

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}/{self.period}"


@lru_cache(maxsize=4096)
def parse_duration(text: object) -> float:
    """Seconds of `250ms`, `2s`, `1m30s`, `24h`, `7d`; `none` is infinite: it never ends."""
    if text == "none":
        return math.inf
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise ValueError("should be a duration such as 250ms, 2s, 1m30s or 24h")
    return float(sum(Decimal(n) * _SECONDS[unit] for n, unit in _DURATION_PART.findall(text)))


def parse_time(text: object) -> float:
    """As `parse_duration`, of something that takes time and ends: `none` is refused."""
    if text == "none":
        raise ValueError("should be a time such as 12ms; leave it out where it is not known")
    return parse_duration(text)


@lru_cache(maxsize=4096)
def parse_ratio(text: object) -> float:
    """Fraction of `99.95%` (0.9995). The sign is required: 0.5 could mean either."""
    match = _RATIO.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("should be a percentage such as 99.95%")
    value = Decimal(match[1]) / 100
    if value > 1:
        raise ValueError("should be a percentage from 0% to 100%")
    return float(value)


def parse_share(text: object) -> float:
    """As `parse_ratio`; `none` is infinite: nothing bounds it."""
    return math.inf if text == "none" else parse_ratio(text)


@lru_cache(maxsize=4096)
def parse_bytes(text: object) -> int:
    """Bytes of `4KB` (4,000), `4KiB` (4,096), `200GB`."""
    match = _BYTES.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("should be a size such as 4KB, 512MiB or 200GB")
    base = 1024 if match[3] else 1000
    return int(Decimal(match[1]) * base ** _PREFIXES[match[2]])


@lru_cache(maxsize=4096)
def parse_rate(text: object) -> float:
    """Events per second of `120/s`, `5k/min`, `2M/day`."""
    match = _RATE.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[3] not in _PERIODS:
        raise ValueError("should be a rate such as 120/s, 5k/min or 2M/day")
    count = Decimal(match[1]) * 1000 ** _PREFIXES[match[2].upper()]
    return float(count / _PERIODS[match[3]])


@lru_cache(maxsize=4096)
def parse_money(text: object) -> Money:
    """Amount, currency and period of `20000 USD/month`."""
    match = _MONEY.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("should be an amount such as 20000 USD/month")
    return Money(Decimal(match[1]), match[2], match[3])


def format_duration(seconds: float) -> str:
    """Exact in one unit where there is one (0.25 gives `250ms`, 90 `90s`), else four digits."""
    if math.isinf(seconds):
        return "none"
    for unit in ("d", "h", "m", "s", "ms", "us"):
        scaled = seconds / float(_SECONDS[unit])
        if scaled >= 1 and abs(scaled - round(scaled)) < 1e-9:
            if unit in ("d", "h", "m") and scaled < 2:
                continue
            return f"{round(scaled)}{unit}"
    value, unit = (seconds, "s") if seconds >= 1 else (seconds * 1000, "ms")
    return f"{Decimal(f'{value:.4g}'):f}{unit}"


def format_ratio(ratio: float) -> str:
    """A percentage with the digits that matter: 0.9995 gives `99.95%`, 0.99700299 `99.7003%`."""
    for digits in (6, 9, 12):
        text = f"{ratio * 100:.{digits}g}"
        if text != "100" or ratio == 1:
            break
    return f"{Decimal(text):f}%"
