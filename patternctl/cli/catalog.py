"""`patternctl catalog`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from patternctl.catalog import Catalog
    from patternctl.errors import Problem

EXAMPLES = """Examples:

\b
  patternctl catalog check              what is shipped, and the folders of the configuration
  patternctl catalog check our-catalog  a folder of your own, over what is shipped
"""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check the catalog of patterns and anti-patterns.",
    epilog=EXAMPLES,
)


@app.callback()
def catalog() -> None:
    """Check the catalog of patterns and anti-patterns."""


@app.command(epilog=EXAMPLES)
def check(
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="Folder with patterns/, baselines/ or antipatterns/. [as configured]",
        ),
    ] = None,
) -> int:
    """Report everything that is wrong with the catalog: files, relations, numbers.

    Exit: 0 no fault, 2 faults, each told with its file and line.
    """
    from patternctl import catalog
    from patternctl.cli._console import write
    from patternctl.cli._setup import catalog_folders
    from patternctl.engine import ledger
    from patternctl.errors import CatalogError

    folders = [directory] if directory else catalog_folders()
    found, problems = catalog.examine(folders)
    problems += ledger.recompute(found)
    if problems:
        raise CatalogError(*_from_here(problems))
    write("-", f"{_counts(found)}: no faults\n")
    return 0


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
        "practice": len(found.practices.practices),
        "figure": sum(1 for claim in ledger.claims(found) if claim.figure),
        "contradiction": len(ledger.disputes(found)),
    }
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for word, count in counted.items())
