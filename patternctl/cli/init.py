"""`patternctl init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """Examples:

\b
  patternctl init                          architecture.yaml and its schema, here
  patternctl init services/shop --system shop
"""

MANIFEST = "architecture.yaml"
SCHEMA = "architecture.schema.json"


def init(
    folder: Annotated[Path, typer.Argument(help="Where to write.")] = Path(),
    system: Annotated[
        str | None, typer.Option(help="Name of the system. [name of the folder]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> int:
    """Write a commented manifest to start from, and the JSON Schema that editors check it with."""
    from patternctl import templating
    from patternctl.cli._console import display_name, note, write
    from patternctl.cli._inputs import compose_files
    from patternctl.errors import InputError, Location, PatternctlError, Problem
    from patternctl.generators import schema

    if not folder.is_dir():
        raise InputError(Problem("no such folder", Location(str(folder))))
    manifest = folder / MANIFEST
    if manifest.exists() and not force:
        hint = "`patternctl lint` reads it; --force overwrites it"
        raise InputError(Problem("is there already", Location(display_name(manifest)), hint))
    name = system or folder.resolve().name or "my-system"
    values = {"system": name, "schema": SCHEMA}
    write(str(folder / SCHEMA), schema.render("manifest"))
    write(str(manifest), templating.render("init/architecture.yaml.j2", values))
    note(f"wrote {display_name(manifest)} and {display_name(folder / SCHEMA)}")
    try:
        files = compose_files(folder)
    except PatternctlError:
        files = []
    if files:
        names = " ".join(display_name(file) for file in files)
        note(f"next: `patternctl discover {names}` shows what those files already say")
    note(f"next: patternctl lint {display_name(manifest)}")
    return 0
