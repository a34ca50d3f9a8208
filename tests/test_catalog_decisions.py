"""Decision trees, criteria, candidates, problems: what is refused, what is read by itself."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from patternctl import catalog, resources, yamlio
from patternctl import faults as faults_of_files
from patternctl.catalog import Place, _questions, _trees
from patternctl.catalog._units import Unit
from patternctl.errors import CatalogError, UsageError
from patternctl.generators.schema import render
from patternctl.model.decision import Tree
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


def question(name: str, **choices: str) -> str:
    """A question of a tree, in block style; `choices` are what stands behind label and means."""
    head = f"  {name}:\n    ask: A\n    why: B\n    find_out: C\n    choices:\n"
    lines = [f"      {key}: {{label: A, means: B{each}}}\n" for key, each in choices.items()]
    return head + "".join(lines)


def test_every_fault_of_a_broken_tree_is_told_at_once(tmp_path: Path) -> None:
    text = (
        "id: ours\ntitle: Ours\nstart: one\nquestions:\n"
        + question("one", a=", ask: two", b="", c=", ask: three, leaf: edge", d=", aks: two")
        + question("two", a=", ask: one", b=", leaf: microservice", c=", ask: ten-thousand")
        + question("three", a=", ask: fuor")
        + question("four", a=", leaf: edge")
        + question("lost", a=", leaf: Edge", b=", leaf: edge, leaf: edge")
        + question("alone", a=", ask: alone").replace("    why: B\n", "")
        + "criteria: {cost: {weight: 1, because: So.}}\ncandidates: {edges: {costs: {}}}\n"
    )
    told = [line.rpartition("ours.yaml:")[2] for line in faults(tmp_path, text).splitlines()]
    names = "use small letters, digits and single dashes, as in `event-sourcing`"
    assert [re.sub(r"^([0-9]+):[0-9]+", r"\1", line) for line in told] == [
        "5: the questions go round in a circle: one → two → one (let one of them end)",
        "11: b: a choice leads on by either `ask` or `leaf` (add one of them)",
        "12: c: a choice leads on by either `ask` or `leaf` (remove one of them)",
        "13: d: a choice leads on by either `ask` or `leaf` (add one of them)",
        '13: unknown key "aks" (did you mean "ask"?)',
        '20: there is no pattern or baseline "microservice" (did you mean "microservices"?)',
        '21: there is no question "ten-thousand"',
        '27: there is no question "fuor" (did you mean "four"?)',
        '34: no way leads to the question "lost" (let a choice ask it, or remove it)',
        f'39: leaf: "Edge" is not a name ({names})',
        '40: "leaf" appears twice in the same mapping (remove one)',
        '41: "why" is missing (write `why: …`)',
        "41: the questions go round in a circle: alone → alone (let one of them end)",
        '41: no way leads to the question "alone" (let a choice ask it, or remove it)',
        '46: criterion "cost": the tree has no such question (add `question`)',
        '47: there is no pattern or baseline "edges" (did you mean "edge"?)',
        '47: there is no criterion "costs" (did you mean "cost"?)',
    ]


def test_a_question_without_a_choice_is_refused(tmp_path: Path) -> None:
    text = "id: ours\ntitle: Ours\nstart: one\nquestions:\n" + question("one").rstrip()
    assert "choices: should not be empty" in faults(tmp_path, text + " {}\n")


def test_a_tree_whose_ways_double_and_never_end_is_answered_at_once(tmp_path: Path) -> None:
    chain = [question(f"q{n}", a=f", ask: q{n + 1}", b=f", ask: q{n + 1}") for n in range(60)]
    head = "id: ours\ntitle: Ours\nstart: q0\nquestions:\n"
    (tmp_path / "decisions").mkdir()
    file = written(tmp_path / "decisions", head + "".join(chain) + question("q60", a=""))
    told = [problem for problem in catalog.examine([tmp_path]).problems if problem.location]
    assert [(p.location and p.location.file, p.message) for p in told] == [
        (str(file), "a: a choice leads on by either `ask` or `leaf`")
    ]


def test_hundreds_of_unknown_questions_are_told_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def nearest(word: str, _: Iterable[str]) -> str:
        looked_up.append(word)
        return ""

    monkeypatch.setattr(faults_of_files, "nearest", nearest)
    several = "".join(question(f"question-{n}", a=f", ask: qeustion-{n}") for n in range(300))
    text = f"id: ours\ntitle: Ours\nstart: question-0\nquestions:\n{several}"
    assert faults(tmp_path, text).count("there is no question") == 300
    assert len(looked_up) < 100


JUNK = st.recursive(
    st.none() | st.integers(-2, 2) | st.sampled_from(["one", "edge", "A b", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["one", "questions", "choices", "ask", "leaf", "read", "bands", "words", "choice",
                 "finding", "question", "suggests"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["start", "questions", "criteria", "candidates", "problems", "extends"]),
        JUNK,
    )
)
def test_no_content_breaks_the_checks(data: dict[str, Any]) -> None:
    unit = Unit("ours", Path(), Place(yamlio.parse("a: 1\n", "a.yaml")), data)
    known = _questions.Known((), (), ())
    for problem in (
        *_trees.check(unit, {}, ()),
        *_questions.check_tree(unit, known),
        *_questions.check_problems(unit, known, [unit]),
    ):
        assert problem.message


def test_a_catalog_of_ones_own_may_hold_trees(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    written(tmp_path / "decisions", TREE)
    whole = catalog.load([tmp_path])
    assert [*whole.trees] == ["architecture", "ours"]
    assert catalog.tree("ours", [tmp_path]) == whole.trees["ours"]


def laid_over(folder: Path, text: str) -> Tree:
    return catalog.tree(written(folder, f"extends: architecture\n{text}"))


def test_what_a_tree_leaves_out_is_as_below_down_to_the_single_choice(tmp_path: Path) -> None:
    base = catalog.tree("architecture")
    leaf = "{leaf: traditional-monolith}"
    own = laid_over(tmp_path, f"questions: {{scale: {{choices: {{moderate: {leaf}}}}}}}\n")
    scale, below = own.questions["scale"], base.questions["scale"]
    assert (own.id, own.title, own.start) == ("ours", base.title, base.start)
    assert [*scale.choices] == [*below.choices]
    assert scale.choices["global"] == below.choices["global"]
    moderate = scale.choices["moderate"]
    assert (moderate.leaf, moderate.ask) == ("traditional-monolith", None)
    assert moderate.means == below.choices["moderate"].means
    assert scale.read == below.read
    assert own.candidates == base.candidates


def test_a_question_that_a_tree_leads_nowhere_to_is_asked_for_the_ranking(tmp_path: Path) -> None:
    base = catalog.tree("architecture")
    leaf = "{leaf: traditional-monolith}"
    own = laid_over(tmp_path, f"questions: {{scale: {{choices: {{moderate: {leaf}}}}}}}\n")
    assert {*base.questions} - {*own.questions} == {"read-write-ratio"}
    assert own.asked.keys() == base.asked.keys()
    moved, was = own.criteria["read-write-ratio"], base.criteria["read-write-ratio"]
    assert (moved.weight, moved.because) == (was.weight, was.because)
    assert moved.question is not None
    assert [*moved.question.choices] == [*base.questions["read-write-ratio"].choices]


def test_scores_weights_and_words_are_laid_over_one_by_one(tmp_path: Path) -> None:
    base = catalog.tree("architecture")
    own = laid_over(
        tmp_path,
        "criteria: {teams: {weight: 7}}\n"
        "candidates: {edge: {scale: {global: {score: 1}}}}\n"
        "questions: {audit: {find_out: Ask Ann.}}\n",
    )
    assert own.criteria["teams"].weight == 7
    assert own.criteria["teams"].because == base.criteria["teams"].because
    fit, below = (tree.candidates["edge"]["scale"]["global"] for tree in (own, base))
    assert (fit.score, fit.why) == (1, below.why)
    assert own.questions["audit"].find_out == "Ask Ann."
    assert own.questions["audit"].ask == base.questions["audit"].ask


def test_null_takes_away_what_is_below_and_nothing_else(tmp_path: Path) -> None:
    own = laid_over(tmp_path, "candidates: {edge: null}\nquestions: {audit: {read: null}}\n")
    assert "edge" not in own.candidates
    assert own.questions["audit"].read == ()
    with pytest.raises(CatalogError) as caught:
        laid_over(tmp_path, "candidates: {edgy: null}\ntitle: null\nquestions: {audit: null}\n")
    told = str(caught.value)
    assert 'ours.yaml:2:14: there is no "edgy" to take away' in told
    assert '"title" is missing' in told
    assert 'there is no question "audit"' in told


def test_faults_of_a_tree_laid_over_another_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as caught:
        laid_over(
            tmp_path,
            "id: theirs\nid: theirs\nquestions:\n"
            "  scale: {choices: {moderate: {leaf: microservice}}}\n"
            "criteria: {teams: {weight: -1}}\n",
        )
    told = str(caught.value)
    assert 'ours.yaml:2:5: the id is "theirs", the file is named "ours"' in told
    assert 'ours.yaml:3:1: "id" appears twice' in told
    assert 'ours.yaml:5:38: there is no pattern or baseline "microservice"' in told
    assert "ours.yaml:6:28: weight: -1" in told


def test_trees_extend_each_other_and_the_shipped_one_of_their_name(tmp_path: Path) -> None:
    folder = tmp_path / "decisions"
    folder.mkdir()
    criteria = "criteria: {teams: {weight: 7}, load: {weight: 9}}\n"
    (folder / "architecture.yaml").write_text(f"extends: architecture\n{criteria}")
    text = "extends: architecture\ncriteria: {teams: {weight: 8}}\n"
    (folder / "next.yaml").write_text(text)
    trees = catalog.load([tmp_path]).trees
    for name, weight in (("architecture", 7), ("next", 8)):
        assert catalog.tree(name, [tmp_path]) == trees[name]
        assert trees[name].criteria["teams"].weight == weight
        assert trees[name].criteria["load"].weight == 9
    (folder / "architecture.yaml").write_text("extends: next\n")
    message = "trees extend each other in a circle: architecture → next → architecture"
    assert message in str(catalog.examine([tmp_path]).problems[0])
    with pytest.raises(CatalogError, match=message):
        catalog.tree("architecture", [tmp_path])


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
