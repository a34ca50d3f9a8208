"""Costs over a range of a driver: pictures, and rows for programs."""

from __future__ import annotations

import csv as tables
import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from patternctl.engine.sweep import Range, Row, Sweep
from patternctl.generators._amounts import number, plain, safe
from patternctl.model.cost import Measure


class Swept(NamedTuple):
    """What is told."""

    over: Range
    names: Sequence[str]
    """Ids of the designs."""
    titles: Sequence[str]
    currency: str
    sweep: Sweep


Series = list[tuple[str, list[tuple[float, float | None, float | None, float | None]]]]


def series(told: Swept) -> Series:
    """For each design (x, low, likely, high): None where a line has no cost."""
    return [
        (title, [_point(row, index) for row in told.sweep.rows])
        for index, title in enumerate(told.titles)
    ]


def left_out(told: Swept) -> Iterator[str]:
    """What sums leave out everywhere: `shop: + unknown: …`."""
    for title, names in zip(told.titles, told.sweep.left_out, strict=True):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield f"{title}: + unknown: {names[0]}{more}"


def ends(told: Swept) -> dict[str, str]:
    """Why curves have no point at some values, by title."""
    found: dict[str, str] = {}
    for row in told.sweep.rows:
        for title, reading in zip(told.titles, row.readings, strict=True):
            if reading.unknown:
                found.setdefault(title, reading.unknown[0].partition(": ")[2])
    return found


_UNITS: dict[Measure, str] = {
    "rate": " (/s)", "time": " (s)", "size": " (GB)", "memory": " (GiB)", "money": " (USD)",
}  # fmt: skip


def axis(over: Range) -> str:
    """What the axis of the driver is called."""
    return over.title + _UNITS.get(over.measure, "")


def csv(told: Swept) -> str:
    """A row for each value and design."""
    out = io.StringIO()
    writer = tables.writer(out, lineterminator="\n")
    writer.writerow(
        [told.over.driver, "design", "low", "likely", "high", "floor", "currency", "unknown"]
    )
    for row in told.sweep.rows:
        parts = zip(told.names, row.readings, told.sweep.left_out, strict=True)
        for name, reading, never in parts:
            known = [*map(number, reading.infrastructure)] if not reading.unknown else [""] * 3
            why = "; ".join((*reading.unknown, *never))
            floor = number(reading.floor.likely)
            writer.writerow(
                [f"{row.value:.10g}", safe(name), *known, floor, told.currency, safe(why)]
            )
    return out.getvalue()


def document(told: Swept) -> dict[str, Any]:
    """In plain types."""
    return {
        "driver": told.over.driver,
        "currency": told.currency,
        "left_out": {
            name: [*lines] for name, lines in zip(told.names, told.sweep.left_out, strict=True)
        },
        "rows": [
            {
                "value": row.value,
                "designs": {
                    name: {
                        "infrastructure": None
                        if reading.unknown
                        else plain(reading.infrastructure),
                        "floor": plain(reading.floor),
                        "unknown": [*reading.unknown],
                    }
                    for name, reading in zip(told.names, row.readings, strict=True)
                },
            }
            for row in told.sweep.rows
        ],
    }


def _point(row: Row, index: int) -> tuple[float, float | None, float | None, float | None]:
    reading = row.readings[index]
    if reading.unknown:
        return row.value, None, None, None
    return row.value, *reading.infrastructure
