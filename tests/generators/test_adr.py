import contextlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from patternctl import adr
from patternctl.errors import InputError
from patternctl.generators import adr as pages
from patternctl.generators import supersession
from patternctl.model.adr import Record
from patternctl.model.choosing import Answer
from tests import golden
from tests.decisions import DECISION, DISPUTED, KNOWLEDGE, OPEN, RANKED

GOLDEN = Path(__file__).parent.parent / "golden" / "adr"
HEAD = pages.Head("Serverless for the shop", "proposed", "2026-01-02", ("Ada", "B, the second"))
TOOLS_HEAD = HEAD._replace(number=4, form="sections")


def test_golden_a_decision_told_in_full() -> None:
    golden.check(GOLDEN / "decided.md", pages.decided(HEAD, DECISION, KNOWLEDGE))


def test_golden_a_record_to_be_filled() -> None:
    golden.check(GOLDEN / "blank.md", pages.blank(HEAD._replace(decision_makers=())))


def test_golden_tree_and_ranking_disagree() -> None:
    golden.check(GOLDEN / "disputed.md", pages.decided(HEAD, DISPUTED, KNOWLEDGE))


def test_golden_the_ranking_chooses_where_the_tree_is_open_as_adr_tools_writes_it() -> None:
    golden.check(GOLDEN / "ranked-adr-tools.md", pages.decided(TOOLS_HEAD, RANKED, KNOWLEDGE))


def test_golden_a_record_to_be_filled_as_adr_tools_writes_it() -> None:
    golden.check(GOLDEN / "blank-adr-tools.md", pages.blank(TOOLS_HEAD))


def test_the_samples_are_what_they_are_called() -> None:
    chosen = [pages.chosen(each) for each in (DECISION, DISPUTED, OPEN, RANKED)]
    assert chosen == ["serverless", "microservices", None, "serverless"]
    assert DISPUTED.ranking[0].id == "serverless"
    assert len(OPEN.outcomes) == len(RANKED.outcomes) == 2


@pytest.mark.parametrize("head", [HEAD, TOOLS_HEAD])
def test_both_read_back_as_they_were_meant(head: pages.Head) -> None:
    head = head._replace(decision_makers=("Ada", "Grace"))
    for text in (pages.blank(head), pages.decided(head, DECISION, KNOWLEDGE)):
        record = adr.parse(text, "docs/adr/0004-x.md")
        assert (record.title, record.status, record.date) == head[:3]
        assert record.decision_makers == head.decision_makers
        assert record.form == head.form
        assert not record.faults
        assert not record.links


@pytest.mark.parametrize("head", [HEAD, TOOLS_HEAD])
@pytest.mark.parametrize("names", [("B, the second",), ("Ada", "B, the second"), ("Ada", "Grace")])
def test_names_of_people_are_kept_apart(head: pages.Head, names: tuple[str, ...]) -> None:
    text = pages.blank(head._replace(decision_makers=names))
    assert adr.parse(text, "docs/adr/0001-x.md").decision_makers == names


def test_both_styles_say_the_same() -> None:
    def said(text: str) -> set[str]:
        return {line for line in text.split("\n") if line.startswith(("* ", "| ", "1. ", "Chosen"))}

    for one, other in (
        (pages.blank(HEAD), pages.blank(TOOLS_HEAD)),
        *((pages.decided(head, RANKED, KNOWLEDGE) for head in (HEAD, TOOLS_HEAD)),),
    ):
        assert said(one) == said(other)
        assert len(said(one)) > 5


def test_hints_of_an_empty_record_are_gaps_and_a_told_decision_has_none() -> None:
    for head in (HEAD, TOOLS_HEAD):
        text = pages.blank(head)
        hints = [n for n, line in enumerate(text.split("\n"), 1) if "{" in line]
        assert adr.parse(text, "docs/adr/0001-x.md").gaps == tuple(hints)
        assert not adr.parse(pages.decided(head, RANKED, KNOWLEDGE), "docs/adr/0001-x.md").gaps


@pytest.mark.parametrize(
    "title",
    ["C #", "#", "# x", "[x](y.md)", "a <!-- b", "back\\slash", '"quotes"', "x ###", "ünï 🚀", "7"],
)
def test_a_title_reads_back_as_it_was_given(title: str) -> None:
    record = adr.parse(pages.blank(HEAD._replace(title=title)), "docs/adr/0001-x.md")
    assert record.title == title
    assert not record.links


def test_the_first_of_the_ranking_is_told_where_it_is_what_is_built() -> None:
    text = pages.decided(HEAD, DISPUTED._replace(chosen="serverless"), KNOWLEDGE)
    assert 'Chosen option: "Serverless (OWN1)", because it fits the answers best' in text
    assert "--choose ranking --no-input`" in text


def test_an_open_tree_without_ranking_s_terms_can_be_told() -> None:
    bare = RANKED._replace(ranking=(), outcomes=(), why_not=())
    assert "because the answers leave the tree open" in pages.decided(HEAD, bare, KNOWLEDGE)


def test_the_command_names_tree_manifest_and_every_answer_of_people() -> None:
    answers = (*DECISION.answers, ("odd", Answer("it's", "flag")))
    decision = DECISION._replace(
        answers=answers, tree="ours", tree_file="trees/ours.yaml", manifest="my system.yaml"
    )
    assert pages.command(decision) == (
        "patternctl decide 'my system.yaml' --set scale=variable --set load=medium"
        """ --set audit=unknown --set 'odd=it'"'"'s'"""
        " --tree trees/ours.yaml --no-input"
    )
    assert " --tree ours " in pages.command(DECISION._replace(tree="ours"))
    assert "--tree" not in pages.command(DECISION)
    assert " ./-x.yaml " in pages.command(DECISION._replace(manifest="-x.yaml"))


def test_questions_left_open_on_the_way_are_unknown_in_the_command() -> None:
    told = dict(RANKED.answers)
    del told["cost-sensitive"]
    text = pages.command(RANKED._replace(answers=tuple(told.items())))
    assert "--set cost-sensitive=unknown" in text
    assert text.endswith("--choose ranking --no-input")


def test_adopted_patterns_are_told_as_there_already() -> None:
    adopted = tuple(each._replace(adopted=True) for each in DECISION.suggestions)
    text = pages.decided(HEAD, DECISION._replace(suggestions=adopted), KNOWLEDGE)
    assert "With it come patterns" not in text
    assert "Called for too, and there already:\n\n* Outbox (OWN3): " in text
    assert "there already" not in pages.decided(HEAD, DECISION, KNOWLEDGE)


def test_a_conclusion_says_what_it_was_drawn_from() -> None:
    inferred = Answer("variable", "manifest", "architecture.yaml:3", inferred=True)
    answers = (("scale", inferred), *DECISION.answers[1:])
    text = pages.decided(HEAD, DECISION._replace(answers=answers), KNOWLEDGE)
    assert "(concluded from `architecture.yaml:3`)" in text


def test_pairs_of_answers_are_left_to_the_decision_itself() -> None:
    one, other, *_ = DECISION.tree_flips
    pair = one._replace(changes=(*one.changes, *other.changes))
    text = pages.decided(HEAD, DECISION._replace(tree_flips=(pair,)), KNOWLEDGE)
    assert "No other answer to a single question leads elsewhere." in text


def test_hostile_words_stay_in_their_line() -> None:
    term = DECISION.ranking[0].terms[0]._replace(why="one\n## two <!-- three")
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


HOSTILE = {
    "spaces in front matter": ("---\nstatus: a{}b\n---\n# Old\n", " "),
    "marks in front matter": ("---\nstatus: a{}\n---\n# Old\n", " x"),
    "spaces in a bullet": ("# Old\n\n* Status: a{}b\n", " "),
    "spaces before a bullet": ("# Old\n\n{}x\n* Status: accepted\n", " "),
    "brackets in a heading": ("# Old {}\n\n## Status\n\nAccepted\n", "[]("),
    "brackets in text": ("# Old\n\n## Status\n\nAccepted\n\n## Context\n\n{}\n", "[x](<"),
    "braces": ("# Old\n\n* Status: accepted\n\n{}\n", "{ab "),
    "quotes": ("---\nstatus: '{}x'\n---\n# Old\n", "''"),
    "escapes": ('---\nstatus: "{}"\n---\n# Old\n', "\\\\"),
    "open comments": ("# Old\n\n* Status: accepted {}\n", "<!-- "),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(300)  # a second where it is linear; a million letters squared do not end
def test_long_lines_are_edited_or_refused(name: str) -> None:
    text, unit = HOSTILE[name]
    pair = Pair(text.format(unit * (2**20 // len(unit))), "# New\n")
    with contextlib.suppress(InputError):
        pair.superseded()
        Pair("# Old\n", pair.old).superseding()


def test_what_the_manifest_says_is_left_to_it_when_the_decision_is_repeated() -> None:
    concluded = ("load", Answer("large", "flag", "--set", inferred=True))
    answers = tuple(each for each in DECISION.answers if each[0] != "load")
    named = DECISION._replace(manifest="shop.yaml", answers=(*answers, concluded))
    assert pages.command(named) == (
        "patternctl decide shop.yaml --set scale=variable --set audit=unknown --no-input"
    )
    assert "--set cost-sensitive=yes" in pages.command(DECISION)


def test_the_rules_that_watch_a_decision_are_told_first() -> None:
    text = pages.decided(HEAD, DECISION, KNOWLEDGE)
    watching = "decision-outdated,decision-contradicted,missing-prerequisite,conflicting-patterns"
    assert text.index(f"--select {watching},unkept-promise`") < text.index("finds less and less")
