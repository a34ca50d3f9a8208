"""What a configuration file may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

FailOn = Literal["error", "warning", "info", "never"]
Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class CostConfig(BaseModel):
    """The table `cost`: what `patternctl cost` and budgets are reckoned with."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        defer_build=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    book: str = "aws-us-east-1"
    """Price book: provider and region."""
    prices: str | None = None
    """File with prices and discounts of your own, relative to the configuration file."""
    set: dict[str, str | int | float] = {}
    """Values of drivers, as `--set` takes them: `engineer-month = 12000`."""
    stale_after: str = "1y"
    """Age from which a price is reported as stale."""


class Config(BaseModel):
    """`patternctl.toml`, `.patternctl.toml`, or the table `tool.patternctl` of `pyproject.toml`."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        defer_build=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )

    select: Names = ()
    """Rules to run: names, codes or code prefixes (`PC3`). All where left out."""
    ignore: Names = ()
    """Rules not to run."""
    fail_on: FailOn = "warning"
    """Least severity that makes `lint` exit with 1."""
    format: str = "text"
    """Output format of `lint`."""
    severity: dict[str, Literal["error", "warning", "info", "off"]] = {}
    """Severity by rule, in place of the catalog's."""
    thresholds: dict[str, dict[str, Number]] = {}
    """Threshold values by rule and name, in place of the catalog's."""
    require_reason: bool = False
    """Suppressions without a reason are not honoured."""
    report_unused: bool = True
    """Suppressions that hide nothing are reported."""
    baseline: str | None = None
    """Baseline file, relative to the configuration file."""
    catalog: Names = ()
    """Folders with your own patterns and anti-patterns, relative to the configuration file. A later
    one goes before an earlier one, and all before what is shipped."""
    cost: CostConfig = CostConfig()
    """What costs are reckoned with."""
    docs_url: str = ""
    """Address of your own copy of the rule pages; a rule's page is `<docs-url>/<rule>`."""
