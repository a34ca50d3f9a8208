"""What is concluded from facts changes with the answers that overrule these facts."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pytest

from patternctl import catalog, manifest
from patternctl.engine.answers import Read, read
from patternctl.engine.decide import merge, questions, rank, ranking_flips, tree_flips, walk
from patternctl.model.choosing import Answer, Answers, Flip
from patternctl.model.decision import Asked, Problems, Tree

CATALOG = catalog.load()
SHIPPED = CATALOG.trees["architecture"]
ASKED = questions(SHIPPED, Problems(problems={}))
MANIFESTS = {
    "isolated": "requirements: {consistency: eventual, scale: isolated}",
    "global": "requirements: {consistency: eventual, scale: global, geography: region}",
    "moderate": "requirements: {consistency: eventual, scale: moderate, budget: 90 USD/month}\n"
    "workload: {read_write_ratio: 20, peak_factor: 2}\nteams: {a: {size: 3}, b: {size: 4}}",
    "flows": "requirements: {scale: variable}\n"
    "workload: {requests: 10/s}\nflows: {f: {entry: s, requests: 9000/s}}",
}
Picks = Mapping[str, str]


def answered(text: str, asked: Mapping[str, Asked] = ASKED) -> Read:
    system = manifest.from_text(f"version: 1\nsystem: s\nservices: {{s: {{}}}}\n{text}", "a.yaml")
    return read(system, asked, [])


def flags(**choices: str | None) -> dict[str, Answer]:
    return {name: Answer(choice, "flag", "--set") for name, choice in choices.items()}


def merged(found: Read, **choices: str | None) -> Answers:
    return merge([flags(**choices), found.answers], found.conclusions)[0]


def test_a_conclusion_follows_the_answer_that_overrules_its_fact() -> None:
    found = answered(MANIFESTS["isolated"])
    assert merged(found)["isolation"] == Answer("part", "manifest", "a.yaml:4:39", inferred=True)
    moved = merged(found, scale="global")
    assert moved["isolation"] == Answer("all", "flag", "--set", inferred=True)
    assert moved["geography"] == Answer("continents", "flag", "--set", inferred=True)
    assert merged(found, scale="isolated")["isolation"] == merged(found)["isolation"]


def test_nothing_is_concluded_from_what_is_not_known_any_more() -> None:
    assert "isolation" not in merged(answered(MANIFESTS["isolated"]), scale=None)


def test_what_is_stated_stays_whatever_could_be_concluded() -> None:
    found = answered(MANIFESTS["global"])
    moved, overruled = merge(
        [flags(scale="isolated", isolation="all"), found.answers], found.conclusions
    )
    assert (moved["isolation"].choice, moved["geography"].choice) == ("all", "region")
    told = {(each.question, each.loser.choice) for each in overruled}
    assert told == {("scale", "global"), ("isolation", "part")}


def test_without_a_fact_there_is_nothing_to_conclude_from() -> None:
    assert "isolation" not in merged(answered(""), scale="isolated")


def test_numbers_that_are_not_known_lead_to_nothing() -> None:
    ranges = {
        "fact": "workload.requests",
        "bands": [{"up_to": 50, "choice": "few"}, {"choice": "many"}],
    }
    choices = {name: {"label": name, "means": name} for name in ("few", "many")}
    head: dict[str, Any] = {"ask": "A?", "why": "W.", "find_out": "F.", "choices": choices}
    asked = {
        "load": Asked.model_validate({**head, "read": [ranges]}),
        "size": Asked.model_validate({**head, "read": [{**ranges, "inferred": True}]}),
    }
    found = answered("workload: {requests: 10/s}", asked)
    assert merged(found)["size"].choice == "few"
    assert "size" not in merged(found, load="many")


def outcomes(found: Read, changes: Picks) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leaves and the first of the ranking of a run with these flags."""
    answers = merged(found, **changes)
    return walk(SHIPPED, answers).outcomes, (rank(SHIPPED, CATALOG.entries, answers)[0].id,)


def changes(answers: Answers) -> Iterator[tuple[str, str]]:
    for name, question in ASKED.items():
        now = answers[name].choice if name in answers else None
        yield from ((name, choice) for choice in question.choices if choice != now)


@pytest.mark.parametrize("name", MANIFESTS)
def test_every_flag_that_flips_is_told_and_no_other(name: str) -> None:
    found = answered(MANIFESTS[name])
    now, answers = outcomes(found, {}), merged(found)
    flips = (
        tree_flips(SHIPPED, answers, found.conclusions),
        ranking_flips(SHIPPED, CATALOG.entries, answers, found.conclusions),
    )
    told = [{each.changes: each.outcome for each in some} for some in flips]
    singles = [*changes(answers)]
    flipping: list[set[tuple[str, str]]] = [set(), set()]
    sets = [*((each,) for each in singles), *combinations(singles, 2)]
    for some in sets:
        if len(dict(some)) < len(some):
            continue
        for kind, then in enumerate(outcomes(found, dict(some))):
            if not flipping[kind].isdisjoint(some):
                assert len(some) == 2
            elif then == now[kind]:
                assert some not in told[kind]
            else:
                assert told[kind].pop(some) == then
                if len(some) == 1:
                    flipping[kind].update(some)
    assert told == [{}, {}]


def chain(length: int) -> Tree:
    """Questions in a row, each of which may end it."""

    def question(number: int) -> dict[str, Any]:
        further = {"ask": f"q{number + 1}"} if number + 1 < length else {"leaf": "outbox"}
        option = {"label": "x", "means": "x"}
        choices = {"on": {**option, **further}, "off": {**option, "leaf": "saga"}}
        return {"ask": "A?", "why": "W.", "find_out": "F.", "choices": choices}

    asked = {f"q{number}": question(number) for number in range(length)}
    criteria = {"q0": {"weight": 1, "because": "b"}}
    fits = {"q0": {"on": {"score": 1, "why": "w"}, "off": {"score": 1, "why": "w"}}}
    return Tree.model_validate(
        {
            "id": "chain", "title": "t", "start": "q0", "questions": asked, "criteria": criteria,
            "candidates": {"outbox": fits, "saga": fits},
        }
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["on", "off"])
@pytest.mark.timeout(300)  # measures nothing: it ends what would not end
def test_what_cannot_be_reached_is_not_tried(answer: str) -> None:
    tree = chain(400)
    answers = flags(**dict.fromkeys(tree.questions, answer))
    flips = tree_flips(tree, answers)
    ranked = ranking_flips(tree, CATALOG.entries, answers)
    ends: dict[str, list[Flip]] = {
        "on": [Flip(((name, "off"),), ("saga",)) for name in tree.questions],
        "off": [],
    }
    assert [*flips] == ends[answer]
    assert {each.outcome for each in ranked} == ({("saga",)} if answer == "on" else set())
