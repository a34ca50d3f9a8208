"""The ledger: every claim of the catalog in one list, its contradictions, its numbers redone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from patternctl.catalog import Catalog
from patternctl.engine import formulas
from patternctl.errors import Problem
from patternctl.model.base import CatalogModel
from patternctl.model.figure import Computation, Dispute, Figure
from patternctl.model.pattern import Guarantee
from patternctl.model.vocabulary import Verdict
from patternctl.yamlio import ElementPath

_TOLERANCE = 0.005
"""Share of the exact result that a rounded one may be off."""
_NEAR_ZERO = 1e-9
"""What any result may be off: a share of zero is nothing."""
_PICTURES = "diagrams"
"""The field that holds much and claims nothing."""


class Claim(NamedTuple):
    """Something the source document says, or a figure of ours, and whether it is true."""

    entry: str
    """Id of the pattern, baseline, mechanism or playbook; `claims` for what belongs to none."""
    at: ElementPath
    """Where it is in the entry."""
    says: str
    """The claim in one phrase."""
    verdict: Verdict
    """Whether it is true."""
    why: str
    """The reason; of a guarantee, what really holds."""
    lines: tuple[tuple[int, int], ...]
    """Where the source document says it, first and last line of each place."""
    stated: Figure | Guarantee
    """All that the catalog tells of it."""

    @property
    def path(self) -> str:
        """Where it is in the entry, with dots: `metrics.p99`."""
        return ".".join(map(str, self.at))

    @property
    def figure(self) -> Figure | None:
        """The figure that it is; None where it is a guarantee."""
        return self.stated if isinstance(self.stated, Figure) else None


class Held(NamedTuple):
    """A contradiction of the source document, and the entry that tells it."""

    entry: str
    """Its id, or `mechanisms` or `claims`."""
    dispute: Dispute


def spans(lines: Sequence[tuple[int, int]]) -> str:
    """Lines of the source document as people write them: `63, 92-93`."""
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in lines)


def claims(catalog: Catalog) -> list[Claim]:
    """Every figure of the catalog, and every guarantee that the source document claims.

    Those of patterns come first, then mechanisms told in full, baselines, playbooks and the rest.
    """
    return [claim for name, model in _holders(catalog) for claim in _claims(name, model, ())]


def disputes(catalog: Catalog) -> list[Held]:
    """The contradictions by number."""
    found = [Held(name, each) for name, model in _holders(catalog) for each in _disputes(model)]
    found += [Held("mechanisms", each) for each in catalog.mechanisms.disputes]
    return sorted(found, key=lambda held: held.dispute.number)


def recompute(catalog: Catalog) -> list[Problem]:
    """Computations whose formula or arguments are wrong, or that give something else."""
    return [
        problem
        for claim in claims(catalog)
        if isinstance(claim.stated, Figure)
        for number, computation in enumerate(claim.stated.computed)
        if (problem := _redone(catalog, claim, number, computation))
    ]


def _redone(
    catalog: Catalog, claim: Claim, number: int, computation: Computation
) -> Problem | None:
    place, path = catalog.places[claim.entry], (*claim.at, "computed", number)
    try:
        exact = formulas.evaluate(computation.formula, computation.given)
    except ValueError as error:
        return Problem(str(error), place.locate_value((*path, "formula")))
    if abs(computation.gives - exact) <= max(abs(exact) * _TOLERANCE, _NEAR_ZERO):
        return None
    message = f"{computation.formula} gives {exact:.6g}, not {computation.gives:g}"
    return Problem(
        message,
        place.locate_value((*path, "gives")),
        f"write `gives: {exact:.4g}`, or correct the arguments",
    )


def _holders(catalog: Catalog) -> Iterator[tuple[str, CatalogModel]]:
    yield from catalog.entries.items()
    yield from catalog.playbooks.items()
    yield "claims", catalog.claims


def _disputes(model: CatalogModel) -> tuple[Dispute, ...]:
    found: tuple[Dispute, ...] = getattr(model, "disputes", ())
    return found


def _claims(entry: str, value: object, at: ElementPath) -> Iterator[Claim]:
    """Claims in `value`, which is at `at` in the entry."""
    if isinstance(value, Figure):
        yield Claim(entry, at, value.says, value.verdict, value.why, value.lines, value)
    elif isinstance(value, Guarantee):
        if value.claimed:
            yield Claim(entry, at, value.claimed, value.verdict, value.holds, value.lines, value)
    else:
        for key, inner in _inside(value):
            yield from _claims(entry, inner, (*at, key))


def _inside(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, CatalogModel):
        yield from ((name, inner) for name, inner in value if name != _PICTURES)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)
