"""Graphviz's own reader: Debian's package `graphviz` installs it."""

import shlex
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from typing import NamedTuple

import pytest

_SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    """Where a node stands, in inches from the left and from below."""

    left: float
    right: float
    bottom: float
    top: float


def drawn(text: str) -> Counter[str]:
    """How many nodes, edges and clusters `dot` draws; fails where it complains."""
    root = ET.fromstring(_run(text, "svg"))
    return Counter(group.get("class", "") for group in root.iter(f"{_SVG}g"))


def placed(text: str) -> dict[str, Box]:
    """Where `dot` draws the nodes that are more than points; fails where it complains."""
    found = {}
    for line in _run(text, "plain").decode().splitlines():
        kind, *rest = shlex.split(line)
        if kind == "node" and rest[7] != "point":
            across, down, width, height = map(float, rest[1:5])
            half, tall = width / 2, height / 2
            found[rest[0]] = Box(across - half, across + half, down - tall, down + tall)
    return found


def _run(text: str, form: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        pytest.skip("needs dot, of Graphviz")
    done = subprocess.run(
        [program, f"-T{form}"], input=text.encode(), capture_output=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not done.stderr, done.stderr.decode()
    return done.stdout
