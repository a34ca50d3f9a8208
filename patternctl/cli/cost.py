"""`patternctl cost`: show, compare, sweep, diff, tco."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from patternctl.cli import _costoptions as _cost

EXAMPLES = """Examples:

\b
  patternctl cost                                 the system in architecture.yaml
  patternctl cost shop.yaml --items               with every component
  patternctl cost --set requests=200/s --set engineer_month=12000
  patternctl cost compare cqrs-system microservices --set requests=500/s
  patternctl cost sweep cqrs-system serverless --over requests=1/s..100000/s
  patternctl cost diff main --max-increase 10%
  patternctl cost tco --from traditional-monolith --to cqrs-system --months 36
"""
SHOW_EXAMPLES = """Examples:

\b
  patternctl cost
  patternctl cost shop.yaml --items
  patternctl cost shop.yaml --set requests=200/s --set cpu_time=2ms..20ms
  patternctl cost shop.yaml --explain infrastructure
  patternctl cost shop.yaml --explain services.orders/processors
  patternctl cost docker-compose.yml --format markdown
  patternctl cost --simulate                      P10, P50, P90 and what they come from
  patternctl cost --drivers

\b
List prices on demand, low to high. What nobody states is assumed and listed, what cannot be
assumed is named and left out of the sums. Exit status: 0 a bill, 2 wrong input.
"""
COMPARE_EXAMPLES = """Examples:

\b
  patternctl cost compare                         every architecture, for architecture.yaml's load
  patternctl cost compare cqrs-system microservices --set requests=500/s
  patternctl cost compare shop.yaml cqrs-system --format markdown
  patternctl cost compare serverless microservices --over requests=1/s..10000/s
"""
SWEEP_EXAMPLES = """Examples:

\b
  patternctl cost sweep --over requests=1/s..100000/s
  patternctl cost sweep cqrs-system serverless --over workload.requests=1/s..10000/s
  patternctl cost sweep microservices --over services=1..100 --linear
  patternctl cost sweep --over requests=1/s..10000/s --format svg -o cost.svg
"""
DIFF_EXAMPLES = """Examples:

\b
  patternctl cost diff main                       architecture.yaml against the one in main
  patternctl cost diff HEAD~1 HEAD --manifest shop.yaml
  patternctl cost diff before.yaml after.yaml
  patternctl cost diff main --max-increase 10% --format markdown > comment.md

\b
Exit status: 0 within the limit, 1 over --max-increase or nobody can tell, 2 wrong input.
"""
TCO_EXAMPLES = """Examples:

\b
  patternctl cost tco --to cqrs-system            from the system in architecture.yaml
  patternctl cost tco --from traditional-monolith --to cqrs-system --months 36
  patternctl cost tco --to microservices --migration-effort 12..24 --migration-months 9
"""


class _Group(TyperGroup):
    """Takes `cost MANIFEST` for `cost show MANIFEST`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asks_help = bool(args) and args[0] in ("-h", "--help")
        if not asks_help and (not args or args[0] not in self.commands):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Group,
    rich_markup_mode=None,
    help="Tell what a design costs a month, before anything is built.",
    epilog=EXAMPLES,
)


class Format(StrEnum):
    """Output formats of a bill."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    FOCUS = "focus"


class TableFormat(StrEnum):
    """Output formats of a comparison."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class CurveFormat(StrEnum):
    """Output formats of a sweep."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    SVG = "svg"


class PageFormat(StrEnum):
    """Output formats of what people read."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Unknown(StrEnum):
    """What becomes of a limit where a change's cost is not known."""

    FAIL = "fail"
    IGNORE = "ignore"


ManifestOption = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Where the workload is read. [architecture.yaml, if there]"),
]


@app.command(epilog=SHOW_EXAMPLES)
def show(
    manifest: Annotated[
        str | None, typer.Argument(help="Manifest or compose file. [architecture.yaml]")
    ] = None,
    items: Annotated[
        bool, typer.Option("--items", help="Every component of every element.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ITEM", help="Where an item, element or total comes from."),
    ] = None,
    drivers: Annotated[
        bool, typer.Option("--drivers", help="List what --set takes, with what is assumed.")
    ] = False,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Add P10, P50 and P90 of many draws.")
    ] = False,
    draws: Annotated[int, typer.Option(help="Draws of --simulate.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of --simulate.")] = 0,
    set: _cost.SetOption = None,
    book: _cost.BookOption = None,
    prices: _cost.PricesOption = None,
    currency: _cost.CurrencyOption = None,
    no_input: _cost.NoInputOption = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.TEXT,
    output: _cost.OutputOption = "-",
) -> int:
    """Tell what a system costs a month: itemised, low to high, with its floor and its people."""
    from patternctl.cli import _costruns

    shown = _costruns.Shown(
        items, explain, drivers, draws if simulate else None, seed, format.value, output
    )
    may_ask = not no_input and format is Format.TEXT
    return _costruns.show(_request(manifest, set, book, prices, currency, may_ask), shown)


@app.command(epilog=COMPARE_EXAMPLES)
def compare(
    designs: Annotated[
        list[str] | None,
        typer.Argument(help="Architectures by id, manifests by file. [all architectures]"),
    ] = None,
    over: Annotated[
        str | None,
        typer.Option(
            metavar="NAME=LOW..HIGH",
            help="Where changes of the order are looked for. [requests=1/s..100000/s]",
        ),
    ] = None,
    manifest: ManifestOption = None,
    set: _cost.SetOption = None,
    book: _cost.BookOption = None,
    prices: _cost.PricesOption = None,
    currency: _cost.CurrencyOption = None,
    no_input: _cost.NoInputOption = False,
    format: Annotated[
        TableFormat, typer.Option("--format", "-f", help="Output format.")
    ] = TableFormat.TEXT,
    output: _cost.OutputOption = "-",
) -> int:
    """Compare designs for one workload, and tell at which volumes their order changes."""
    from patternctl.cli import _costruns

    may_ask = not no_input and format is TableFormat.TEXT
    request = _request(manifest, set, book, prices, currency, may_ask)
    return _costruns.compare(request, designs or (), over, format.value, output)


@app.command(epilog=SWEEP_EXAMPLES)
def sweep(
    designs: Annotated[
        list[str] | None,
        typer.Argument(help="Architectures by id, manifests by file. [architecture.yaml]"),
    ] = None,
    over: Annotated[
        str, typer.Option(metavar="NAME=LOW..HIGH", help="The driver, from where to where.")
    ] = "requests=1/s..100000/s",
    points: Annotated[int, typer.Option(help="Values to reckon at.")] = 61,
    linear: Annotated[
        bool, typer.Option("--linear", help="Equal steps, not equal ratios.")
    ] = False,
    manifest: ManifestOption = None,
    set: _cost.SetOption = None,
    book: _cost.BookOption = None,
    prices: _cost.PricesOption = None,
    currency: _cost.CurrencyOption = None,
    format: Annotated[
        CurveFormat, typer.Option("--format", "-f", help="Output format.")
    ] = CurveFormat.TEXT,
    output: _cost.OutputOption = "-",
) -> int:
    """Draw what designs cost while one driver grows."""
    from patternctl.cli import _costruns

    request = _request(manifest, set, book, prices, currency)
    curve = _costruns.Curve(over, points, linear, format.value, output)
    return _costruns.swept(request, designs or (), curve)


@app.command(epilog=DIFF_EXAMPLES)
def diff(
    base: Annotated[str, typer.Argument(help="Manifest, or git revision of it.")],
    head: Annotated[
        str | None, typer.Argument(help="The same. [the manifest as it is now]")
    ] = None,
    max_increase: Annotated[
        str | None,
        typer.Option(metavar="LIMIT", help="Fail above it: 10%, or an amount a month."),
    ] = None,
    unknown: Annotated[
        Unknown, typer.Option(help="Whether --max-increase fails where a cost is not known.")
    ] = Unknown.FAIL,
    manifest: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="The manifest that revisions are of."),
    ] = None,
    set: _cost.SetOption = None,
    book: _cost.BookOption = None,
    prices: _cost.PricesOption = None,
    currency: _cost.CurrencyOption = None,
    format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="Output format.")
    ] = PageFormat.TEXT,
    output: _cost.OutputOption = "-",
) -> int:
    """Tell what a change costs, line by line, and fail where it is too much."""
    from patternctl.cli import _costruns

    request = _request(manifest, set, book, prices, currency)
    gate = _costruns.Gate(max_increase, unknown is Unknown.IGNORE)
    return _costruns.diff(request, base, head, gate, format.value, output)


@app.command(epilog=TCO_EXAMPLES)
def tco(
    to: Annotated[
        str, typer.Option(metavar="ID|FILE", help="Architecture or manifest to change to.")
    ],
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="ID|FILE", help="What is there. [architecture.yaml]"),
    ] = None,
    months: Annotated[int, typer.Option(help="Months to look ahead.")] = 36,
    playbook: Annotated[
        str | None, typer.Option(metavar="ID", help="Playbook of the way. [the one to the target]")
    ] = None,
    migration_months: Annotated[
        str | None,
        typer.Option(metavar="N|LOW..HIGH", help="Months in which both run. [the playbook's]"),
    ] = None,
    migration_effort: Annotated[
        str | None,
        typer.Option(metavar="N|LOW..HIGH", help="Engineer-months of work. [two engineers]"),
    ] = None,
    development: Annotated[
        bool, typer.Option("--development", help="Count who develops it too, not only who runs it.")
    ] = False,
    manifest: ManifestOption = None,
    set: _cost.SetOption = None,
    book: _cost.BookOption = None,
    prices: _cost.PricesOption = None,
    currency: _cost.CurrencyOption = None,
    format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="Output format.")
    ] = PageFormat.TEXT,
    output: _cost.OutputOption = "-",
) -> int:
    """Weigh staying against changing over, month by month, until it has paid off."""
    from patternctl.cli import _costruns

    request = _request(manifest, set, book, prices, currency)
    change = _costruns.Change(
        from_, to, playbook, months, migration_months, migration_effort, development
    )
    return _costruns.changeover(request, change, format.value, output)


def _request(
    manifest: str | None,
    flags: list[str] | None,
    book: str | None,
    prices: str | None,
    currency: str | None,
    may_ask: bool = False,
) -> Any:
    from patternctl.cli._costing import Request

    return Request(manifest, tuple(flags or ()), book, prices, currency, may_ask)
