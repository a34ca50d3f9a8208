"""Formulas as data: the four operations, `min`, `max` and `ceil` over names and numbers.

They are parsed and walked, never executed as code.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, reduce
from typing import Annotated, Any, NamedTuple, Protocol, TypeVar

from pydantic import AfterValidator, StringConstraints

from patternctl.model.estimate import Estimate, exactly

MOST = 500
"""Longest formula, in characters: more cannot be checked by reading it."""
_DEEPEST = 40
"""Most operations within operations: formulas of drivers are computed inside one another."""
V = TypeVar("V")
Lookup = Callable[[str], V]


class Algebra(Protocol[V]):
    """How formulas are computed: on estimates, or on many draws at once."""

    def of(self, value: Estimate, key: tuple[str, str]) -> V: ...
    def add(self, one: V, other: V) -> V: ...
    def subtract(self, one: V, other: V) -> V: ...
    def multiply(self, one: V, other: V) -> V: ...
    def divide(self, one: V, other: V) -> V: ...
    def minimum(self, *all: V) -> V: ...  # noqa: A002
    def maximum(self, *all: V) -> V: ...  # noqa: A002
    def ceil(self, value: V) -> V: ...
    def tiered(self, quantity: V, tiers: Sequence[tuple[float, float]]) -> V: ...
    def share(self, amount: V, part: V, whole: V) -> V: ...
    def vanishes(self, value: V) -> bool: ...
    def exceeds(self, value: V, limit: V) -> bool: ...


Evaluate = Callable[[Lookup[Any], Algebra[Any]], Any]


class Expression(NamedTuple):
    """A parsed formula."""

    text: str
    names: tuple[str, ...]
    """What it reads, each once, in the order of the text."""
    evaluate: Evaluate
    """Its value, from that of its names. Raises `ZeroDivisionError`, and what the lookup raises."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The formula that `text` is. Raises `ValueError` with what is wrong with it."""
    if len(text) > MOST:
        raise ValueError(f"is longer than {MOST} characters: give parts of it names")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        if _depth(tree) > _DEEPEST:
            raise ValueError(f"nests more than {_DEEPEST} operations: give parts of it names")
        names = dict.fromkeys(_names(tree))
        return Expression(text, tuple(names), _built(tree))
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(
            "is no formula of + - * / ( ), min, max, ceil, names and numbers"
        ) from None


def _depth(tree: ast.AST) -> int:
    return 1 + max(map(_depth, ast.iter_child_nodes(tree)), default=0)


def _names(tree: ast.expr) -> Iterator[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]
    return (node.id for node in sorted(found, key=lambda n: (n.lineno, n.col_offset)))


_OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
}
_FUNCTIONS = {"min": "minimum", "max": "maximum", "ceil": "ceil"}


def _built(node: ast.expr) -> Evaluate:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _binary(_OPERATIONS[type(node.op)], _built(node.left), _built(node.right))
    if isinstance(node, ast.Name):
        name = node.id
        return lambda lookup, algebra: lookup(name)  # noqa: ARG005
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node.func.id, [_built(each) for each in node.args])
    raise ValueError(f"`{ast.unparse(node)}` is not + - * / ( ), min, max, ceil, a name, a number")


def _binary(operation: str, left: Evaluate, right: Evaluate) -> Evaluate:
    pick = operator.attrgetter(operation)
    return lambda lookup, algebra: pick(algebra)(left(lookup, algebra), right(lookup, algebra))


def _constant(value: object) -> Evaluate:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e18:
        raise ValueError(f"`{value!r}` is no number that a formula may hold")
    number = exactly(float(value))
    key = ("", repr(value))
    return lambda lookup, algebra: algebra.of(number, key)  # noqa: ARG005


def _call(name: str, arguments: list[Evaluate]) -> Evaluate:
    if name not in _FUNCTIONS:
        raise ValueError(f"there is no function `{name}`: known are {', '.join(_FUNCTIONS)}")
    if (name == "ceil") != (len(arguments) == 1):
        raise ValueError(f"`{name}` takes {'one value' if name == 'ceil' else 'two or more'}")
    pick = operator.attrgetter(_FUNCTIONS[name])
    if name == "ceil":
        only = arguments[0]
        return lambda lookup, algebra: pick(algebra)(only(lookup, algebra))
    return lambda lookup, algebra: reduce(
        pick(algebra), [each(lookup, algebra) for each in arguments]
    )


def _checked(text: str) -> str:
    parse(text)
    return text


Formula = Annotated[str, StringConstraints(min_length=1), AfterValidator(_checked)]
"""Text of an `Expression`."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A name in formulas: snake_case."""
