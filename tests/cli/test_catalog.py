"""`patternctl catalog check`, and folders of users in every command that reads the catalog."""

import json
from pathlib import Path

import pytest

from patternctl import catalog, resources
from patternctl.catalog import _contents
from patternctl.engine import ledger
from patternctl.errors import Problem
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
        "read: the shipped catalog\n"
        "3 patterns, 1 baseline, 2 mechanisms, 0 anti-patterns, 1 decision tree, 1 playbook, "
        "0 cost drivers, 0 bills of materials, 0 price books, "
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
    lines = run("catalog", "check").out.splitlines()
    assert lines[0] == "read: the shipped catalog, own"
    assert lines[1].startswith("4 patterns")
    write(tmp_path, {"own/patterns/mine.yaml": MINE.replace("id: mine", "id: yours")})
    assert "error: own/patterns/mine.yaml:1:5: the id" in run("catalog", "check").err


def test_a_catalog_in_a_folder_of_the_one_named(run: Run, tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, {"docs/ours/patterns/mine.yaml": MINE, "docs/a/b.txt": ""})
    outcome = run("catalog", "check", "docs")
    assert outcome.status == 2
    assert 'help: did you mean "docs/ours"?' in outcome.err


def test_it_says_what_replaces_a_shipped_file(run: Run, tmp_path: Path, shipped: Path) -> None:
    write(tmp_path, {"own/patterns/alpha.yaml": ALPHA, "own/patterns/mine.yaml": MINE})
    lines = run("catalog", "check", "own").out.splitlines()
    assert lines[:2] == ["read: the shipped catalog, own", "alpha replaces the shipped alpha"]
    assert len(lines) == 3


def test_faults_of_numbers_are_not_added_to_what_was_examined(
    run: Run, tmp_path: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined = catalog.examine()
    monkeypatch.setattr(catalog, "examine", lambda _: examined)
    monkeypatch.setattr(ledger, "recompute", lambda _: [Problem("wrong")])
    assert run("catalog", "check").err == "error: wrong\n"
    assert examined.problems == []


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
    assert "no detector looks for no-budget" in outcome.err
    assert "| ACME101 | `no-budget` | described only |" in run("rules", "-f", "markdown").out
    assert "described only" in run("rules", "acme").out
    listed = json.loads(run("rules", "-f", "json").out)
    assert [each["id"] for each in listed if not each["detector"]] == ["no-budget"]
    assert (
        "no-budget (ACME101) has no detector: `explain` tells it, `lint` does not look for it\n"
    ) in run("catalog", "check").out
    page = run("explain", "spendthrift", "-f", "markdown")
    assert page.status == 0
    assert "`no-budget`" in page.out


EXAMPLES = """\
bad:
  - title: A call without a deadline
    manifest: |
      version: 1
      system: shop
      services: {a: {calls: [{to: b, via: http, timeout: none}]}, b: {}}
    expect: [{at: services.a.calls.b}]
good:
  - title: A call with one
    manifest: |
      version: 1
      system: shop
      services: {a: {calls: [{to: b, via: http, timeout: 1s}]}, b: {}}
"""
WRONG = {
    "timeout: 1s": ("timeout: none", "10: the example gives a finding that it does not announce"),
    "services.a.calls.b": ("services.b", "7: the example gives no finding at services.b"),
    "calls.b}": ("calls.b, severity: info}", "7: the example gives no info finding at services.a"),
    "timeout: none": ("timout: none", '3: example: manifest:3:43: unknown key "timout"'),
    "b: {}}\n": ("b: {}}\n    expect: [{at: a}]\n", "14: a good example announces no findings"),
}


def own_examples(tmp_path: Path, name: str, examples: str) -> int:
    """A rule of this name with these examples; gives the number of lines above them."""
    own_rule(
        tmp_path, name, **({"code": "ACME101", "synonyms": "[]"} if name == "no-budget" else {})
    )
    path = tmp_path / f"own/antipatterns/{name}.yaml"
    head, _, _ = path.read_text().partition("bad:\n")
    path.write_text(head + examples)
    return head.count("\n")


@pytest.mark.parametrize("name", ["no-timeout", "no-budget"])
def test_examples_that_give_what_they_announce(run: Run, tmp_path: Path, name: str) -> None:
    own_examples(tmp_path, name, EXAMPLES)
    assert run("catalog", "check").err == ""


@pytest.mark.parametrize("old", WRONG)
@pytest.mark.parametrize("name", ["no-timeout", "no-budget"])
def test_examples_that_give_something_else(run: Run, tmp_path: Path, name: str, old: str) -> None:
    new, message = WRONG[old]
    before, _, after = EXAMPLES.rpartition(old)
    above = own_examples(tmp_path, name, before + new + after)
    outcome = run("catalog", "check")
    if name == "no-budget" and "example gives" in message:
        assert outcome.status == 0, "nothing looks for it"
        return
    assert outcome.status == 2
    number, _, told = message.partition(":")
    assert f"error: own/antipatterns/{name}.yaml:{above + int(number)}:" in outcome.err
    assert told in outcome.err


def test_a_faulty_rule_stops_the_lint(run: Run, tmp_path: Path, hangs: Path) -> None:
    own_rule(tmp_path, "no-timeout", severity="awful")
    outcome = run("lint")
    assert outcome.status == 2
    assert outcome.err.startswith("error: own/antipatterns/no-timeout.yaml:5:")
