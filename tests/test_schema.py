"""The published schema and the reader accept the same manifests, and it says what to write."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from patternctl import catalog, manifest, yamlio
from patternctl.cli.schema import Kind
from patternctl.errors import CatalogError, PatternctlError
from patternctl.generators import schema
from patternctl.model.architecture import Architecture
from patternctl.model.pattern import Pattern

HEAD = "version: 1\nsystem: x\n"
SCHEMAS = {kind.value: json.loads(schema.render(kind.value)) for kind in Kind}
VALIDATOR = jsonschema.Draft202012Validator(SCHEMAS["manifest"])
EXAMPLES = [
    (f"{rule.id}: {example.title}", example.manifest)
    for rule in catalog.antipatterns().values()
    for example in (*rule.bad, *rule.good)
]
ACCEPTED = {
    "shorthand lists": "services: {a: {calls: [a], publishes: [e], consumes: [e], uses: [d]}}",
    "none": "services: {a: {calls: [{to: a, timeout: none, retry: none, circuit_breaker: none}]}}",
    "breaker": "services: {a: {calls: [{to: a, circuit_breaker: true}]}}",
    "schema": "events: {e: {schema: {version: 1}}}",
    "null is unknown": "services: {a: {calls: [{to: a, timeout: null}], replicas: null}}",
    "empty blocks": "services:\nflows:\nstores:\npatterns:\nlint: {ignore: }",
    "empty lists": "services: {a: {calls: , uses: , publishes: , consumes: }}",
    "settings": "services: {a: {calls: [{to: a, retry: {budget: none}, circuit_breaker: {}}]}}",
    "sizes": "stores: {a: {size: 1.5 GiB, availability: 99.9 %, latency: {p50: null}}}",
    "versions": "events: {e: {schema: {version: v1}}, f: {schema: {version: 1}}}",
    "no snapshots": "services: \npatterns: [{pattern: event-sourcing, at: [a], snapshots: none}]",
    "a day": "lint: {ignore: [{rule: x, until: 2027-03-01}]}",
    "all of it": "requirements: {availability: 100.00%}\nflows: {}",
    "zeros": "requirements: {availability: 000000000000000100%}",
    "a pattern without settings": "patterns: [{pattern: bulkhead, name: b}]",
    "a decision": "decisions: [{answers: {audit: critical}, outcome: edge, adr: 3, date: null}]",
    "a decision in full": "decisions: [{tree: a, answers: {}, outcome: edge, adr: a.md,"
    " date: 2026-03-01, problems: {a: b}}]",
    "no decisions": "decisions:",
    "evidence": "evidence: [{requirement: load-test, url: 'https://a.example', date: 2027-03-01}]",
    "evidence to come": "evidence: [{requirement: load-test, path: a.md, date: TODO, expires: },"
    " {requirement: chaos-test, date: }, {requirement: chaos-test}]",
    "money": "requirements: {budget: 20000 USD/month, availability: 99.9%}",
}
REFUSED = {
    "unknown key": "services: {a: {cals: []}}",
    "bare number": "services: {a: {calls: [{to: a, timeout: 2}]}}",
    "word for a number": "services: {a: {replicas: three}}",
    "negative": "services: {a: {replicas: -1}}",
    "yes": "requirements: {cost_sensitive: yes}",
    "enum": "services: {a: {kind: micro}}",
    "name": "services: {'a b': {}}",
    "pattern": "patterns: [{pattern: Outbox, at: []}]",
    "key of another pattern": "patterns: [{pattern: bulkhead, relay: cdc}]",
    "decision without outcome": "decisions: [{answers: {}}]",
    "decision without answers": "decisions: [{outcome: edge}]",
    "choice": "decisions: [{answers: {audit: Critical}, outcome: edge}]",
    "question": "decisions: [{answers: {3: critical}, outcome: edge}]",
    "yes for a word": "decisions: [{answers: {audit: true}, outcome: edge}]",
    "number of a record": "decisions: [{answers: {}, outcome: edge, adr: 0}]",
    "more than all": "requirements: {availability: 150%}",
    "a little more than all": "requirements: {availability: 100.1%}",
    "no service": "services: {a: }",
    "null where needed": "patterns: [{pattern: outbox, at: }]",
    "no such day": "lint: {ignore: [{rule: x, until: 2027-13-01}]}",
    "another way to write a day": "lint: {ignore: [{rule: x, until: 2027-W01-1}]}",
    "bare rate": "workload: {requests: 120}",
    "bare size": "workload: {payload: 4}",
    "text for a number": "workload: {peak_factor: many}",
    "bare ratio": "requirements: {availability: 0.99}",
    "bare money": "requirements: {budget: 20000}",
    "no list": "services: {a: {calls: b}}",
    "nothing called": "services: {a: {calls: [{via: http}]}}",
    "mapping for a list": "patterns: {pattern: outbox}",
    "kind of fact": "complete: [nothing]",
    "evidence some day": "evidence: [{requirement: load-test, date: soon}]",
    "evidence todo": "evidence: [{requirement: load-test, date: todo}]",
    "end to come": "evidence: [{requirement: load-test, expires: TODO}]",
}


def accepted_by_schema(text: str) -> bool:
    return VALIDATOR.is_valid(yamlio.parse(text, "a.yaml").plain())


def accepted_by_reader(text: str) -> bool:
    """Whether nothing but names is wrong, which no schema can tell."""
    try:
        manifest.from_text(text, "a.yaml")
    except PatternctlError as error:
        of_names = ("there is no ", "the path starts ")
        return all(problem.message.startswith(of_names) for problem in error.problems)
    return True


def properties(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, schema) of every property a file may have."""
    if isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            yield f"{path}.{name}", inner
        node = {key: inner for key, inner in node.items() if key != "if"}
    for key, inner in node.items() if isinstance(node, dict) else ():
        yield from properties(inner, f"{path}.{key}")
    for inner in node if isinstance(node, list) else ():
        yield from properties(inner, path)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_it_is_a_schema_that_describes_every_key(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])
    found = dict(properties(SCHEMAS[kind]))
    assert found
    assert [path for path, inner in found.items() if not inner.get("description")] == []


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_examples_of_the_catalog(name: str, text: str) -> None:
    assert accepted_by_schema(text)


CATALOG = Path(__file__).parent.parent / "catalog"
FILES = {
    kind: [file for folder in folders for file in sorted((CATALOG / folder).glob("*.yaml"))]
    for kind, folders in {
        "pattern": ("patterns", "baselines"), "antipattern": ("antipatterns",),
        "tree": ("decisions",), "materials": ("costs",), "prices": ("prices",),
        "playbook": ("../playbooks",),
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "file"), [(kind, file) for kind, files in FILES.items() for file in files],
    ids=lambda value: getattr(value, "stem", value),
)  # fmt: skip
def test_files_of_the_catalog(kind: str, file: Path) -> None:
    errors = jsonschema.Draft202012Validator(SCHEMAS[kind]).iter_errors(yamlio.read(file).plain())
    assert [(error.json_path, error.message) for error in errors] == []


TREES = jsonschema.Draft202012Validator(SCHEMAS["tree"])
LEAF = "{leaf: traditional-monolith}"
AUDIT = "questions: {audit: {%s}}"
CHOICE = "questions: {audit: {choices: {standard: {%s}}}}"
PARTS = {
    "nothing": "",
    "its name": "id: ours\nstart: consistency",
    "words": AUDIT % "find_out: Ask Ann.",
    "where a choice leads": CHOICE % "leaf: traditional-monolith",
    "a choice taken away": "questions: {scale: {read: , choices: {isolated: }}}\ncandidates:",
    "a question taken away": f"questions: {{scale: {{choices: {{moderate: {LEAF}}}}},"
    " read-write-ratio: null}\ncriteria: {read-write-ratio: null}\ncandidates:",
    "no readings": AUDIT % "read: null, lines: null",
    "other readings": AUDIT % "read: [{fact: requirements.audit, words: {critical: critical}}]",
    "a weight": "criteria: {teams: {weight: 7}}",
    "words of a criterion's question": "criteria: {teams: {question: {ask: How many?}}}",
    "a score": "candidates: {edge: {scale: {global: {score: 1}}}}",
    "a candidate taken away": "candidates: {edge: null}",
    "no candidates": "criteria: {}\ncandidates:\nlines:",
    "a question of its own": AUDIT % "ask: A, why: B, find_out: C, choices: {critical:"
    " {label: D, means: E, leaf: edge}}",
}
NO_PARTS = {
    "a misspelt key": AUDIT % "findout: Ask Ann.",
    "a misspelt block": "criterion: {teams: {weight: 7}}",
    "no weight": "criteria: {teams: {weight: null}}",
    "too much weight": "criteria: {teams: {weight: 1001}}",
    "no score": "candidates: {edge: {scale: {global: {score: null}}}}",
    "a score beyond": "candidates: {edge: {scale: {global: {score: 3}}}}",
    "no words": AUDIT % "ask: null",
    "blank words": AUDIT % "ask: ' '",
    "no start": "start: null",
    "no questions": "questions: null",
    "no choices": AUDIT % "choices: null",
    "a list of choices": AUDIT % "choices: [critical]",
    "part of a reading": AUDIT % "read: [{words: [critical]}]",
    "a name": "criteria: {Teams: {weight: 7}}",
    "a number for a question": "questions: {audit: 3}",
    "no name": "id: null",
}


def extending(folder: Path, text: str) -> tuple[bool, bool]:
    """Whether the schema takes a tree, and whether the loader does."""
    file = folder / "ours.yaml"
    file.write_text(text)
    try:
        catalog.tree(file)
    except CatalogError:
        loaded = False
    else:
        loaded = True
    return TREES.is_valid(yamlio.read(file).plain()), loaded


@pytest.mark.parametrize("text", PARTS.values(), ids=PARTS)
def test_a_tree_that_extends_another_says_only_what_differs(tmp_path: Path, text: str) -> None:
    assert extending(tmp_path, f"extends: architecture\n{text}\n") == (True, True)
    assert extending(tmp_path, f"title: Ours\n{text}\n") == (False, False)


@pytest.mark.parametrize("text", NO_PARTS.values(), ids=NO_PARTS)
def test_what_no_tree_may_say_is_refused_in_parts_too(tmp_path: Path, text: str) -> None:
    assert extending(tmp_path, f"extends: architecture\n{text}\n") == (False, False)


@settings(max_examples=30)
@given(data=st.data())
def test_the_schema_takes_what_the_loader_takes_of_a_tree_that_extends_another(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from([*PARTS.values()]))
    tree = yamlio.parse(f"extends: architecture\n{part}\n", "a.yaml").plain()
    container, key = data.draw(st.sampled_from(list(places(tree))))
    container[key] = data.draw(st.sampled_from(ODD))
    accepted, loaded = extending(tmp_path_factory.mktemp("trees"), json.dumps(tree))
    assert accepted or not loaded


PATTERN_CHANGES = {
    "{verdict: maybe}": "$.metrics.a.verdict",
    "{lines: [0]}": "$.metrics.a.lines[0]",
    "{lines: 12345678}": "$.metrics.a.lines",
    "{lines: []}": "$.metrics.a",
    "{unit: '  '}": "$.metrics.a.unit",
    "{lines: 5-}": "$.metrics.a.lines",
    "{value: [1, a]}": "$.metrics.a.value[1]",
    "{value: [1, 2, 3]}": "$.metrics.a.value",
    "{value: ' '}": "$.metrics.a.value",
    "{value: null}": "$.metrics.a.value",
    "{computed: [{formula: A, given: {}, gives: 1, unit: a, shows: b}]}": (
        "$.metrics.a.computed[0].formula"
    ),
    "{computed: [{formula: a, given: {b: c}, gives: 1, unit: a, shows: b}]}": (
        "$.metrics.a.computed[0].given.b"
    ),
    "{whi: so}": "$.metrics.a",
}


@pytest.mark.parametrize(("text", "path"), PATTERN_CHANGES.items(), ids=PATTERN_CHANGES)
def test_a_pattern_that_the_schema_refuses(text: str, path: str) -> None:
    figure = {"says": "a", "value": 1, "unit": "b", "condition": "c", "lines": [1, "2-3"],
              "verdict": "holds", "why": "d"}  # fmt: skip
    data = yamlio.read(FILES["pattern"][0]).plain() | {"metrics": {"a": figure}}
    validator = jsonschema.Draft202012Validator(SCHEMAS["pattern"])
    assert validator.is_valid(data)
    figure.update(yamlio.parse(text, "a.yaml").plain())
    found = [error.json_path for error in validator.iter_errors(data)]
    assert found
    assert set(found) == {path}


RULES = jsonschema.Draft202012Validator(SCHEMAS["pattern"])
JUDGED = {
    name: yamlio.read(CATALOG / f"{name}.yaml").plain()
    for name in ("patterns/outbox", "patterns/saga", "patterns/edge", "baselines/traditional-cdc")
}
SHORTEST = {key: JUDGED["patterns/outbox"][key] for key in SCHEMAS["pattern"]["required"]}
BEYOND = ("there is no ", "no edge leads", "no step involves", "no transition leads")
"""What no schema tells of the nodes of a diagram."""


def judged_by_model(tree: Any) -> bool | None:
    """Whether the model takes it; None where all that is wrong is beyond a schema."""
    try:
        Pattern.model_validate(tree)
    except ValidationError as error:
        told = [detail["msg"] for detail in error.errors()]
        return None if all(message.startswith(BEYOND) for message in told) else False
    return True


@pytest.mark.parametrize("name", JUDGED)
@settings(max_examples=40)
@given(data=st.data())
def test_schema_and_reader_judge_a_change_of_a_pattern_alike(
    name: str, data: st.DataObject
) -> None:
    tree = json.loads(json.dumps(JUDGED[name]))
    container, key = data.draw(st.sampled_from(list(places(tree))))
    change = data.draw(st.sampled_from(["value", "leave out", "misspell", "add", "copy"]))
    if change == "value":
        container[key] = data.draw(st.sampled_from([*ODD, "   ", [1, 2], ["1-2"]]))
    elif change == "add" and isinstance(container, dict):
        names = ["name", "source", "lines", "note", "over", "claimed", "references", "within"]
        container[data.draw(st.sampled_from(names))] = data.draw(st.sampled_from([*ODD, ["a"]]))
    elif change == "copy" and isinstance(container, list):
        container.append(container[key])
    else:
        value = container.pop(key)
        if change == "misspell" and isinstance(container, dict):
            container[f"{key}x"] = value
    judged = judged_by_model(tree)
    if judged is not None:
        assert RULES.is_valid(tree) == judged


STEP = {"from": "a", "to": "a", "say": "A"}
SOUND: dict[str, dict[str, Any]] = {
    "metrics": {"a": {"says": "a", "value": 1, "unit": "b", "condition": "c", "lines": 1,
                      "verdict": "holds", "why": "d"}},
    "guarantees": {"property": "latency", "claimed": "A", "lines": 1, "holds": "B",
                   "verdict": "holds"},
    "alternatives": {"pattern": "saga", "gain": "A", "lose": "B", "choose_when": "C"},
    "diagrams": STEP,
}  # fmt: skip
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("metrics", {}), ("metrics", {"lines": []}), ("metrics", {"lines": [], "source": "b"}),
    ("metrics", {"lines": [], "source": None}), ("metrics", {"source": "b"}),
    ("guarantees", {}), ("guarantees", {"claimed": None}), ("guarantees", {"lines": []}),
    ("guarantees", {"claimed": None, "lines": []}),
    ("guarantees", {"claimed": None, "lines": [], "references": ["b"]}),
    ("guarantees", {"references": ["b"]}),
    ("alternatives", {}), ("alternatives", {"name": "b"}), ("alternatives", {"name": None}),
    ("alternatives", {"pattern": None}), ("alternatives", {"pattern": None, "name": "b"}),
    ("diagrams", {}), ("diagrams", {"say": None}), ("diagrams", {"from": None}),
    ("diagrams", {"to": None}), ("diagrams", {"note": "A"}), ("diagrams", {"over": ["a"]}),
    ("diagrams", {"note": "A", "over": ["a"]}), ("diagrams", {"over": []}),
    ("diagrams", {"alternatives": [{"when": "A", "steps": [STEP]}]}),
    ("diagrams", {**dict.fromkeys(STEP), "alternatives": [{"when": "A", "steps": [STEP]}]}),
    ("diagrams", {**dict.fromkeys(STEP), "note": "A", "over": ["a"]}),
    ("diagrams", {**dict.fromkeys(STEP), "note": "A"}),
    ("diagrams", dict.fromkeys(STEP)),
]  # fmt: skip


@pytest.mark.parametrize(("field", "changes"), VARIANTS, ids=str)
@pytest.mark.parametrize("null", [True, False])
def test_schema_and_reader_ask_the_same_of_several_keys(
    field: str, changes: dict[str, Any], *, null: bool
) -> None:
    part = {**SOUND.get(field, {}).get("a", SOUND[field]), **changes}
    if not null:
        part = {key: value for key, value in part.items() if value is not None}
    steps = {"kind": "sequence", "title": "A", "participants": {"a": "A"}, "steps": [STEP, part]}
    wholes: dict[str, Any] = {"metrics": {"a": part}, "diagrams": {"a": steps}}
    whole = wholes.get(field, [part])
    tree = {**SHORTEST, field: whole}
    assert RULES.is_valid(tree) == judged_by_model(tree)
    if not RULES.is_valid(tree):
        assert all(error.json_path.startswith(f"$.{field}") for error in RULES.iter_errors(tree))


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_both_accept(text: str) -> None:
    text = f"{HEAD}{text}\n"
    assert accepted_by_reader(text)
    assert accepted_by_schema(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_both_refuse(text: str) -> None:
    text = f"{HEAD}{text}\n"
    assert not accepted_by_reader(text)
    assert not accepted_by_schema(text)


MARKED = {
    "services: {a: {calls: [{to: b, timout: 1s}]}}": (
        "$.services.a.calls[0]",
        "'timout' was unexp",
    ),
    "services: {a: {calls: [{to: b, timeout: 1}]}}": (
        "$.services.a.calls[0].timeout",
        "1 is not of",
    ),
    "services: {a: {calls: [b c]}}": ("$.services.a.calls[0]", "'b c' does not match"),
    "services: {a: {calls: [{to: b, retry: {atempts: 3}}]}}": (
        "$.services.a.calls[0].retry",
        "'atempts' was unexpected",
    ),
    "services: {a: {calls: [{to: b, circuit_breaker: {open: 3}}]}}": (
        "$.services.a.calls[0].circuit_breaker.open",
        "3 is not of type 'string', 'null'",
    ),
    "stores: {a: {kynd: cache}}": ("$.stores.a", "'kynd' was unexpected"),
    "patterns: [{pattern: saga, step: []}]": ("$.patterns[0]", "'step' was unexpected"),
    "patterns: [{pattern: outbox}]": ("$.patterns[0]", "'at' is a required property"),
    "patterns: [{pattern: Outbox, at: [a]}]": ("$.patterns[0].pattern", "'Outbox' does not match"),
    "decisions: [{answers: {}}]": ("$.decisions[0]", "'outcome' is a required property"),
    "patterns: [{at: [a]}]": ("$.patterns[0]", "'pattern' is a required property"),
}


@pytest.mark.parametrize(("text", "told"), MARKED.items(), ids=MARKED)
def test_an_editor_marks_the_key(text: str, told: tuple[str, str]) -> None:
    errors = list(VALIDATOR.iter_errors(yamlio.parse(f"{HEAD}{text}\n", "a.yaml").plain()))
    best = jsonschema.exceptions.best_match(errors)
    assert best is not None
    assert best.json_path == told[0]
    assert told[1] in best.message
    assert len(errors) == 1


# Any manifest: written from the types the reader has, before the schema is made legible

READ = Architecture.model_json_schema(by_alias=True)
NAMES = st.sampled_from(["a", "b"])
PLAIN = {
    "string": st.sampled_from(["a", "x y", ""]),
    "integer": st.integers(1, 99),
    "number": st.integers(1, 99) | st.just(1.5),
    "boolean": st.booleans(),
    "null": st.none(),
}
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2,
    1.5,
    "",
    "none",
    "x y",
    "two",
    "2s",
    "150%",
    "5%",
    [],
    {},
    "a",
]


def values(node: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What the part `node` of the reader's types lets pass."""
    if "$ref" in node:
        return values(READ["$defs"][node["$ref"].removeprefix("#/$defs/")])
    for union in ("anyOf", "oneOf"):
        if union in node:
            return st.one_of([values(branch) for branch in node[union]])
    for told in ("enum", "examples"):
        if told in node:
            return st.sampled_from(node[told])
    if "const" in node:
        return st.just(node["const"])
    if node["type"] == "array":
        return st.lists(values(node["items"]), max_size=2)
    if node["type"] == "object":
        return mappings(node)
    if node.get("format") == "date":
        return st.just("2027-03-01")
    return NAMES if "pattern" in node else PLAIN[node["type"]]


def mappings(node: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "patternProperties" in node:
        (inner,) = node["patternProperties"].values()
        return st.dictionaries(NAMES, values(inner), max_size=2)
    entries = {key: values(inner) for key, inner in node["properties"].items()}
    needed = {key: entries.pop(key) for key in node.get("required", ())}
    if not entries:
        return st.fixed_dictionaries(needed)
    return st.sets(st.sampled_from(sorted(entries)), max_size=3).flatmap(
        lambda keys: st.fixed_dictionaries({**needed, **{key: entries[key] for key in keys}})
    )


MANIFESTS = values(READ)


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything below `node`."""
    entries = node.items() if isinstance(node, dict) else ()
    for key, inner in enumerate(node) if isinstance(node, list) else entries:
        yield node, key
        yield from places(inner)


@given(MANIFESTS)
def test_what_the_reader_accepts_the_schema_accepts(tree: Any) -> None:
    text = json.dumps(tree)
    assert accepted_by_reader(text)
    assert accepted_by_schema(text)


@given(MANIFESTS, st.data())
def test_both_judge_a_change_of_one_field_alike(tree: Any, data: st.DataObject) -> None:
    tree = json.loads(json.dumps(tree))  # nothing shared: one place is one place
    container, key = data.draw(st.sampled_from(list(places(tree))))
    change = data.draw(st.sampled_from(["value", "leave out", "misspell"]))
    if change == "value":
        container[key] = data.draw(st.sampled_from(ODD))
    else:
        value = container.pop(key)
        if change == "misspell" and isinstance(container, dict):
            container[f"{key}x"] = value
    text = json.dumps(tree)
    assert accepted_by_reader(text) == accepted_by_schema(text)
