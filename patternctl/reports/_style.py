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

# Controls, line separators, bidirectional overrides (they reorder what is read), lone surrogates
# (they cannot be written as UTF-8) and the two code points that XML refuses.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """`text` on one line, with every character a terminal would obey replaced by a picture."""
    return _UNSAFE.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def paint(text: str, style: Style, *, color: bool) -> str:
    """`text` in ANSI colours where `color` is set."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color and text else text


def link(text: str, url: str) -> str:
    """`text` as a link that terminals follow (OSC 8); plain where there is no address."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if url else text
