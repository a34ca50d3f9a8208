"""`patternctl catalog check`, and folders of users in every command that reads the catalog."""

import json
from pathlib import Path

import pytest

from patternctl import resources
from patternctl.catalog import _contents
from tests.cli.conftest import Run
from tests.test_catalog import ALPHA, ENTRY, FILES, RULES, write

MINE = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalog without faults, in place of the shipped one."""
    home = tmp_path / "shipped"
    write(home, FILES)
    monkeypatch.setattr(resources, "directory", lambda kind: home / kind)
    monkeypatch.setattr(_contents, "DISPUTES", 1)
    return home


def test_it_says_what_was_checked(run: Run, shipped: Path) -> None:
    outcome = run("catalog", "check")
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out == (
        "3 patterns, 1 baseline, 2 mechanisms, 0 anti-patterns, 1 decision tree, 1 playbook, "
        "0 practices, 2 figures, 1 contradiction: no faults\n"
    )
    assert run("catalog", "check", shipped / "catalog").out == outcome.out


def test_every_fault_is_told_with_its_file_and_line(
    run: Run, tmp_path: Path, shipped: Path
) -> None:
    text = MINE.replace("low", "lo") + "composes_with: {alpa: So.}\n"
    wrong = "metrics: {a: {says: A, value: 1, unit: B, condition: C, lines: 3, verdict: holds, "
    wrong += "why: D, computed: [{formula: none, given: {}, gives: 1, unit: A, shows: B}]}}\n"
    write(tmp_path, {"own/patterns/mine.yaml": text, "own/patterns/x.yml": ""})
    write(tmp_path, {"own/patterns/alpha.yaml": ALPHA + wrong})
    outcome = run("catalog", "check", "own")
    assert outcome.status == 2
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert lines[0].startswith("error: own/patterns/alpha.yaml:14:")
    assert "none" in lines[0]
    assert 'error: own/patterns/mine.yaml:5:13: complexity: "lo"' in outcome.err
    assert 'error: own/patterns/mine.yaml:14:17: composes_with: there is no pattern "alpa"' in lines
    assert '  help: did you mean "alpha"?' in lines
    assert "error: own/patterns/x.yml: this file is not read" in lines


@pytest.mark.parametrize("name", ["none", "file", "empty"])
def test_what_is_no_catalog(run: Run, tmp_path: Path, shipped: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    outcome = run("catalog", "check", name)
    assert outcome.status == 2
    assert outcome.err.startswith(f"error: {name}: ")


def test_folders_of_the_configuration_are_checked(run: Run, tmp_path: Path, shipped: Path) -> None:
    (tmp_path / "patternctl.toml").write_text('catalog = ["own"]\n')
    outcome = run("catalog", "check")
    assert outcome.status == 2
    assert 'patternctl.toml:1: catalog: there is no folder "own"' in outcome.err
    write(tmp_path, {"own/patterns/mine.yaml": MINE})
    assert run("catalog", "check").out.startswith("4 patterns")
    write(tmp_path, {"own/patterns/mine.yaml": MINE.replace("id: mine", "id: yours")})
    assert "error: own/patterns/mine.yaml:1:5: the id" in run("catalog", "check").err


def test_help(run: Run) -> None:
    for arguments in (["catalog", "--help"], ["catalog", "check", "--help"]):
        outcome = run(*arguments)
        assert outcome.status == 0
        assert "Examples:" in outcome.out


# Rules of users


def own_rule(tmp_path: Path, name: str, **changes: str) -> None:
    lines = (RULES / "no-timeout.yaml").read_text().split("\n")
    lines = [f"id: {name}" if line.startswith("id:") else line for line in lines]
    for key, value in changes.items():
        lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in lines]
    write(tmp_path, {
        f"own/antipatterns/{name}.yaml": "\n".join(lines),
        "patternctl.toml": 'catalog = ["own"]\n',
    })  # fmt: skip


def test_an_override_is_linted_with_the_shipped_detector(
    run: Run, tmp_path: Path, hangs: Path
) -> None:
    own_rule(tmp_path, "no-timeout", help="Ask the platform team.")
    found = json.loads(run("lint", "-f", "json").out)["findings"]
    assert [each["rule"] for each in found] == ["no-timeout"]
    assert "Ask the platform team." in run("lint").out


def test_knowledge_without_a_detector_is_listed_and_not_linted(
    run: Run, tmp_path: Path, hangs: Path
) -> None:
    own_rule(tmp_path, "no-budget", code="ACME101", synonyms="[spendthrift]")
    assert run("lint").status == 1
    assert "no-budget" not in run("lint", "--statistics").out
    outcome = run("lint", "--select", "ACME1")
    assert outcome.status == 2
    assert "no rule is left to run" in outcome.err
    assert "no-budget" in run("rules", "acme", "-f", "markdown").out
    page = run("explain", "spendthrift", "-f", "markdown")
    assert page.status == 0
    assert "`no-budget`" in page.out


def test_a_faulty_rule_stops_the_lint(run: Run, tmp_path: Path, hangs: Path) -> None:
    own_rule(tmp_path, "no-timeout", severity="awful")
    outcome = run("lint")
    assert outcome.status == 2
    assert outcome.err.startswith("error: own/antipatterns/no-timeout.yaml:5:")
