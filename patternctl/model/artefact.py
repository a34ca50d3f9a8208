"""Files that are generated, before anybody writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from patternctl.model.settings import CostSettings
from patternctl.model.system import System

if TYPE_CHECKING:
    from patternctl.model.finding import Finding
    from patternctl.model.pattern import Pattern


class Artefact(NamedTuple):
    """One file."""

    path: str
    """Relative to the output folder, with `/`; no part of it comes from the manifest unescaped."""
    text: str
    """What it holds, without the header; empty where it is no text."""
    step: str = ""
    """What to do with it next, in one sentence, with paths relative to the output folder; empty
    where there is nothing."""
    data: bytes | None = None
    """What it holds where that is no text, such as a PNG; None for text."""
    basis: str = ""
    """What it is made from, where that says whether it is up to date, and not every byte: pictures
    differ between versions of what draws them, and a page may show its day. Empty for the bytes."""


class Options(NamedTuple):
    """What flags say; each kind reads those that concern it."""

    start: date | None = None
    """First day of a plan."""
    focus: str = ""
    """Element that a diagram is about."""
    depth: int = 1
    """Steps from it that are shown."""
    base: System | None = None
    """The earlier state, for a diagram of what differs."""
    today: date = date(1970, 1, 1)
    """Day of the run, or of SOURCE_DATE_EPOCH."""
    playbook: str = ""
    """Id of a playbook."""
    formats: tuple[str, ...] = ()
    """Formats of diagrams, of `DiagramFormat`; empty for the usual ones."""


class Order:
    """What is to be made: for a system, for patterns of the catalog, or for both.

    What takes work is worked out when a kind asks for it.
    """

    def __init__(
        self,
        system: System | None,
        patterns: tuple[str, ...],
        sources: Sources,
        options: Options = Options(),  # noqa: B008 -- an immutable value
    ) -> None:
        """`patterns` are ids that were asked for, apart from those that a manifest adopts."""
        self.system = system
        self.patterns = patterns
        self.options = options
        self._sources = sources

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What lint finds in the system, suppressed findings left out."""
        return self._sources.findings(self.system) if self.system else ()

    @cached_property
    def entries(self) -> Mapping[str, Pattern]:
        """Every pattern and baseline of the catalog by id."""
        return self._sources.entries()

    @property
    def costing(self) -> CostSettings:
        """What costs are reckoned with."""
        return self._sources.costing

    @property
    def templates(self) -> Path | None:
        """The user's folder of templates over the shipped ones."""
        return self._sources.templates


class Sources:
    """Where an order gets what it is not given; the command line provides it."""

    templates: Path | None = None
    costing: CostSettings = CostSettings()

    def findings(self, system: System) -> tuple[Finding, ...]:
        """What lint finds in a system."""
        raise NotImplementedError

    def entries(self) -> Mapping[str, Pattern]:
        """Every pattern and baseline of the catalog by id."""
        raise NotImplementedError
