from dataclasses import dataclass
from pathlib import Path

import pytest

from patternctl import adr
from patternctl.errors import InputError
from patternctl.generators import adr as pages
from patternctl.generators import supersession
from patternctl.model.adr import Record
from patternctl.model.choosing import Decision
from tests import golden
from tests.decisions import DECISION, KNOWLEDGE, TERMS

GOLDEN = Path(__file__).parent.parent / "golden" / "adr"
HEAD = pages.Head("Serverless for the shop", "proposed", "2026-01-02", ("Ada", "B, the second"))


def test_golden_a_decision_told_in_full() -> None:
    golden.check(GOLDEN / "decided.md", pages.decided(HEAD, DECISION, KNOWLEDGE))


def test_golden_a_record_to_be_filled() -> None:
    golden.check(GOLDEN / "blank.md", pages.blank(HEAD._replace(decision_makers=())))


def test_golden_tree_and_ranking_disagree() -> None:
    golden.check(GOLDEN / "disputed.md", pages.decided(HEAD, disputed(), KNOWLEDGE))


def disputed() -> Decision:
    """The tree says microservices, the ranking serverless."""
    return DECISION._replace(
        outcomes=("microservices",),
        difference=TERMS["serverless"][:2],
        suggestions=(),
        build=(),
        conflicts=(),
        tree_flips=(),
        overruled=(),
    )


def test_both_read_back_as_they_were_meant() -> None:
    for text in (pages.blank(HEAD), pages.decided(HEAD, DECISION, KNOWLEDGE)):
        record = adr.parse(text, "docs/adr/0001-x.md")
        assert (record.title, record.status, record.date) == HEAD[:3]
        assert record.decision_makers == HEAD.decision_makers
        assert not record.faults
        assert not record.links


@pytest.mark.parametrize(
    "title",
    ["C #", "#", "# x", "[x](y.md)", "a <!-- b", "back\\slash", '"quotes"', "x ###", "ünï 🚀", "7"],
)
def test_a_title_reads_back_as_it_was_given(title: str) -> None:
    record = adr.parse(pages.blank(HEAD._replace(title=title)), "docs/adr/0001-x.md")
    assert record.title == title
    assert not record.links


def test_the_first_of_the_ranking_is_told_where_it_is_what_is_built() -> None:
    decision = disputed()._replace(build=DECISION.build, chosen="serverless")
    assert pages.chosen(decision) == "serverless"
    text = pages.decided(HEAD, decision, KNOWLEDGE)
    assert 'Chosen option: "Serverless (OWN1)", because it fits the answers best' in text


def test_pairs_of_answers_are_left_to_the_decision_itself() -> None:
    (pair,) = (flip for flip in DECISION.tree_flips if len(flip.changes) > 1)
    text = pages.decided(HEAD, DECISION._replace(tree_flips=(pair,)), KNOWLEDGE)
    assert "No other answer to a single question leads elsewhere." in text


def test_hostile_words_stay_in_their_line() -> None:
    term = TERMS["serverless"][0]._replace(why="one\n## two <!-- three")
    ranking = (DECISION.ranking[0]._replace(terms=(term,)),)
    text = pages.decided(HEAD, DECISION._replace(ranking=ranking), KNOWLEDGE)
    assert "one ## two &lt;!-- three" in text


@dataclass
class Pair:
    old: str
    new: str

    def records(self) -> tuple[Record, Record]:
        return adr.parse(self.old, "adr/0003-old.md"), adr.parse(self.new, "adr/0007-new.md")

    def superseded(self) -> str:
        return supersession.superseded(self.old, *self.records())

    def superseding(self) -> str:
        old, new = self.records()
        return supersession.superseding(self.new, new, old)


MADR4 = """\
---
# kept
status: accepted  # since May
x-own: [1,   2]
---
# Old

## More Information

Much.
"""
MADR2 = (
    "# Old\n\n* Status: Accepted <!-- optional -->\n* Date: 2020-01-01\n\n## Links\n\n* [x](y)\n"
)
TOOLS = "# 3. Old [a]\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n\n## Context\n\nx\n"
BY = '"superseded by [ADR-0007](0007-new.md)"'


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """(lines that are gone, lines that are new)"""
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


@pytest.mark.parametrize(
    ("text", "gone", "come"),
    [
        (MADR4, "status: accepted  # since May", f"status: {BY}  # since May"),
        (
            MADR2,
            "* Status: Accepted <!-- optional -->",
            "* Status: Superseded by [ADR-0007](0007-new.md) <!-- optional -->",
        ),
        (TOOLS, "Accepted", "Superseded by [7. New \\[b\\]](0007-new.md)"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_line_of_the_old_record_changes(text: str, gone: str, come: str, end: str) -> None:
    pair = Pair(text.replace("\n", end), "# 7. New [b]\n")
    after = pair.superseded()
    tail = end.removesuffix("\n")
    assert changed(pair.old, after) == ([gone + tail], [come + tail])
    assert len(after.split("\n")) == len(pair.old.split("\n"))


@pytest.mark.parametrize(
    ("text", "come"),
    [
        (MADR4, "Supersedes [ADR-0003](0003-old.md)."),
        (MADR2, "* Supersedes [ADR-0003](0003-old.md)"),
        (TOOLS, "Supersedes [3. Old](0003-old.md)"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_one_line_of_the_new_record_is_added(text: str, come: str, end: str) -> None:
    pair = Pair("# 3. Old\n", text.replace("\n", end))
    after = pair.superseding()
    assert changed(pair.new, after) == ([], [come + end.removesuffix("\n")])
    assert after.count("\r") == (after.count("\n") if end == "\r\n" else 0)
    record = adr.parse(after, "adr/0007-new.md")
    assert [one.number for one in record.supersedes] == [3]


def test_a_record_without_a_place_for_it_gets_one() -> None:
    assert Pair("# Old\n", "# New\n").superseding() == (
        "# New\n\n## More Information\n\nSupersedes [ADR-0003](0003-old.md).\n"
    )
    assert Pair("# Old\n", "# New").superseding().endswith("(0003-old.md).\n")
    assert (
        Pair("\ufeff# Old\n", "# New\n").superseded() == f"\ufeff---\nstatus: {BY}\n---\n\n# Old\n"
    )
    kept = "---\r\nx: 1\r\n---\r\n# Old\r\n"
    assert Pair(kept, "# New").superseded() == kept.replace("\r\n", f"\r\nstatus: {BY}\r\n", 1)
    bare = "# Old\n\n## Status\n\n## Context\n"
    assert (
        "## Status\n\nSuperseded by [New](0007-new.md)\n\n## Context"
        in Pair(bare, "# New").superseded()
    )


@pytest.mark.parametrize(
    "status",
    ["'it''s accepted'", '"a \\" b" # c', "{proposed | accepted}", "", "  ", "a#b"],
)
def test_values_of_front_matter_are_replaced_whole(status: str) -> None:
    old = f"---\nstatus: {status}\nx: 1\n---\n# Old\n"
    after = Pair(old, "# New\n").superseded()
    assert after.split("\n")[1].startswith(f"status: {BY}")
    assert after.split("\n")[2:] == old.split("\n")[2:]


@pytest.mark.parametrize(
    "front",
    [
        "status: >-\n  accepted",
        "status: accepted\n  for now",
        "{status: accepted}",
        'status: "a\n  b"',
    ],
)
def test_what_takes_more_than_a_line_is_refused(front: str) -> None:
    with pytest.raises(InputError, match="without reformatting"):
        Pair(f"---\n{front}\n---\n# Old\n", "# New\n").superseded()
