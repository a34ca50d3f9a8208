"""Names of elements, as findings have them, taken apart again."""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(r'"([^"]*)"|([^."]+)')
_NUMBER = re.compile(r"#\d+$")


class Element(NamedTuple):
    """The first parts of a name; empty where it has no more."""

    block: str = ""
    name: str = ""
    kind: str = ""
    """What of it, such as `calls`."""
    other: str = ""
    """What the item of a list is named by: the callee, the store, the event."""


def element(name: str) -> Element:
    """`services`, `orders`, `calls` and `a.b` of `services.orders.calls."a.b"#2.timeout`."""
    found = (quoted or _NUMBER.sub("", plain) for quoted, plain in _PART.findall(name))
    return Element(*[part for part in found if part][: len(Element._fields)])
