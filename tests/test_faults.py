"""From pydantic's complaints to problems: unions, recursion, keys that are named like fields."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from patternctl import faults, yamlio
from patternctl.faults import Form
from patternctl.model.pattern import Pattern
from tests.test_schema import places

FORM = Form(Pattern, "a pattern")


def told(text: str) -> Iterator[str]:
    document = yamlio.parse(text, "a.yaml")
    data = document.plain()
    with pytest.raises(ValidationError) as caught:
        Pattern.model_validate(data)
    found = faults.problems(caught.value.errors(include_url=False), data, document, FORM)
    yield from (str(problem) for problem in found.values() if "is missing" not in problem.message)


FLOW = "kind: flow, title: A, nodes: {a: {label: A, kind: step}}, edges: [{from: a, to: a}]"
STEPS = "kind: sequence, title: A, participants: {a: A}, steps"
FIGURE = "says: A, value: 1, unit: B, condition: C, lines: 1, verdict: holds, why: D"
CASES = {
    f"diagrams: {{main: {{{FLOW}, edgs: []}}}}": 'unknown key "edgs" (did you mean "edges"?)',
    f"diagrams: {{main: {{{FLOW}, participants: {{}}}}}}": (
        'unknown key "participants" (known here: '
        "direction, edges, groups, kind, lines, nodes, title)"
    ),
    f"diagrams: {{sequence: {{{FLOW}, participants: {{}}}}}}": (
        'unknown key "participants" (known here: '
        "direction, edges, groups, kind, lines, nodes, title)"
    ),
    f"diagrams: {{main: {{{STEPS}: [{{alternatives: [{{when: A, steps: [{{sai: A}}]}}]}}]}}}}": (
        'unknown key "sai" (did you mean "say"?)'
    ),
    "diagrams: {main: {kind: flaw}}": (
        "kind: \"flaw\" is none of 'flow', 'sequence', 'states' (did you mean \"flow\"?)"
    ),
    "diagrams: {main: 3}": "main: 3 should be a mapping",
    f"metrics: {{verdict: {{{FIGURE}, references: 3, wyh: 3}}}}": (
        'unknown key "wyh" (did you mean "why"?)'
    ),
    f"metrics: {{a: {{{FIGURE}, computed: [{{formula: a, given: {{x: [1, b]}}, gives: 1, unit: A, "
    "shows: B}]}}": 'x: "b" should be a number',
    f"metrics: {{a: {{{FIGURE}, computed: [{{formula: a, given: {{x: b}}, gives: 1, unit: A, "
    "shows: B}]}}": 'x: "b" should be a number',
    "metrics: {a: {says: A, value: 1, unit: B, condition: C, verdict: holds, why: D}}": (
        "a: a figure needs its origin: `lines` of the source, or a `source`"
    ),
    "when: Always.": 'when: "Always." should be a list (write `[Always.]`)',
    "when: []": "when: should not be empty",
    "name: 3": "name: 3 should be text (put it in quotes)",
    "name: ''": 'name: "" should not be empty',
    "lines: {a: 5-3}": (
        'a: "5-3" should be a line number, a range such as 47-58, or a list of them'
    ),
    "type: micr": (
        "type: \"micr\" should be 'micro', 'system', 'baseline' or 'mechanism' "
        '(did you mean "micro"?)'
    ),
    "requires: [a]": "requires: should be a mapping",
    "requires: {A B: So.}": "\"A B\" string should match pattern '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'",
}


@pytest.mark.parametrize(("text", "message"), CASES.items(), ids=CASES)
def test_one_fault_is_told_once_at_its_place(text: str, message: str) -> None:
    faults_told = list(told(text))
    where = "a.yaml:1:"
    assert len([each for each in faults_told if message in each]) == 1, faults_told
    assert all(each.startswith(where) for each in faults_told)


OUTBOX = yamlio.read(Path(__file__).parent.parent / "catalog" / "patterns" / "outbox.yaml").plain()
ODD: list[Any] = [
    None,
    True,
    -1,
    1.5,
    "",
    "none",
    "x y",
    [],
    {},
    ["a"],
    {"a": {}},
    {"kind": "flow"},
]


@given(st.data())
def test_no_change_of_a_pattern_goes_untold_or_breaks_the_telling(data: st.DataObject) -> None:
    tree = json.loads(json.dumps(OUTBOX))
    container, key = data.draw(st.sampled_from(list(places(tree))))
    value = container.pop(key)
    if data.draw(st.booleans()) and isinstance(container, dict):
        container[f"{key}x"] = value
    elif isinstance(container, dict):
        container[key] = data.draw(st.sampled_from(ODD))
    else:
        container.insert(key, data.draw(st.sampled_from(ODD)))
    document = yamlio.parse(json.dumps(tree, indent=1), "a.yaml")
    try:
        Pattern.model_validate(tree)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = faults.problems(details, tree, document, FORM)
        assert found
        assert all(problem.location and problem.location.line for problem in found.values())
        assert not any("  " in problem.message for problem in found.values())


def test_a_root_that_is_no_mapping() -> None:
    assert list(told("- a\n")) == ["a.yaml:1:1: a pattern: should be a mapping"]
