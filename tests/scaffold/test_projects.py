"""Every pattern's project is clean, and keeps the pattern's promise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from patternctl import catalog
from patternctl.scaffold import names, units
from tests.scaffold.projects import made, run

pytestmark = pytest.mark.slow
PATTERNS = sorted(units.patterns())
LONG = "a-name-as-long-as-names-may-be"
assert len(LONG) == names.LONGEST


def _checked(folder: Path, cache: Path) -> None:
    run(folder, "ruff", "format", "--check", "--no-cache", ".")
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "mypy", "--cache-dir", str(cache))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy knows of the libraries is the same for all projects."""
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_project_of_one_pattern_keeps_its_promise(
    pattern: str, tmp_path: Path, cache: Path
) -> None:
    folder = made(tmp_path / "shop", pattern)
    _checked(folder, cache)
    told = run(folder, "pytest", "-q", "-p", "no:cacheprovider")
    if os.environ.get("PATTERNCTL_REQUIRE_ALL"):
        assert " skipped" not in told, told


def test_all_that_go_together_are_one_clean_project(tmp_path: Path, cache: Path) -> None:
    taken: list[str] = []
    for pattern in PATTERNS:
        relations = catalog.relations(pattern)
        assert relations
        if not any(other in relations.conflicts_with for other in taken):
            taken.append(pattern)
    _checked(made(tmp_path / "shop", *taken, name=LONG), cache)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_its_own_manifest_lints_clean(pattern: str, tmp_path: Path) -> None:
    manifest = made(tmp_path / "shop", pattern) / "architecture.yaml"
    run(tmp_path, "patternctl", "lint", str(manifest))
