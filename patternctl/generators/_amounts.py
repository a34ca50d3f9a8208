"""Amounts and names as tables of costs hold them."""

from __future__ import annotations

from patternctl.model import units
from patternctl.model.cost import BYTES, Measure
from patternctl.model.estimate import Estimate

ENDS = ("low", "likely", "high")


def money(amount: float) -> str:
    """An amount with the digits that matter: `1,234`, `2.30`."""
    if abs(amount) >= 9.995 or amount == 0:
        return f"{amount:,.0f}"
    return f"{amount:.2f}"


def spoken(measure: Measure, value: Estimate) -> str:
    """A value in the words that manifests and `--set` take."""
    ends = [value.likely] if value.exact else [*value]
    return "..".join(_spoken(measure, each) for each in ends)


def _spoken(measure: Measure, value: float) -> str:
    if measure == "rate":
        return f"{_short(value)}/s"
    if measure == "time":
        return units.format_duration(value)
    if measure == "share":
        return units.format_ratio(value)
    if measure in BYTES:
        return _bytes(measure, value * BYTES[measure])
    return _short(value)


def _bytes(measure: Measure, count: float) -> str:
    base, infix = (1024.0, "i") if measure == "memory" else (1000.0, "")
    for prefix in ("", "K", "M", "G", "T"):
        if count < base or prefix == "T":
            break
        count /= base
    return f"{_short(count)}{prefix}{infix if prefix else ''}B"


def _short(value: float) -> str:
    return f"{value if value == int(value) else float(f'{value:.4g}'):.10g}"


def span(amount: Estimate) -> str:
    """`4,621 (3,939 to 10,070)`, or a single amount."""
    if amount.exact:
        return money(amount.likely)
    return f"{money(amount.likely)} ({money(amount.low)} to {money(amount.high)})"


def plain(amount: Estimate | None) -> dict[str, float] | None:
    """In plain types, to the millionth."""
    if amount is None:
        return None
    return {name: round(value, 6) for name, value in zip(ENDS, amount, strict=True)}


def number(value: float | None) -> str:
    """For a cell of CSV; empty where it is not known."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def cell(text: str) -> str:
    """Text in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
