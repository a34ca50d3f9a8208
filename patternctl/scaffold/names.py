"""Names that a project may have."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterable

from patternctl import faults
from patternctl.errors import Problem

LONGEST = 30
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}
)
"""Names that Windows keeps for devices."""
_PROGRAMS = frozenset({"activate", "pip", "pip3", "python", "python3"})
"""What an environment of Python holds beside the project's own command."""
_FOLDERS = frozenset({"benchmarks", "docs", "migrations", "ops", "src", "test", "tests"})


def package(name: str) -> str:
    """The package's name of a project."""
    return name.replace("-", "_")


def fault(name: str, requirements: Iterable[str]) -> Problem | None:
    """What keeps a project from having this name; `requirements` are what is installed with it."""
    if not _NAME.fullmatch(name):
        wanted = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-0123456789")
        hint = "small letters of ASCII, digits and single dashes, a letter first"
        if _NAME.fullmatch(wanted):
            hint += f": {wanted[:LONGEST].strip('-')}"
        return Problem(f"{faults.shown(name)} is no name for a project", hint=hint)
    if len(name) > LONGEST:
        return Problem(f"the name has more than {LONGEST} characters", hint="choose a shorter one")
    taken = package(name)
    if reason := _taken(taken, requirements):
        hint = f"choose another one, such as {name}-service"
        return Problem(f'"{name}" is {reason}', hint=hint)
    return None


def _taken(name: str, requirements: Iterable[str]) -> str:
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "a word of Python"
    if name in sys.stdlib_module_names:
        return "a module of Python's own library"
    if name in DEVICES:
        return "a device on Windows"
    if name in _PROGRAMS:
        return "a program of Python's environments"
    if name in _FOLDERS:
        return "a folder of the project"
    found = [re.split(r"[\[<>=!~;]", each.casefold())[0] for each in requirements]
    if name in {word for each in found for word in (package(each), re.split("[-_.]", each)[0])}:
        return "a package that is installed with the project"
    return ""
