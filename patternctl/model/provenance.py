"""Where each fact of a discovered architecture was seen, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from patternctl.errors import Location
from patternctl.model.system import ElementPath

Confidence = Literal["high", "medium", "low"]
"""`high`: the file says it. `medium`: names, ports or conventions say it. `low`: a guess."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing in the user's files that a fact follows from."""

    location: Location
    seen: str
    """What is meant there, in one line and without secrets: `ORDERS_URL=http://orders:8080`."""
    confidence: Confidence = "high"


@dataclass(frozen=True, slots=True)
class ProvenanceSources:
    """`Sources` of an architecture that was put together from other files."""

    facts: dict[ElementPath, tuple[Evidence, ...]]
    """By path of an element or of one of its attributes; the first is the best. Of an element that
    runs, the first is where its name stands and the last what it runs."""
    texts: dict[str, str] = field(default_factory=dict)
    """The files by name, with `*` for every character that may be part of a secret."""
    origin: Location = field(default_factory=lambda: Location(""))
    """Place of what has no evidence of its own: the first file."""

    def evidence(self, path: ElementPath) -> tuple[Evidence, ...]:
        """What the fact at `path` follows from, or its nearest ancestor that has evidence."""
        for length in range(len(path), 0, -1):
            found = self.facts.get(path[:length])
            if found:
                return found
        return ()

    def locate(self, path: ElementPath) -> Location:
        """Place of the best evidence of `path` or of its nearest ancestor that has any."""
        found = self.evidence(path)
        return found[0].location if found else self.origin
