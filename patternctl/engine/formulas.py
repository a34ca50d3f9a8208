"""The formulas by name: what there is, what each says of itself, and its result.

A public function that is defined in `patternctl.engine.models` is a formula.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from patternctl.engine import models

Formula = Callable[..., float]


@cache
def formulas() -> Mapping[str, Formula]:
    """Every formula by its name, in alphabetical order."""
    return {
        name: member
        for name, member in inspect.getmembers(models, inspect.isfunction)
        if member.__module__ == models.__name__ and not name.startswith("_")
    }


def evaluate(formula: str, given: Mapping[str, float | Sequence[float]]) -> float:
    """Result of the formula of that name for the arguments `given`.

    Raises `ValueError` for an unknown formula, for arguments that it does not have, that are
    missing or of the wrong kind, and for values that make no sense to it.
    """
    function = _formula(formula)
    parameters = inspect.signature(function).parameters
    _check_names(formula, list(parameters), list(given))
    for name, value in given.items():
        _check_kind(name, value, wants_number=parameters[name].annotation is float)
    try:
        return float(function(**given))
    except ArithmeticError as error:
        raise ValueError(f"{formula}: the numbers given are too large or too small") from error


def expression(name: str) -> str:
    """The formula of that name as text. Raises `ValueError` for an unknown name."""
    return _told(name, "Formula: ")


def source(name: str) -> str:
    """The publication a formula is taken from. Raises `ValueError` for an unknown name."""
    return _told(name, "Source: ")


def _formula(name: str) -> Formula:
    known = formulas()
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise ValueError(f'unknown formula "{name}"{hint}')
    return known[name]


def _told(name: str, label: str) -> str:
    lines = inspect.getdoc(_formula(name)) or ""
    return next(line.removeprefix(label) for line in lines.splitlines() if line.startswith(label))


def _check_names(formula: str, known: list[str], given: list[str]) -> None:
    unknown = [name for name in given if name not in known]
    missing = [name for name in known if name not in given]
    faults = [f"does not take {', '.join(unknown)}"] * bool(unknown)
    faults += [f"needs {', '.join(missing)}"] * bool(missing)
    if faults:
        takes = f"{formula}({', '.join(known)})"
        raise ValueError(f"{takes} {' and '.join(faults)}")


def _check_kind(name: str, value: object, *, wants_number: bool) -> None:
    items = [value] if wants_number else value
    if not isinstance(items, Sequence) or not all(map(_is_number, items)):
        raise ValueError(f"{name} should be a {'number' if wants_number else 'list of numbers'}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
