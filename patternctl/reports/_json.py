"""JSON that may be printed to a terminal."""

from __future__ import annotations

import json
import re

from patternctl.reports._style import UNSEEN

# `json` escapes the controls below U+0020.
_UNSAFE = re.compile(f"[{UNSEEN}]")
_SPREAD = 5
"""Levels that are spread over lines: enough to read a finding. What is deeper stands on one line,
written by `json`'s encoder in C, which knows no indentation."""
_inline = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def dump(value: object) -> str:
    """`value` as indented JSON: Unicode as it is, what is not safe to print escaped."""
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], _spread(value, "\n")) + "\n"


def _spread(value: object, margin: str) -> str:
    inner = f"{margin}  "
    if len(margin) > 2 * _SPREAD or not value:
        return _inline(value)
    if isinstance(value, dict):
        entries = (f"{_inline(key)}: {_spread(item, inner)}" for key, item in value.items())
        return f"{{{inner}{f',{inner}'.join(entries)}{margin}}}"
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join(_spread(item, inner) for item in value)}{margin}]"
    return _inline(value)
