"""Walking a tree and adding up its candidates."""

from patternctl import catalog
from patternctl.model.decision import Tree
from patternctl.rulekit.tree import Paths, Walk, best

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


def test_the_best_candidates_have_the_greatest_sum() -> None:
    def fit(score: int) -> dict[str, dict[str, object]]:
        return {"yes": {"score": score, "why": "x"}}

    option = {"label": "x", "means": "x", "leaf": "a"}
    words = {"ask": "x", "why": "x", "find_out": "x"}
    tree = Tree.model_validate(
        {
            "id": "t",
            "title": "x",
            "start": "q",
            "questions": {
                name: {**words, "choices": {"yes": option, "no": option}} for name in ("q", "r")
            },
            "criteria": {
                "q": {"weight": 1.0, "because": "x"},
                "r": {"weight": 2.0, "because": "x"},
            },
            "candidates": {"a": {"q": fit(2), "r": fit(0)}, "b": {"q": fit(0), "r": fit(1)}},
        }
    )
    assert best(tree, {"q": "yes", "r": "yes"}) == ("a", "b")
    assert best(tree, {"q": "yes"}) == ("a",)
    assert best(tree, {"r": "yes", "q": "no"}) == ("b",)
    assert best(tree, {}) == ("a", "b")
