"""`patternctl rules`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from patternctl.model.antipattern import AntiPattern

EXAMPLES = """Examples:

\b
  patternctl rules                         all rules by code
  patternctl rules PC3                     those about calls
  patternctl rules --format json | jq '.[].code'
"""


class Format(StrEnum):
    """Output formats of the list."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def rules(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names, codes or code prefixes. [all]")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TEXT,
) -> int:
    """List the rules with code, severity and what each finds."""
    from patternctl import catalog
    from patternctl.cli._console import write
    from patternctl.engine.lint import resolve

    entries = catalog.antipatterns()
    chosen = resolve(names, entries) if names else set(entries)
    rows = [antipattern for rule, antipattern in entries.items() if rule in chosen]
    if format is Format.JSON:
        import json

        keys = ("code", "id", "title", "group", "severity", "confidence", "summary", "synonyms")
        dump = [{key: getattr(row, key) for key in keys} for row in rows]
        write("-", json.dumps(dump, indent=2, ensure_ascii=False) + "\n")
    elif format is Format.MARKDOWN:
        head = "| code | rule | severity | what it finds |\n|---|---|---|---|\n"
        lines = [f"| {r.code} | `{r.id}` | {r.severity} | {r.summary} |\n" for r in rows]
        write("-", head + "".join(lines))
    else:
        _table(rows)
    return 0


def _table(rows: list[AntiPattern]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table

    from patternctl.cli._console import wants_color

    colors = {"error": "red", "warning": "yellow", "info": "cyan"}
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("code", "rule", "severity", "what it finds"):
        table.add_column(heading, no_wrap=heading != "what it finds")
    for row in rows:
        severity = f"[{colors[row.severity]}]{row.severity}[/]"
        table.add_row(row.code, row.id, severity, row.summary)
    color = wants_color("auto", sys.stdout)
    Console(no_color=not color, force_terminal=color or None).print(table)
