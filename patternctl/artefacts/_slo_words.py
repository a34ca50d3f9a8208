"""Times and rates in words that are read at a glance, and texts that Go's templates leave alone."""

from __future__ import annotations

from decimal import Decimal

from patternctl.engine import slo

_TIMES = (("days", slo.DAY), ("hours", slo.HOUR), ("minutes", 60))
_RATES = (("s", 1), ("min", 60), ("h", slo.HOUR), ("day", slo.DAY))


def span(seconds: Decimal | int) -> str:
    """A time in the largest unit of which it has two or more: `43.2 minutes`."""
    exact = Decimal(seconds)
    for unit, size in _TIMES:
        if exact >= 2 * size:
            return f"{slo.plain((exact / size).quantize(Decimal('0.1')))} {unit}"
    whole = slo.plain(exact.quantize(Decimal(1)))
    return f"{whole} second{'' if whole == '1' else 's'}"


def rate(per_second: float) -> str:
    """A rate in the first unit in which it is 1 or more: `6/s`, `4/h`, `0.5/day`."""
    fitting = (each for each in _RATES if per_second * each[1] >= 1 - slo.ROUNDING)
    unit, size = next(fitting, _RATES[-1] if per_second else _RATES[0])
    return f"{slo.plain(Decimal(f'{per_second * size:.3g}'))}/{unit}"


def brief(seconds: int) -> str:
    """Prometheus's way to write a duration in one unit."""
    for unit, size in (("d", slo.DAY), ("h", slo.HOUR), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def go(text: str) -> str:
    """Text that Go's templates, which read annotations, print as it is."""
    return text.replace("{{", '{{ "{{" }}')
