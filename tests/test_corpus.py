"""Compose files of real systems, where `PATTERNCTL_CORPUS` names a folder that holds some.

They are other people's: nothing of them is kept here. Without the folder, nothing is collected.
"""

import os
from pathlib import Path

import pytest

from patternctl import catalog, manifest
from patternctl.engine.lint import lint
from patternctl.generators import manifest as writer
from patternctl.importers import compose
from patternctl.model.settings import LintSettings

CORPUS = Path(os.environ.get("PATTERNCTL_CORPUS", ""))
FILES = sorted(
    f for f in CORPUS.rglob("*compose*") if f.suffix in (".yml", ".yaml") and f.is_file()
)
ENTRIES = catalog.antipatterns()


def test_the_corpus_holds_compose_files() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CORPUS)))
@pytest.mark.parametrize("guess", [False, True], ids=["seen", "guessed"])
def test_discovered_and_linted_without_error(file: Path, guess: bool) -> None:
    system = compose.load([file], guess=guess)
    found = system.architecture
    assert found.services or found.stores or found.brokers
    written = manifest.from_text(writer.render(system), "architecture.yaml")
    assert written.architecture == system.architecture
    for each in (system, written):
        findings = lint([each], ENTRIES, LintSettings()).findings
        assert all(finding.location.line for finding in findings)
