"""A wheel, installed into an empty environment, works far from any checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUICK = {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
"""What is installed is run a few times only, not worth compiling all of it."""


def call(*command: object, cwd: Path, status: int = 0) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | QUICK
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    call(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env")
    binaries = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    constraints = ROOT / "constraints.txt"
    pip = (sys.executable, "-m", "pip", "--python", binaries / "python")
    call(*pip, "install", "-q", "-c", constraints, wheel, cwd=tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    tool = binaries / "patternctl"
    call(tool, "init", cwd=elsewhere)
    call(tool, "lint", "--fail-on", "info", cwd=elsewhere)
    assert "Why it hurts" in call(tool, "explain", "shared-persistence", cwd=elsewhere)
    (elsewhere / "docker-compose.yml").write_text(
        "services:\n  db:\n    image: postgres:16\n    ports: ['5432:5432']\n"
    )
    assert "PC204" in call(tool, "lint", "docker-compose.yml", cwd=elsewhere, status=1)
    where = call(binaries / "python", "-c", "import patternctl; print(patternctl.__file__)",
                 cwd=elsewhere)  # fmt: skip
    assert str(tmp_path) in where
