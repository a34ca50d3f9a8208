"""JSON that may be printed to a terminal."""

from __future__ import annotations

import json
import re

# `json` escapes the controls below U+0020; a terminal also obeys these, or cannot be sent them.
_UNSAFE = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def dump(value: object) -> str:
    """`value` as indented JSON: Unicode as it is, what is not safe to print escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
