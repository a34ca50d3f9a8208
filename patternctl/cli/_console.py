"""Talking to the person: colour, problems on stderr, files written whole or not at all."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING, TextIO

import typer

from patternctl.errors import InputError, Location, Problem

if TYPE_CHECKING:
    from rich.console import Console

STDOUT = "-"
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_COLOR_AT_END = re.compile(rf"{_COLOR.pattern}\Z")
_NARROWEST = 40
_PAGE = 100
"""Columns of a page that goes to a file or a pipe."""
_ENDLESS = 100_000
"""Columns of a table there: nothing is cut or broken, so that it can be searched by line."""


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to colour: `always`, `never`, or `auto` by environment and terminal.

    `NO_COLOR` (https://no-color.org) wins over `FORCE_COLOR` and `CLICOLOR_FORCE`.
    """
    if choice != "auto":
        return choice == "always"
    environment = os.environ
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def complain(*problems: Problem) -> None:
    """Print problems on stderr, one line each and the remedy below."""
    color = wants_color("auto", sys.stderr)
    for problem in problems:
        label = typer.style("error", fg="red", bold=True) if color else "error"
        where = f"{problem.location}: " if problem.location else ""
        typer.echo(f"{label}: {printable(where + problem.message)}", err=True)
        if problem.hint:
            hint = typer.style("help", fg="cyan") if color else "help"
            typer.echo(f"  {hint}: {printable(problem.hint)}", err=True)


def note(text: str) -> None:
    """Print a remark for the person on stderr."""
    typer.echo(printable(text), err=True)


def display_name(path: Path) -> str:
    """A file as messages name it: relative to the working directory where it is below."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - keeps links as the user wrote them
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def write(target: str, text: str) -> None:
    """Write to a file, or to stdout for `-`.

    A file is written beside its target and renamed, so that an interrupted run leaves the old one
    whole; devices and pipes (`/dev/null`, `/dev/fd/3`) are written to as they are. Raises
    `InputError` where it cannot be written.
    """
    if target == STDOUT:
        sys.stdout.write(text)
        return
    try:
        path = Path(target)
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise InputError(
            Problem(f"cannot be written: {error.strerror}", Location(target))
        ) from None


def write_json(value: object) -> None:
    """Write a value of plain types to stdout as JSON."""
    import json

    write(STDOUT, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def page(markdown: str) -> None:
    """Show a page of Markdown on stdout, laid out for the terminal."""
    from rich.markdown import Markdown

    console = _rich()
    if terminal_width() is None:
        console.width = _PAGE
    with console.capture() as captured:
        console.print(Markdown(markdown, code_theme="ansi_dark"))
    write(STDOUT, _unpadded(captured.get()).strip("\n") + "\n")


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    markdown: bool = False,
    wrap_all: bool = False,
    code: str | None = None,
    styles: Mapping[str, str] = {},
) -> None:
    """Show a table on stdout; its last column wraps, or all do.

    `code` is the heading of a column of names; `styles` colours cells by what they say.
    """
    if markdown:
        names = [heading == code for heading in heads]
        cells = (_escaped(row, names) for row in rows)
        lines = ["| " + " | ".join(row) + " |" for row in (heads, *cells)]
        lines.insert(1, "|" + "---|" * len(heads))
        write(STDOUT, "\n".join(lines) + "\n")
        return
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in heads:
        drawn.add_column(heading, no_wrap=not wrap_all and heading != heads[-1], overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell, style=styles.get(cell, "")) for cell in row))
    console = _rich()
    with console.capture() as captured:
        console.print(drawn)
    write(STDOUT, _unpadded(captured.get()))


def block(head: str, *texts: str) -> str:
    """A heading line with texts below, indented, wrapped to the terminal where there is one."""
    width = terminal_width()
    lines = [head]
    for text in texts:
        flat = " ".join(text.split())
        if width is None:
            lines.append(f"  {flat}")
        else:
            lines += wrap(flat, width, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _unpadded(text: str) -> str:
    """Lines without the blanks that fill them up to the width, coloured ones too."""
    return "".join(_unpadded_line(line) + "\n" for line in text.splitlines())


def _unpadded_line(line: str) -> str:
    end = len(line.rstrip())
    while code := _COLOR_AT_END.search(line[:end]):
        end = len(line[: code.start()].rstrip())
    codes = _COLOR.findall(line[end:])
    return line[:end] + "".join(codes) if end else ""


def terminal_width() -> int | None:
    """Columns of the terminal, or of `COLUMNS`; None where neither is there, as in a pipe."""
    if not os.environ.get("COLUMNS") and not sys.stdout.isatty():
        return None
    return max(_NARROWEST, get_terminal_size().columns)


def painted(text: str, style: str) -> str:
    """`text` in a colour of `rich`'s names, where stdout is coloured."""
    if not style or not wants_color("auto", sys.stdout):
        return text
    return typer.style(text, fg=style if style != "dim" else None, dim=style == "dim")


def _escaped(cells: Sequence[str], names: Sequence[bool]) -> list[str]:
    flat = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return [f"`{text}`" if name else text for text, name in zip(flat, names, strict=True)]


def _rich() -> Console:
    from rich.console import Console
    from rich.theme import Theme

    color = wants_color("auto", sys.stdout)
    return Console(
        no_color=not color,
        force_terminal=color or None,
        width=terminal_width() or _ENDLESS,
        theme=Theme({"markdown.code": "cyan"}),  # the usual one paints black on light terminals
    )


def _replace(path: Path, text: str) -> None:
    handle = ""
    try:
        descriptor, handle = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(handle).chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        Path(handle).replace(path)
    finally:
        with suppress(OSError):
            if handle:
                Path(handle).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def printable(text: str) -> str:
    """`text` without control characters that a terminal would obey."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
