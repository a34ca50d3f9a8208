"""`patternctl scaffold`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """Examples:

\b
  patternctl scaffold list                                    what there is code for
  patternctl scaffold new shop --pattern outbox --pattern saga
  patternctl scaffold new shop --pattern cqrs --broker nats --dry-run
  patternctl scaffold new --from architecture.yaml            a project for a system
  patternctl scaffold add escrow                              in an existing project
  patternctl scaffold update --diff                           what a newer version would change
  patternctl scaffold update --from architecture.yaml         what a manifest says by now
"""

app = typer.Typer(
    no_args_is_help=True,
    help="Write projects that run, with tests that challenge what their patterns promise.",
    epilog=EXAMPLES,
)
_Format = Annotated[str, typer.Option("--format", "-f", metavar="text|json", help="Output format.")]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Only tell what would become of each file.")
]
_Diff = Annotated[bool, typer.Option("--diff", help="Only print what would change, as a diff.")]


@app.command("list")
def list_(form: _Format = "text") -> int:
    """List the patterns that there is code for, brokers and stores."""
    from patternctl.cli import _scaffolding

    return _scaffolding.listed(form)


@app.command()
def new(
    name: Annotated[
        str | None, typer.Argument(help="Name of the project. [--from: system]")
    ] = None,
    patterns: Annotated[
        list[str] | None,
        typer.Option("--pattern", "-p", metavar="ID", help="Pattern to build. Repeatable."),
    ] = None,
    manifest: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Take patterns and settings from a manifest."),
    ] = None,
    broker: Annotated[
        str | None, typer.Option(metavar="NAME", help="Broker for production. [nats]")
    ] = None,
    store: Annotated[
        str | None, typer.Option(metavar="NAME", help="Database for production. [postgres]")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Its folder. [NAME]")
    ] = None,
    dry_run: _DryRun = False,
    diff: _Diff = False,
) -> int:
    """Write a new project. The folder must be empty, or not be there."""
    from patternctl.cli import _scaffolding

    asked = _scaffolding.Asked(name, tuple(patterns or ()), manifest, broker, store)
    return _scaffolding.new(asked, output, dry_run=dry_run, diff=diff)


@app.command()
def add(
    patterns: Annotated[list[str], typer.Argument(metavar="PATTERN...", help="What to add.")],
    project: Annotated[
        Path, typer.Option("--project", metavar="DIR", help="Folder of the project.")
    ] = Path(),
    dry_run: _DryRun = False,
    diff: _Diff = False,
) -> int:
    """Add patterns to an existing project; edits made by hand are kept."""
    from patternctl.cli import _scaffolding

    return _scaffolding.add(patterns, project, dry_run=dry_run, diff=diff)


@app.command()
def update(
    project: Annotated[Path, typer.Argument(metavar="[DIR]", help="Its folder.")] = Path(),
    manifest: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Take what a manifest says by now."),
    ] = None,
    dry_run: _DryRun = False,
    diff: _Diff = False,
) -> int:
    """Bring a project to what this version of patternctl writes.

    Edits made by hand are kept: where both changed a file they are merged line by line, and where
    both changed the same lines, both stand between conflict markers, and the exit status is 1.
    """
    from patternctl.cli import _scaffolding

    return _scaffolding.update(project, manifest, dry_run=dry_run, diff=diff)
