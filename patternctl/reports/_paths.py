"""File names as other tools want them."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def posix(file: str) -> str:
    """With forward slashes and without a leading `./`."""
    path = file.replace("\\", "/")
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path or "."


def is_absolute(file: str) -> bool:
    """Whether a name is absolute on any system."""
    return file.startswith(("/", "\\")) or _DRIVE.match(file) is not None


def uri(file: str) -> str:
    """Percent-encoded reference: relative as it is, absolute with the scheme `file`."""
    from urllib.parse import quote

    path = posix(file)
    if not is_absolute(file):
        return quote(path, safe="/", errors="replace")
    if _DRIVE.match(path):
        return f"file:///{path[:2]}{quote(path[2:], safe='/', errors='replace')}"
    return f"file://{quote(path, safe='/', errors='replace')}"
