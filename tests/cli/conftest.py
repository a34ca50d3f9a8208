from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import typer

from patternctl import cli


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


_command = cache(typer.main.get_command)  # building it takes longer than most runs


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run patternctl in an empty folder and give status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("typer.main.get_command", _command)
    (tmp_path / ".git").mkdir()

    def call(*arguments: object) -> Outcome:
        status = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Outcome(status, captured.out, captured.err)

    return call


HANGS = """\
version: 1
system: shop
services:
  orders:
    calls:
      - {to: payments, via: http, timeout: none}
  payments: {}
"""
CLEAN = HANGS.replace("timeout: none", "timeout: 2s")


@pytest.fixture
def hangs(tmp_path: Path) -> Path:
    """A manifest with one finding, no-timeout on line 6."""
    file = tmp_path / "architecture.yaml"
    file.write_text(HANGS)
    return file
