"""What a change costs, for a terminal, a pull request and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from patternctl.engine.costdiff import Change, Difference, Sum
from patternctl.engine.costexplain import Move
from patternctl.generators import _tables
from patternctl.generators._amounts import cell, money, plain, spoken
from patternctl.model.bill import Line
from patternctl.model.estimate import Estimate

MARKER = "<!-- patternctl-cost-diff -->"
"""First line of the comment, by which the next run finds and replaces it."""
_HEADS = ("", "before", "after", "difference", "range", "because")


class Told(NamedTuple):
    """What is told of a change."""

    difference: Difference
    moves: Mapping[str, Sequence[Move]]
    """Drivers that have moved, by line."""
    places: Mapping[str, str]
    """Where elements are declared that are there on one side only, by line."""
    verdict: str
    """Whether a limit is kept; empty without one."""
    notes: Sequence[str]


def text(told: Told) -> str:
    """For a terminal."""
    found = told.difference
    if not found.changes:
        return f"{found.base} and {found.head} cost the same, line by line\n"
    lines = [f"{found.base} to {found.head}: {found.currency} a month, likely", ""]
    lines += _tables.aligned(_HEADS, [*_rows(told), *_sums(found)], words=1)
    share = found.infrastructure.percent
    lines += ["", *([f"infrastructure: {share:+.1f} %"] if share is not None else [])]
    lines += _remarks(told)
    return "\n".join(lines).rstrip() + "\n"


def markdown(told: Told) -> str:
    """A comment for a pull request."""
    found = told.difference
    lines = [MARKER, f"### Cost: {_title(found)}", ""]
    if not found.changes:
        return "\n".join([*lines, "No line of the bill changes."]) + "\n"
    lines += _tables.markdown(("likely", *_HEADS[1:-1]), (row[:-1] for row in _sums(found)))
    lines += ["", "<details><summary>Line by line</summary>", ""]
    lines += _tables.markdown(_HEADS, _rows(told, "&nbsp;" * 4), words=1)
    lines += ["", "</details>", ""]
    lines += [f"- {cell(remark)}" for remark in _remarks(told)]
    return "\n".join(lines).rstrip() + "\n"


def document(told: Told) -> dict[str, Any]:
    """In plain types."""
    found = told.difference
    return {
        "base": found.base,
        "head": found.head,
        "currency": found.currency,
        "infrastructure": _sum(found.infrastructure),
        "people": _sum(found.people),
        "changes": [
            {
                "id": each.id,
                "title": each.title,
                "kind": each.kind,
                "people": each.people,
                "before": _side(each.before),
                "after": _side(each.after),
                "difference": each.difference,
                "range": plain(each.range),
                "became": each.became,
                "because": [
                    {**move._asdict(), "before": plain(move.before), "after": plain(move.after)}
                    for move in told.moves.get(each.id, ())
                ],
            }
            for each in found.changes
        ],
        "verdict": told.verdict,
        "notes": [*told.notes],
    }


def _title(found: Difference) -> str:
    """`+173 USD a month and an unknown (+12.0 %)`."""
    title = f"{_signed(found.infrastructure.difference)} {found.currency} a month"
    if many := len(found.untold):
        title += " and an unknown" if many == 1 else f" and {many} unknowns"
    share = found.infrastructure.percent
    return title if share is None else f"{title} ({share:+.1f} %)"


def _rows(told: Told, indent: str = "  ") -> Iterator[tuple[str, ...]]:
    """Lines of each element below its name."""
    element = None
    for each in sorted(told.difference.changes, key=lambda change: _element(change.id)):
        if each.difference == 0 and not each.became:
            continue  # what another price includes
        if _element(each.id) != element:
            element = _element(each.id)
            yield element, "", "", "", "", ""
        yield (
            f"{indent}{_MARKS[each.kind]} {each.title}",
            _cost(each.before),
            _cost(each.after),
            "?" if each.difference is None else _signed(each.difference),
            _range(each.range),
            _because(told, each),
        )


_MARKS = {"added": "+", "removed": "-", "changed": "~"}


def _element(line_id: str) -> str:
    return line_id.rpartition("/")[0]


def _because(told: Told, change: Change) -> str:
    """`replicas 4 → 8, shop.yaml:5`."""
    moves = [_move(each) for each in told.moves.get(change.id, ())]
    more = [f"and {len(moves) - 2} more"] if len(moves) > 2 else []
    place = _line_of(told.places.get(change.id, ""))
    added = f"{change.kind}, {place}" if place else ""
    return "; ".join([*moves[:2], *more]) or added


def _move(move: Move) -> str:
    values = " → ".join(
        "?" if each is None else spoken(move.measure, each) if move.measure else money(each.likely)
        for each in (move.before, move.after)
    )
    place = _line_of(move.place)
    return f"{move.name} {values}" + (f", {place}" if place else "")


def _line_of(place: str) -> str:
    """A place without its column."""
    head, colon, last = place.rpartition(":")
    return head if colon and last.isdecimal() and head.rpartition(":")[2].isdecimal() else place


def _sums(found: Difference) -> Iterator[tuple[str, ...]]:
    for name, each in (("infrastructure", found.infrastructure), ("people", found.people)):
        if each.before.high or each.after.high:
            before, after = money(each.before.likely), money(each.after.likely)
            yield name, before, after, _signed(each.difference), _range(each.range), ""


def _remarks(told: Told) -> Iterator[str]:
    found = told.difference
    if told.verdict:
        yield told.verdict
    for each in found.untold:
        yield f"{each.id} is not in these sums: {why(each)}"
    yield from told.notes


def why(change: Change) -> str:
    """What keeps the cost of a change from being known."""
    if change.became == "known":
        return f"it was not known before ({change.before.unknown if change.before else ''})"
    sides = (change.after, change.before)
    return next((line.unknown for line in sides if line and line.unknown), "its cost is not known")


def _cost(line: Line | None) -> str:
    if line is None:
        return ""
    return "?" if line.cost is None else money(line.cost.likely)


def _range(amount: Estimate | None) -> str:
    if amount is None or amount.exact:
        return ""
    return f"{_signed(amount.low)} to {_signed(amount.high)}"


def _signed(amount: float) -> str:
    return f"{'+' if amount > 0 else '-' if amount < 0 else ''}{money(abs(amount))}"


def _sum(each: Sum) -> dict[str, Any]:
    return {
        "before": plain(each.before),
        "after": plain(each.after),
        "difference": each.difference,
        "range": plain(each.range),
        "percent": each.percent,
    }


def _side(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    return {"quantity": plain(line.quantity), "cost": plain(line.cost), "unknown": line.unknown}
