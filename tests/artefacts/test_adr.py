"""Kind `adr`: records of the decisions that a manifest states."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from patternctl import cli
from patternctl.adr import parse
from patternctl.artefacts import adr
from patternctl.errors import UsageError
from patternctl.model.adr import Record
from tests import golden
from tests.artefacts.orders import HOSTILE, example, files, order, system

GOLDEN = Path(__file__).parent.parent / "golden" / "adr-of-manifest"
ANSWERS = {"consistency": "eventual", "scale": "moderate", "read-write-ratio": "above-10"}
CQRS: dict[str, Any] = {"outcome": "cqrs-system", "date": "2026-11-22", "answers": ANSWERS}
CDC: dict[str, Any] = {
    "outcome": "traditional-cdc",
    "date": "2025-01-07",
    "answers": {"consistency": "strong", "audit": "standard"},
}


def records(*decisions: dict[str, object], **stated: object) -> dict[str, Record]:
    made = files([*adr.make(order(system(decisions=[*decisions], **stated)))])
    return {path: parse(text, path) for path, text in made.items()}


def refused(*decisions: dict[str, object]) -> list[str]:
    with pytest.raises(UsageError) as caught:
        records(*decisions)
    return sorted(f"{problem.message}; {problem.hint}" for problem in caught.value.problems)


@pytest.mark.parametrize("name", ["shop", "ticketing", "clean"])
def test_golden_record_of_an_example(name: str) -> None:
    ((path, text),) = files([*adr.make(example(name))]).items()
    golden.check(GOLDEN / name / Path(path).name, text)


def test_a_record_tells_what_was_decided_and_when() -> None:
    ((path, record),) = records(CQRS).items()
    assert path == ("adr/0001-which-architecture-for-the-system-as-a-whole-cqrs-system.md")
    assert (record.status, record.date, record.faults, record.gaps) == (
        "accepted", "2026-11-22", (), (),
    )  # fmt: skip
    assert record.title.endswith("CQRS system architecture")


def test_the_command_in_a_record_decides_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for own in (CQRS, {**CQRS, "outcome": "traditional-cdc", "answers": _by_ranking()}):
        (text,) = files([*adr.make(order(system(decisions=[own])))]).values()
        (command,) = [
            line.split("`")[1] for line in text.splitlines() if "repeats this decision" in line
        ]
        assert cli.run([*shlex.split(command)[1:], "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["chosen"] == own["outcome"]


def _by_ranking() -> dict[str, str]:
    """Answers of the example in which not the tree but the ranking was followed."""
    decided = example("clean").system
    assert decided
    (own,) = decided.architecture.decisions
    return own.answers


def test_the_manifest_names_the_record() -> None:
    stated = {**CQRS, "adr": "docs/decisions/ADR-007-read-models.md"}
    assert [*records(stated)] == ["adr/ADR-007-read-models.md"]
    assert [path[:9] for path in records({**CQRS, "adr": 12})] == ["adr/0012-"]
    assert [path[:9] for path in records({**CQRS, "adr": "docs/why.md"})] == ["adr/0001-"]


@given(HOSTILE)
def test_hostile_names_of_records_make_plain_files(name: str) -> None:
    ((path, record),) = records({**CQRS, "adr": f"docs/0007-{name}.md"}).items()
    folder, _, file = path.partition("/")
    assert (folder, "/" in file, file.isprintable()) == ("adr", False, True)
    assert not {*file} & {*'\\:*?"<>|`$'}
    assert record.number in (7, 1)


def test_records_of_one_tree_supersede_one_another() -> None:
    old, new = records(CDC, {**CQRS, "adr": 1}).values()
    assert (old.number, old.state, [one.number for one in old.superseded_by]) == (
        2, "superseded", [1],
    )  # fmt: skip
    assert (new.state, [one.number for one in new.supersedes]) == ("accepted", [2])


def test_records_are_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path, text in files([*adr.make(order(system(decisions=[CDC, CQRS])))]).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert cli.run(["adr", "check", "--dir", "adr"]) == 0


def test_problems_and_patterns_that_are_there_are_told() -> None:
    decided = {**CQRS, "problems": {"dual-writes": "events"}}
    patterns = [{"pattern": "outbox", "at": ["orders"]}]
    stated = system(decisions=[decided], services={"orders": {}}, patterns=patterns)
    (text,) = files([*adr.make(order(stated))]).values()
    assert "Called for too, and there already:\n\n* Transactional outbox (MP1)" in text


def test_without_a_decision_the_way_to_one_is_told() -> None:
    for lacking in (order(system()), order(None, "outbox")):
        with pytest.raises(UsageError, match="no decision is stated") as caught:
            [*adr.make(lacking)]
        assert "`patternctl decide`" in caught.value.problems[0].hint


def test_all_that_keeps_a_decision_from_being_told_is_told() -> None:
    undated = {key: value for key, value in CQRS.items() if key != "date"}
    nearly = {**CQRS, "answers": {"consistncy": "eventual", "scale": "modrate", "x": "y"}}
    assert refused(undated, nearly, {**CQRS, "tree": "architectur"}, {**CQRS, "adr": 7}, CQRS) == [
        '"modrate" is no answer to scale; did you mean "moderate"?',
        'nothing asks "consistncy"; did you mean "consistency"?',
        'nothing asks "x"; copy the block that `patternctl decide` prints',
        "the decision states no date; add `date: YYYY-MM-DD`, the day it was taken",
        'there is no decision tree "architectur"; did you mean "architecture"?',
    ]


def test_a_decision_against_its_own_answers_is_not_made_up() -> None:
    (told,) = refused({**CQRS, "outcome": "edge"})
    assert told.startswith(
        "the answers lead to cqrs-system, and rank cqrs-system first: not edge; "
    )


def test_two_decisions_of_one_record_are_told() -> None:
    (told,) = refused({**CDC, "adr": "a/0001-x.md"}, {**CQRS, "adr": "b/0001-x.md"})
    assert told.startswith("0001-x.md is the record of another decision; ")
