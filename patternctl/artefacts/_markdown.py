"""Names and texts of a manifest inside Markdown and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from patternctl.generators._amounts import safe

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#&$])")


def inline(text: object) -> str:
    """A text in one line that Markdown, in a table or out of it, shows as it is written."""
    return _SPECIAL.sub(r"\\\1", flat(text))


def flat(text: object) -> str:
    """A text in one line, without characters that nobody sees or that turn the line around."""
    words = " ".join(str(text).split())
    return "".join(letter for letter in words if letter.isprintable())


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown, its cells escaped."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(map(inline, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def sheet(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of CSV, in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([safe(flat(head)) for head in heads])
    writer.writerows([safe(flat(cell)) for cell in row] for row in rows)
    return out.getvalue()
