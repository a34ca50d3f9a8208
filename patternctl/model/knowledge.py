"""What the catalog knows beyond single patterns: the source document, and practices for all."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from patternctl.model.base import CatalogModel, Id, Items, Text, Texts, refusal
from patternctl.model.figure import Dispute, Figures, SomeLines
from patternctl.model.pattern import Kpi, Risk


class SourceDocument(CatalogModel):
    """The document the catalog was made from."""

    title: Text
    """Its title."""
    version: Text
    """Its version."""
    lines: int
    """Number of its lines; every `lines` of the catalog counts in them."""
    judgement: Text
    """What it is good for, and what not."""


class Claims(CatalogModel):
    """`catalog/claims.yaml`: claims of the source document that belong to no single pattern."""

    document: SourceDocument
    """The source document."""
    unspecified: dict[Id, Text] = {}
    """What it names or counts and never specifies, by id; the catalog invents none of it."""
    figures: Figures
    """Claims by id."""
    disputes: Items[Dispute]
    """Contradictions that belong to no single pattern."""
    references: dict[Id, Text]
    """What the verdicts rest on, by id."""
    lines: dict[str, SomeLines] = {}
    """Where the source document tells a field's content, by the field's path."""


class Lifetime(CatalogModel):
    """How long evidence holds that states no last day."""

    days: Annotated[int, Field(ge=1)]
    """Days after the one at which it was passed."""
    source: Text
    """Where the number comes from; a proposal says so."""


class Practice(CatalogModel):
    """Something to do whatever the pattern."""

    title: Text
    """What it is called."""
    area: Literal["verification", "testing", "observability", "teams", "incidents", "learning"]
    """What it belongs to."""
    why: Text
    """What it is good for."""
    steps: Texts
    """What to do."""
    lifetime: Lifetime | None = None
    """How long evidence of it holds by default: of what adopted patterns have to pass."""
    lines: SomeLines
    """Where the source document tells of it."""

    @model_validator(mode="after")
    def _outlived(self) -> Self:
        if self.area == "verification" and self.lifetime is None:
            raise refusal("evidence of it would hold for ever", "add `lifetime`")
        return self


class Practices(CatalogModel):
    """`catalog/practices.yaml`: verification, testing, teams, risks, measures for all patterns."""

    practices: dict[Id, Practice]
    """Practices by id."""
    risks: Items[Risk]
    """What may go wrong with adopting patterns at all."""
    kpis: Items[Kpi]
    """Whether it paid off for users and the organisation."""
    references: dict[Id, Text] = {}
    """What it is based on, by id."""
