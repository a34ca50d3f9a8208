"""`patternctl claims`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from patternctl.cli._choices import words_of
from patternctl.model.vocabulary import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from patternctl.engine.ledger import Claim, Held

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
        list[str] | None, typer.Argument(help="Only those of these patterns. [all]")
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

    folders = catalog_folders()
    whole = catalog.load(folders)
    chosen = {catalog.pattern(name, folders).id for name in names or ()}
    if contradictions:
        _contradictions([d for d in ledger.disputes(whole) if _is(d.entry, chosen)], format)
        return 0
    found = [
        claim
        for claim in ledger.claims(whole)
        if _is(claim.entry, chosen) and (not verdict or claim.verdict in verdict)
    ]
    _claims(found, format, why=why)
    return 0


def _is(entry: str, chosen: Collection[str]) -> bool:
    return not chosen or entry in chosen


def _claims(found: Sequence[Claim], format: Format, *, why: bool) -> None:
    from patternctl.cli._console import note

    heads = ["entry", "claim", "verdict", "lines", "says", *(["why"] if why else [])]
    if format in (Format.JSON, Format.CSV):
        dump = [_dump(claim) for claim in found]
        _records(dump, format)
        return
    rows = []
    for claim in found:
        row = [claim.entry, claim.path, claim.verdict, _lines(claim.lines), claim.says]
        rows.append([*row, claim.why] if why else row)
    _table(heads, rows, format)
    if format is Format.TEXT:
        counts = {word: sum(claim.verdict == word for claim in found) for word in STYLES}
        told = ", ".join(f"{count} {word}" for word, count in counts.items())
        note(f"{len(found)} claims: {told}")


def _dump(claim: Claim) -> dict[str, object]:
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
        "lines": _lines(claim.lines),
        "source": figure.source if figure else None,
        "formulas": [run.formula for run in figure.computed] if figure else [],
        "contradictions": [*figure.disputes] if figure else [],
    }


def _contradictions(found: Sequence[Held], format: Format) -> None:
    if format in (Format.JSON, Format.CSV):
        dump: list[dict[str, object]] = [
            {"entry": held.entry, **held.dispute.model_dump(mode="json")} for held in found
        ]
        _records(dump, format)
        return
    rows = [
        [
            str(held.dispute.number),
            held.entry,
            held.dispute.kind,
            "; ".join(f"{s.says} ({_lines(s.lines)})" for s in held.dispute.sides),
            held.dispute.ruling,
        ]
        for held in found
    ]
    _table(["no.", "entry", "kind", "sides", "ruling"], rows, format)


def _records(records: Sequence[dict[str, object]], format: Format) -> None:
    from patternctl.cli._console import write

    if format is Format.JSON:
        import json

        write("-", json.dumps(records, indent=2, ensure_ascii=False) + "\n")
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


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], format: Format) -> None:
    from patternctl.cli._console import table

    table(heads, rows, markdown=format is Format.MARKDOWN, wrap_all=True, styles=STYLES)


def _lines(lines: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in lines)
