"""Options that the commands of `patternctl cost` share."""

from __future__ import annotations

from typing import Annotated

import typer

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A driver's value: requests=200/s, or bounds: cpu_time=2ms..20ms. Repeatable.",
    ),
]
BookOption = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Price book. [aws-us-east-1, or as configured]"),
]
PricesOption = Annotated[
    str | None, typer.Option(metavar="FILE", help="Prices and discounts of your own.")
]
CurrencyOption = Annotated[
    str | None,
    typer.Option(metavar="CODE=RATE", help="Show another currency: EUR=0.92 for 1 USD."),
]
NoInputOption = Annotated[
    bool, typer.Option("--no-input", help="Ask nothing; what is missing stays unknown.")
]
OutputOption = Annotated[str, typer.Option("--output", "-o", help="File; `-` is stdout.")]
