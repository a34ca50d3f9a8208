"""Formulas asked for by name, as catalog files do."""

import inspect
from typing import Any

import pytest

from patternctl.engine import formulas, models

FORMULAS = formulas.formulas()


@pytest.mark.parametrize(
    ("formula", "arguments", "message"),
    [
        ("erlang", {}, 'unknown formula "erlang"; did you mean "erlang_[bc]"'),
        ("zzz", {}, 'unknown formula "zzz"$'),
        ("evaluate", {}, 'unknown formula "evaluate"'),
        ("_count", {}, 'unknown formula "_count"'),
        ("sqrt", {}, 'unknown formula "sqrt"'),
        ("littles_law", {"rate": 1}, r"littles_law\(rate, latency\) needs latency"),
        ("littles_law", {"rate": 1, "speed": 2}, "does not take speed and needs latency"),
        ("littles_law", {"rate": [1], "latency": 1}, "rate should be a number"),
        ("littles_law", {"rate": True, "latency": 1}, "rate should be a number"),
        ("littles_law", {"rate": "1", "latency": 1}, "rate should be a number"),
        ("serial_availability", {"parts": 0.9}, "parts should be a list of numbers"),
        ("serial_availability", {"parts": "0.9"}, "parts should be a list of numbers"),
        ("nested_attempts", {"attempts": 10.0, "layers": 400}, "too large or too small"),
        ("littles_law", {"rate": 10**400, "latency": 1}, "too large or too small"),
    ],
)
def test_evaluate_says_what_is_wrong(formula: str, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        formulas.evaluate(formula, arguments)


def test_evaluate_takes_what_yaml_gives() -> None:
    assert formulas.evaluate("serial_availability", {"parts": (1, 0.5)}) == 0.5
    assert isinstance(formulas.evaluate("nested_attempts", {"attempts": 4, "layers": 3}), float)


def test_formulas_are_told() -> None:
    assert formulas.expression("fan_out_tail") == "1 - (1 - slow)^leaves"
    assert formulas.source("fan_out_tail").startswith("Dean and Barroso, The Tail at Scale")
    with pytest.raises(ValueError, match="did you mean"):
        formulas.expression("fan_out_tails")


def test_formulas_are_the_public_functions_of_their_module() -> None:
    assert list(FORMULAS) == sorted(FORMULAS)
    assert not FORMULAS.keys() & {"evaluate", "formulas", "expression", "source"}
    assert FORMULAS["fan_out_tail"] is models.fan_out_tail


@pytest.mark.parametrize("name", FORMULAS)
def test_every_formula_is_documented(name: str) -> None:
    text = inspect.getdoc(FORMULAS[name]) or ""
    starts = [line.partition(" ")[0] for line in text.splitlines()]
    assert starts.count("Formula:") == starts.count("Source:") == starts.count("Raises") == 1
    assert formulas.expression(name)
    assert formulas.source(name)
    for parameter in inspect.signature(FORMULAS[name]).parameters.values():
        assert f"`{parameter.name}`" in text, parameter.name
        assert parameter.default is parameter.empty
