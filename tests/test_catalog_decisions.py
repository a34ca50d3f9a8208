"""Decision trees, criteria, candidates, problems: what is refused, what is read by itself."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from patternctl import catalog, resources, yamlio
from patternctl.errors import CatalogError, UsageError
from patternctl.generators.schema import render
from patternctl.model.pattern import Pattern

TREE = """\
id: ours
title: Ours
start: size
questions:
  size:
    ask: How large?
    why: It matters.
    find_out: Count.
    read:
      - {fact: workload.requests, bands: [{up_to: 10, choice: small}, {choice: large}]}
    choices:
      small: {label: Small, means: Little., leaf: traditional-monolith}
      large: {label: Large, means: Much., leaf: microservices}
criteria:
  size: {weight: 2, because: It decides.}
candidates:
  traditional-monolith: {size: {small: {score: 2, why: Enough.}, large: {score: -1, why: Tight.}}}
  microservices: {size: {small: {score: -2, why: Too much.}, large: {score: 1, why: Fits.}}}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "ours.yaml"
    file.write_text(text)
    return file


def faults(folder: Path, text: str) -> str:
    with pytest.raises(CatalogError) as caught:
        catalog.tree(written(folder, text))
    return str(caught.value)


def test_a_tree_is_read_by_itself(tmp_path: Path) -> None:
    tree = catalog.tree(written(tmp_path, TREE))
    assert [*tree.candidates] == ["traditional-monolith", "microservices"]
    assert catalog.tree("architecture").start == "consistency"


def test_an_unknown_tree_is_answered_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match='did you mean "architecture"'):
        catalog.tree("architectur")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("leaf: microservices", "leaf: microservice", 'no pattern or baseline "microservice"'),
        ("choice: large}", "choice: huge}", 'there is no choice "huge"'),
        ("start: size", "start: sise", 'there is no question "sise"'),
        ("  size: {weight", "  cost: {weight", 'criterion "cost": the tree has no such question'),
        ("large: {score: 1, why: Fits.}", "", 'microservices, size: "large" is not judged'),
        ("large: {score: 1,", "huge: {score: 1,", '"huge" is no choice'),
        ("microservices: {size", "micro: {size", 'there is no pattern or baseline "micro"'),
        ("score: 2", "score: 3", "less than or equal to 2"),
        ("up_to: 10, ", "", "only the last band is without"),
        ("id: ours", "id: ours\nextends: nothing", 'no decision tree "nothing" to extend'),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TREE
    told = faults(tmp_path, TREE.replace(old, new))
    assert message in told
    assert "ours.yaml:" in told


def test_a_question_of_the_tree_is_not_asked_twice(tmp_path: Path) -> None:
    question = "question: {ask: A, why: B, find_out: C, choices: {}}"
    text = TREE.replace("because: It decides.", f"because: It decides., {question}")
    assert "the tree has the question already" in faults(tmp_path, text)


def test_a_tree_can_be_laid_over_another(tmp_path: Path) -> None:
    text = """\
id: ours
extends: architecture
title: Ours
start: consistency
questions:
  audit:
    ask: Do auditors visit us?
    why: They do not ask twice.
    find_out: Look at the calendar.
    choices:
      critical: {label: "Yes", means: Every year., leaf: event-sourcing-system}
      standard: {label: "No", means: Never., leaf: traditional-monolith}
"""
    base, own = catalog.tree("architecture"), catalog.tree(written(tmp_path, text))
    assert own.questions["audit"].choices["standard"].leaf == "traditional-monolith"
    assert own.questions["scale"] == base.questions["scale"]
    assert own.candidates == base.candidates


def test_a_catalog_of_ones_own_may_hold_trees(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    written(tmp_path / "decisions", TREE)
    whole = catalog.load([tmp_path])
    assert [*whole.trees] == ["architecture", "ours"]
    assert catalog.tree("ours", [tmp_path]) == whole.trees["ours"]


def test_every_problem_leads_to_patterns_and_every_pattern_has_its_problem() -> None:
    problems = catalog.problems().problems
    suggested = {
        pattern
        for concern in problems.values()
        for choice in concern.choices.values()
        for pattern in choice.suggests
    }
    entries = catalog.entries()
    micro = {entry.id for entry in entries.values() if entry.type == "micro"}
    assert suggested >= micro | {"circuit-breaker"}
    for name, concern in problems.items():
        assert any(not choice.suggests for choice in concern.choices.values()), name


def test_relations_are_read_without_the_rest() -> None:
    found = catalog.relations("event-sourcing-system")
    assert found is not None
    assert set(found.requires) == {"event-sourcing", "cqrs"}
    assert "audit" in found.promises
    breaker = catalog.relations("circuit-breaker")
    assert breaker is not None
    assert breaker.code == "P9"
    assert catalog.relations("../outbox") is None


@pytest.mark.parametrize(("name", "entry"), catalog.entries().items(), ids=str)
def test_relations_are_those_of_the_whole_file(name: str, entry: Pattern) -> None:
    found = catalog.relations(name)
    assert found is not None
    for field in ("id", "code", "name", "type", "complexity"):
        assert getattr(found, field) == getattr(entry, field)
    for field in ("requires", "composes_with", "conflicts_with"):
        assert dict(getattr(found, field)) == getattr(entry, field)
    assert found.wants == tuple((want.any_of, want.why) for want in entry.wants)
    assert found.promises == {each.property for each in entry.guarantees if not each.denied}
    assert found.denies == {each.property for each in entry.guarantees if each.denied}


def test_the_schema_of_trees_takes_the_shipped_one_and_refuses_what_the_model_does() -> None:
    schema = json.loads(render("tree"))
    shipped = resources.directory("catalog") / "decisions" / "architecture.yaml"
    data = yamlio.read(shipped).plain()
    validator = Draft202012Validator(schema)
    assert not [*validator.iter_errors(data)]
    data["questions"]["audit"]["choices"]["critical"]["leef"] = "outbox"
    data["criteria"]["teams"]["weight"] = 0
    assert len([*validator.iter_errors(data)]) >= 2
