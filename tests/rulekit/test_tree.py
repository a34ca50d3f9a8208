"""Walking a tree and adding up its candidates."""

from typing import NamedTuple

import pytest

from patternctl import catalog
from patternctl.model.decision import Tree
from patternctl.rulekit.tree import Paths, Walk, standing

TREE = catalog.tree("architecture")
PATHS = Paths(TREE)


def test_answers_lead_to_one_end() -> None:
    found = PATHS.follow({"consistency": "strong", "audit": "critical", "scale": "global"})
    assert found == Walk(("consistency", "audit"), ("event-sourcing-system",))


def test_what_is_not_known_is_followed_along_every_choice() -> None:
    found = PATHS.follow({"consistency": "eventual", "scale": "moderate"})
    assert found.leaves == ("microservices", "cqrs-system")
    assert PATHS.follow({"consistency": "strnog"}).questions[0] == "consistency"
    assert len(PATHS.follow({}).leaves) == len(set(PATHS.follow({}).leaves)) > 5


def test_criteria_are_asked_as_well() -> None:
    assert {"consistency", "teams"} <= TREE.asked.keys()
    assert "many" in TREE.asked["teams"].choices
    assert "strong" in TREE.asked["consistency"].choices


class Rated(NamedTuple):
    """What tells equal candidates apart."""

    code: str
    complexity: str


ENTRIES = {
    "a": Rated("SP10", "medium"),
    "b": Rated("SP2", "medium"),
    "c": Rated("SP11", "low"),
}


def tree() -> Tree:
    """Two questions, each worth two points to one candidate; `r` leads to `a` by `no`."""

    def fit(score: int) -> dict[str, dict[str, object]]:
        return {"yes": {"score": score, "why": "x"}}

    def option(**more: str) -> dict[str, str]:
        return {"label": "x", "means": "x", **more}

    words = {"ask": "x", "why": "x", "find_out": "x"}
    first = {"yes": option(ask="r"), "no": option(leaf="b")}
    second = {"yes": option(leaf="c"), "no": option(leaf="a")}
    return Tree.model_validate(
        {
            "id": "t",
            "title": "x",
            "start": "q",
            "questions": {"q": {**words, "choices": first}, "r": {**words, "choices": second}},
            "criteria": {
                "q": {"weight": 1.0, "because": "x"},
                "r": {"weight": 2.0, "because": "x"},
            },
            "candidates": {
                "a": {"q": fit(2), "r": fit(0)},
                "b": {"q": fit(0), "r": fit(1)},
                "c": {"q": fit(0), "r": fit(0)},
            },
        }
    )


@pytest.mark.parametrize(
    ("picks", "order"),
    [
        ({"q": "yes"}, "acb"),
        ({"q": "yes", "r": "yes"}, "bac"),
        ({"q": "no", "r": "yes"}, "bca"),
        ({"q": "no"}, "bca"),
        ({}, "cba"),
        ({"r": "no"}, "bac"),
    ],
)
def test_candidates_stand_by_points_then_tree_then_simplicity_then_code(
    picks: dict[str, str], order: str
) -> None:
    assert "".join(name for name, _ in standing(tree(), ENTRIES, picks)) == order
