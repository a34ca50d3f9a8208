"""The examples' decisions are those that patternctl makes today, and their records its own."""

import json
import re
import shlex
from pathlib import Path

import pytest

from patternctl import cli
from tests import golden

EXAMPLES = Path(__file__).parent.parent / "examples"
TITLES = {
    "shop": "Serve reads from a CQRS system",
    "ticketing": "Split by team into microservices",
    "clean": "Feed copies of the data from the database's log",
}
CHOSEN = {"clean": ["--choose", "ranking"]}
"""Flags that examples are decided with."""
MAKERS = {
    "shop": ["Lead of checkout", "Lead of browse"],
    "ticketing": ["Head of engineering", "Lead of sales"],
    "clean": ["Lead of the team"],
}
SAME = (
    "chosen",
    "outcomes",
    "ranking",
    "difference",
    "suggestions",
    "build",
    "conflicts",
    "manifest",
)


@pytest.mark.parametrize("name", TITLES)
def test_golden_record_of_an_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES / name)
    decision = tmp_path / "decision.json"
    decided = ["decide", *CHOSEN.get(name, ())]
    assert cli.run([*decided, "--no-input", "-f", "json", "-o", str(decision)]) == 0
    arguments = ["--dir", str(tmp_path / "adr"), "--from-decision", str(decision)]
    dated = ["--date", "2026-11-22", "--status", "accepted"]
    makers = [word for maker in MAKERS[name] for word in ("--decision-maker", maker)]
    assert cli.run(["adr", "new", TITLES[name], *arguments, *dated, *makers]) == 0
    (record,) = (tmp_path / "adr").iterdir()
    golden.check(EXAMPLES / name / "docs" / "adr" / record.name, record.read_text())


@pytest.mark.parametrize("name", TITLES)
def test_the_records_of_an_example_are_in_order(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLES / name)
    assert cli.run(["adr", "check"]) == 0, capsys.readouterr()


@pytest.mark.parametrize("name", TITLES)
def test_the_command_in_a_record_repeats_its_decision(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES / name)
    (record,) = Path("docs/adr").iterdir()
    command = re.search(r"`patternctl (decide [^`]+)` decides again", record.read_text())
    assert command
    first = ["decide", *CHOSEN.get(name, ()), "--no-input"]
    runs = {"first": first, "again": shlex.split(command[1])}
    decisions = {}
    for key, arguments in runs.items():
        file = tmp_path / key
        assert cli.run([*arguments, "-f", "json", "-o", str(file)]) == 0
        told = json.loads(file.read_text())
        decisions[key] = {field: told[field] for field in SAME}
        decisions[key]["answers"] = {q: each["choice"] for q, each in told["answers"].items()}
    assert decisions["first"] == decisions["again"]
