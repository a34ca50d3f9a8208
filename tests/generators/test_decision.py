"""What a decision is told with: what comes second, what there is to record, what is pointed out."""

import pytest

from patternctl import catalog, yamlio
from patternctl.engine.decide import decide, questions
from patternctl.generators import adr
from patternctl.generators import decision as generator
from patternctl.model.choosing import Answer, Decision, Ranked, Term

CATALOG = catalog.load()
TREE = CATALOG.trees["architecture"]
PROBLEMS = catalog.problems()
KNOWLEDGE = generator.Knowledge(TREE, PROBLEMS, questions(TREE, PROBLEMS), CATALOG.entries)


def decided(**picks: str | None) -> Decision:
    answers = {
        name.replace("_", "-"): Answer(choice, "flag", "--set") for name, choice in picks.items()
    }
    return decide(TREE, PROBLEMS, CATALOG.entries, answers)


def opening(decision: Decision) -> str:
    return generator.markdown(decision, KNOWLEDGE).split("\n\n")[1]


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        (0, "Level with it: Traditional application with change data capture (BL2) with 20 points"),
        (3, "Close behind: Traditional application with change data capture (BL2) with 17 points,"),
        (4, ", 4 less."),
        (5, ""),
    ],
)
def test_what_comes_second_is_told_where_one_step_would_close_the_gap(
    behind: float, told: str
) -> None:
    term = Term("consistency", "eventual", 4.0, 1, "It may lag.")
    ranking = (
        Ranked("cqrs-system", 20.0, (term,)),
        Ranked("traditional-cdc", 20.0 - behind, (term,)),
    )
    decision = decided(consistency="eventual", scale="moderate", read_write_ratio="above-10")
    text = opening(decision._replace(ranking=ranking))
    assert told in text
    assert (("behind" in text) or ("Level" in text)) == bool(told)
    assert "behind" not in opening(decision._replace(ranking=ranking, chosen="traditional-cdc"))


def test_points_lost_are_counted_against_what_is_chosen() -> None:
    def term(score: int) -> Term:
        return Term("consistency", "eventual", 4.0, score, "So it is.")

    decision = decided(consistency="eventual", scale="isolated")._replace(
        ranking=(
            Ranked("serverless", 8.0, (term(2),)),
            Ranked("cell-based", 4.0, (term(1),)),
            Ranked("edge", 0.0, (term(0),)),
        ),
        why_not=(("edge", term(0)),),
    )
    assert decision.chosen == "cell-based"
    text = generator.markdown(decision, KNOWLEDGE)
    assert "Edge computing (SP6): on `consistency` (eventual) 4 points less. " in text


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (-1, "The loser."),
        (0, "Serverless (SP4): The winner."),
        (1, "Serverless (SP4): The winner."),
    ],
)
def test_no_advantage_is_told_as_a_reason_against(own: int, why: str) -> None:
    winner = Term("scale", "variable", 3.0, 2, "The winner.")
    loser = Term("scale", "variable", 3.0, own, "The loser.")
    decision = decided(consistency="eventual", scale="variable", cost_sensitive="yes")._replace(
        ranking=(Ranked("serverless", 6.0, (winner,)), Ranked("edge", 3.0 * own, (loser,))),
        why_not=(("edge", loser),),
    )
    assert decision.chosen == "serverless"
    told = f"on `scale` (variable) {6 - 3 * own} points less. {why}"
    assert f"Edge computing (SP6): {told}\n" in generator.markdown(decision, KNOWLEDGE)
    entries = catalog.entries(())
    head = adr.Head("T", "proposed", "2026-01-01")
    words = adr.Knowledge("T", KNOWLEDGE.questions, entries)
    assert f"Not chosen above all for this: {told}\n" in adr.decided(head, decision, words)


def test_who_is_ahead_in_all_and_lost_is_told_so() -> None:
    winner, loser = (Term("scale", "variable", 3.0, score, "Why.") for score in (2, -1))
    decision = decided(consistency="eventual", scale="variable", cost_sensitive="yes")._replace(
        ranking=(Ranked("edge", 9.0, (loser,)), Ranked("serverless", 6.0, (winner,))),
        why_not=(("edge", loser),),
    )
    text = generator.markdown(decision, KNOWLEDGE)
    assert "(SP6): 3 points more in all, but on `scale` (variable) 9 points less. Why." in text


def test_the_record_holds_what_is_known_and_reads_back() -> None:
    decision = decided(
        consistency="eventual", scale="variable", cost_sensitive="yes", audit=None,
        dual_writes="events", tail_latency=None,
    )  # fmt: skip
    text = generator.record(decision, KNOWLEDGE)
    assert yamlio.parse(text, "record").plain() == {
        "decisions": [
            {
                "tree": "architecture",
                "outcome": "serverless",
                "answers": {
                    "consistency": "eventual", "scale": "variable", "cost-sensitive": "yes",
                },
                "problems": {"dual-writes": "events"},
            }
        ]
    }  # fmt: skip
    assert max(map(len, text.splitlines())) < 100
    assert not any(line.endswith(":") for line in text.splitlines()[1:])
    assert f"```yaml\n{text}```" in generator.markdown(decision, KNOWLEDGE)
    assert generator.record(decided(consistency=None), KNOWLEDGE) == ""


def test_what_was_concluded_is_told_as_such() -> None:
    answers = {
        "consistency": Answer("strong", "manifest", "shop.yaml:4:3"),
        "audit": Answer("standard", "manifest", "shop.yaml:9:3", inferred=True),
        "isolation": Answer("all", "manifest", "shop.yaml:5:3", inferred=True),
        "teams": Answer("few", "asked", "terminal"),
    }
    decision = decide(TREE, PROBLEMS, CATALOG.entries, answers)
    page = generator.markdown(decision, KNOWLEDGE)
    assert "(manifest: `shop.yaml:4:3`)" in page
    assert "(concluded from `shop.yaml:9:3`)" in page
    brief = dict(generator.summary(decision, KNOWLEDGE, terms=False).sections)["Other answers"]
    assert "`isolation` = all (concluded from `shop.yaml:5:3`)" in brief
    assert "`teams` = few (`terminal`)" in brief
