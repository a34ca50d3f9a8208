"""Bills as people and programs read them: text, Markdown, JSON, CSV."""

from __future__ import annotations

import csv as tables
import io
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from patternctl.costing.prices import Prices
from patternctl.engine.montecarlo import Simulation
from patternctl.generators import _tables
from patternctl.generators._amounts import ENDS, cell, money, number, plain, safe, span, spoken
from patternctl.model.bill import Assumption, Bill, Line, total
from patternctl.model.cost import Costs, measured
from patternctl.model.estimate import Estimate

_COLUMNS = (*ENDS, "likely floor")
_WIDEST = 44
"""Characters that names of lines may take."""


class Row(NamedTuple):
    """One line of a table of costs."""

    label: str
    cost: Estimate | None
    floor: Estimate | None
    note: str = ""
    depth: int = 0


def text(bill: Bill, prices: Prices, *, items: bool = False, width: int = 100) -> str:
    """The bill for a terminal: by element, or with `items` by component."""
    book = prices.book
    rows = [*_rows(bill, items=items)]
    lines = [
        f"{bill.title}: {bill.currency} a month, low to high",
        f"{book.title}, list prices on demand" if not bill.notes else book.title,
        "",
        *_table(rows),
        "",
        *_summary(bill, prices),
    ]
    lines += _unknowns(bill, width)
    if bill.assumptions:
        lines += ["", "Assumed; --set NAME=VALUE says better:", ""]
        lines += _assumed(bill.assumptions, width)
    for told in (*_limits(bill), *bill.notes):
        lines += ["", *wrap(told, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def markdown(bill: Bill, prices: Prices, *, items: bool = False) -> str:
    """The bill as a table for a pull request or a page."""
    lines = [f"### {cell(bill.title)}: {bill.currency} a month", ""]
    lines += ["| | " + " | ".join(_COLUMNS) + " |", "|---|" + "---:|" * len(_COLUMNS)]
    for row in _rows(bill, items=items):
        label = "&nbsp;" * 4 * row.depth + cell(row.label)
        cells = _cells(row) if row.cost is not None else [cell(row.note), "", "", ""]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    lines += ["", *(f"- {cell(line)}" for line in _summary(bill, prices))]
    lines += [f"- Not in these sums: {cell(line)}" for line in _reasons(bill)]
    if bill.assumptions:
        lines += ["", "| assumed | value | because |", "|---|---|---|"]
        lines += [
            f"| `{a.id}` | {spoken(a.measure, a.value)} | {cell(a.because)} |"
            for a in bill.assumptions
        ]
    lines += ["", f"Prices: {prices.book.title}."]
    for told in (*_limits(bill), *bill.notes):
        lines += ["", told]
    return "\n".join(lines) + "\n"


def document(bill: Bill, prices: Prices) -> dict[str, Any]:
    """The bill in plain types."""
    return {
        "name": bill.name,
        "title": bill.title,
        "currency": bill.currency,
        "book": bill.book,
        "infrastructure": plain(bill.infrastructure),
        "floor": plain(bill.floor),
        "per_request": plain(bill.per_request),
        "people": plain(bill.people),
        "lines": [_line(line, prices) for line in bill.lines],
        "assumptions": [
            {**each._asdict(), "value": plain(each.value)} for each in bill.assumptions
        ],
        "left_out": [*bill.left_out],
        "notes": [*bill.notes],
    }


def csv(bills: Iterable[Bill]) -> str:
    """One row for each line of the bills; amounts that are not known are empty."""
    out = io.StringIO()
    writer = tables.writer(out, lineterminator="\n")
    amounts = [f"{name}_{end}" for name in ("quantity", "cost", "floor") for end in ENDS]
    writer.writerow(
        ["design", "id", "title", "role", "resource", "unit", *amounts, "currency", "unknown"]
    )
    for bill in bills:
        for line in bill.lines:
            numbers = [
                number(value)
                for amount in (line.quantity, line.cost, line.floor)
                for value in (amount or [None] * 3)
            ]
            own = [bill.name, line.id, line.title, line.role, line.resource, line.unit]
            writer.writerow([*map(safe, own), *numbers, bill.currency, line.unknown])
    return out.getvalue()


def drivers(costs: Costs) -> str:
    """Every driver that `--set` takes, with its unit and what is taken without it."""
    lines: list[str] = []
    known = {"": costs.drivers, **{name: each.drivers for name, each in costs.materials.items()}}
    for materials, own in known.items():
        if own:
            lines += ["", f"of {costs.materials[materials].title}:" if materials else "shared:"]
        for name, driver in own.items():
            usual = "nothing: has to be stated"
            if driver.formula:
                usual = driver.formula
            elif driver.assume is not None:
                usual = spoken(driver.measure, measured(driver.measure, driver.assume))
            lines.append(f"  {name}  {driver.title} [{driver.measure}]: {usual}")
    return "\n".join(lines[1:]) + "\n"


def simulation(told: Simulation, currency: str, *, markdown: bool = False) -> str:
    """Percentiles of many draws, and what the spread comes from."""
    names = ("infrastructure", "people", "total")
    spreads = [(name, getattr(told, name)) for name in names]
    rows = [
        (name, *map(money, (each.p10, each.p50, each.p90, each.mean)))
        for name, each in spreads
        if each.p90
    ]
    table = _tables.markdown if markdown else _tables.aligned
    head = f"{told.draws:,} draws, seed {told.seed}: {currency} a month"
    lines = [head, "", *table(("", "P10", "P50", "P90", "mean"), rows)]
    causes = told.infrastructure.causes[:8]
    if causes:
        lines += ["", "What the spread of the infrastructure comes from:", ""]
        lines += [f"- {each.title}: {each.share:.0%}" for each in causes]
    return "\n".join(lines) + "\n"


# Rows


def _rows(bill: Bill, *, items: bool) -> Iterator[Row]:
    for people in (False, True):
        chosen = [line for line in bill.lines if line.people == people]
        for group, lines in _grouped(chosen, 1):
            if group:
                yield _sum(group, lines, 0)
            for element, own in _grouped(lines, 2):
                if not any(map(_shown, own)):
                    continue
                depth = 1 if group else 0
                yield _sum(_label(element, group, bill), own, depth)
                if items:
                    yield from (_item(line, depth + 1) for line in own if _shown(line))


def _grouped(lines: Iterable[Line], level: int) -> Iterator[tuple[str, list[Line]]]:
    """Lines by the first part of their names, or by the whole name of their element."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        element = line.id.rpartition("/")[0]
        name = element if level == 2 else _block(element)
        found.setdefault(name, []).append(line)
    yield from found.items()


def _label(element: str, group: str, bill: Bill) -> str:
    """An element without what the rows above say already."""
    if group:
        return element.removeprefix(f"{group}.")
    return element.removeprefix(f"{bill.name}/").removeprefix("system/")


def _block(element: str) -> str:
    head = element.partition("/")[0]
    block, dot, _ = head.partition(".")
    return block if dot else ""


def _sum(label: str, lines: Sequence[Line], depth: int) -> Row:
    known = [line for line in lines if line.cost is not None]
    floor = total(line.floor for line in lines)
    note = "" if len(known) == len(lines) else _why(lines)
    return Row(label, total(line.cost for line in known) if known else None, floor, note, depth)


def _why(lines: Iterable[Line]) -> str:
    """What keeps lines from having a cost; which resource has no price is told below the table."""
    return "; ".join(dict.fromkeys(_short(line.unknown) for line in lines if line.unknown))


def _short(why: str) -> str:
    return "no price" if why.startswith("no price for ") else why


def _item(line: Line, depth: int) -> Row:
    quantity = f"{money(line.quantity.likely)} {line.unit}" if line.quantity else ""
    label = f"{line.title}, {quantity}" if quantity else line.title
    return Row(label, line.cost, line.floor, _short(line.unknown), depth)


def _shown(line: Line) -> bool:
    """Whether a line is worth a row: what another price includes costs nothing."""
    return line.cost is None or line.cost.high > 0


def _table(rows: Sequence[Row]) -> Iterator[str]:
    labels = ["  " * row.depth + row.label for row in rows]
    widest = min(_WIDEST, max(map(len, labels), default=0))
    cells = [_cells(row) if row.cost is not None else None for row in rows]
    widths = [
        max([len(head), *(len(own[index]) for own in cells if own)])
        for index, head in enumerate(_COLUMNS)
    ]
    heads = "  ".join(head.rjust(width) for head, width in zip(_COLUMNS, widths, strict=True))
    yield " " * widest + "  " + heads
    for row, label, own in zip(rows, labels, cells, strict=True):
        start = label if len(label) <= widest else label[: widest - 1] + "…"
        if own is None:
            yield f"{start:<{widest}}  {row.note}"
        else:
            amounts = zip(own, widths, strict=True)
            numbers = "  ".join(cell.rjust(width) for cell, width in amounts)
            yield f"{start:<{widest}}  {numbers}" + (f"  + {row.note}" if row.note else "")


def _cells(row: Row) -> list[str]:
    cost = row.cost or Estimate(0, 0, 0)
    floor = money(row.floor.likely) if row.floor is not None else ""
    return [*map(money, cost), floor]


def _summary(bill: Bill, prices: Prices) -> Iterator[str]:
    machines = [line for line in bill.lines if not line.people]
    more = " and what is not known" if any(line.cost is None for line in machines) else ""
    yield f"Infrastructure: {span(bill.infrastructure)} {bill.currency} a month{more}"
    if unpriced := [line for line in machines if line.cost is None and _unpriced(line, prices)]:
        priced = len(machines) - len(unpriced)
        yield f"  {priced} of {len(machines)} lines priced: not comparable with other bills"
    yield f"  floor, without a request: {span(bill.floor)}"
    yield f"  for the requests: {span(bill.per_request)}{more}"
    if any(line.people for line in bill.lines):
        unknown = any(line.people for line in bill.unknown)
        people = f"People: {span(bill.people)} {bill.currency} a month"
        yield people + (" and what is not known" if unknown else "")


def _unpriced(line: Line, prices: Prices) -> bool:
    return bool(line.resource) and prices.find(line.resource) is None


def _limits(bill: Bill) -> Iterator[str]:
    """What the sums do not say."""
    if bill.left_out:
        yield f"Not modelled: {'; '.join(bill.left_out)}"
    if not bill.infrastructure.exact:
        yield (
            "Likely is every driver at its likeliest. Most ranges reach further up than down, so "
            "that sums tend to come out higher: --simulate tells how much."
        )


def _unknowns(bill: Bill, width: int) -> Iterator[str]:
    if bill.unknown:
        yield ""
        yield "Not in these sums:"
    for told in _reasons(bill):
        yield from wrap(told, width, initial_indent="  ", subsequent_indent="    ")


def _reasons(bill: Bill) -> Iterator[str]:
    """Lines without a cost, by the reason."""
    why: dict[str, list[str]] = {}
    for line in bill.unknown:
        why.setdefault(line.unknown, []).append(line.id)
    for reason, names in why.items():
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield f"{reason}: {shown}"


def _assumed(assumptions: Iterable[Assumption], width: int) -> Iterator[str]:
    for each in assumptions:
        name = each.id.rpartition("/")[2]
        head = f"  {name}={spoken(each.measure, each.value)}  "
        yield from wrap(f"{head}{each.title}. {each.because}", width, subsequent_indent="    ")


# Plain values


def _line(line: Line, prices: Prices) -> dict[str, Any]:
    agreed = prices.find(line.resource) if line.resource else None
    listed = agreed.listed if agreed else None
    return {
        **line._asdict(),
        "quantity": plain(line.quantity),
        "cost": plain(line.cost),
        "floor": plain(line.floor),
        "sku": listed and f"{listed.service}: {listed.sku}",
        "date": agreed and agreed.date and agreed.date.isoformat(),
    }
