"""A compose file's text as it may be shown: lines and columns stay, what may be secret is `*`.

Only values that hold no secret by what they are for (images, ports, volumes, …) are left as they
are; of all others no more is shown than the hosts they name. Comments and keys stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from patternctl.importers import _addresses
from patternctl.yamlio import Document

_OPEN = frozenset(
    {"name", "version", "include", "path", "extends", "service", "file", "image", "build"}
    | {"context", "dockerfile", "target", "container_name", "hostname", "platform", "profiles"}
    | {"depends_on", "condition", "required", "links", "networks", "network_mode", "aliases"}
    | {"ports", "published", "host_ip", "protocol", "mode", "expose", "external", "driver"}
    | {"volumes", "source", "type", "read_only", "tmpfs", "configs", "secrets", "env_file"}
    | {"replicas", "scale", "restart", "memory", "cpus", "disable", "interval", "timeout"}
    | {"retries", "start_period"}
)
"""Attributes whose values are shown."""
_FREE = frozenset(
    {"environment", "args", "labels", "annotations", "driver_opts", "options", "sysctls"}
)
"""Attributes whose keys are their author's, so that they say nothing of the values."""
_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+|$))*")
_NAMED = re.compile(r"[A-Za-z_][\w.-]*=")


def masked(document: Document, hosts: Mapping[tuple[int, int], Collection[str]]) -> str:
    """The file's text; `hosts` are names known to be hosts, by line and column of the value."""
    pieces: list[str] = []
    position = 0
    for node, key, is_open in _scalars(document.root):
        start, end = _body(document.text, node)
        value = document.text[start:end]
        if is_open and "//" not in value and "#" not in value:
            continue
        name = _NAMED.match(value) if key in _FREE else None
        start += name.end() if name else 0
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        hidden = _addresses.masked(document.text[start:end], hosts.get(place, ()))
        pieces += (document.text[position:start], hidden)
        position = end
    return "".join((*pieces, document.text[position:]))


def _scalars(root: Any) -> Iterator[tuple[Any, str, bool]]:
    """(node, key of its list or its own, whether it may be shown) in the order of the text."""
    seen: set[int] = set()
    waiting = [(root, "", False, False)]
    while waiting:
        node, key, is_open, is_free = waiting.pop()
        if id(node) in seen:
            continue  # an alias
        seen.add(id(node))
        if node.id == "scalar":
            yield node, key, is_open and not is_free
        elif node.id == "sequence":
            waiting += [(item, key, is_open, is_free) for item in reversed(node.value)]
        else:
            for name, value in reversed(node.value):
                free = is_free or key in _FREE
                waiting.append((value, name.value, name.value in _OPEN, free))


def _body(text: str, node: Any) -> tuple[int, int]:
    """(start, end) of a value without its anchor, tag, quotes and block header."""
    start, end = node.start_mark.index, node.end_mark.index
    properties = _PROPERTIES.match(text, start, end)
    start = properties.end() if properties else start
    if node.style in ("'", '"'):
        return start + 1, end - 1
    if node.style in ("|", ">"):
        return text.find("\n", start, end) + 1 or end, end
    return start, end
