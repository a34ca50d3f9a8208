"""The bad and good manifests of every catalog file, run as they stand."""

import pytest

from patternctl import catalog, manifest, plugins
from patternctl.engine.lint import lint
from patternctl.model.antipattern import AntiPattern, Example
from patternctl.model.finding import LintResult
from patternctl.model.settings import LintSettings

ENTRIES = catalog.antipatterns()
BAD = [(a, example) for a in ENTRIES.values() for example in a.bad]
GOOD = [(a, example) for a in ENTRIES.values() for example in a.good]


def run(antipattern: AntiPattern, example: Example) -> LintResult:
    system = manifest.from_text(example.manifest, f"{antipattern.id}.yaml")
    return lint([system], {antipattern.id: antipattern}, LintSettings())


def name(value: object) -> str:
    return value.id if isinstance(value, AntiPattern) else getattr(value, "title", str(value))


@pytest.mark.parametrize(("antipattern", "example"), BAD, ids=name)
def test_bad_example_gives_exactly_what_it_announces(
    antipattern: AntiPattern, example: Example
) -> None:
    found = run(antipattern, example).findings
    assert [finding.element for finding in found] == [expected.at for expected in example.expect]
    for finding, expected in zip(found, example.expect, strict=True):
        assert expected.severity in (None, finding.severity)


@pytest.mark.parametrize(("antipattern", "example"), GOOD, ids=name)
def test_good_example_is_silent(antipattern: AntiPattern, example: Example) -> None:
    assert run(antipattern, example).findings == ()
    assert not example.expect


def test_every_catalog_file_has_a_detector_and_the_other_way_round() -> None:
    assert sorted(ENTRIES) == plugins.names("rules")


@pytest.mark.parametrize("antipattern", ENTRIES.values(), ids=name)
def test_prose_is_complete(antipattern: AntiPattern) -> None:
    assert antipattern.summary.endswith(".")
    assert antipattern.help.endswith(".")
    assert len(antipattern.what) > 100
    assert len(antipattern.why) > 100
    assert any(example.expect for example in antipattern.bad)
