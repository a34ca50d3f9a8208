"""Names of a manifest as parts of file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

_LONGEST = 80
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names that Windows keeps for devices."""


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A file name for each name: lower case, no separators, no two alike on any disk."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        slug = _slug(name)
        if slug in taken:
            slug = f"{slug[: _LONGEST - 9]}-{sha256(name.encode()).hexdigest()[:8]}"
        taken.add(slug)
        found[name] = slug
    return found


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST].strip("-")
    if slug and slug not in _RESERVED:
        return slug
    return f"n-{sha256(name.encode()).hexdigest()[:8]}"
