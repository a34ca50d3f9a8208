"""Variables of compose files: `$NAME` in values, and the `.env` files that give them values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_VALUE = 64 * 1024
"""Longest value after interpolation, in characters: no address or setting comes near it."""
MAX_NESTING = 16
"""Deepest nesting of defaults such as `${A:-${B:-c}}`."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-?+]")
_SPECIAL = re.compile(r"[$}]")
_ENTRY = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[\w.-]+)
        (?:[ \t]*[=:][ \t]*
           (?: '(?P<single>[^']*)' | "(?P<double>(?:\\.|[^"\\])*)" | (?P<plain>[^\n]*) )
        )?""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"(^|\s)#.*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A value with its variables replaced."""

    text: str
    undefined: tuple[str, ...] = ()
    """Variables without value and default, which count as empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an environment file; `value` is None where only the name is there."""

    name: str
    value: str | None
    line: int
    undefined: tuple[str, ...] = ()
    """Variables it refers to that have no value."""


def interpolate(text: str, variables: Mapping[str, str]) -> Interpolated:
    """Replace `$V`, `${V}`, `${V:-d}`, `${V-d}`, `${V:?e}`, `${V?e}`, `${V:+r}`, `${V+r}`, `$$`.

    `${V?e}` without a value is empty here, as nothing is started. Raises `ValueError` saying what
    is wrong where a brace is not closed, a name is missing or the result grows too long.
    """
    if "$" not in text:
        return Interpolated(text)
    reader = _Reader(text, variables)
    result, _ = reader.read(0, depth=0)
    return Interpolated(result, tuple(dict.fromkeys(reader.undefined)))


class _Reader:
    def __init__(self, text: str, variables: Mapping[str, str]) -> None:
        self.text = text
        self.variables = variables
        self.undefined: list[str] = []

    def read(self, start: int, depth: int) -> tuple[str, int]:
        """Text from `start` to its end (of the whole, or the brace that closes a default)."""
        parts: list[str] = []
        position, size = start, 0
        while special := _SPECIAL.search(self.text, position):
            parts.append(self.text[position : special.start()])
            position = special.start()
            if special[0] == "}" and depth:
                return "".join(parts), position
            dollar = special[0] == "$"
            piece, position = self._dollar(position, depth) if dollar else ("}", position + 1)
            size += len(piece)
            if size > MAX_VALUE:
                raise ValueError(f"its variables expand to more than {MAX_VALUE:,} characters")
            parts.append(piece)
        if depth:
            raise ValueError("`${` is not closed by `}`")
        return "".join(parts) + self.text[position:], len(self.text)

    def _dollar(self, position: int, depth: int) -> tuple[str, int]:
        following = self.text[position + 1 : position + 2]
        if following == "$":
            return "$", position + 2
        if following == "{":
            return self._braced(position + 2, depth)
        name = _NAME.match(self.text, position + 1)
        if name is None:
            return "$", position + 1
        return self._value(name[0]), name.end()

    def _braced(self, position: int, depth: int) -> tuple[str, int]:
        name = _NAME.match(self.text, position)
        if name is None:
            raise ValueError("`${` is not followed by the name of a variable")
        if self.text[name.end() : name.end() + 1] == "}":
            return self._value(name[0]), name.end() + 1
        operator = _OPERATOR.match(self.text, name.end())
        if operator is None:
            raise ValueError(f"`${{{name[0]}` is not closed by `}}`")
        if depth >= MAX_NESTING:
            raise ValueError(f"defaults are nested more than {MAX_NESTING} levels deep")
        before = len(self.undefined)
        word, end = self.read(operator.end(), depth + 1)
        value = self.variables.get(name[0])
        given = value is not None and (value != "" or ":" not in operator[0])
        if given if operator[0].endswith("+") else operator[0].endswith("-") and not given:
            return word, end + 1
        del self.undefined[before:]  # the word is not used, so neither are its variables
        return ("" if operator[0].endswith("+") else self._value(name[0])), end + 1

    def _value(self, name: str) -> str:
        if name not in self.variables:
            self.undefined.append(name)
        return self.variables.get(name, "")


def entries(text: str, variables: Mapping[str, str]) -> Iterator[Entry]:
    """Entries of an environment file, in order; later values may use earlier ones.

    Lines that are no entry are passed over.
    """
    known = dict(variables)
    line, counted = 1, 0
    for match in _ENTRY.finditer(text):
        line += text.count("\n", counted, match.start("name"))
        counted = match.start("name")
        found = _entry_value(match, known)
        if found is None:
            yield Entry(match["name"], None, line)
            continue
        yield Entry(match["name"], found.text, line, found.undefined)
        known[match["name"]] = found.text


def _entry_value(match: re.Match[str], known: Mapping[str, str]) -> Interpolated | None:
    if match["single"] is not None:
        return Interpolated(match["single"])
    if match["double"] is not None:
        raw = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), match["double"])
    elif match["plain"] is not None:
        raw = _COMMENT.sub("", match["plain"]).strip()
    else:
        return None
    try:
        return interpolate(raw, known)
    except ValueError:
        return Interpolated(raw)
