"""The page of one rule, in Markdown: what `explain` shows and what a docs site holds."""

from __future__ import annotations

from collections.abc import Mapping

from patternctl import manifest, plugins, templating
from patternctl.engine.lint import lint
from patternctl.model.antipattern import AntiPattern, Example
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings


def render(antipattern: AntiPattern, entries: Mapping[str, AntiPattern]) -> str:
    """Markdown of the rule, each bad manifest with the findings that lint gives for it."""
    bad = [
        {"example": example, "findings": _run(antipattern, example)} for example in antipattern.bad
    ]
    related = [entries[rule] for rule in antipattern.related]
    return templating.render(
        "rule/page.md.j2", {"rule": antipattern, "bad": bad, "related": related}
    )


def _run(antipattern: AntiPattern, example: Example) -> tuple[Finding, ...]:
    if antipattern.id not in plugins.names("rules"):
        return ()  # knowledge only: nothing looks for it
    system = manifest.from_text(example.manifest, "architecture.yaml")
    return lint([system], {antipattern.id: antipattern}, LintSettings()).findings
