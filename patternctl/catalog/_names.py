"""Names of patterns from the heads of their files, without parsing them as YAML.

Files are read as text and searched for four keys at the left margin, which takes a millisecond
where parsing takes a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from patternctl import yamlio
from patternctl.errors import InputError

_HEAD = re.compile(r"^(?:id|code|name):(.*)$", re.M)
_SYNONYMS = re.compile(r"^synonyms:[ \t]*(\[[^\]]*\]|(?:\n[ \t]*- .*|\n[ \t]*#.*)+)", re.M)
_COMMENT = re.compile(r"(?:^|[ \t])#")
_IN_FULL = re.compile(r"^in_full:.*\n((?:[ \t#].*\n|\n)*)", re.M)
_PART = re.compile(r"^([a-z][a-z0-9-]*):.*\n((?:[ \t#].*\n|\n)*)", re.M)


def of_file(path: Path) -> list[str]:
    """Id, code, name and synonyms that a file of a pattern tells; none where it is unreadable."""
    return list(_names(_text(path)))


def in_full(path: Path) -> dict[str, list[str]]:
    """As `of_file`, by id for the mechanisms told in full in `mechanisms.yaml`."""
    block = _IN_FULL.search(_text(path) + "\n")
    parts = _PART.findall(dedent(block[1])) if block else []
    return {name: [name, *_names(dedent(body))] for name, body in parts}


def _text(path: Path) -> str:
    try:
        return yamlio.read_text(path).replace("\r\n", "\n")
    except InputError:
        return ""


def _names(text: str) -> Iterator[str]:
    for match in _HEAD.finditer(text):
        yield _unquoted(match[1])
    for match in _SYNONYMS.finditer(text):
        yield from filter(None, map(_unquoted, _items(match[1])))


def _items(listed: str) -> list[str]:
    if listed.startswith("["):
        return re.findall(r"""\s*("[^"]*"|'[^']*'|[^,\[\]]+)""", listed)
    return re.findall(r"^[ \t]*- (.*)$", listed, re.M)


def _unquoted(word: str) -> str:
    """The word itself, without quotes or a comment behind it."""
    word = word.strip()
    if word[:1] in ("'", '"'):
        return word[1:].partition(word[0])[0]
    return " ".join(_COMMENT.split(word, maxsplit=1)[0].split())
