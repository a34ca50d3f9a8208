"""`patternctl catalog`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patternctl.cli._choices import FormatOption, PageFormat

if TYPE_CHECKING:
    from patternctl.catalog import Catalog, Examined
    from patternctl.errors import Problem

EXAMPLES = """Examples:

\b
  patternctl catalog check              what is shipped, and the folders of the configuration
  patternctl catalog list              everything that there is
  patternctl catalog check our-catalog  a folder of your own, over what is shipped
"""

LIST_EXAMPLES = """Examples:

\b
  patternctl catalog list              everything
  patternctl catalog list playbook     one kind
"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check and list the catalog of patterns, anti-patterns and all that goes with them.",
    epilog=EXAMPLES,
)


@app.callback()
def catalog() -> None:
    """Check and list the catalog."""


@app.command(epilog=EXAMPLES)
def check(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="Folder with patterns/, antipatterns/, costs/ or others. [as configured]",
        ),
    ] = None,
) -> int:
    """Report everything that is wrong with the catalog: files, relations, numbers, examples.

    Names what was read, what replaces a shipped file, and rules that `lint` does not look for.
    Exit: 0 no fault, 2 faults, each told with its file and line.
    """
    from patternctl import catalog
    from patternctl.cli._console import write
    from patternctl.cli._setup import catalog_folders
    from patternctl.engine import examples, ledger
    from patternctl.errors import CatalogError

    folders = [directory] if directory else catalog_folders()
    examined = catalog.examine(folders)
    found = examined.catalog
    problems = [
        *examined.problems,
        *ledger.recompute(found),
        *examples.check(found, examined.homes),
    ]
    if problems:
        raise CatalogError(*_from_here(problems))
    for line in (*_remarks(examined), f"{_counts(found)}: no faults"):
        write("-", f"{line}\n")
    return 0


@app.command("list", epilog=LIST_EXAMPLES)
def list_(
    kind: Annotated[
        str,
        typer.Argument(help="Only this kind, such as mechanism or playbook.", show_default=False),
    ] = "",
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """List everything that the catalog tells, by kind; `patternctl explain` tells each."""
    from patternctl import catalog
    from patternctl.cli._console import table, write_json
    from patternctl.cli._setup import catalog_folders
    from patternctl.errors import Problem, UsageError

    rows = [*_everything(catalog.load(catalog_folders()))]
    kinds = dict.fromkeys(row[0] for row in rows)
    if kind and kind not in kinds:
        hint = f"kinds: {', '.join(kinds)}"
        raise UsageError(Problem(f'the catalog has no "{kind}"', hint=hint))
    rows = [row for row in rows if kind in ("", row[0])]
    heads = ["kind", "name", "what it is"]
    if format is PageFormat.JSON:
        write_json([dict(zip(heads, row, strict=True)) for row in rows])
    else:
        table(heads, rows, markdown=format is PageFormat.MARKDOWN, code="name")
    return 0


def _everything(found: Catalog) -> Iterator[tuple[str, str, str]]:
    yield from (("pattern", entry.id, entry.summary) for entry in found.patterns.values())
    yield from (("baseline", entry.id, entry.summary) for entry in found.baselines.values())
    for code, mechanism in found.mechanisms.mechanisms.items():
        yield "mechanism", code, mechanism.name or "without a name in the source document"
    yield from (("anti-pattern", rule.id, rule.summary) for rule in found.antipatterns.values())
    yield from (("decision tree", tree.id, tree.title) for tree in found.trees.values())
    yield from (("playbook", book.id, book.summary) for book in found.playbooks.values())
    materials = found.costs.materials.values()
    yield from (("bill of materials", each.id, each.title) for each in materials)
    yield from (("price book", book.id, book.title) for book in found.price_books.values())
    practices = found.practices.practices
    yield from (("practice", name, practice.title) for name, practice in practices.items())
    yield from (("unspecified", name, why) for name, why in found.claims.unspecified.items())


def _remarks(examined: Examined) -> Iterator[str]:
    """What was read, and what somebody may not expect of it."""
    from patternctl import plugins
    from patternctl.cli._console import display_name

    own = [display_name(folder) for folder in examined.homes[1:]]
    yield f"read: {', '.join(['the shipped catalog', *own])}"
    for name in examined.replaced:
        yield f"{name} replaces the shipped {name}"
    detectors = {*plugins.names("rules")}
    for rule in examined.catalog.antipatterns.values():
        if rule.id not in detectors:
            told = "`explain` tells it, `lint` does not look for it"
            yield f"{rule.id} ({rule.code}) has no detector: {told}"


def _from_here(problems: Iterable[Problem]) -> Iterable[Problem]:
    """The problems with files named from the working folder."""
    from patternctl.cli._console import display_name

    for problem in problems:
        where = problem.location
        yield problem._replace(
            location=where and where._replace(file=display_name(Path(where.file)))
        )


def _counts(found: Catalog) -> str:
    from patternctl.engine import ledger

    counted = {
        "pattern": len(found.patterns),
        "baseline": len(found.baselines),
        "mechanism": len(found.mechanisms.mechanisms),
        "anti-pattern": len(found.antipatterns),
        "decision tree": len(found.trees),
        "playbook": len(found.playbooks),
        "cost driver": len(found.costs.drivers),
        "bill of materials": len(found.costs.materials),
        "price book": len(found.price_books),
        "practice": len(found.practices.practices),
        "figure": sum(1 for claim in ledger.claims(found) if claim.figure),
        "contradiction": len(ledger.disputes(found)),
    }
    several = {"bill of materials": "bills of materials"}
    return ", ".join(
        f"{count} {word if count == 1 else several.get(word, f'{word}s')}"
        for word, count in counted.items()
    )
