"""`patternctl patterns`: list, show, compare, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from patternctl.cli._choices import FormatOption, PageFormat, words_of
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


class _Group(TyperGroup):
    """Answers `patterns outbox` with the command that was meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            from patternctl.errors import Problem, UsageError

            commands = ", ".join(self.commands)
            hint = f"`patternctl patterns show {args[0]}` tells all about a pattern; it has: "
            raise UsageError(
                Problem(f'"{args[0]}" is no command of `patterns`', hint=hint + commands)
            )
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="patterns",
    cls=_Group,
    help="Read the catalog's patterns. Without a command: list them.",
    epilog=EXAMPLES,
    invoke_without_command=True,
    rich_markup_mode=None,
)


_COLUMN = 26
"""Columns of the terminal that a pattern needs to stand beside others."""


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
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """List the patterns with type, complexity and what each does."""
    if context.invoked_subcommand:
        if problem or guarantee or complexity or type or format is not PageFormat.TEXT:
            from patternctl.errors import Problem, UsageError

            command = f"patternctl patterns {context.invoked_subcommand}"
            hint = f"options of `{command}` go behind it; filters belong to the list"
            raise UsageError(Problem("options of the list stand before another command", hint=hint))
        return 0
    from patternctl.engine.search import Index

    chosen = [
        entry
        for entry in _entries().values()
        if (not type or entry.type in type)
        and (not complexity or entry.complexity in complexity)
        and {*(guarantee or ())} <= {p.property for p in entry.guarantees if not p.denied}
    ]
    if problem:
        index = Index({entry.id: entry for entry in chosen}, case_only=True)
        chosen = [match.entry for match in index.search([problem])]
    _list(chosen, format)
    return 0


@app.command(epilog=SHOW_EXAMPLES)
def show(
    name: Annotated[str, typer.Argument(help="Id, code, name or synonym.")],
    section: Annotated[
        list[str] | None,
        typer.Option(
            "--section",
            "-s",
            help="Only this section, such as runbook or trade-offs; `all` for the whole page."
            " Repeatable.",
        ),
    ] = None,
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """Tell about one pattern: what for, when not, what it promises, what it trades.

    The text ends with the names of the other sections; Markdown and JSON hold everything.
    """
    from patternctl import catalog
    from patternctl.cli._console import page, write
    from patternctl.cli._setup import catalog_folders
    from patternctl.errors import Problem, UsageError
    from patternctl.generators import catalogpage

    pattern = catalog.pattern(name, catalog_folders())
    if format is PageFormat.JSON:
        if section:
            hint = "leave --section out, and pick the key from the JSON"
            raise UsageError(Problem("JSON holds the whole pattern", hint=hint))
        write("-", pattern.model_dump_json(indent=2, by_alias=True) + "\n")
        return 0
    text = catalogpage.pattern(pattern)
    if format is PageFormat.MARKDOWN:
        write("-", _part(text, section) if section else text)
    else:
        page(_part(text, section) if section else catalogpage.overview(text, pattern.id))
    return 0


@app.command(epilog=COMPARE_EXAMPLES)
def compare(
    names: Annotated[list[str], typer.Argument(help="Two or more patterns.")],
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """Put patterns side by side: promises, trade-offs, costs, people."""
    from patternctl import catalog
    from patternctl.cli._console import block, table, terminal_width, write, write_json
    from patternctl.cli._setup import catalog_folders
    from patternctl.engine.compare import compare
    from patternctl.errors import Problem, UsageError

    if len(names) < 2:
        hint = f"`patternctl patterns show {names[0]}` tells all about one"
        raise UsageError(Problem("comparing takes two patterns or more", hint=hint))
    folders = catalog_folders()
    named = {pattern.id: pattern for name in names if (pattern := catalog.pattern(name, folders))}
    chosen = [*named.values()]
    if len(chosen) == 1:
        raise UsageError(Problem(f"all of these are {chosen[0].id}", hint="name another"))
    rows = compare(chosen)
    if format is PageFormat.JSON:
        dump = {
            entry.id: {row.quality: row.values[column] for row in rows}
            for column, entry in enumerate(chosen)
        }
        write_json(dump)
        return 0
    width = terminal_width()
    if format is PageFormat.TEXT and (width is None or width < _COLUMN * (len(chosen) + 1)):
        for row in rows:
            told = (f"{entry.id}: {v}" for entry, v in zip(chosen, row.values, strict=True))
            write("-", block(row.quality, *told))
        return 0
    heads = ["", *(entry.name for entry in chosen)]
    cells = [[row.quality, *row.values] for row in rows]
    table(heads, cells, markdown=format is PageFormat.MARKDOWN, wrap_all=True)
    return 0


@app.command(epilog=SEARCH_EXAMPLES)
def search(
    words: Annotated[list[str], typer.Argument(help="Words of the problem.")],
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """Find patterns by words of the problem; those that hold the most words come first."""
    from patternctl.cli._console import note, table, write_json
    from patternctl.engine.search import Index

    matches = Index(_entries()).search(words)
    if format is PageFormat.JSON:
        dump = [
            {"id": m.entry.id, "name": m.entry.name, "section": m.section, "excerpt": m.excerpt}
            for m in matches
        ]
        write_json(dump)
    elif matches:
        rows = [[m.entry.code, m.entry.id, m.section, m.excerpt] for m in matches]
        heads = ["code", "pattern", "section", "what it says"]
        table(heads, rows, markdown=format is PageFormat.MARKDOWN, code="pattern")
    else:
        note(f'nothing is found for "{" ".join(words)}"; `patternctl patterns` lists all')
    return 0 if matches else 1


def _entries() -> dict[str, Pattern]:
    from patternctl import catalog
    from patternctl.cli._setup import catalog_folders

    return catalog.entries(catalog_folders())


def _list(entries: Iterable[Pattern], format: PageFormat) -> None:
    from patternctl.cli._console import note, table, write_json

    if format is PageFormat.JSON:
        keys = ("code", "id", "name", "type", "complexity", "summary", "problems", "synonyms")
        dump = [{key: getattr(entry, key) for key in keys} for entry in entries]
        write_json(dump)
        return
    rows = [[entry.code, entry.id, entry.complexity, entry.summary] for entry in entries]
    heads = ["code", "pattern", "complexity", "what it does"]
    if not rows:
        note("no pattern fits all of these; leave a filter out")
    table(heads, rows, markdown=format is PageFormat.MARKDOWN, code="pattern")


def _part(text: str, names: Iterable[str]) -> str:
    """The sections that names or beginnings of names stand for, in the order of the page."""
    from patternctl.errors import Problem, UsageError
    from patternctl.generators import catalogpage

    known = catalogpage.sections(text)
    wanted: set[str] = set()
    problems: list[Problem] = []
    for name in (word.strip() for names_ in names for word in names_.split(",")):
        word = name.lower().replace(" ", "-")
        if word == "all":
            return text
        found = {word} & known.keys() or {key for key in known if key.startswith(word)}
        wanted |= found
        if not found:
            hint = f"it has: {', '.join(known)}, all"
            problems.append(Problem(f'there is no section "{name}"', hint=hint))
    if problems:
        raise UsageError(*problems)
    return "\n".join(section for key, section in known.items() if key in wanted)
