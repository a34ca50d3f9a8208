"""The command line that repeats a decision."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

_USUAL_TREE = "architecture"
"""What `--tree` is where it is left out."""


def command(
    *,
    manifest: str = "",
    tree: str = "",
    answers: Iterable[tuple[str, str]] = (),
    options: Iterable[tuple[str, str]] = (),
    directory: str = "",
    switches: Iterable[str] = ("--no-input",),
) -> str:
    """`patternctl decide` with what it was given, as a shell takes it; by itself, it asks nothing.

    `answers` are (question, choice), `options` further flags with their values, `directory` is
    what the working folder was changed to, `switches` stand at the end. Empty texts are left out.
    """
    words = ["patternctl", *(["-C", directory] if directory else []), "decide"]
    if manifest:
        words.append(f"./{manifest}" if manifest[0] == "-" and manifest != "-" else manifest)
    for question, choice in answers:
        words += ["--set", f"{question}={choice}"]
    named = [("--tree", "" if tree == _USUAL_TREE else tree), *options]
    words += [word for option, value in named if value for word in (option, value)]
    return shlex.join([*words, *switches])
