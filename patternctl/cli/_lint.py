"""The parts of `patternctl lint` between its flags and the engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from patternctl import config as configuration
from patternctl import plugins
from patternctl.cli._console import STDOUT, note, wants_color, write
from patternctl.errors import ConfigError, Location, Problem, UsageError
from patternctl.model.config import Config
from patternctl.model.finding import Finding, LintResult
from patternctl.model.render import RenderOptions
from patternctl.model.settings import BaselineEntry, LintSettings


def config(file: Path | None, ignored: bool) -> tuple[Config, Path]:
    """The configuration that counts, and the folder its paths are relative to."""
    if ignored:
        return Config(), Path()
    if file is None:
        file = configuration.find(Path.cwd())
    elif not file.is_file():
        raise ConfigError(Problem("no such configuration file", Location(str(file))))
    return (configuration.load(file), file.parent) if file else (Config(), Path())


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
    base: Config,
    *,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    honour_ignores: bool,
    baseline: Path | None,
) -> LintSettings:
    """Flags over configuration; `baseline` is read where it is given."""
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
    )


def report(
    result: LintResult, pairs: Iterable[tuple[str, str]], options: RenderOptions, color: str
) -> None:
    """Render every format, then write them all."""
    rendered = [
        (name, target, _render(name, result, replace(options, color=_colored(target, color))))
        for name, target in pairs
    ]
    for _, target, text in rendered:
        write(target, text)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and any(name == "github" for name, _, _ in rendered):
        # GitHub shows ten annotations a step: the whole list goes to the job's summary page.
        with Path(summary).open("a", encoding="utf-8") as stream:
            stream.write(_render("markdown", result, options))


def source_url() -> str:
    """Where the files of this run are on the web, as GitHub's runners tell."""
    values = [os.environ.get(f"GITHUB_{k}") for k in ("SERVER_URL", "REPOSITORY", "SHA")]
    return "{}/{}/blob/{}".format(*values) if all(values) else ""


def _render(name: str, result: LintResult, options: RenderOptions) -> str:
    text: str = plugins.load("reports", name).render(result, options)
    return text


def _colored(target: str, choice: str) -> bool:
    return target == STDOUT and wants_color(choice, sys.stdout)


def save_baseline(file: Path, result: LintResult, known: Sequence[BaselineEntry]) -> None:
    """Write what is found now to the baseline; what this run did not look at stays as it is."""
    found = [*result.findings, *(f for f in result.suppressed if _is_baselined(f))]
    kept = [e for e in known if e.file not in result.texts or e.rule not in result.rules]
    write(str(file), configuration.baseline_text([*kept, *map(_entry, found)]))
    note(f"{file}: {len(found)} findings accepted, {len(kept)} of other files or rules kept")


def prune_baseline(file: Path, result: LintResult, known: Sequence[BaselineEntry]) -> None:
    """Drop the entries of the baseline whose finding this run looked for and did not find."""
    found = {finding.fingerprint for finding in (*result.findings, *result.suppressed)}
    kept = [
        entry
        for entry in known
        if entry.fingerprint in found
        or entry.file not in result.texts
        or entry.rule not in result.rules
    ]
    write(str(file), configuration.baseline_text(kept))
    note(f"{file}: {len(known) - len(kept)} entries dropped, {len(kept)} kept")


def _is_baselined(finding: Finding) -> bool:
    return finding.suppression is not None and finding.suppression.kind == "baseline"


def _entry(finding: Finding) -> BaselineEntry:
    file = finding.location.file
    return BaselineEntry(finding.rule, file, finding.element, finding.fingerprint)
