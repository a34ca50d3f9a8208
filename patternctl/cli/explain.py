"""`patternctl explain`."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

EXAMPLES = """Examples:

\b
  patternctl explain no-timeout
  patternctl explain circuit-breaker
  patternctl explain PC301 --format markdown > docs/rules/no-timeout.md
"""
_MECHANISM = re.compile(r"[Pp][0-9]+")


class Format(StrEnum):
    """Output formats of a page."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def explain(
    name: Annotated[
        str, typer.Argument(help="Name, synonym or code of a rule, a pattern or a mechanism.")
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TEXT,
) -> int:
    """Tell all about a rule, a pattern or a mechanism: what, why, and what to do about it."""
    from patternctl.cli._console import page, write
    from patternctl.cli._setup import catalog_folders

    model, text = _explained(name, catalog_folders())
    if format is Format.JSON:
        write("-", model.model_dump_json(indent=2, by_alias=True) + "\n")
    elif format is Format.MARKDOWN:
        write("-", text)
    else:
        page(text)
    return 0


def _explained(name: str, folders: list[Path]) -> tuple[BaseModel, str]:
    """What a name stands for, and its page. Raises `UsageError` where it stands for nothing."""
    from patternctl import catalog
    from patternctl.errors import UsageError

    try:
        pattern = catalog.pattern(name, folders)
    except UsageError as unknown_pattern:
        if _MECHANISM.fullmatch(name):
            return _mechanism(name.upper())
        try:
            return _rule(name, folders)
        except UsageError as unknown_rule:
            raise _neither(name, unknown_pattern, unknown_rule) from None
    from patternctl.generators import patternpage

    return pattern, patternpage.render(pattern)


def _rule(name: str, folders: list[Path]) -> tuple[BaseModel, str]:
    from patternctl import catalog
    from patternctl.engine.lint import resolve
    from patternctl.errors import Problem, UsageError
    from patternctl.generators import rulepage

    entries = catalog.antipatterns(folders)
    found = resolve([name], entries)
    if len(found) > 1:
        hint = f"`patternctl rules {name}` lists them"
        raise UsageError(Problem(f'"{name}" stands for {len(found)} rules', hint=hint))
    antipattern = entries[found.pop()]
    return antipattern, rulepage.render(antipattern, entries)


def _mechanism(code: str) -> tuple[BaseModel, str]:
    from patternctl import catalog
    from patternctl.errors import Problem, UsageError
    from patternctl.generators import patternpage

    mechanisms = catalog.mechanisms().mechanisms
    if code not in mechanisms:
        hint = f"there are {next(iter(mechanisms))} to {[*mechanisms][-1]}"
        raise UsageError(Problem(f'there is no mechanism "{code}"', hint=hint))
    return mechanisms[code], patternpage.mechanism(code, mechanisms[code])


def _neither(name: str, *errors: Any) -> Exception:
    """One complaint for all kinds, with the nearest name of any."""
    from patternctl.errors import Problem, UsageError

    hints = [problem.hint for error in errors for problem in error.problems]
    ambiguous = [p for error in errors for p in error.problems if "stands for" in p.message]
    if ambiguous:
        return UsageError(*ambiguous)
    near = [hint for hint in hints if hint.startswith("did you mean")]
    hint = near[0] if near else "`patternctl patterns` and `patternctl rules` list them"
    return UsageError(Problem(f'there is no rule, pattern or mechanism "{name}"', hint=hint))
