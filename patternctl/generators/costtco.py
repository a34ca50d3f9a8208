"""Staying against changing over, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any, NamedTuple

from patternctl.engine.tco import Month, Ownership
from patternctl.generators import _tables
from patternctl.generators._amounts import cell, money, plain, span, spoken

_HEADS = ("month", "stay", "run", "beside", "effort", "stayed", "changed")
_EACH = 12
"""Months between two rows of the table, apart from those in which something happens."""


class Told(NamedTuple):
    """What is told."""

    ownership: Ownership
    current: str
    """Title of what is there."""
    target: str
    remarks: Sequence[str]
    """What is not known of either side, and what has to be known about the prices."""


def text(told: Told, width: int = 100) -> str:
    """For a terminal."""
    own = told.ownership
    lines = [f"{told.current} to {told.target}: {own.currency}, likely", ""]
    lines += _tables.aligned(_HEADS, map(_row, _shown(own)))
    lines += ["", *_verdict(own)]
    for remark in told.remarks:
        lines += wrap(remark, width, subsequent_indent="  ")
    if own.assumptions:
        lines += ["", "Assumed:", ""]
    for each in own.assumptions:
        value = spoken(each.measure, each.value)
        lines += wrap(f"  {each.title}: {value}. {each.because}", width, subsequent_indent="    ")
    return "\n".join(lines) + "\n"


def markdown(told: Told) -> str:
    """For a page or a decision record."""
    own = told.ownership
    lines = [f"### {cell(told.current)} to {cell(told.target)}: {own.currency}, likely", ""]
    lines += _tables.markdown(_HEADS, map(_row, _shown(own)))
    lines += ["", *(f"- {cell(line)}" for line in (*_verdict(own), *told.remarks))]
    lines += [
        f"- Assumed: {cell(each.title)}: {spoken(each.measure, each.value)}. {cell(each.because)}"
        for each in own.assumptions
    ]
    return "\n".join(lines) + "\n"


def document(told: Told) -> dict[str, Any]:
    """In plain types, every month."""
    own = told.ownership
    return {
        "from": told.current,
        "to": told.target,
        "currency": own.currency,
        "months": [
            {
                "month": each.number,
                **{key: plain(getattr(each, key)) for key in _HEADS_OF_MONTH},
            }
            for each in own.months
        ],
        "payback": own.payback,
        "earliest": own.earliest,
        "latest": own.latest,
        "left_out": [*own.left_out],
        "remarks": [*told.remarks],
        "assumptions": [{**each._asdict(), "value": plain(each.value)} for each in own.assumptions],
    }


_HEADS_OF_MONTH = ("stay", "run", "dual", "effort", "stayed", "changed")


def _shown(told: Ownership) -> Iterator[Month]:
    """The first month, the one in which both stop, the payback, every twelfth, the last."""
    last = told.months[-1].number
    both = max((each.number for each in told.months if each.dual.likely), default=0)
    wanted = {1, both, both + 1, told.payback, last}
    for each in told.months:
        if each.number in wanted or each.number % _EACH == 0:
            yield each


def _row(month: Month) -> tuple[str, ...]:
    amounts = (month.stay, month.run, month.dual, month.effort, month.stayed, month.changed)
    return str(month.number), *(money(each.likely) for each in amounts)


def _verdict(told: Ownership) -> Iterator[str]:
    last = told.months[-1]
    if told.payback:
        early = told.earliest or told.payback
        late = f"month {told.latest}" if told.latest else f"not within {last.number} months"
        bounds = f"earliest {early}, latest {late}"
        yield f"Changing over has paid off by month {told.payback} ({bounds})"
    else:
        best = f"; at best by month {told.earliest}" if told.earliest else ", not even at best"
        yield f"Changing over does not pay off within {last.number} months{best}"
    yield f"After {last.number} months: stayed {span(last.stayed)}, changed {span(last.changed)}"
    for each in told.left_out:
        yield f"Left out on both sides: {each}"
