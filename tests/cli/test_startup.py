"""What a command may load: modules are counted, not milliseconds."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CLEAN


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """Top-level modules loaded by one command."""
    script = (
        "import sys; from patternctl import cli; status = cli.run(sys.argv[1:]);"
        "print('\\n' + ' '.join(sorted(sys.modules)), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=cwd, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["lint", "--help"], ["patterns", "-h"]])
def test_help_loads_no_engine(arguments: list[str], tmp_path: Path) -> None:
    modules = loaded(*arguments, cwd=tmp_path)
    assert not modules & {"jinja2", "graphviz", "networkx", "yaml", "rich", "tomllib"}
    own = {name for name in modules if name.startswith(("patternctl.rules.", "patternctl.model."))}
    assert own <= {"patternctl.model.vocabulary"}


def test_linting_a_manifest_loads_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text(CLEAN)
    modules = loaded("lint", "--exit-zero", cwd=tmp_path)
    assert "patternctl.rules.no_timeout" in modules
    assert not modules & {"jinja2", "graphviz", "networkx", "rich", "patternctl.importers.compose"}
    assert not modules & {"patternctl.model.pattern", "patternctl.model.decision"}
    assert "patternctl.catalog._glance" not in modules
    assert {m for m in modules if m.startswith("patternctl.reports.") and "._" not in m} == {
        "patternctl.reports.text"
    }


def test_adopted_patterns_are_looked_up_without_the_model_of_patterns(tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text(f"{CLEAN}patterns: [{{pattern: bulkhead}}]\n")
    modules = loaded("lint", "--exit-zero", cwd=tmp_path)
    assert "patternctl.catalog._glance" in modules
    assert not modules & {"patternctl.model.pattern", "patternctl.model.decision"}
