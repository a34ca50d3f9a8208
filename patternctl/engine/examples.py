"""Examples of anti-patterns: manifests, read, linted, and held to what they announce."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from patternctl import manifest, plugins
from patternctl.catalog import Catalog, Place
from patternctl.engine.lint import lint
from patternctl.errors import PatternctlError, Problem
from patternctl.model.antipattern import AntiPattern, Example
from patternctl.model.architecture import SHIPPED
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings
from patternctl.yamlio import ElementPath


class _Run(NamedTuple):
    """What all examples are read and linted with."""

    patterns: Collection[str]
    settings: LintSettings


def check(catalog: Catalog, folders: Sequence[Path] = ()) -> list[Problem]:
    """Examples that are no manifests, or that give other findings than they announce.

    Findings are looked for where the rule has a detector; `folders` are those that the catalog was
    read from.
    """
    detectors = {*plugins.names("rules")}
    run = _Run(SHIPPED | catalog.entries.keys(), LintSettings(catalogs=tuple(folders)))
    return [
        problem
        for rule in catalog.antipatterns.values()
        for kind, examples in (("bad", rule.bad), ("good", rule.good))
        for number, example in enumerate(examples)
        for problem in _check(
            rule if rule.id in detectors else None,
            example,
            catalog.places[rule.id],
            (kind, number),
            run,
        )
    ]


def _check(
    rule: AntiPattern | None, example: Example, place: Place, path: ElementPath, run: _Run
) -> Iterator[Problem]:
    if path[0] == "good" and example.expect:
        where = place.locate((*path, "expect"))
        yield Problem("a good example announces no findings", where, "move it to `bad`")
    try:
        system = manifest.from_text(example.manifest, "manifest", run.patterns)
    except PatternctlError as error:
        where = place.locate((*path, "manifest"))
        for problem in error.problems:
            yield Problem(f"example: {problem._replace(hint='')}", where, problem.hint)
        return
    if rule is not None:
        found = lint([system], {rule.id: rule}, run.settings).findings
        yield from _compare(rule, [*found], example, place, path)


def _compare(
    rule: AntiPattern, found: list[Finding], example: Example, place: Place, path: ElementPath
) -> Iterator[Problem]:
    """Findings that are announced and not there, and the other way round."""
    for number, expected in enumerate(example.expect):
        meant = (f for f in found if f.element == expected.at)
        finding = next((f for f in meant if expected.severity in (None, f.severity)), None)
        if finding is not None:
            found.remove(finding)
            continue
        kind = f"{expected.severity} " if expected.severity else ""
        where = place.locate_value((*path, "expect", number, "at"))
        hint = f"`{rule.id}` finds here: {', '.join(f.element for f in found) or 'nothing'}"
        yield Problem(f"the example gives no {kind}finding at {expected.at}", where, hint)
    for finding in found:
        message = f"the example gives a finding that it does not announce, at {finding.element}"
        hint = f"correct the manifest, or add `at: {finding.element}` to `expect` of a bad example"
        yield Problem(message, place.locate((*path, "manifest")), hint)
