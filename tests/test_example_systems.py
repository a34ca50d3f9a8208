"""What lint finds in the example systems, kept as golden listings."""

from datetime import date
from pathlib import Path

import pytest

from patternctl import catalog, cli, manifest
from patternctl.engine.lint import lint
from patternctl.engine.verify import verify
from patternctl.importers import compose
from patternctl.model.finding import LintResult
from patternctl.model.settings import LintSettings
from patternctl.model.system import System
from tests import golden

EXAMPLES = Path(__file__).parent.parent / "examples"
EXPECTED = Path(__file__).parent / "golden" / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())


def load(name: str) -> System:
    folder = EXAMPLES / name
    described = folder / "architecture.yaml"
    return manifest.load(described) if described.is_file() else compose.load(compose.find(folder))


def run(name: str) -> LintResult:
    return lint([load(name)], catalog.antipatterns(), LintSettings())


def listing(result: LintResult) -> str:
    """One line for each finding: code, element, severity; those set aside are marked."""
    return "".join(
        f"{finding.code} {finding.element} {finding.severity}{mark}\n"
        for findings, mark in ((result.findings, ""), (result.suppressed, " (ignored)"))
        for finding in findings
    )


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_those_of_the_golden_listing(name: str) -> None:
    golden.check(EXPECTED / f"{name}.txt", listing(run(name)))


@pytest.mark.parametrize("name", NAMES)
def test_every_example_tells_what_it_is_and_nothing_in_it_is_stale(name: str) -> None:
    assert (EXAMPLES / name / "README.md").read_text(encoding="utf-8").startswith("# ")
    assert run(name).notices == ()


def test_the_clean_example_is_clean_for_want_of_faults_not_of_facts() -> None:
    result = run("clean")
    assert result.findings == ()
    assert result.suppressed == ()
    assert result.unchecked == ()
    assert len(result.rules) == len(catalog.antipatterns())


def test_the_readme_names_every_rule_that_finds_something() -> None:
    for name in NAMES:
        text = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
        missing = {finding.rule for finding in run(name).findings if finding.rule not in text}
        assert not missing, name


def test_golden_evidence_of_costs_is_what_the_command_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLES / "clean")
    monkeypatch.setenv("COLUMNS", "96")
    assert cli.run(["cost"]) == 0
    bill = capsys.readouterr().out.partition("\nAssumed")[0].rstrip()
    file = EXAMPLES / "clean" / "docs" / "evidence" / "costs.md"
    before, fence, rest = file.read_text(encoding="utf-8").partition("```text\n")
    after = rest[rest.index("```\n") :]
    golden.check(file, f"{before}{fence}{bill}\n{after}")


def test_evidence_of_an_example_holds_as_long_as_it_says() -> None:
    (review, costs) = (
        [check for check in verify(load("clean"), day).checks if check.proof]
        for day in (date(2027, 5, 31), date(2027, 2, 22))
    )
    assert [(check.requirement, check.state) for check in review] == [
        ("architecture-review", "met"), ("cost-analysis", "expired"), ("cost-analysis", "expired"),
    ]  # fmt: skip
    assert all(check.met for check in costs)
