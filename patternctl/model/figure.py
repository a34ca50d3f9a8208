"""A number somebody states, where it is stated, and whether it is true."""

from __future__ import annotations

import re
from math import isfinite
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from patternctl.model.base import (
    CatalogModel,
    Id,
    Ids,
    Items,
    Text,
    refusal,
    rules,
    told,
    when,
)
from patternctl.model.vocabulary import Verdict

_LARGEST = 9_999_999
"""Largest line number: seven digits."""
_SPAN = re.compile(r"([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?")


def _spans(value: object) -> object:
    """`63`, `47-58` or a list of them, to pairs of first and last line."""
    spans = []
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, tuple):
            spans.append(item)
            continue
        match = _SPAN.fullmatch(str(item)) if isinstance(item, int | str) else None
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise ValueError("should be a line number, a range such as 47-58, or a list of them")
        spans.append((first, last))
    return tuple(spans)


_SPAN_SCHEMA: dict[str, Any] = {
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": _LARGEST,
    "pattern": f"^{_SPAN.pattern}$",
}
_LINES_SCHEMA = {
    **_SPAN_SCHEMA,
    "type": ["integer", "string", "array"],
    "items": _SPAN_SCHEMA,
}
_Spans = Annotated[tuple[tuple[int, int], ...], Strict(strict=False)]
Lines = Annotated[_Spans, BeforeValidator(_spans), WithJsonSchema(_LINES_SCHEMA)]
"""Lines of the source document: first and last of each place."""
SomeLines = Annotated[
    _Spans,
    Field(min_length=1),
    BeforeValidator(_spans),
    WithJsonSchema({**_LINES_SCHEMA, "minItems": 1}),
]
"""As `Lines`, at least one place."""


def _value(value: object) -> object:
    if isinstance(value, list | tuple):
        numbers = [item for item in value if _is_number(item)]
        if len(numbers) == len(value) == 2 and numbers[0] <= numbers[1]:
            return tuple(numbers)
    elif isinstance(value, str):
        if value.strip():
            return value
    elif _is_number(value):
        return value
    raise ValueError("should be a number, a range [low, high], or words for what has no number")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


Value = Annotated[
    float | tuple[float, float] | str,
    PlainValidator(_value),
    PlainSerializer(lambda value: value, return_type=Any),
    WithJsonSchema(
        {
            "type": ["number", "string", "array"],
            "pattern": r"\S",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        }
    ),
]
"""A number, a range from low to high, or words where the claim is a formula or a word."""


class Computation(CatalogModel):
    """A number recomputed from a formula of `patternctl.engine.models`."""

    formula: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    """Name of the formula."""
    given: dict[str, float | Items[float]]
    """Its arguments."""
    gives: float
    """What it yields, rounded to what matters."""
    unit: Text
    """Unit of the result."""
    shows: Text
    """What follows from it, in one phrase."""


class Figure(CatalogModel):
    """One quantitative claim: what is said, where, under which condition, and the verdict."""

    model_config = rules(when({"not": told("lines")}, told("source")))

    says: Text
    """The claim in one phrase, numbers and all."""
    value: Value
    """The number claimed."""
    unit: Text
    """Unit of `value`, such as `ms` or `events/s`."""
    condition: Text
    """What the number is measured on or holds for; "not stated" where the source is silent."""
    lines: Lines = ()
    """Where the source document says it."""
    source: Id | None = None
    """The reference that says it, where it is not the source document."""
    verdict: Verdict
    """Whether it is true."""
    why: Text
    """The reason for the verdict, in one to three sentences."""
    instead: Text | None = None
    """What to reckon with in its place."""
    computed: Items[Computation] = ()
    """Numbers of the reason, recomputed from formulas."""
    references: Ids = ()
    """References the verdict rests on."""
    disputes: Items[int] = ()
    """Numbers of the contradictions it takes part in."""

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if not self.lines and not self.source:
            remedy = "add `source: <id of a reference>`, or `lines` of the source document"
            raise refusal("a figure needs its origin", remedy)
        return self


class Side(CatalogModel):
    """One of two statements that do not fit together."""

    says: Text
    """The statement, in one phrase."""
    lines: SomeLines
    """Where the source document says it."""


class Dispute(CatalogModel):
    """A place where the source document contradicts itself; both values are kept."""

    number: Annotated[int, Field(ge=1)]
    """Number in the ledger, from 1."""
    topic: Text
    """What it is about."""
    kind: Literal["hard", "soft"]
    """`hard`: both cannot be true of the same thing. `soft`: another context, or by arithmetic."""
    sides: Annotated[Items[Side], Field(min_length=2)]
    """The statements, two or more."""
    ruling: Text
    """What patternctl goes by, and why."""


Figures = dict[Id, Figure]
