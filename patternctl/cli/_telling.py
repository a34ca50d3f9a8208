"""A decision as people or programs want it: text, Markdown, JSON, a drawing; to a file or not."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import NamedTuple

from patternctl.cli._console import STDOUT, page, printable, write
from patternctl.errors import Location, Problem
from patternctl.generators import decision as generator
from patternctl.generators import dot, mermaid, treedrawing
from patternctl.generators.decision import Knowledge
from patternctl.model.choosing import Decision


class Form(NamedTuple):
    """How a decision is told."""

    format: str
    diagram: str | None
    """A language to draw the tree in, in place of telling the decision."""
    terms: bool
    """Whether text tells every term of the ranking."""
    output: str


def unwritable(flag: str, target: str) -> Iterator[Problem]:
    """What would keep a file from being written, found before anybody answers questions."""
    if target == STDOUT:
        return
    where, hint = Location(target), f"name a file after {flag}"
    if not target:
        yield Problem(f"{flag} names no file", hint=f"{hint}, or leave it out")
        return
    path = Path(os.path.realpath(target))
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except OSError as error:
        yield Problem(f"cannot be written: {error.strerror}", where, hint)
        return
    if mode and S_ISDIR(mode):
        yield Problem("is a folder, not a file", where, hint)
    elif not path.parent.is_dir():
        hint = f"make the folder, or name another after {flag}"
        yield Problem("cannot be written: its folder does not exist", where, hint)
    elif not os.access(path if mode and not S_ISREG(mode) else path.parent, os.W_OK):
        yield Problem("cannot be written: permission denied", where, hint)


def tell(form: Form, decision: Decision, told: Knowledge) -> None:
    """Write a decision where it should go.

    Words of a user's own tree reach the terminal without control characters. Raises `InputError`
    where the file cannot be written.
    """
    if form.diagram or form.format != "text":
        write(form.output, printable(_rendered(form, decision, told)))
        return
    shown = generator.summary(decision, told, terms=form.terms)
    if form.output == STDOUT:
        _show(shown)
        return
    with redirect_stdout(io.StringIO()) as captured:
        _show(shown)
    write(form.output, captured.getvalue())


def _show(summary: generator.Summary) -> None:
    """Lay out the page on stdout; what is to be pasted stands as it is."""
    for number, (heading, text) in enumerate(summary.sections):
        write(STDOUT, "\n" * (number > 0))
        page(printable(f"**{heading}**"))
        page(printable(text))
    if summary.record:
        write(STDOUT, f"\n{printable(summary.record)}\n")
    page(printable(summary.end))


def _rendered(form: Form, decision: Decision, told: Knowledge) -> str:
    if form.diagram:
        render = {"mermaid": mermaid.render, "dot": dot.render}[form.diagram]
        return render(treedrawing.drawing(decision, told.tree, told.entries))
    if form.format == "json":
        import json

        return json.dumps(generator.document(decision), indent=2, ensure_ascii=False) + "\n"
    return generator.markdown(decision, told)
