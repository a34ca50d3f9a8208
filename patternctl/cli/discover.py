"""`patternctl discover`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from patternctl.cli._console import printable

if TYPE_CHECKING:
    from patternctl.generators.manifest import Fact

EXAMPLES = """Examples:

\b
  patternctl discover . -o architecture.yaml           the compose files of this folder
  patternctl discover compose.yaml compose.prod.yaml   several files, merged in this order
  patternctl discover . --explain                      where each fact was seen
"""


def discover(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Compose files that belong together, a folder, or `-`. [.]"),
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", help="File; `-` is stdout.")] = "-",
    explain: Annotated[
        bool, typer.Option("--explain", help="Print what was seen where instead of the manifest.")
    ] = False,
    guess: Annotated[
        bool, typer.Option("--guess", help="Pair stores with services by name (X-db, X): unsure.")
    ] = False,
    profile: Annotated[
        list[str] | None, typer.Option(help="Compose profiles to include. [all]")
    ] = None,
    env_file: Annotated[
        Path | None, typer.Option(help="Values for ${VARIABLES}. [.env beside the first file]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite --output.")] = False,
) -> int:
    """Read docker-compose files and write the manifest they amount to.

    Every fact names the line it was seen at; what such files cannot show is said, not guessed.
    """
    from patternctl.cli import _inputs
    from patternctl.cli._console import STDOUT, note, write
    from patternctl.errors import InputError, Location, Problem
    from patternctl.generators import manifest

    if output != STDOUT and Path(output).exists() and not force:
        hint = "--force overwrites it"
        raise InputError(Problem("is there already", Location(output), hint))
    options = _inputs.ComposeOptions(tuple(profile or ()), env_file, guess)
    if paths == [Path(STDOUT)]:
        text = _inputs.standard_input("<stdin>")
        system = _inputs.compose_system([Path("<stdin>")], options, text)
    else:
        system = _inputs.compose_system(_files(paths or [Path()]), options)
    _inputs.refuse_to_overwrite([output], [system])
    write(output, _evidence(manifest.explain(system)) if explain else manifest.render(system))
    for line in system.notes:
        note(f"note: {line}")
    if output != STDOUT:
        note(f"wrote {output}; next: patternctl lint {output}")
    return 0


def _evidence(facts: list[Fact]) -> str:
    """One paragraph per element, one line per fact: what was concluded, from what, where."""
    elements: dict[str, list[str]] = {}
    for fact in facts:
        line = f"  {fact.fact:<22} {fact.seen}  ({fact.location}, {fact.confidence})"
        elements.setdefault(fact.element, []).append(printable(line))
    return "\n\n".join("\n".join([printable(e), *lines]) for e, lines in elements.items()) + "\n"


def _files(paths: list[Path]) -> list[Path]:
    from patternctl.cli import _inputs
    from patternctl.cli._console import display_name
    from patternctl.errors import InputError, Location, Problem

    files: list[Path] = []
    for path in paths:
        found = _inputs.compose_files(path) if path.is_dir() else [path]
        if not found:
            where = Location(display_name(path))
            hint = "name the files: `patternctl discover FILE…`"
            raise InputError(Problem("holds no compose file", where, hint))
        files += found
    return files
