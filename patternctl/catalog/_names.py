"""Names of patterns from the heads of their files, mostly without parsing them as YAML.

Files are read as text and searched for four keys at the left margin, which takes a millisecond
where parsing takes a second. A file that is written in another way than that is parsed.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from textwrap import dedent
from typing import Any

from patternctl import yamlio
from patternctl.catalog import _reading
from patternctl.errors import InputError

_KEY = re.compile(r"^(?:id|code|name|synonyms)\b", re.M)
_LINE = re.compile(r"^(id|code|name|synonyms):[ \t]+(.*)\n(?![ \t\n])", re.M)
"""One of the keys with all of its value: the next line begins something else."""
_WORD = re.compile(r"""'[^'\n]*'|"[^"\\\n]*"|\w[\w ()./&+'",-]*""")
"""A value that stands for itself, in quotes or without."""
_ODD = re.compile(r"^[^\s#a-z\]})-]", re.M)
"""A line at the margin that may hold a key in some other form: in quotes, in braces, tagged."""
_IN_FULL = re.compile(r"^in_full:.*\n((?:[ \t#].*\n|\n)*)", re.M)
_PART = re.compile(r"^([a-z][a-z0-9-]*):.*\n((?:[ \t#].*\n|\n)*)", re.M)


def folded(name: str) -> str:
    """What two names have in common that are the same to a reader: case, spaces, accents."""
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())


def of_file(path: Path) -> list[str]:
    """Id, code, name and synonyms that a file of a pattern tells; none where it is unreadable."""
    quick = _quick(_text(path))
    return _told(_reading.contents(path)) if quick is None else quick


def in_full(path: Path) -> dict[str, list[str]]:
    """As `of_file`, by id for the mechanisms told in full in `mechanisms.yaml`."""
    text = _block_in_full(path)
    quick = {name: _quick(part) for name, part in _parts(text)}
    told = {name: words for name, words in quick.items() if words is not None}
    if told and told.keys() == quick.keys() and not _ODD.search(text):
        return {name: [name, *words] for name, words in told.items()}
    parts = _reading.contents(path).get("in_full")
    parsed = parts if isinstance(parts, dict) else dict.fromkeys(quick)
    return {name: [name, *_told(part)] for name, part in parsed.items()}


def parts_in_full(path: Path) -> dict[str, str]:
    """The text of each mechanism told in full in `mechanisms.yaml`, by id."""
    return dict(_parts(_block_in_full(path)))


def _block_in_full(path: Path) -> str:
    block = _IN_FULL.search(_text(path) + "\n")
    return dedent(block[1]) if block else ""


def _parts(block: str) -> list[tuple[str, str]]:
    return [(name, dedent(body)) for name, body in _PART.findall(block)]


def _text(path: Path) -> str:
    try:
        return yamlio.read_text(path).replace("\r\n", "\n")
    except InputError:
        return ""


def _quick(text: str) -> list[str] | None:
    """The names where they are plain to see; None where only a parser can tell."""
    text = text.rstrip() + "\n"
    lines = dict(_LINE.findall(text))
    if not lines.keys() >= {"id", "code", "name"} or _ODD.search(text):
        return None
    if len(_KEY.findall(text)) != len(lines):
        return None
    words = [lines[key].strip() for key in ("id", "code", "name")]
    words += _items(lines.get("synonyms", "[]"))
    if not all(map(_WORD.fullmatch, words)):
        return None
    return [word[1:-1] if word[0] in "'\"" else " ".join(word.split()) for word in words]


def _items(listed: str) -> list[str]:
    """Items of a list in brackets, split at commas: halves of what is quoted are no words."""
    listed = listed.strip()
    if not (listed.startswith("[") and listed.endswith("]")):
        return [""]
    return [item.strip() for item in listed[1:-1].split(",")] if listed[1:-1].strip() else []


def _told(data: Any) -> list[str]:
    """As `_quick`, of what was parsed."""
    if not isinstance(data, dict):
        return []
    synonyms = data.get("synonyms")
    words = [data.get(key) for key in ("id", "code", "name")]
    words += synonyms if isinstance(synonyms, list) else []
    return [word for word in words if isinstance(word, str)]
