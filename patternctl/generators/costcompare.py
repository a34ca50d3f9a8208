"""Several designs side by side, and where their order changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from patternctl.generators import _tables
from patternctl.generators._amounts import cell, money, plain, spoken
from patternctl.model.bill import Bill, Line
from patternctl.model.cost import Measure
from patternctl.model.estimate import Estimate, exactly

_HEADS = ("", "low", "likely", "high", "likely floor", "people", "not known")


class Change(NamedTuple):
    """A volume from which on another design is the cheaper one."""

    volume: float
    """In the units of formulas."""
    cheaper: str
    """Title of the design that is cheaper from there on."""
    other: str
    cost: float
    """What it costs there."""
    how: str
    """`exact`, `bisected` or `step`."""


class Order(NamedTuple):
    """Where the order of designs by infrastructure changes."""

    changes: Sequence[Change]
    complete: bool
    """Whether all pairs could be compared at all volumes."""
    remarks: Sequence[str]
    """What was not compared, and what costs leave out."""


class Comparison(NamedTuple):
    """What is told."""

    bills: Sequence[Bill]
    """As `ordered` orders them."""
    driver: str
    measure: Measure
    low: float
    high: float
    order: Order
    stated: Sequence[Stated]
    """What the source document states about the same architectures."""
    notes: Sequence[str]


class Stated(NamedTuple):
    """Monthly costs as the source document states them."""

    title: str
    infrastructure: Estimate
    operations: Estimate
    development: float
    total: Estimate
    why: str


def ordered(bills: Iterable[Bill]) -> list[Bill]:
    """The cheapest first; by their floors where some of them are not fully known."""
    bills = [*bills]
    if any(map(_lacking, bills)):
        return sorted(bills, key=lambda bill: bill.floor.likely)
    return sorted(bills, key=lambda bill: bill.infrastructure.likely)


def _lacking(bill: Bill) -> list[Line]:
    """Infrastructure without a cost: the sum of the rest is no cost of the design."""
    return [line for line in bill.unknown if not line.people]


def text(told: Comparison, width: int = 100) -> str:
    """For a terminal."""
    currency = told.bills[0].currency
    lines = [
        f"{currency} a month, low to high",
        "",
        *_tables.aligned(_HEADS, _rows(told.bills), words=1),
    ]
    lines.append("")
    for line in _changes(told):
        lines += wrap(line, width, subsequent_indent="    ")
    if told.stated:
        lines += ["", "What the source document states, for no workload in particular:", ""]
        lines += _tables.aligned(_STATED, map(_stated, told.stated))
        for each in told.stated:
            lines += wrap(f"{each.title}: {each.why}", width, subsequent_indent="  ")
    for remark in told.notes:
        lines += ["", *wrap(remark, width)]
    return "\n".join(lines) + "\n"


def markdown(told: Comparison) -> str:
    """For a pull request or a page."""
    heads = (f"{told.bills[0].currency} a month", *_HEADS[1:])
    lines = [*_tables.markdown(heads, _rows(told.bills), words=1), ""]
    lines += [f"- {cell(line)}" for line in _changes(told)]
    if told.stated:
        lines += ["", "What the source document states, for no workload in particular:", ""]
        lines += _tables.markdown(_STATED, map(_stated, told.stated))
    lines += ["", *told.notes]
    return "\n".join(lines).rstrip() + "\n"


def document(told: Comparison) -> dict[str, Any]:
    """In plain types."""
    return {
        "currency": told.bills[0].currency,
        "driver": told.driver,
        "low": told.low,
        "high": told.high,
        "designs": [
            {
                "name": bill.name,
                "title": bill.title,
                "infrastructure": plain(bill.infrastructure),
                "floor": plain(bill.floor),
                "per_request": plain(bill.per_request),
                "people": plain(bill.people),
                "unknown": {line.id: line.unknown for line in bill.unknown},
            }
            for bill in told.bills
        ],
        "changes": [change._asdict() for change in told.order.changes],
        "complete": told.order.complete,
        "remarks": [*told.order.remarks],
        "stated": [
            {
                **each._asdict(),
                **{
                    key: plain(getattr(each, key))
                    for key in ("infrastructure", "operations", "total")
                },
            }
            for each in told.stated
        ],
        "notes": [*told.notes],
    }


_STATED = ("", "infrastructure", "operations", "development", "total")


def _stated(each: Stated) -> tuple[str, ...]:
    amounts = (each.infrastructure, each.operations, each.total)
    first, second, last = ("–".join(dict.fromkeys(map(money, (a.low, a.high)))) for a in amounts)
    return each.title, first, second, f"{each.development:g}x", last


def _rows(bills: Iterable[Bill]) -> Iterator[tuple[str, ...]]:
    for bill in bills:
        lacking = _lacking(bill)
        people = any(line.people and line.cost for line in bill.lines)
        amounts = ("", "?", "") if lacking else map(money, bill.infrastructure)
        yield (
            bill.title,
            *amounts,
            money(bill.floor.likely),
            money(bill.people.likely) if people else "?",
            _why(lacking),
        )


def _why(lacking: Sequence[Line]) -> str:
    """`depends on requests (14 lines)`."""
    reasons = Counter(line.unknown for line in lacking).most_common()
    if not reasons:
        return ""
    (why, times), *others = reasons
    told = f"{why} ({times} lines)" if times > 1 else why
    more = sum(count for _, count in others)
    return f"{told} and {more} more" if more else told


def _changes(told: Comparison) -> Iterator[str]:
    ends = (spoken(told.measure, exactly(each)) for each in (told.low, told.high))
    reach = f"{told.driver}={'..'.join(ends)}"
    changes, complete, remarks = told.order
    if any(map(_lacking, told.bills)):
        yield "Ordered by the floor: what is not fully known has no sum to be ordered by"
    if changes:
        yield f"Where the order by infrastructure changes, for {reach}:"
    elif complete:
        yield f"Their order by infrastructure is the same from {reach}"
    else:
        yield f"No change of their order was found for {reach}, as far as they can be compared:"
    for change in changes:
        volume = spoken(told.measure, exactly(change.volume))
        how = "" if change.how == "exact" else f", {change.how}"
        yield (
            f"  from {told.driver}={volume} on {change.cheaper} is cheaper than {change.other}"
            f" ({money(change.cost)}{how})"
        )
    yield from (f"  {remark}" for remark in remarks)
