"""The catalog against the document it was made from, where `PATTERNCTL_SOURCE` names a copy of it.

The document is not part of this repository. Without a copy, nothing is collected.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternctl import catalog, yamlio

ROOT = Path(__file__).parent.parent
TEXT = Path(os.environ["PATTERNCTL_SOURCE"]).read_text(encoding="utf-8")
MAP = yamlio.read(ROOT / "tests/data/source-coverage.yaml").plain()
RULE = re.compile(r"\|[-| ]+\|$")
RUN = 9


def told() -> Iterator[tuple[int, str]]:
    """Lines of the document that say something outside code, by kind."""
    lines = TEXT.split("\n")
    fence: str | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            fence = line[3:].strip() if fence is None else None
        elif fence is None:
            following = lines[number] if number < len(lines) else ""
            if re.match(r"#{1,6} ", line):
                yield number, "headings"
            elif line.startswith("|") and not RULE.match(line) and not RULE.match(following):
                yield number, "rows"
            elif re.match(r"(- |\d+\. )", line):
                yield number, "items"
        elif fence == "yaml":
            said = line.strip() if '"' in line else line.partition("#")[0].strip()
            if said and not said.endswith(":"):
                yield number, "settings"


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def test_the_document_is_the_one_that_the_catalog_cites() -> None:
    document = catalog.load().claims.document
    assert TEXT.count("\n") == document.lines
    assert document.version in TEXT.partition("\n")[0]


@pytest.mark.parametrize("kind", ["headings", "rows", "items", "settings"])
def test_the_map_has_every_line_of_the_document(kind: str) -> None:
    expected = [number for number, of in told() if of == kind]
    assert [int(line) for line in MAP[kind]] == expected


def test_the_words_are_our_own() -> None:
    """No run of nine words of the catalog stands in the document."""
    source = words(TEXT)
    runs = {tuple(source[i : i + RUN]) for i in range(len(source) - RUN + 1)}
    copied = []
    for file in (*ROOT.glob("catalog/**/*.yaml"), *ROOT.glob("playbooks/*.yaml")):
        own = words(file.read_text(encoding="utf-8"))
        found = (tuple(own[i : i + RUN]) for i in range(len(own) - RUN + 1))
        copied += [f"{file.name}: {' '.join(run)}" for run in found if run in runs]
    assert not copied
