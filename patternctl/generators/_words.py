"""What pages of the catalog are written with: numbers, lines, names, verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from patternctl.engine import formulas as known
from patternctl.engine import ledger
from patternctl.model.base import CatalogModel
from patternctl.model.figure import Computation

VERDICTS = {
    "holds": "which **holds**",
    "holds-when": "which **holds when** the conditions here are met",
    "overstated": "which is **overstated**",
    "false": "which is **false**",
    "unchecked": "which is **unchecked**: nothing at hand confirms or refutes it",
}


class Formula(NamedTuple):
    """A formula that a page names."""

    name: str
    expression: str
    source: str


def helpers() -> dict[str, object]:
    """What templates of pages may call."""
    return {
        "argument": argument,
        "number": number,
        "prose": prose,
        "spans": ledger.spans,
        "verdicts": VERDICTS,
        "words": words,
    }


def formulas(model: CatalogModel) -> list[Formula]:
    """The formulas that figures in `model` rest on, each once, by name."""
    names = sorted({run.formula for run in _computations(model)} & known.formulas().keys())
    return [Formula(name, known.expression(name), known.source(name)) for name in names]


def _computations(value: object) -> Iterator[Computation]:
    if isinstance(value, Computation):
        yield value
    elif isinstance(value, CatalogModel):
        for _, inner in value:
            yield from _computations(inner)
    elif isinstance(value, dict | tuple):
        items: Iterable[object] = value.values() if isinstance(value, dict) else value
        for inner in items:
            yield from _computations(inner)


def prose(text: str) -> str:
    """Text as Markdown paragraphs: what looks like a heading is none."""
    return "\n".join(f"\\{line}" if line.startswith("#") else line for line in text.split("\n"))


def number(value: object) -> str:
    """A value as people read it: thousands apart, no needless digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(number, value)) + "]"
    return str(value)


def argument(value: object) -> str:
    """A value as a formula takes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(argument, value)) + "]"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def words(name: str) -> str:
    """`write-latency` as a heading has it: `Write latency`."""
    text = name.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]
