"""One anti-pattern as the catalog tells it: prose, severity, thresholds, cures, examples."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(_as_tuple)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Threshold(_Model):
    """A number a rule measures against; users may set their own."""

    value: float
    unit: Text
    meaning: Text
    source: Text
    """Where the number comes from; a proposal says so."""


class Expected(_Model):
    """A finding that an example must give."""

    at: Text
    severity: Literal["error", "warning", "info"] | None = None


class Example(_Model):
    """A manifest that shows the anti-pattern (`expect` lists its findings) or its cure."""

    title: Text
    manifest: Text
    expect: Annotated[tuple[Expected, ...], BeforeValidator(_as_tuple)] = ()


class AntiPattern(_Model):
    """`catalog/antipatterns/<id>.yaml`."""

    id: Id
    code: Annotated[str, StringConstraints(pattern=r"^PC[1-9][0-9]{2}$")]
    title: Text
    group: Literal["structure", "data", "calls", "events", "operation", "teams", "patterns"]
    severity: Literal["error", "warning", "info"]
    confidence: Literal["high", "medium", "low"]
    """How often a finding is right when the manifest is."""
    since: Text
    synonyms: Ids = ()
    summary: Text
    """One sentence: what is wrong."""
    what: Text
    why: Text
    impact: Texts
    fix: Texts
    help: Text
    """One sentence for the end of a finding: what to do."""
    exceptions: Annotated[tuple[Text, ...], BeforeValidator(_as_tuple)] = ()
    """Where the rule stays silent on purpose, or a finding may be set aside with good reason."""
    facts: Texts
    """Manifest keys the rule reads."""
    cured_by: Ids = ()
    related: Ids = ()
    thresholds: dict[str, Threshold] = {}
    sources: Texts
    bad: Annotated[tuple[Example, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
    good: Annotated[tuple[Example, ...], BeforeValidator(_as_tuple), Field(min_length=1)]

    @property
    def limits(self) -> dict[str, float]:
        """Threshold values by name."""
        return {name: threshold.value for name, threshold in self.thresholds.items()}
