"""`patternctl schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

EXAMPLES = """Examples:

\b
  patternctl schema -o architecture.schema.json    for the manifest's editor line
  patternctl schema pattern                        for patterns of your own catalog
  patternctl schema antipattern                    for its anti-patterns
  patternctl schema tree                           for its decision trees, whole or extending one
  patternctl schema materials                      for its bills of materials
"""


class Kind(StrEnum):
    """File kinds with a schema."""

    MANIFEST = "manifest"
    PATTERN = "pattern"
    ANTIPATTERN = "antipattern"
    TREE = "tree"
    MATERIALS = "materials"
    PLAYBOOK = "playbook"
    PRICES = "prices"
    CONFIG = "config"


def schema(
    kind: Annotated[Kind, typer.Argument(help="Kind of file.")] = Kind.MANIFEST,
    output: Annotated[str, typer.Option("--output", "-o", help="File; `-` is stdout.")] = "-",
) -> int:
    """Print the JSON Schema of a file kind, generated from the model that reads it."""
    from patternctl.cli._console import write
    from patternctl.generators import schema

    write(output, schema.render(kind.value))
    return 0
