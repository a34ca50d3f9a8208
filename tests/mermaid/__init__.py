"""Mermaid's own parser, from npm: `npm ci --prefix tests/mermaid` installs it."""

import atexit
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

_HERE = Path(__file__).parent


class Parsed(NamedTuple):
    """What mermaid makes of a text."""

    error: str
    """Empty where it is right."""
    title: str
    nodes: int
    arrows: int
    labels: list[str]


def parsed(text: str) -> Parsed:
    """What a text holds, or the error; skips where mermaid is not installed."""
    return Parsed(**_asked(text, counted=True))


def fault(text: str) -> str:
    """What mermaid finds wrong; empty where nothing is. Takes half the time of `parsed`."""
    return str(_asked(text, counted=False)["error"])


def _asked(text: str, *, counted: bool) -> dict[str, Any]:
    asked, answered = _reader().stdin, _reader().stdout
    assert asked is not None
    assert answered is not None
    asked.write(json.dumps({"text": text, "counted": counted}) + "\n")
    asked.flush()
    found: dict[str, Any] = json.loads(answered.readline())
    return found


@cache
def _reader() -> "subprocess.Popen[str]":
    """One process for all tests, as starting it takes longer than reading; ends with its input."""
    node = shutil.which("node")
    if node is None or not (_HERE / "node_modules/mermaid").is_dir():
        pytest.skip("needs node and `npm ci --prefix tests/mermaid`")
    process = subprocess.Popen(
        [node, str(_HERE / "parse.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(process.communicate)
    return process
