"""Aligned columns of text, and tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from patternctl.generators._amounts import cell


def aligned(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 0
) -> Iterator[str]:
    """Lines of a table: the first column and the last `words` to the left, others to the right."""
    table = [tuple(heads), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    left = {0, *range(len(heads) - words, len(heads))}
    for row in table:
        cells = [
            each.ljust(width) if index in left else each.rjust(width)
            for index, (each, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def markdown(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 0
) -> Iterator[str]:
    """The same in Markdown."""
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * (len(heads) - 1 - words) + "---|" * words
    for row in rows:
        yield "| " + " | ".join(map(cell, row)) + " |"
