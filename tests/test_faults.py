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
from patternctl.model.diagram import Flow, States
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
        "a: a figure needs its origin "
        "(add `source: <id of a reference>`, or `lines` of the source document)"
    ),
    "when: Always.": 'when: "Always." should be a list (write `[Always.]`)',
    "when: []": "when: should not be empty (list one or more)",
    "guarantees: []": "guarantees: should not be empty (list one or more)",
    "guarantees: [{property: latency, holds: A, verdict: holds}]": (
        "guarantees: a guarantee that the source document does not claim "
        "(add `references: [<id of a reference>]`, or `claimed` and its `lines`)"
    ),
    "disputes: [{number: 0, topic: A, kind: hard, sides: [{says: A, lines: 1}], ruling: B}]": (
        "sides: should hold 2 or more (list 2 or more)"
    ),
    "examples: {a: {title: A, lines: []}}": "lines: should not be empty (list one or more)",
    "summary: '  '": 'summary: "  " should not be empty (write what is to be said)',
    **{
        f"metrics: {{a: {{{FIGURE.replace('value: 1', f'value: {value}')}}}}}": (
            "a number, a range [low, high], or words for what has no number"
        )
        for value in ("'  '", ".inf", "[1, .inf]", "[2, 1]", "true")
    },
    "name: 3": "name: 3 should be text (put it in quotes)",
    "name: ''": 'name: "" should not be empty (write what is to be said)',
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

GROUPS = (
    "kind: flow, title: A, nodes: {a: {label: A, kind: step, within: g}}, edges: [{from: a, to: a}]"
)
STATES = "kind: states, title: A, transitions: [{from: start, to: a}]"
DIAGRAMS = {
    f"{GROUPS}, groups: {{g: {{label: A, within: g}}}}": "these stand within one another: g → g",
    f"{GROUPS}, groups: {{g: {{label: A, within: h}}, h: {{label: A, within: i}}, "
    "i: {label: A, within: h}}": "these stand within one another: h → i → h",
    f"{STATES}, states: {{a: {{label: A, within: b}}, b: {{label: B, within: a}}}}": (
        "these stand within one another: a → b → a"
    ),
    f"{STATES}, states: {{a: {{label: A}}, start: {{label: B}}}}": (
        "start cannot name a state (start and end stand for the machine's beginning and end)"
    ),
    f"{STATES}, states: {{a: {{label: A}}, b: {{label: B}}}}": (
        "no transition leads to or from b (connect it, or remove it)"
    ),
    f"{STATES}, states: {{a: {{label: A, within: end}}}}": "there is no state end (there are: a)",
    "kind: sequence, title: A, participants: {a: A, b: B, c: C}, "
    "steps: [{from: a, to: a, say: A}]": "no step involves b, c (connect it, or remove it)",
}


@pytest.mark.parametrize(("text", "message"), DIAGRAMS.items(), ids=DIAGRAMS)
def test_a_diagram_that_cannot_be(text: str, message: str) -> None:
    (fault,) = told(f"diagrams: {{main: {{{text}}}}}")
    assert message in fault


def test_what_stands_within_others_is_a_diagram() -> None:
    chain = {f"g{number}": {"label": "A", "within": f"g{number + 1}"} for number in range(20_000)}
    chain["g20000"] = {"label": "A"}
    node = {"label": "A", "kind": "step", "within": "g0"}
    edge = {"from": "a", "to": "a"}
    flow = {"kind": "flow", "title": "A", "groups": chain, "nodes": {"a": node}, "edges": [edge]}
    Flow.model_validate(flow)
    states = {"a": {"label": "A", "within": "b"}, "b": {"label": "B"}}
    step = {"from": "start", "to": "a"}
    States.model_validate({"kind": "states", "title": "A", "states": states, "transitions": [step]})


MISSING = {
    "id: a": ("type", "write `type: …`, one of micro, system, baseline, mechanism"),
    "diagrams: {main: {title: A}}": ("kind", "write `kind: …`, one of flow, sequence, states"),
    "complexity: low": ("name", "write `name: …`"),
}


@pytest.mark.parametrize(("text", "hint"), MISSING.items(), ids=MISSING)
def test_the_hint_for_a_missing_key_names_its_words(text: str, hint: tuple[str, str]) -> None:
    document = yamlio.parse(text, "a.yaml")
    with pytest.raises(ValidationError) as caught:
        Pattern.model_validate(document.plain())
    details = caught.value.errors(include_url=False)
    found = faults.problems(details, document.plain(), document, FORM).values()
    assert {p.hint for p in found if p.message == f'"{hint[0]}" is missing'} == {hint[1]}


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
