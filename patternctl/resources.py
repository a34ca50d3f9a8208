"""Where shipped data is: beside the package in a checkout, inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def directory(kind: str) -> Path:
    """Folder of `catalog`, `templates` or `playbooks`."""
    shipped = _PACKAGE / "_data" / kind
    return shipped if shipped.is_dir() else _PACKAGE.parent / kind
