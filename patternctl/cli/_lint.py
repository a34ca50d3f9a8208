"""The parts of `patternctl lint` between its flags and the engine."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from patternctl import config as configuration
from patternctl import plugins
from patternctl.cli._console import STDOUT, display_name, note, wants_color, write
from patternctl.cli._setup import Setup, cost_settings
from patternctl.engine.lint import resolve
from patternctl.errors import ConfigError, Location, Problem, UsageError
from patternctl.model.antipattern import AntiPattern
from patternctl.model.finding import Finding, LintResult
from patternctl.model.render import RenderOptions
from patternctl.model.settings import BaselineEntry, LintSettings
from patternctl.model.system import System

_FOR_TERMINALS = ("text", "concise")


def check_rule_names(given: Setup, entries: Mapping[str, AntiPattern]) -> None:
    """Raise `ConfigError` for every name in the configuration that stands for no rule."""
    base, problems = given.config, list[Problem]()
    for name in (*base.select, *base.ignore, *base.severity, *base.thresholds):
        try:
            resolve([name], entries)
        except UsageError as error:
            where = configuration.locate(given.file, name) if given.file else None
            problems += [Problem(p.message, where, p.hint) for p in error.problems]
    if problems:
        raise ConfigError(*problems)


def words(values: Sequence[str] | None) -> tuple[str, ...] | None:
    """Items of repeated, comma-separated options; None where the option was not given."""
    if values is None:
        return None
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def targets(formats: Sequence[str], outputs: Sequence[str]) -> list[tuple[str, str]]:
    """(format, file or `-`) pairs. Raises `UsageError` where they cannot be paired."""
    known = plugins.names("reports")
    unknown = [name for name in formats if name not in known]
    if unknown:
        raise UsageError(
            *(
                Problem(f'there is no format "{name}"', hint=f"known: {', '.join(known)}")
                for name in unknown
            )
        )
    if not outputs and len(formats) == 1:
        return [(formats[0], STDOUT)]
    if len(formats) != len(outputs):
        raise UsageError(
            Problem(
                f"{len(formats)} --format and {len(outputs)} --output do not pair up",
                hint="give one -o for each -f in the same order; `-o -` is stdout",
            )
        )
    pairs = list(zip(formats, outputs, strict=True))
    for target in set(outputs):
        if outputs.count(target) > 1:
            where = "stdout" if target == STDOUT else target
            raise UsageError(Problem(f"several formats would go to {where}", hint="split them"))
    return pairs


def settings(
    given: Setup,
    *,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    honour_ignores: bool,
    baseline: Path | None,
) -> LintSettings:
    """Flags over configuration; `baseline` is read where it is given."""
    base = given.config
    return LintSettings(
        select=base.select if select is None else select,
        ignore=base.ignore if ignore is None else ignore,
        severity=dict(base.severity),
        thresholds=base.thresholds,
        honour_ignores=honour_ignores,
        require_reason=base.require_reason,
        report_unused=base.report_unused,
        baseline=configuration.read_baseline(baseline) if baseline else (),
        baseline_file=str(baseline or ""),
        catalogs=tuple(given.catalogs),
        costing=cost_settings(given),
        prefix=given.prefix,
    )


def with_costs(result: LintResult, systems: Sequence[System], given: Setup) -> LintResult:
    """Findings with what their cures cost. Raises `InputError` where prices are faulty."""
    from patternctl.costing.terms import terms
    from patternctl.engine.cures import with_cure_costs

    return with_cure_costs(result, systems, terms(cost_settings(given)))


def report(
    result: LintResult,
    pairs: Iterable[tuple[str, str]],
    options: RenderOptions,
    *,
    color: str,
    prefix: str,
) -> None:
    """Render every format, then write them all.

    What people read in a terminal names files from the working folder; other formats name them
    from the repository's root, as the services that read them do.
    """
    from_root = rebased(result, prefix)
    rendered: list[tuple[str, str, str]] = []
    for name, target in pairs:
        shown = result if name in _FOR_TERMINALS else from_root
        chosen = replace(options, color=_colored(target, color))
        rendered.append((name, target, _render(name, shown, chosen)))
    for _, target, text in rendered:
        write(target, text)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and any(name == "github" for name, _, _ in rendered):
        _append_summary(Path(summary), _render("markdown", from_root, options))


def _append_summary(file: Path, text: str) -> None:
    """GitHub shows ten annotations a step: the whole list goes to the job's summary page."""
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        note(f"the job summary cannot be written: {error.strerror}")


def rebased(result: LintResult, prefix: str) -> LintResult:
    """The result with files named from `prefix`'s own starting point."""
    if not prefix:
        return result

    def moved(where: Location) -> Location:
        return where._replace(file=posixpath.normpath(posixpath.join(prefix, where.file)))

    def finding(each: Finding) -> Finding:
        related = tuple((name, moved(where)) for name, where in each.related)
        return each._replace(location=moved(each.location), related=related)

    return replace(
        result,
        findings=tuple(map(finding, result.findings)),
        suppressed=tuple(map(finding, result.suppressed)),
        notices=tuple(
            n._replace(location=n.location and moved(n.location)) for n in result.notices
        ),
        texts={moved(Location(name)).file: text for name, text in result.texts.items()},
    )


def source_url() -> str:
    """Where the files of this run are on the web, as GitHub's runners tell."""
    values = [os.environ.get(f"GITHUB_{k}") for k in ("SERVER_URL", "REPOSITORY", "SHA")]
    return "{}/{}/blob/{}".format(*values) if all(values) else ""


def _render(name: str, result: LintResult, options: RenderOptions) -> str:
    text: str = plugins.load("reports", name).render(result, options)
    return text


def _colored(target: str, choice: str) -> bool:
    return target == STDOUT and wants_color(choice, sys.stdout)


def save_baseline(
    file: Path, result: LintResult, known: Sequence[BaselineEntry], *, prune: bool
) -> None:
    """Write what is found now to the baseline; what this run did not look at stays as it is.

    With `prune`, nothing new is accepted: entries whose finding is gone are dropped. Files in
    `result` are named from the repository's root.
    """
    found = [*result.findings, *(f for f in result.suppressed if _is_baselined(f))]
    now = {_entry(finding) for finding in found}
    elsewhere = {e for e in known if e.file not in result.texts or e.rule not in result.rules}
    kept = (elsewhere | (now & set(known))) if prune else (elsewhere | now)
    write(str(file), configuration.baseline_text(kept))
    name = display_name(file)
    if prune:
        note(f"{name}: {_entries(len(known) - len(kept))} dropped, {len(kept)} kept")
    else:
        note(f"{name}: {_entries(len(now))} for what is found now, {len(elsewhere)} others kept")


def _is_baselined(finding: Finding) -> bool:
    return finding.suppression is not None and finding.suppression.kind == "baseline"


def _entry(finding: Finding) -> BaselineEntry:
    file = finding.location.file
    return BaselineEntry(finding.rule, file, finding.element, finding.fingerprint)


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
