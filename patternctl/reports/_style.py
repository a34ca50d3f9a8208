"""Text that is safe to show in a terminal, and its colours."""

from __future__ import annotations

import re
from typing import Literal

Style = Literal["error", "warning", "info", "bold", "frame", "good"]

_CODES: dict[Style, str] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "bold": "1",
    "frame": "34",
    "good": "32",
}

UNSEEN = (
    r"\x7f-\x9f\u2028\u2029"  # controls and line separators
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    r"\ud800-\udfff\ufffe\uffff"  # cannot be written as UTF-8, or not as XML
)
"""Characters above ASCII's controls that are not seen: as a class of a regular expression.

The second and third line are Unicode's Default_Ignorable_Code_Point: what draws nothing, or changes
the order in which text is read. U+FE00 to U+FE0F are left out: they say how to draw the character
before them.
"""
_UNSAFE = re.compile(rf"[\x00-\x1f{UNSEEN}]")


def visible(text: str) -> str:
    """`text` on one line, controls as pictures and what else is not seen as escapes."""
    return _UNSAFE.sub(_seen, text)


def _seen(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def paint(text: str, style: Style, *, color: bool) -> str:
    """`text` in ANSI colours where `color` is set."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color and text else text


def link(text: str, url: str) -> str:
    """`text` as a link that terminals follow (OSC 8); plain where there is no address."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if url else text
