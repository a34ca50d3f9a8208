"""`patternctl patterns`: list, show, compare, search."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from patternctl.cli._choices import words_of
from patternctl.model.vocabulary import Complexity, PatternType, Property

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patternctl.model.pattern import Pattern

EXAMPLES = """Examples:

\b
  patternctl patterns                                  all of them
  patternctl patterns --type micro --complexity low
  patternctl patterns --guarantee isolation
  patternctl patterns show outbox
  patternctl patterns show saga --section runbook
  patternctl patterns compare microservices serverless cell-based
  patternctl patterns search noisy neighbour
"""
SHOW_EXAMPLES = """Examples:

\b
  patternctl patterns show MP6
  patternctl patterns show cqrs --section guarantees --section costs
  patternctl patterns show bulkhead --format markdown > bulkhead.md
"""
COMPARE_EXAMPLES = """Examples:

\b
  patternctl patterns compare outbox event-sourcing traditional-cdc
  patternctl patterns compare serverless microservices --format markdown
"""
SEARCH_EXAMPLES = """Examples:

\b
  patternctl patterns search dual write
  patternctl patterns search "tail latency"
"""

app = typer.Typer(
    name="patterns",
    help="Read the catalog's patterns: list, show, compare, search.",
    epilog=EXAMPLES,
    invoke_without_command=True,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="Output format.")]


@app.callback()
def patterns(
    context: typer.Context,
    problem: Annotated[
        str, typer.Option(help="Only those that solve this problem, in your own words.")
    ] = "",
    guarantee: Annotated[
        list[str] | None, words_of(Property, "Only those that promise this.")
    ] = None,
    complexity: Annotated[
        list[str] | None, words_of(Complexity, "Only those of this complexity.")
    ] = None,
    type: Annotated[list[str] | None, words_of(PatternType, "Only those of this type.")] = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """List the patterns with type, complexity and what each does."""
    if context.invoked_subcommand:
        return 0
    from patternctl.engine.search import search

    chosen = [
        entry
        for entry in _entries().values()
        if (not type or entry.type in type)
        and (not complexity or entry.complexity in complexity)
        and (not guarantee or {promise.property for promise in entry.guarantees} >= {*guarantee})
    ]
    if problem:
        found = search([problem], {entry.id: entry for entry in chosen})
        chosen = [match.entry for match in found]
    _list(chosen, format)
    return 0


@app.command(epilog=SHOW_EXAMPLES)
def show(
    name: Annotated[str, typer.Argument(help="Id, code, name or synonym.")],
    section: Annotated[
        list[str] | None, typer.Option("--section", "-s", help="Only this section. Repeatable.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Tell all about one pattern: what it promises, how it fails, what it costs, who uses it."""
    from patternctl import catalog
    from patternctl.cli._console import page, write
    from patternctl.cli._setup import catalog_folders
    from patternctl.generators import patternpage

    pattern = catalog.pattern(name, catalog_folders())
    if format is Format.JSON:
        write("-", pattern.model_dump_json(indent=2, by_alias=True) + "\n")
        return 0
    text = patternpage.render(pattern)
    if section:
        text = "\n".join(_sections(text, section))
    if format is Format.MARKDOWN:
        write("-", text)
    else:
        page(text)
    return 0


@app.command(epilog=COMPARE_EXAMPLES)
def compare(
    names: Annotated[list[str], typer.Argument(help="Two or more patterns.")],
    format: FormatOption = Format.TEXT,
) -> int:
    """Put patterns side by side: promises, trade-offs, costs, people."""
    from patternctl import catalog
    from patternctl.cli._console import table, write
    from patternctl.cli._setup import catalog_folders
    from patternctl.engine.compare import compare
    from patternctl.errors import Problem, UsageError

    if len(names) < 2:
        hint = f"`patternctl patterns show {names[0]}` tells all about one"
        raise UsageError(Problem("comparing takes two patterns or more", hint=hint))
    folders = catalog_folders()
    chosen = [catalog.pattern(name, folders) for name in names]
    rows = compare(chosen)
    if format is Format.JSON:
        import json

        dump = {
            entry.id: {row.quality: row.values[column] for row in rows}
            for column, entry in enumerate(chosen)
        }
        write("-", json.dumps(dump, indent=2, ensure_ascii=False) + "\n")
        return 0
    table(
        ["", *(entry.name for entry in chosen)],
        [[row.quality, *row.values] for row in rows],
        markdown=format is Format.MARKDOWN,
        wrap_all=True,
    )
    return 0


@app.command(epilog=SEARCH_EXAMPLES)
def search(
    words: Annotated[list[str], typer.Argument(help="Words of the problem.")],
    format: FormatOption = Format.TEXT,
) -> int:
    """Find patterns by words of the problem; those that hold the most words come first."""
    from patternctl.cli._console import note, table, write
    from patternctl.engine.search import search

    matches = search(words, _entries())
    if format is Format.JSON:
        import json

        dump = [
            {"id": m.entry.id, "name": m.entry.name, "score": m.score, "excerpt": m.excerpt}
            for m in matches
        ]
        write("-", json.dumps(dump, indent=2, ensure_ascii=False) + "\n")
    elif matches:
        rows = [[match.entry.code, match.entry.id, match.excerpt] for match in matches]
        heads = ["code", "pattern", "what it says"]
        table(heads, rows, markdown=format is Format.MARKDOWN, code="pattern")
    else:
        note(f'nothing is found for "{" ".join(words)}"; `patternctl patterns` lists all')
    return 0 if matches else 1


def _entries() -> dict[str, Pattern]:
    from patternctl import catalog
    from patternctl.cli._setup import catalog_folders

    return catalog.entries(catalog_folders())


def _list(entries: Iterable[Pattern], format: Format) -> None:
    from patternctl.cli._console import table, write

    if format is Format.JSON:
        import json

        keys = ("code", "id", "name", "type", "complexity", "summary", "problems", "synonyms")
        dump = [{key: getattr(entry, key) for key in keys} for entry in entries]
        write("-", json.dumps(dump, indent=2, ensure_ascii=False) + "\n")
        return
    rows = [[entry.code, entry.id, entry.complexity, entry.summary] for entry in entries]
    heads = ["code", "pattern", "complexity", "what it does"]
    table(heads, rows, markdown=format is Format.MARKDOWN, code="pattern")


def _sections(text: str, names: Iterable[str]) -> list[str]:
    """The sections that names or beginnings of names stand for, in the order of the page."""
    from patternctl.errors import Problem, UsageError
    from patternctl.generators import patternpage

    known = patternpage.sections(text)
    wanted: set[str] = set()
    problems: list[Problem] = []
    for name in names:
        word = name.lower().replace(" ", "-")
        found = {word} & known.keys() or {key for key in known if key.startswith(word)}
        wanted |= found
        if not found:
            problems.append(
                Problem(f'there is no section "{name}"', hint=f"it has: {', '.join(known)}")
            )
    if problems:
        raise UsageError(*problems)
    return [section for key, section in known.items() if key in wanted]
