"""Nothing of the source document is dropped.

`tests/data/source-coverage.yaml` maps its headings, table rows, list items and settings, by line
number, to the place of the catalog that tells each (`file#path`), with words or numbers of it that
must stand there.
"""

from pathlib import Path
from typing import Any

import pytest

from patternctl import catalog, yamlio
from patternctl.engine import ledger

ROOT = Path(__file__).parent.parent
MAP = yamlio.read(ROOT / "tests/data/source-coverage.yaml").plain()
CATALOG = catalog.load()
FILES = {name: yamlio.read(ROOT / name).plain() for name in MAP["files"]}


def numbers(value: Any) -> set[int]:
    """Line numbers that a `lines` entry names."""
    found: set[int] = set()
    for item in value if isinstance(value, list) else [value]:
        first, _, last = str(item).partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def cited(node: Any) -> set[int]:
    """Line numbers that are cited at a node or below it."""
    found: set[int] = set()
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("lines", "as_named"):
                for item in value.values() if isinstance(value, dict) else [value]:
                    found |= numbers(item)
            else:
                found |= cited(value)
    elif isinstance(node, list):
        for item in node:
            found |= cited(item)
    return found


def at(data: Any, path: str) -> tuple[Any, set[int]]:
    """The node of a path, and the lines that mappings above it cite for it."""
    keys, above = path.split("."), set[int]()
    for index, key in enumerate(keys):
        if isinstance(data, dict) and isinstance(data.get("lines"), dict):
            above |= numbers(data["lines"].get(".".join(keys[index:]), []))
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data, above


def said(node: Any) -> str:
    """All texts, names and numbers at a node and below it, in small letters."""
    if isinstance(node, dict):
        shown = (f"{key} {said(value)}" for key, value in node.items() if key != "lines")
        return " ".join(shown)
    if isinstance(node, list):
        return " ".join(map(said, node))
    number = isinstance(node, float) and node.is_integer()
    return str(int(node) if number else node).lower().replace(",", "")


def fault(line: int, place: str, anchors: list[str], *, cites: bool) -> str:
    """What is wrong with the catalog's place for a line, or nothing."""
    name, _, path = place.partition("#")
    try:
        node, above = at(FILES[name], path)
    except (KeyError, IndexError, ValueError):
        return f"line {line}: there is no {place}"
    if missing := [word for word in anchors if word not in said(node)]:
        return f"line {line}: {place} does not say {', '.join(missing)}"
    if cites and line not in cited(node) | above:
        return f"line {line}: {place} does not cite it"
    return ""


@pytest.mark.parametrize("kind", ["headings", "rows", "items", "settings"])
def test_every_line_is_told_where_the_map_says(kind: str) -> None:
    """Its place is there, cites the line, and says the words and numbers that matter of it."""
    faults = []
    for line, (place, *anchors) in MAP[kind].items():
        # A heading is told by what it heads; rules tell their sources in words.
        cites = kind != "headings" and "/antipatterns/" not in place
        faults.append(fault(int(line), place, anchors, cites=cites))
        assert anchors or kind == "headings", line
    assert not [text for text in faults if text]


def test_every_contradiction_is_in_the_ledger() -> None:
    found = ledger.disputes(CATALOG)
    assert [entry.dispute.number for entry in found] == list(range(1, 65))
    assert all(len(entry.dispute.sides) > 1 for entry in found)
