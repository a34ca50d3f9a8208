"""The command line: parse, call, render, exit.

Every command is a module of this folder; what it needs beyond typer it imports when it runs, so
that `--help` and completion stay fast.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from patternctl import __version__
from patternctl.cli import (
    adr,
    catalog,
    claims,
    cost,
    decide,
    discover,
    explain,
    generate,
    init,
    lint,
    patterns,
    rules,
    scaffold,
    schema,
    verify,
)
from patternctl.cli._console import complain
from patternctl.errors import PatternctlError, Problem

BUG = 3

app = typer.Typer(
    name="patternctl",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (lint, decide, generate, verify, discover, init, explain, rules, claims, schema):
    app.command(epilog=module.EXAMPLES)(getattr(module, module.__name__.rpartition(".")[2]))
for group in (patterns, catalog, adr, cost, scaffold):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])


def _version(value: bool) -> None:
    if value:
        typer.echo(f"patternctl {__version__}")
        raise typer.Exit


def _directory(value: Path | None) -> Path | None:
    if value is not None:
        try:
            os.chdir(value)
        except OSError as error:
            raise typer.BadParameter(f"{value}: {error.strerror}") from None
    return value


@app.callback()
def patternctl(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--directory", "-C", callback=_directory, metavar="DIR", help="Work in this folder."
        ),
    ] = None,
) -> None:
    """Find what is wrong with an architecture, and what cures it.

    Start with what you have: `patternctl lint docker-compose.yml`, or `patternctl init`.
    Start from a problem: `patternctl patterns search dual write`.
    """


def main() -> None:
    """Run the command line.

    Exit: 0 clean, 1 findings, 2 wrong input or flags, 3 a bug in patternctl, 130 Ctrl-C.
    """
    gc.disable()  # a run is short, and what it builds it keeps; collecting costs a third of it
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or sys.stdout
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    status = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(status)  # nothing is left to close, and taking the interpreter down costs 40 ms


def run(arguments: list[str]) -> int:
    """Run one command and give its exit status; problems go to stderr."""
    try:
        status = app(arguments, prog_name="patternctl", standalone_mode=False)
        sys.stdout.flush()
    except PatternctlError as error:
        complain(*error.problems)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0  # the reader has seen enough
    except OSError as error:
        complain(Problem(f"the output cannot be written: {error.strerror or error}"))
        return 2
    except Exception as error:
        return _usage_or_bug(error)
    return status if isinstance(status, int) else 0


def _usage_or_bug(error: Exception) -> int:
    if hasattr(error, "show") and hasattr(error, "exit_code"):
        error.show()
        return int(error.exit_code)
    if os.environ.get("PATTERNCTL_DEBUG"):
        traceback.print_exception(error)
    hint = "please report it; PATTERNCTL_DEBUG=1 shows where it happened"
    complain(Problem(f"this is a bug in patternctl: {type(error).__name__}: {error}", hint=hint))
    return BUG
