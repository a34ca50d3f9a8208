"""`patternctl explain`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from patternctl.cli._choices import FormatOption, PageFormat

if TYPE_CHECKING:
    from pydantic import BaseModel

    from patternctl.catalog import Catalog

EXAMPLES = """Examples:

\b
  patternctl explain no-timeout
  patternctl explain circuit-breaker
  patternctl explain P7
  patternctl explain PC301 --format markdown > docs/rules/no-timeout.md
"""


_MECHANISM = re.compile(r"[Pp][0-9]+")


class _Explained(NamedTuple):
    """What a name stands for, and its page in Markdown."""

    model: BaseModel
    page: str


def explain(
    name: Annotated[
        str,
        typer.Argument(
            help="Name, synonym or code of a rule, a pattern, a mechanism, a playbook, a practice."
        ),
    ],
    format: FormatOption = PageFormat.TEXT,
) -> int:
    """Tell all about a rule or a piece of the catalog: what, why, and what to do about it."""
    from patternctl.cli._console import page, write
    from patternctl.cli._setup import catalog_folders

    found = _explained(name, catalog_folders())
    if format is PageFormat.JSON:
        write("-", found.model.model_dump_json(indent=2, by_alias=True) + "\n")
    elif format is PageFormat.MARKDOWN:
        write("-", found.page)
    else:
        page(found.page)
    return 0


def _explained(name: str, folders: list[Path]) -> _Explained:
    """Raises `UsageError` where the name stands for nothing."""
    from patternctl import catalog
    from patternctl.errors import Problem, UsageError
    from patternctl.generators import catalogpage

    hints: list[str] = []
    try:
        pattern = catalog.pattern(name, folders)
        return _Explained(pattern, catalogpage.pattern(pattern))
    except UsageError as unknown:
        hints += [problem.hint for problem in unknown.problems]
    try:
        return _rule(name, folders)
    except UsageError as unknown:
        hints += [problem.hint for problem in unknown.problems]
        if any("stands for" in problem.message for problem in unknown.problems):
            raise
    whole = catalog.load(folders)
    found = _rest(name, whole)
    if found is None:
        near = [hint for hint in hints if hint.startswith("did you mean")]
        hint = near[0] if near else "`patternctl rules` and `patternctl catalog list` name them all"
        if _MECHANISM.fullmatch(name):
            codes = [*whole.mechanisms.mechanisms]
            hint = f"mechanisms are {codes[0]} to {codes[-1]}"
        message = f'there is no rule, pattern, mechanism, playbook or practice "{name}"'
        raise UsageError(Problem(message, hint=hint))
    return found


def _rule(name: str, folders: list[Path]) -> _Explained:
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
    return _Explained(antipattern, rulepage.render(antipattern, entries))


def _rest(name: str, whole: Catalog) -> _Explained | None:
    from patternctl.generators import catalogpage

    wanted = name.casefold()
    for code, mechanism in whole.mechanisms.mechanisms.items():
        words = (code, mechanism.name or "", *mechanism.as_named)
        if wanted in {word.casefold() for word in words}:
            return _Explained(mechanism, catalogpage.mechanism(code, mechanism))
    if wanted in whole.playbooks:
        return _Explained(whole.playbooks[wanted], catalogpage.playbook(whole.playbooks[wanted]))
    practices = whole.practices.practices
    if wanted in practices:
        return _Explained(practices[wanted], catalogpage.practice(practices[wanted]))
    return None
