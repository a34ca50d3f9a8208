"""Formulas as data: what they give, what bounds hold, what is refused."""

import math
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.model.estimate import Estimate, Intervals, exactly, read
from patternctl.model.expression import MOST, parse

NAMES = ("a", "b", "c")
INTERVALS = Intervals()
_parts = st.floats(-100, 100).map(lambda number: round(number, 3) + 0.0)
_ranges = st.lists(_parts, min_size=3, max_size=3).map(sorted).map(read)
_leaves = st.sampled_from(NAMES) | st.integers(0, 99).map(str)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shapes = [f"({{}} {sign} {{}})" for sign in "+-*/"] + ["min({}, {})", "max({}, {})"]
    pairs = st.builds(str.format, st.sampled_from(shapes), inner, inner)
    return pairs | st.builds("ceil({})".format, inner)


FORMULAS = st.recursive(_leaves, _grown, max_leaves=6)


def computed(text: str, values: dict[str, Estimate]) -> Estimate:
    found: Estimate = parse(text).evaluate(values.__getitem__, INTERVALS)
    return found


def plainly(text: str, values: dict[str, float]) -> float:
    """The formula as Python computes it."""
    ceil: Callable[[float], float] = lambda value: float(math.ceil(value - 1e-9))  # noqa: E731
    names: dict[str, Any] = {**values, "min": min, "max": max, "ceil": ceil, "__builtins__": {}}
    return float(eval(text, names))


@given(text=FORMULAS, ranges=st.tuples(_ranges, _ranges, _ranges), data=st.data())
def test_bounds_hold_for_every_point_inside(
    text: str, ranges: tuple[Estimate, ...], data: st.DataObject
) -> None:
    values = dict(zip(NAMES, ranges, strict=True))
    try:
        bounds = computed(text, values)
    except ZeroDivisionError:
        return
    points = {n: data.draw(st.floats(value.low, value.high)) for n, value in values.items()}
    slack = 1e-6 * max(1.0, *map(abs, bounds))
    assert bounds.low - slack <= plainly(text, points) <= bounds.high + slack
    assert bounds.low - slack <= bounds.likely <= bounds.high + slack


@given(text=FORMULAS, points=st.tuples(_parts, _parts, _parts))
def test_what_is_known_exactly_gives_what_python_gives(
    text: str, points: tuple[float, ...]
) -> None:
    values = dict(zip(NAMES, points, strict=True))
    try:
        found = computed(text, {name: exactly(value) for name, value in values.items()})
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            plainly(text, values)
        return
    assert found.exact
    assert found.likely == pytest.approx(plainly(text, values), rel=1e-9, abs=1e-9)


@given(text=FORMULAS)
def test_names_are_those_that_are_read(text: str) -> None:
    read_: list[str] = []

    def note(name: str) -> Estimate:
        read_.append(name)
        return exactly(1.0)

    expression = parse(text)
    try:
        expression.evaluate(note, INTERVALS)
    except ZeroDivisionError:
        return
    assert {*read_} == {*expression.names}


@given(st.text(alphabet="ab1 +-*/().,<>=[]{}'\":;@%!~^&|\\\n\0lambdexifor", max_size=60))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert set("".join(parse(text).names)) <= set("ab1lambdexifor")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no formula"),
        ("a +", "is no formula"),
        ("a ** b", "is not +"),
        ("a // b", "is not +"),
        ("-a", "is not +"),
        ("a if b else c", "is not +"),
        ("lambda: a", "is not +"),
        ("[a for a in b]", "is not +"),
        ("a.__class__", "is not +"),
        ("a[0]", "is not +"),
        ("(a := 1)", "is not +"),
        ("exec(a)", "there is no function `exec`"),
        ("min(*a)", "is not +"),
        ("min(a, key=b)", "is not +"),
        ("min(a)", "two or more"),
        ("ceil(a, b)", "one value"),
        ("ceil()", "one value"),
        ("(min)(a)", "two or more"),
        ("min(min, a).x", "is not +"),
        ("True", "is no number"),
        ("None", "is no number"),
        ("1j", "is no number"),
        ("1e400", "is no number"),
        ("1" * 400, "is no number"),
        ("'a'", "is no number"),
        ("f'{a}'", "is not +"),
        ("...", "is no number"),
        ("a" * (MOST + 1), "longer than"),
        ("(" * 240 + "a" + ")" * 240, "is no formula"),
    ],
)
def test_what_is_no_formula_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        parse(text)


def test_sums_are_computed_up_to_a_depth() -> None:
    assert computed("+".join(["1"] * 39), {}).likely == 39
    with pytest.raises(ValueError, match="nests more than 40 operations"):
        parse("+".join(["1"] * 60))
    with pytest.raises(ValueError, match="nests more than 40 operations"):
        parse("ceil(" * 60 + "a" + ")" * 60)


def test_a_divisor_that_may_be_zero_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        computed("1 / a", {"a": Estimate(-1, 1, 2)})
    with pytest.raises(ZeroDivisionError):
        computed("1 / a", {"a": Estimate(0, 1, 2)})
