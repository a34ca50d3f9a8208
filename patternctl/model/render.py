"""How the result of a run is to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from patternctl.model.antipattern import AntiPattern


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Options of every output format; each reads those that concern it."""

    entries: Mapping[str, AntiPattern] = field(default_factory=dict)
    """What the catalog says of the rules, by rule id."""
    version: str = ""
    """Version of patternctl, for formats that name the tool."""
    color: bool = False
    """Use ANSI colours."""
    hyperlinks: bool = False
    """Make rule codes links that terminals follow (OSC 8); needs `docs_url`."""
    width: int = 100
    """Terminal cells that a line of source may take."""
    show_suppressed: bool = False
    """List findings that were set aside; `json` and `junit` always do."""
    show_unchecked: bool = False
    """List every fact that a rule lacked; machine formats that can say so always do."""
    statistics: bool = False
    """Count findings by rule."""
    quiet: bool = False
    """Findings only: no summary, notices or notes."""
    docs_url: str = ""
    """Address of the rule pages, without a final slash; a rule's page is `<docs_url>/<rule>`."""
    source_url: str = ""
    """Address that a file's path is appended to for links to source, without a final slash:
    `https://github.com/<owner>/<repository>/blob/<commit>`."""

    def page(self, rule: str) -> str:
        """Address of a rule's page; empty where there is none."""
        return f"{self.docs_url}/{rule}" if self.docs_url else ""
