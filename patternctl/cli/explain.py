"""`patternctl explain`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

EXAMPLES = """Examples:

\b
  patternctl explain no-timeout
  patternctl explain PC301 --format markdown > docs/rules/no-timeout.md
"""


class Format(StrEnum):
    """Output formats of a page."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def explain(
    rule: Annotated[str, typer.Argument(help="Name, synonym or code of a rule.")],
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TEXT,
) -> int:
    """Tell all about a rule: what it finds, why that hurts, what cures it, with examples."""
    from patternctl import catalog
    from patternctl.cli._console import write
    from patternctl.engine.lint import resolve
    from patternctl.errors import Problem, UsageError

    entries = catalog.antipatterns()
    found = resolve([rule], entries)
    if len(found) > 1:
        hint = f"`patternctl rules {rule}` lists them"
        raise UsageError(Problem(f'"{rule}" stands for {len(found)} rules', hint=hint))
    antipattern = entries[found.pop()]
    if format is Format.JSON:
        write("-", antipattern.model_dump_json(indent=2) + "\n")
        return 0
    from patternctl.generators import rulepage

    page = rulepage.render(antipattern, entries)
    if format is Format.MARKDOWN:
        write("-", page)
        return 0
    import sys

    from rich.console import Console
    from rich.markdown import Markdown

    from patternctl.cli._console import wants_color

    color = wants_color("auto", sys.stdout)
    console = Console(no_color=not color, force_terminal=color or None)
    console.print(Markdown(page, code_theme="ansi_dark"))
    return 0
