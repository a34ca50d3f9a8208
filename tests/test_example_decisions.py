"""The examples' decisions are those that patternctl makes today, and their records its own."""

from pathlib import Path

import pytest

from patternctl import cli
from tests import golden

EXAMPLES = Path(__file__).parent.parent / "examples"
TITLES = {
    "shop": "Serve reads from a CQRS system",
    "ticketing": "Split by team into microservices",
    "clean": "Read through a CQRS system or a copy of the data",
}


@pytest.mark.parametrize("name", TITLES)
def test_golden_record_of_an_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES / name)
    decision = tmp_path / "decision.json"
    assert cli.run(["decide", "--no-input", "-f", "json", "-o", str(decision)]) == 0
    arguments = ["--dir", str(tmp_path / "adr"), "--from-decision", str(decision)]
    dated = ["--date", "2026-11-22", "--status", "accepted"]
    assert cli.run(["adr", "new", TITLES[name], *arguments, *dated]) == 0
    (record,) = (tmp_path / "adr").iterdir()
    golden.check(EXAMPLES / name / "docs" / "adr" / record.name, record.read_text())


@pytest.mark.parametrize("name", TITLES)
def test_the_records_of_an_example_are_in_order(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLES / name)
    assert cli.run(["adr", "check"]) == 0, capsys.readouterr()
