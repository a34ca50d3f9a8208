"""`patternctl generate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from patternctl.cli._choices import words_of
from patternctl.model.vocabulary import DiagramFormat

EXAMPLES = """Examples:

\b
  patternctl generate                                  lists the kinds
  patternctl generate diagram                          of the system in architecture.yaml
  patternctl generate diagram --pattern outbox -o -    one of the catalog's, on stdout
  patternctl generate diagram --format svg             pictures, drawn by Graphviz
  patternctl generate all                              docs/architecture, whole
  patternctl generate all --check                      exit 1 where something is stale, for CI
  patternctl generate slo shop.yaml --diff
  patternctl generate playbook --playbook to-cqrs --start 2027-01-11
  patternctl generate playbook/to-cqrs.md -o -         one file of a kind
  patternctl generate adr -o docs                      docs/adr, the decisions the manifest records

\b
Files are planned first and appear together or not at all. A file that somebody changed is a
conflict, and replaced only with --force. What the same run (kind, manifest, flags that choose what
is made) wrote earlier and would not write now is removed. SOURCE_DATE_EPOCH is honoured.
Exit status: 0 done, 1 stale with --check, 2 wrong input or a conflict.
"""


def generate(
    kind: Annotated[
        str | None,
        typer.Argument(help="A kind, `all`, or one file of a kind. [lists the kinds]"),
    ] = None,
    manifest: Annotated[
        str | None, typer.Argument(help="Manifest or compose file. [architecture.yaml]")
    ] = None,
    pattern: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Pattern of the catalog to generate for. Repeatable."),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="Folder; `-` is stdout.")
    ] = "docs/architecture",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would become of each file.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 where a file is stale; write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace or remove files that somebody changed.")
    ] = False,
    focus: Annotated[
        str, typer.Option(metavar="NAME", help="Diagrams: the element to look at.")
    ] = "",
    depth: Annotated[int, typer.Option(min=1, max=100, help="Diagrams: steps around it.")] = 1,
    base: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Diagrams: the earlier manifest, to draw what differs."),
    ] = None,
    format: Annotated[
        list[str] | None, words_of(DiagramFormat, "Diagrams: what they are written in.")
    ] = None,
    playbook: Annotated[str, typer.Option(metavar="ID", help="Playbooks: which one.")] = "",
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Playbooks: first day."),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Templates of your own, over the shipped ones."),
    ] = None,
) -> int:
    """Write what a team needs from its manifest: diagrams, playbooks, SLOs, experiments."""
    from patternctl.cli import _generating
    from patternctl.cli._console import table
    from patternctl.model.artefact import Options

    if kind is None:
        table(["kind", "what it writes"], [[*each] for each in _generating.kinds().items()])
        return 0
    request = _generating.Request(
        kind=kind,
        manifest=manifest,
        patterns=tuple(pattern or ()),
        output=output,
        dry_run=dry_run,
        diff=diff,
        check=check,
        force=force,
        base=base,
        options=Options(
            start=start.date() if start else None,
            focus=focus,
            depth=depth,
            playbook=playbook,
            formats=tuple(dict.fromkeys(format or ())),
        ),
        templates=templates,
    )
    return _generating.run(request)
