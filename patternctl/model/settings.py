"""How a lint run is to be done: flags, environment and configuration file, merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from patternctl.errors import Location
from patternctl.model.finding import Severity

Level = Severity | Literal["off"]


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """A finding that was there when the baseline was written."""

    rule: str
    file: str
    element: str
    fingerprint: str


class DriverText(NamedTuple):
    """The value of a driver of costs, as somebody wrote it."""

    name: str
    text: str
    origin: Literal["flag", "file"]
    place: Location | None = None


class CostSettings(NamedTuple):
    """What costs are reckoned with."""

    book: str = "aws-us-east-1"
    """Id of the price book."""
    prices: Path | None = None
    """File with prices of one's own."""
    values: tuple[DriverText, ...] = ()
    catalogs: tuple[Path, ...] = ()
    """The users' own catalog folders."""


@dataclass(frozen=True, slots=True)
class LintSettings:
    """Options of one run; the defaults are those of `patternctl lint` without flags."""

    select: tuple[str, ...] = ()
    """Rule names, codes or code prefixes to run; all where empty."""
    ignore: tuple[str, ...] = ()
    severity: dict[str, Level] = field(default_factory=dict)
    """Level by rule name or code, in place of the rule's own."""
    thresholds: dict[str, dict[str, float]] = field(default_factory=dict)
    """Threshold values by rule and name, in place of the catalog's."""
    honour_ignores: bool = True
    require_reason: bool = False
    """Suppressions without a reason are not honoured."""
    report_unused: bool = True
    baseline: tuple[BaselineEntry, ...] = ()
    baseline_file: str = ""
    catalogs: tuple[Path, ...] = ()
    """The users' own catalog folders, which rules about adopted patterns and decisions read."""
    costing: CostSettings | None = None
    """What costs are reckoned with; the shipped price book where left out."""
    prefix: str = ""
    """Path from the repository's root to the folder that locations start from, so that
    fingerprints are the same from wherever a run starts."""
    today: date = field(default_factory=date.today)
    """Day against which `until` is read."""
