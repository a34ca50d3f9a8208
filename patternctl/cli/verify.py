"""`patternctl verify`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patternctl.cli._setup import Setup
    from patternctl.engine.verify import Check, Verification
    from patternctl.model.pattern import Pattern
    from patternctl.model.system import System

EXAMPLES = """Examples:

\b
  patternctl verify                        of the system in architecture.yaml
  patternctl verify shop.yaml --asks       with what each requirement asks for
  patternctl explain load-test             how it is done, how long evidence of it holds
  patternctl verify --template             entries for what is missing, to paste and fill in
  patternctl verify --format markdown > checklist.md
  patternctl verify --format sarif > verify.sarif

\b
Evidence is recorded in the manifest:

\b
  evidence:
    - pattern: order-outbox
      requirement: load-test
      path: docs/evidence/order-outbox-load.md
      date: 2027-03-01
      expires: 2028-03-01

\b
A path has to lead to a file that holds something, a url is taken as it is. Without
`expires` evidence holds for the time that is told beside it; `date: TODO` proves nothing yet.
Of several entries the one that holds longest counts. SOURCE_DATE_EPOCH is honoured.
Exit status: 0 all proven, 1 something is missing or expired, 2 wrong input.
"""
MISSING = 1
"""Exit status where something is not proven."""
_MARKS = {"met": "green", "missing": "yellow"}


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    SARIF = "sarif"


def verify(
    manifest: Annotated[str | None, typer.Argument(help="Manifest. [architecture.yaml]")] = None,
    asks: Annotated[
        bool, typer.Option("--asks", help="Tell what each missing requirement asks for.")
    ] = False,
    template: Annotated[
        bool, typer.Option("--template", help="Write entries for what is missing, and no more.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TEXT,
) -> int:
    """Tell which adopted patterns were reviewed, tested, priced and rehearsed, and what is missing.

    Five requirements for each: architecture review, load test, chaos test, cost analysis and team
    readiness.
    """
    from patternctl.cli._console import STDOUT, note, write
    from patternctl.cli._costing import today
    from patternctl.cli._setup import setup
    from patternctl.engine import verify as judging

    given = setup(None, ignored=False)
    system = _system(manifest, given)
    found = judging.verify(system, today())
    for notice in found.notices:
        note(_line(f"note: {notice.location}: {notice.message}"))
    if template:
        write(STDOUT, _template(system, found))
    elif format is Format.JSON:
        _json(found, given)
    elif format is Format.SARIF:
        write(STDOUT, _sarif(system, found, given))
    else:
        shown = asks or format is Format.MARKDOWN
        entries = _entries(found, given) if shown else {}
        telling = _markdown if format is Format.MARKDOWN else _text
        write(STDOUT, "".join(f"{line}\n" for line in telling(found, entries)))
    note(_summary(found))
    return MISSING if found.missing else 0


def _system(name: str | None, given: Setup) -> System:
    """The manifest. Raises `InputError`, also where it does not say what is adopted."""
    from patternctl.cli._inputs import systems
    from patternctl.errors import InputError, Location, Problem

    (system,) = systems([name or "."], "<stdin>", catalogs=given.catalogs)
    if system.architecture.patterns is None and not system.architecture.tells("patterns"):
        hint = "add `patterns:`, or `patterns` to `complete`, where there are none"
        message = "does not say which patterns are adopted"
        raise InputError(Problem(message, Location(system.name), hint))
    return system


def _summary(found: Verification) -> str:
    if not found.checks:
        return "no pattern is adopted: there is nothing to verify"
    met = len(found.checks) - len(found.missing)
    told = f"{met} of {len(found.checks)} requirements are proven"
    lacking = len([*_without_entry(found)])
    return f"{told}; --template writes entries for {lacking} of the others" if lacking else told


def _without_entry(found: Verification) -> Iterator[Check]:
    """Requirements that need a new entry, rather than one that is there to be mended."""
    return (check for check in found.missing if not check.proof or check.state == "expired")


def _entries(found: Verification, given: Setup) -> Mapping[str, Pattern]:
    from patternctl import catalog

    ids = dict.fromkeys(check.pattern for check in found.checks)
    return {name: catalog.pattern(name, given.catalogs) for name in ids}


def _grouped(found: Verification) -> Iterator[tuple[str, Sequence[Check]]]:
    from itertools import groupby

    for label, checks in groupby(found.checks, key=lambda check: check.adoption):
        yield label, [*checks]


def _text(found: Verification, entries: Mapping[str, Pattern]) -> Iterator[str]:
    from patternctl.cli._console import painted
    from patternctl.engine.verify import asks, words
    from patternctl.rulekit.wording import listed

    for label, checks in _grouped(found):
        yield _heading(label, checks[0].pattern)
        for check in checks:
            state = painted(f"{check.state:9}", _MARKS.get(check.state, "red"))
            proof = _line(str(check.proof or ""))
            yield f"  {state}  {words(check.requirement):19}  {proof}".rstrip()
            if not check.met and entries:
                for asked in asks(check.requirement, entries[check.pattern]):
                    yield f"{'':13}- {' '.join(asked.split())}"
        yield ""
    for place, adopted in found.shared.items():
        told = f"{place} is evidence for {len(adopted)} patterns, so it has to tell of each"
        yield _line(f"{told}: {listed(adopted)}")
    for check in found.missing:
        if check.proof:
            yield _line(f"{check.location}: {check.told}")
    for label, checks in _grouped(found):
        if lacking := [check for check in checks if check.state == "missing" and not check.proof]:
            named = ", ".join(words(check.requirement) for check in lacking)
            yield f"{lacking[0].location}: {label} has no evidence of {named}"


def _line(text: str) -> str:
    """Text, which may hold any path, in one line."""
    from patternctl.cli._console import printable

    return printable(text).replace("\n", "\\n")


def _heading(label: str, pattern: str) -> str:
    return label if label == pattern else f"{label} ({pattern})"


def _markdown(found: Verification, entries: Mapping[str, Pattern]) -> Iterator[str]:
    """A checklist as forges show it; what is not met yet is told with what it asks for."""
    from patternctl import catalog
    from patternctl.artefacts._markdown import inline
    from patternctl.engine.verify import asks, words

    yield "# Verification"
    for label, checks in _grouped(found):
        yield f"\n## {inline(_heading(label, checks[0].pattern))}\n"
        for check in checks:
            proof = inline(str(check.proof or ""))
            state = "" if check.met else f" ({check.state})"
            line = f"- [{'x' if check.met else ' '}] {words(check.requirement).capitalize()}{state}"
            yield f"{line}: {proof}" if proof else line
            if not check.met:
                for asked in asks(check.requirement, entries[check.pattern]):
                    yield f"  - {inline(asked)}"
    if found.shared:
        yield "\n## Evidence for several patterns\n"
    for place, adopted in found.shared.items():
        yield f"- {inline(place)}: {inline(', '.join(adopted))}"
    known = catalog.practices().practices
    for requirement in dict.fromkeys(check.requirement for check in found.missing):
        yield f"\n## How: {words(requirement)}\n"
        yield f"{known[requirement].why}\n"
        yield from (f"{number}. {step}" for number, step in enumerate(known[requirement].steps, 1))


def _json(found: Verification, given: Setup) -> None:
    from patternctl.cli._console import write_json
    from patternctl.engine.verify import asks

    entries = _entries(found, given)
    write_json(
        {
            "met": len(found.checks) - len(found.missing),
            "of": len(found.checks),
            "checks": [
                {
                    "adoption": check.adoption,
                    "pattern": check.pattern,
                    "requirement": check.requirement,
                    "state": check.state,
                    "message": check.told,
                    "file": check.location.file,
                    "line": check.location.line,
                    "evidence": check.proof
                    and check.proof.evidence.model_dump(mode="json", exclude_none=True),
                    "until": check.proof and check.proof.until and str(check.proof.until),
                    "expires_by_default_after_days": check.proof and check.proof.default,
                    "asks": [*asks(check.requirement, entries[check.pattern])],
                }
                for check in found.checks
            ],
            "shared": found.shared,
        }
    )


def _sarif(system: System, found: Verification, given: Setup) -> str:
    from hashlib import sha256

    from patternctl import __version__, catalog
    from patternctl.model.finding import Finding, LintResult
    from patternctl.model.render import RenderOptions
    from patternctl.reports import sarif

    practices = catalog.practices().practices

    def finding(check: Check) -> Finding:
        element = f"patterns.{check.adoption}"
        identity = "\0".join((check.requirement, given.prefix, check.location.file, element))
        return Finding(
            code=check.requirement,
            rule=check.requirement,
            severity="warning",
            message=check.told,
            element=element,
            location=check.location,
            fingerprint=sha256(identity.encode()).hexdigest()[:16],
            help=practices[check.requirement].title,
        )

    result = LintResult(
        inputs=(system.name,),
        findings=tuple(finding(check) for check in found.missing),
        notices=found.notices,
    )
    return sarif.render(result, RenderOptions(version=__version__))


def _template(system: System, found: Verification) -> str:
    """Entries for what is missing, to be filled in: nothing of it is there yet."""
    from patternctl.engine.verify import lifetimes
    from patternctl.yamlio import quoted

    lacking, days = [*_without_entry(found)], lifetimes()
    if not lacking:
        return ""
    there = f"# to be added to `evidence:` of {_line(system.name)}"
    lines = [there if system.architecture.evidence else "evidence:"]
    for check in lacking:
        path = f"docs/evidence/{check.adoption}-{check.requirement}.md".replace('"', "")
        lines += [
            f"  - pattern: {quoted(check.adoption)}",
            f"    requirement: {check.requirement}",
            f"    path: {quoted(path)}",
            "    date: TODO",
            f"    expires:  # left empty: {days[check.requirement]} days after the date",
        ]
    return "\n".join(lines) + "\n"
