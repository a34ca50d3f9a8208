"""`patternctl rules`."""

from __future__ import annotations

from typing import Annotated

import typer

from patternctl.cli._choices import FormatOption, PageFormat

EXAMPLES = """Examples:

\b
  patternctl rules                         all rules by code
  patternctl rules PC3                     those about calls
  patternctl rules --format json | jq '.[].code'
"""
UNSOUGHT = "described only"
"""In the place of a severity: a rule that no detector looks for."""


def rules(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names, codes or code prefixes. [all]")
    ] = None,
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """List the rules with code, severity and what each finds."""
    from patternctl import catalog, plugins
    from patternctl.cli._console import table, write_json
    from patternctl.cli._setup import catalog_folders
    from patternctl.engine.lint import resolve

    entries = catalog.antipatterns(catalog_folders())
    chosen = resolve(names, entries) if names else set(entries)
    rows = [antipattern for rule, antipattern in entries.items() if rule in chosen]
    detectors = {*plugins.names("rules")}
    if format is PageFormat.JSON:
        keys = ("code", "id", "title", "group", "severity", "confidence", "summary", "synonyms")
        dump = [
            {**{key: getattr(row, key) for key in keys}, "detector": row.id in detectors}
            for row in rows
        ]
        write_json(dump)
    else:
        cells = [
            [row.code, row.id, row.severity if row.id in detectors else UNSOUGHT, row.summary]
            for row in rows
        ]
        heads = ["code", "rule", "severity", "what it finds"]
        colors = {"error": "red", "warning": "yellow", "info": "cyan", UNSOUGHT: "dim"}
        markdown = format is PageFormat.MARKDOWN
        table(heads, cells, markdown=markdown, code="rule", styles=colors)
    return 0
