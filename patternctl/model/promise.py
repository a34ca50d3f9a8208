"""What a requirement asks of the patterns adopted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Promise(NamedTuple):
    """What a requirement asks the guarantees of patterns for, as `promises.yaml` says."""

    fact: str
    property: str
    """One of `vocabulary.Property`."""
    judged: Literal["always", "shaped", "denied"]
    words: Sequence[str] = ()
    at_least: str = ""
    """Name of a threshold; empty where words ask."""
    denials: bool = True
    also: Sequence[str] = ()
    flows: str = ""
    """Key of a flow's objective; empty where no other rule judges it."""
