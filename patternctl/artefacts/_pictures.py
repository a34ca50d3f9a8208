"""Pictures by Graphviz, where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from patternctl.errors import Problem, UsageError

_SECONDS = 120
"""For one picture; one of 480 arrows between 240 services takes 6."""
_INSTALL = (
    "install Graphviz: `apt install graphviz`, `brew install graphviz`, "
    "`winget install graphviz`, https://graphviz.org/download"
)
_DENSITY = "-Gdpi=144"
"""Dots per inch of a PNG: readable on fine screens, and on paper."""
_COMMENT = re.compile(rb"<!--.*?-->\n?", re.DOTALL)


def drawn(texts: Mapping[str, str], formats: Sequence[str]) -> dict[str, bytes]:
    """DOT texts by name as pictures by name and ending, in the order of `texts`.

    `formats` are `svg` and `png`. One process draws one picture, as Graphviz 2.42 crashes when it
    changes between layouts. Raises `UsageError` where Graphviz is not there or cannot draw them.
    """
    if not formats:
        return {}
    from concurrent.futures import ThreadPoolExecutor

    if shutil.which("dot") is None:
        message = f"drawing {' and '.join(formats)} needs Graphviz, whose `dot` is not there"
        raise UsageError(Problem(message, hint=f"{_INSTALL}; or leave out --format"))
    wanted = {f"{name}.{form}": (text, form) for name, text in texts.items() for form in formats}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = dict(zip(wanted, pool.map(_attempt, wanted.values()), strict=True))
    hint = "draw a part with --focus, or leave out --format"
    failed = [f"{name}: {why}" for name, why in made.items() if isinstance(why, str)]
    if failed:
        raise UsageError(*(Problem(message, hint=hint) for message in failed))
    return {name: picture for name, picture in made.items() if isinstance(picture, bytes)}


def svg(dot: str) -> str | None:
    """DOT text as SVG; None where `dot` is not there, fails, or takes too long."""
    picture = _attempt((dot, "svg"))
    return picture.decode("utf-8", "replace") if isinstance(picture, bytes) else None


def _attempt(wanted: tuple[str, str]) -> bytes | str:
    """A DOT text in a format; where it cannot be drawn, why, in words."""
    text, form = wanted
    program = shutil.which("dot")
    if program is None:
        return "`dot` is not there"
    try:
        done = subprocess.run(  # noqa: S603 -- the program was looked up, the text is its input
            [program, f"-T{form}", *([_DENSITY] if form == "png" else [])],
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"Graphviz took longer than {_SECONDS} seconds"
    except OSError as error:
        return f"Graphviz does not start: {error.strerror}"
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"Graphviz failed: {told[0] if told else f'exit {done.returncode}'}"
    # comments tell Graphviz's version, and repeat names
    return _COMMENT.sub(b"", done.stdout) if form == "svg" else done.stdout
