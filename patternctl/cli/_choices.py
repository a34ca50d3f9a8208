"""Options that commands on the catalog share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, get_args

import typer


class PageFormat(StrEnum):
    """Output formats of what is there to be read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


FormatOption = Annotated[PageFormat, typer.Option("--format", "-f", help="Output format.")]

_WIDEST = 60
"""Characters that the words may take in the help before they go into its text."""


def words_of(literal: Any, purpose: str) -> Any:
    """An option for `list[str]` that takes the words of a `Literal`, and nothing else."""
    words = get_args(literal)
    shown = "|".join(words)

    def check(values: list[str] | None) -> list[str]:
        for value in values or ():
            if value not in words:
                raise typer.BadParameter(f"{value!r} is not one of {', '.join(words)}.")
        return values or []

    if len(shown) > _WIDEST:
        purpose, shown = f"{purpose} One of {', '.join(words)}.", "WORD"
    return typer.Option(
        help=f"{purpose} Repeatable.",
        metavar=shown,
        callback=check,
        autocompletion=lambda: [*words],
    )
