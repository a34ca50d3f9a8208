"""`patternctl claims`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from patternctl.cli._choices import words_of
from patternctl.model.vocabulary import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from patternctl.catalog import Catalog
    from patternctl.engine.ledger import Claim, Held
    from patternctl.model.figure import Computation

EXAMPLES = """Examples:

\b
  patternctl claims                        every figure of the catalog and what it is worth
  patternctl claims outbox saga --why      those of two patterns, with reasons
  patternctl claims --verdict false
  patternctl claims --contradictions       where the source document contradicts itself
  patternctl claims --format csv > claims.csv
"""
STYLES = {
    "holds": "green",
    "holds-when": "cyan",
    "overstated": "yellow",
    "false": "red",
    "unchecked": "dim",
}


class Format(StrEnum):
    """Output formats."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    CSV = "csv"


def claims(
    names: Annotated[
        list[str] | None, typer.Argument(help="Only those of these patterns or playbooks. [all]")
    ] = None,
    verdict: Annotated[list[str] | None, words_of(Verdict, "Only those with this verdict.")] = None,
    contradictions: Annotated[
        bool, typer.Option("--contradictions", help="Contradictions instead of claims.")
    ] = False,
    why: Annotated[bool, typer.Option("--why", help="Tell the reason for each verdict.")] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TEXT,
) -> int:
    """Tell which of the figures that are said of the patterns are true, and why.

    Lines are those of the source document that the catalog was made from.
    """
    from patternctl import catalog
    from patternctl.cli._setup import catalog_folders
    from patternctl.engine import ledger
    from patternctl.errors import Problem, UsageError

    if contradictions and (verdict or why):
        hint = "contradictions have a ruling instead of a verdict"
        raise UsageError(Problem("--contradictions stands alone", hint=hint))
    whole = catalog.load(catalog_folders())
    chosen = _chosen(names or (), whole)
    if contradictions:
        found = [held for held in ledger.disputes(whole) if _is(held.entry, chosen)]
        _contradictions(found, format)
        return 0
    claims = [
        claim
        for claim in ledger.claims(whole)
        if _is(claim.entry, chosen) and (not verdict or claim.verdict in verdict)
    ]
    _claims(claims, format, why=why)
    return 0


def _chosen(names: Iterable[str], whole: Catalog) -> set[str]:
    """Ids that names stand for: of patterns in any of their names, of playbooks, and `claims`."""
    from patternctl import catalog
    from patternctl.cli._setup import catalog_folders

    others = {*whole.playbooks, "claims", "mechanisms"}
    folders = catalog_folders()
    return {name if name in others else catalog.pattern(name, folders).id for name in names}


def _is(entry: str, chosen: Collection[str]) -> bool:
    return not chosen or entry in chosen


def _claims(found: Sequence[Claim], format: Format, *, why: bool) -> None:
    from patternctl.cli._console import block, note, painted, table, write
    from patternctl.engine.ledger import spans

    if format in (Format.JSON, Format.CSV):
        _records([_dump(claim) for claim in found], format)
    elif format is Format.MARKDOWN:
        heads = ["entry", "claim", "verdict", "lines", "says", *(["why"] if why else [])]
        rows = [
            [c.entry, c.path, c.verdict, spans(c.lines), c.says, *([c.why] if why else [])]
            for c in found
        ]
        table(heads, rows, markdown=True)
    else:
        for claim in found:
            verdict = painted(claim.verdict, STYLES[claim.verdict])
            place = f"  line {spans(claim.lines)}" if claim.lines else ""
            reasons = _reasons(claim) if why else []
            write("-", block(f"{claim.entry} {claim.path}  {verdict}{place}", claim.says, *reasons))
        counts = {word: sum(claim.verdict == word for claim in found) for word in STYLES}
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        note(f"{len(found)} claim{'s' * (len(found) != 1)}: {told}")


def _reasons(claim: Claim) -> list[str]:
    figure = claim.figure
    if figure is None:
        return [f"what holds: {claim.why}"]
    reasons = [f"condition: {figure.condition}", f"why: {claim.why}"]
    return [*reasons, f"instead: {figure.instead}"] if figure.instead else reasons


def _dump(claim: Claim) -> dict[str, object]:
    from patternctl.engine.ledger import spans

    figure = claim.figure
    return {
        "entry": claim.entry,
        "claim": claim.path,
        "says": claim.says,
        "value": figure.value if figure else None,
        "unit": figure.unit if figure else None,
        "condition": figure.condition if figure else None,
        "verdict": claim.verdict,
        "why": claim.why,
        "instead": figure.instead if figure else None,
        "lines": spans(claim.lines),
        "source": figure.source if figure else None,
        "computed": [_computation(run) for run in figure.computed] if figure else [],
        "contradictions": [*figure.disputes] if figure else [],
    }


def _computation(run: Computation) -> dict[str, object]:
    from patternctl.engine import formulas

    return {
        "formula": run.formula,
        "expression": formulas.expression(run.formula),
        "source": formulas.source(run.formula),
        "given": run.given,
        "gives": run.gives,
        "unit": run.unit,
    }


def _contradictions(found: Sequence[Held], format: Format) -> None:
    from patternctl.cli._console import block, note, table, write

    if format in (Format.JSON, Format.CSV):
        dump: list[dict[str, object]] = [
            {"entry": held.entry, **held.dispute.model_dump(mode="json")} for held in found
        ]
        _records(dump, format)
        return
    if format is Format.MARKDOWN:
        rows = [
            [
                str(held.dispute.number),
                held.entry,
                held.dispute.topic,
                held.dispute.kind,
                "; ".join(_sides(held)),
                held.dispute.ruling,
            ]
            for held in found
        ]
        table(["no.", "entry", "topic", "kind", "sides", "ruling"], rows, markdown=True)
        return
    for held in found:
        dispute = held.dispute
        head = f"{dispute.number}. {dispute.topic}  {held.entry}, {dispute.kind}"
        write("-", block(head, *(f"- {side}" for side in _sides(held)), f"= {dispute.ruling}"))
    note(f"{len(found)} contradiction{'s' * (len(found) != 1)}")


def _sides(held: Held) -> list[str]:
    from patternctl.engine.ledger import spans

    return [f"{side.says} (line {spans(side.lines)})" for side in held.dispute.sides]


def _records(records: Sequence[dict[str, object]], format: Format) -> None:
    from patternctl.cli._console import write, write_json

    if format is Format.JSON:
        write_json(records)
        return
    import csv
    import io
    import json

    out = io.StringIO()
    writer = csv.DictWriter(out, [*records[0]] if records else [], lineterminator="\n")
    writer.writeheader()
    for record in records:
        cells = {
            key: value if isinstance(value, str | int | float | None) else json.dumps(value)
            for key, value in record.items()
        }
        writer.writerow(cells)
    write("-", out.getvalue())
