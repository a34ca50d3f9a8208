"""Text of a manifest inside other formats: it means itself, and nothing more."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Characters that are shown of a text from a manifest."""
_MARKUP = re.compile(r"[\\`*_\[\]<>&|#@~${}!]")
_ADDRESS = re.compile(r"(?<=:)//|(?<=\bwww)\.", re.IGNORECASE)
_STARTS = re.compile(r"^([-+=]|\d+(?=[.)]))")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_GANTT = re.compile(r"[#;:%{}|\"<>&`\\]+")
_WIKI = re.compile(r"[\\{}\[\]!|*_~^+?-]")


def plain(text: str) -> str:
    """On one line, without control characters and marks that turn the direction of writing."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    line = " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs")).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def markdown(text: str) -> str:
    """As text of a Markdown page or table: no markup, links, mentions, lists or HTML."""
    text = _MARKUP.sub(_entity, plain(text))
    text = _ADDRESS.sub(lambda match: "".join(f"&#{ord(c)};" for c in match[0]), text)
    return _STARTS.sub(lambda match: f"&#{ord(match[0][0])};{match[0][1:]}", text)


def code(name: str) -> str:
    """A name as code in Markdown; as text where code could not hold it."""
    return f"`{name}`" if _NAME.fullmatch(name) else markdown(name)


def gantt(text: str) -> str:
    """As a word of a Mermaid Gantt chart, in which much is an end or a comment."""
    return " ".join(_GANTT.sub(" ", plain(text)).split()) or "unnamed"


def wiki(text: str) -> str:
    """As text of a field that Jira reads as its wiki markup."""
    return _WIKI.sub(lambda match: f"\\{match[0]}", plain(text))


def _entity(match: re.Match[str]) -> str:
    """An entity; a mention survives that, and is broken by a space of no width."""
    return f"{match[0]}&#8203;" if match[0] in "@#" else f"&#{ord(match[0])};"
