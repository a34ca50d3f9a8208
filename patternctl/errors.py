"""Where something is, what is wrong there, and the errors that carry every problem found.

Nothing here prints: the command line turns a `PatternctlError` into text and an exit status.
"""

from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A place in a file. Lines and columns count from 1; 0 means "the file as a whole"."""

    file: str
    line: int = 0
    column: int = 0
    end_column: int = 0
    """Column just after the last character to underline; 0 where only the start is known."""

    def __str__(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class Problem(NamedTuple):
    """One thing that is wrong with the input, and what the user can do about it."""

    message: str
    location: Location | None = None
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.location}: {self.message}" if self.location else self.message
        return f"{text} ({self.hint})" if self.hint else text


class PatternctlError(Exception):
    """The input or the flags are wrong. Holds all problems found, in file order."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = tuple(
            sorted(problems, key=lambda problem: problem.location or Location(""))
        )

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InputError(PatternctlError):
    """A file could not be read, or is not the YAML it should be."""


class ManifestError(PatternctlError):
    """An architecture manifest is readable YAML and says something that cannot be."""


class CatalogError(PatternctlError):
    """A file of the catalog breaks the catalog's own rules."""


class ConfigError(PatternctlError):
    """A configuration file, a baseline or a setting is wrong."""


class UsageError(PatternctlError):
    """The flags of a command do not fit together."""
