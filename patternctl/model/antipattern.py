"""One anti-pattern as the catalog tells it: prose, severity, thresholds, cures, examples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from patternctl.model.base import CatalogModel, Id, Ids, Items, Some, Text, Texts


class Threshold(CatalogModel):
    """A number a rule measures against; users may set their own."""

    value: float
    """The number, in `unit`."""
    unit: Text
    """What is counted or measured, such as `services` or `seconds`."""
    meaning: Text
    """What the rule does with the number, in one sentence."""
    source: Text
    """Where the number comes from; a proposal says so."""


class Expected(CatalogModel):
    """A finding that an example must give."""

    at: Text
    """Name of the element the finding is at, such as `services.orders.calls.payments`."""
    severity: Literal["error", "warning", "info"] | None = None
    """Severity of the finding, where it matters; any where left out."""


class Example(CatalogModel):
    """A manifest that shows the anti-pattern (`expect` lists its findings) or its cure."""

    title: Text
    """What the example shows, in a few words."""
    manifest: Text
    """A whole manifest as text; it loads and is linted by the tests."""
    expect: Items[Expected] = ()
    """Findings the manifest must give; empty for a good example."""


class AntiPattern(CatalogModel):
    """`catalog/antipatterns/<id>.yaml`."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}[1-9][0-9]{2}$")]
    """Short code for flags and reports, never used twice: `PC` and three digits, or letters of your
    own and three digits."""
    title: Text
    """Name as people say it."""
    group: Literal[
        "structure", "data", "calls", "events", "operation", "teams", "patterns", "decisions"
    ]
    """Part of the architecture it belongs to."""
    severity: Literal["error", "warning", "info"]
    """Severity of a finding unless the detector knows better."""
    confidence: Literal["high", "medium", "low"]
    """How often a finding is right when the manifest is."""
    since: Text
    """Version of patternctl that has it first."""
    synonyms: Ids = ()
    """Other names in kebab-case that people know it by."""
    summary: Text
    """One sentence: what is wrong."""
    what: Text
    """How to recognise it, in plain prose."""
    why: Text
    """Why it does harm, in plain prose."""
    impact: Texts
    """What goes wrong because of it, one consequence each."""
    fix: Texts
    """Steps to mend it, the first the most useful."""
    help: Text
    """One sentence for the end of a finding: what to do."""
    exceptions: Items[Text] = ()
    """Where the rule stays silent on purpose, or a finding may be set aside with good reason."""
    facts: Texts
    """Manifest keys the rule reads."""
    cured_by: Ids = ()
    """Patterns that remove it, by id."""
    related: Ids = ()
    """Anti-patterns that come with it or are confused with it, by id."""
    thresholds: dict[str, Threshold] = {}
    """Numbers the rule measures against, by name."""
    sources: Texts
    """Where the knowledge comes from, one reference each."""
    bad: Some[Example]
    """Manifests in which it must be found."""
    good: Some[Example]
    """Manifests in which it must not be found."""

    @property
    def limits(self) -> dict[str, float]:
        """Threshold values by name."""
        return {name: threshold.value for name, threshold in self.thresholds.items()}
