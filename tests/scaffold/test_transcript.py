"""What README shows of a project, typed in."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).parents[2]
ENOUGH = 180.0
"""Seconds after which what has to happen has not; far more than it takes."""
_PROMPT = "<ready>"


def _steps() -> Iterator[tuple[str, str]]:
    """Commands of README, each with what it prints; empty where that is not shown."""
    _, _, rest = (ROOT / "README.md").read_text().partition("<!-- transcript -->\n```console\n")
    shown, _, _ = rest.partition("```\n<!-- /transcript -->")
    for part in re.split(r"^\$ ", shown, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.strip()


def _pattern(shown: str) -> re.Pattern[str]:
    """What is left out may be anything."""
    return re.compile(".*".join(map(re.escape, shown.split("…"))), re.DOTALL)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def shell(tmp_path: Path, port: int) -> Iterator[pexpect.spawn[str]]:
    """A shell in an empty folder, where `shop` and `patternctl` are those of this checkout."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("shop", "patternctl"):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m {name} "$@"\n')
        tool.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": "src",
        "SHOP_HTTP__PORT": str(port),
        "PS1": _PROMPT,
        "TERM": "dumb",
    }
    made = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile"],
        cwd=str(tmp_path),
        env=environment,
        encoding="utf-8",
        echo=False,
        timeout=ENOUGH,
    )
    made.expect_exact(_PROMPT)
    try:
        yield made
    finally:
        made.sendline("kill -9 $(jobs -p); exit")
        made.close(force=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
def test_an_order_outlives_everything_that_works_in_the_background(
    shell: pexpect.spawn[str], port: int
) -> None:
    steps = [*_steps()]
    assert len(steps) > 10
    for command, shown in steps:
        typed = command.replace("make .venv/.installed", "true").replace("8080", str(port))
        typed = typed.replace("curl ", "curl --silent ")
        end = time.monotonic() + ENOUGH
        while not _pattern(shown).search(printed := _run(shell, typed)):
            assert time.monotonic() < end, f"{command}\n{printed}\ninstead of\n{shown}"
            time.sleep(0.2)


def _run(shell: pexpect.spawn[str], command: str) -> str:
    shell.sendline(command)
    shell.expect_exact(_PROMPT)
    return str(shell.before)
