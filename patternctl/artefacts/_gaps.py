"""What a manifest does not claim to list in full, so that silence about it means nothing."""

from __future__ import annotations

from patternctl.model.architecture import Architecture, FactKind
from patternctl.rulekit.wording import either

_WORDS: dict[FactKind, str] = {
    "services": "services",
    "stores": "stores",
    "calls": "calls",
    "uses": "store accesses",
    "events": "events",
    "patterns": "adopted patterns",
    "owners": "teams",
}


def unlisted(architecture: Architecture, *kinds: FactKind) -> list[str]:
    """Those of the kinds, in words, about which silence does not mean that there is none."""
    return [_WORDS[kind] for kind in kinds if not architecture.tells(kind)]


def remark(architecture: Architecture, *kinds: FactKind, some: bool) -> str:
    """`Not checked: the manifest does not list all calls or events.`; empty where it does.

    With `some` it stands below those that are known.
    """
    words = unlisted(architecture, *kinds)
    if not words:
        return ""
    start = "There may be more; not checked" if some else "Not checked"
    return f"{start}: the manifest does not list all {either(words)}."
