"""Reading YAML: the only module that imports `yaml`.

Files are read with libyaml's parser into its node tree. `Document.plain()` turns the tree into
dicts, lists and scalars of YAML 1.2's core schema (`yes` and `on` are words, not booleans);
`Document.cells()` does the same and keeps the place of every value; `Document.locate()` finds the
place of a path on demand, so that a large file costs nothing per element until something is
reported there.

Refused, all with file and line: duplicate keys, keys that are not scalars, tags that would build
objects, a second document, aliases that explode, nesting or files beyond the limits below.
"""

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from patternctl.errors import InputError, Location, Problem

MAX_BYTES = 32 * 1024 * 1024
"""Largest file read: ten times a manifest of 10,000 services."""
MAX_DEPTH = 60
"""Deepest nesting accepted; a manifest needs about ten."""
MAX_NODES = 2_000_000
"""Largest number of values once aliases are expanded: four times those of 10,000 services. A value
costs 300 bytes while it is read, so that no file needs more than 600 MB."""

Scalar = str | int | float | bool | None
Key = str | int
ElementPath = tuple[Key, ...]

_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN, _QUOTED, _MERGE = "plain", "quoted", "<<"
_UNTAGGED = frozenset((_PLAIN, _QUOTED))
_CORE = "tag:yaml.org,2002:"
_STRING_TAG = f"{_CORE}str"
_TAGS: dict[type[Node], frozenset[str]] = {
    ScalarNode: frozenset(f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null")),
    MappingNode: frozenset((f"{_CORE}map",)),
    SequenceNode: frozenset((f"{_CORE}seq",)),
}
_TEMPLATE_HINT = (
    "looks like a template: render it first, e.g. `helm template . | patternctl lint -`"
)
_INTEGER = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z|[-+]?\.(inf|Inf|INF)\Z")
_BARE = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./(][A-Za-z0-9_./@+()-]*)*")
_OLD_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
"""Booleans of YAML 1.1: quoted, for readers that still are."""
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class _LimitError(Exception):
    """The text is larger than a limit allows; holds the message, the node and the remedy."""

    def __init__(self, message: str, node: Node | None, hint: str) -> None:
        super().__init__(message)
        self.message, self.node, self.hint = message, node, hint


class _Loader(_BaseLoader):  # type: ignore[misc]
    """libyaml's composer without PyYAML's tag resolution, which is YAML 1.1 and slow."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0
        self.count = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH:
            raise _too_deep(parent)
        if self.count > MAX_NODES:
            raise _too_many(parent)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, _kind: type[Node], _value: object, implicit: Any) -> str:
        return _PLAIN if implicit and (implicit is True or implicit[0]) else _QUOTED


class Cell(NamedTuple):
    """A value with its place: `value` is a dict or list of cells, or a scalar."""

    value: Any
    location: Location
    tag: str = ""
    """The value's own tag (`!reset`), empty for ordinary values."""


class Document:
    """One parsed YAML document: its file `name`, its `text` and its node tree."""

    def __init__(self, name: str, text: str, root: Node) -> None:
        self.name = name
        self.text = text
        self.root = root
        self._entries: dict[int, dict[str, tuple[Node, Node]]] = {}

    def plain(self) -> Any:
        """Dicts, lists and scalars. Raises `InputError` with every fault found on the way."""
        value, repeats = self.with_repeats()
        if repeats:
            raise InputError(*repeats)
        return value

    def with_repeats(self) -> tuple[Any, tuple[Problem, ...]]:
        """As `plain`, but keys that appear twice are told beside what the first of each says.

        Raises `InputError` where there are other faults, with all of them.
        """
        builder = _Builder(self.name)
        value = builder.build(self.root)
        return value, tuple(builder.repeats)

    def cells(self, tags: frozenset[str] = frozenset(), limit: int = MAX_NODES) -> Cell:
        """As `plain`, every value wrapped in a `Cell`; the `tags` named are let through.

        Raises `InputError` where there are more than `limit` values, aliases expanded.
        """
        left = limit

        def wrap(value: object, node: Node) -> Cell:
            nonlocal left
            left -= 1
            if left < 0:
                message = f"holds more than {limit:,} values, aliases expanded"
                where = _location(self.name, node)
                raise InputError(Problem(message, where, "split the file, or remove aliases"))
            return self._cell(value, node)

        builder = _Builder(self.name, wrap=wrap, tags=tags)
        cell: Cell = builder.build(self.root)
        if builder.repeats:
            raise InputError(*builder.repeats)
        return cell

    def _cell(self, value: object, node: Node) -> Cell:
        tag = node.tag if node.tag.startswith("!") else ""
        return Cell(value, _location(self.name, node), tag)

    def locate(self, path: Sequence[Key]) -> Location:
        """The place of `path`, or of its nearest ancestor that is in the document.

        A mapping entry's place is its key; a list item's is where the item begins.
        """
        return _location(self.name, self._find(path)[0])

    def locate_value(self, path: Sequence[Key]) -> Location:
        """As `locate`, but an entry's place is its value where that is a word written there.

        The place stays the key for mappings and lists, for what is left empty, and for aliases,
        whose value is written elsewhere.
        """
        entry, value = self._find(path)
        start, end = value.start_mark.index, value.end_mark.index
        if value.__class__ is ScalarNode and entry.end_mark.index <= start < end:
            entry = value
        return _location(self.name, entry)

    def _find(self, path: Sequence[Key]) -> tuple[Node, Node]:
        """(node that stands for the entry, its value) of `path` or of its nearest ancestor."""
        found = self.root, self.root
        for key in path:
            entry = self._child(found[1], key)
            if entry is None:
                break
            found = entry
        return found

    def _child(self, node: Node, key: Key) -> tuple[Node, Node] | None:
        """(node that stands for the entry, its value) of `key` below `node`."""
        if node.__class__ is MappingNode:
            entries = self._entries.get(id(node))
            if entries is None:
                entries = self._entries[id(node)] = _entries(node)
            return entries.get(str(key))
        if node.__class__ is not ScalarNode and isinstance(key, int) and key < len(node.value):
            return node.value[key], node.value[key]
        return None


def read(path: Path, *, name: str | None = None) -> Document:
    """Read and parse one file. Raises `InputError`."""
    name = name or str(path)
    return parse(read_text(path, name=name), name)


def read_text(path: Path, *, name: str | None = None) -> str:
    """The file's text, after checking that it is a text file of a sane size."""
    where = Location(name or str(path))
    try:
        if path.is_dir():
            raise InputError(Problem("is a directory, not a file", where, "name a file in it"))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "the link points nowhere" if path.is_symlink() else "check the path"
        raise InputError(Problem("no such file", where, hint)) from None
    except OSError as error:
        hint = "check the path and its permissions"
        raise InputError(Problem(f"cannot be read: {error.strerror}", where, hint)) from None
    return decode(data, where)


def decode(data: bytes, where: Location) -> str:
    """Bytes to text: UTF-8 (or UTF-16 with a byte order mark), no NUL bytes, not too large."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise InputError(
            Problem(f"larger than {limit} MiB, which no manifest should be", where, "split it")
        )
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            Problem("is not UTF-8 text", Location(where.file, line), "save the file as UTF-8")
        ) from None
    if "\x00" in text:
        raise InputError(Problem("is a binary file, not YAML", where, "save it as UTF-8 text"))
    return text


def parse(text: str, name: str) -> Document:
    """Parse the one document in `text`. Raises `InputError` naming `name`, line and remedy."""
    try:
        root = _compose(text)
    except yaml.composer.ComposerError as error:
        raise InputError(_composer_problem(error, name)) from None
    except yaml.MarkedYAMLError as error:
        raise InputError(_syntax_problem(error, text, name)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(_character_problem(Location(name, line))) from None
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise InputError(_character_problem(Location(name, line))) from None
    except _LimitError as error:
        raise InputError(_limit_problem(error, name)) from None
    if root is None:
        raise InputError(Problem("is empty", Location(name), "`patternctl init` writes a start"))
    return Document(name, text, root)


def _compose(text: str) -> Node | None:
    loader = _Loader(text)
    try:
        root: Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    if root is not None and "*" in text:
        _check_expansion(root)
    return root


@contextmanager
def paused_gc() -> Iterator[None]:
    """Hold the cyclic garbage collector while a large tree is built (measured: 3x faster)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Builder:
    """Turns a node tree into values and gathers every fault on the way."""

    def __init__(
        self,
        name: str,
        wrap: Callable[[object, Node], object] | None = None,
        tags: frozenset[str] = frozenset(),
    ) -> None:
        self.name = name
        self.wrap = wrap
        self.tags = tags
        self.problems: dict[Problem, None] = {}  # a set in order: an alias repeats no complaint
        self.repeats: dict[Problem, None] = {}

    def build(self, root: Node) -> Any:
        """The value; keys that appear twice are in `repeats`, other faults raise `InputError`."""
        value = self._value(root)
        if self.problems:
            raise InputError(*self.problems, *self.repeats)
        return value

    def _value(self, node: Node) -> Any:
        value: Any
        if node.__class__ is ScalarNode:
            value = scalar(node.value) if node.tag == _PLAIN else self._tagged(node)
        else:
            self._check_tag(node)
            if node.__class__ is MappingNode:
                value = self._mapping(node)
            else:
                value = [self._value(item) for item in node.value]
        if self.wrap is not None:
            return self.wrap(value, node)
        return value

    def _mapping(self, node: Node) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            key = key_node.value
            if key_node.tag not in _UNTAGGED:
                self._check_tag(key_node)
            if key_node.__class__ is not ScalarNode:
                self._report(key_node, "a key must be a plain word", _key_hint(node, key_node))
            elif key == _MERGE and key_node.tag == _PLAIN:
                merged.append(value_node)
            elif key in result:
                message = f'"{key}" appears twice in the same mapping'
                where = _location(self.name, key_node)
                self.repeats[Problem(message, where, "remove one")] = None
            else:
                result[sys.intern(key)] = self._value(value_node)
        for source in merged:
            self._merge(result, source)
        return result

    def _merge(self, result: dict[str, Any], source: Node) -> None:
        nodes = [source] if source.__class__ is MappingNode else source.value
        if source.__class__ is ScalarNode or any(n.__class__ is not MappingNode for n in nodes):
            hint = "refer to a mapping, as in `<<: *defaults`"
            self._report(source, "`<<` takes a mapping or a list of mappings", hint)
            return
        for mapping in nodes:
            for key, value in self._mapping(mapping).items():
                result.setdefault(key, value)

    def _tagged(self, node: Node) -> Scalar:
        text: str = node.value
        if node.tag == _QUOTED:
            return text
        self._check_tag(node)
        return scalar(text) if node.tag in _TAGS[ScalarNode] - {_STRING_TAG} else text

    def _check_tag(self, node: Node) -> None:
        tag = node.tag
        if tag not in _UNTAGGED and tag not in _TAGS[node.__class__] and tag not in self.tags:
            short = tag.replace(_CORE, "!!", 1)
            self._report(node, f"the tag {short} is not allowed here", "write it without the tag")

    def _report(self, node: Node, message: str, hint: str) -> None:
        self.problems[Problem(message, _location(self.name, node), hint)] = None


@lru_cache(maxsize=4096)
def scalar(text: str) -> Scalar:
    """The value of a plain scalar in YAML 1.2's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.match(text):
            base = {"0o": 8, "0x": 16}.get(text[:2], 10)
            return int(text, base) if len(text) < 40 else text
        if _FLOAT.match(text):
            return float(text.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf"))
    return text


def quoted(text: str) -> str:
    """The text as a YAML scalar in one line that reads back as this text, quoted where it must."""
    if _BARE.fullmatch(text) and scalar(text) == text and text.lower() not in _OLD_WORDS:
        return text
    escaped = json.dumps(text, ensure_ascii=False)
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped[1:-1]) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def _check_expansion(root: Node) -> None:
    """Refuse trees that are too large or too deep once every alias stands for a copy.

    Counted without copying, each node once.
    """
    measured: dict[int, tuple[int, int]] = {}

    def measure(node: Node) -> tuple[int, int]:
        """(values, levels) below and including `node`."""
        if node.__class__ is ScalarNode:
            return 1, 1
        known = measured.get(id(node))
        if known is not None:
            if known[0] == 0:
                raise _LimitError("an alias stands inside its own anchor", node, "remove the alias")
            return known
        measured[id(node)] = (0, 0)
        values = node.value
        if node.__class__ is MappingNode:
            values = [node for entry in values for node in entry]
        size, depth = 1, 0
        for value in values:
            inner = measure(value)
            size += inner[0]
            depth = max(depth, inner[1])
        if depth >= MAX_DEPTH:
            raise _too_deep(node)
        if size > MAX_NODES:
            raise _too_many(node)
        measured[id(node)] = size, depth + 1
        return measured[id(node)]

    measure(root)


def _entries(node: Node) -> dict[str, tuple[Node, Node]]:
    """Entries of a mapping by key, merged ones behind its own."""
    entries: dict[str, tuple[Node, Node]] = {}
    merged: list[Node] = []
    for key_node, value in node.value:
        if key_node.value == _MERGE and key_node.tag == _PLAIN:
            merged += [value] if value.__class__ is MappingNode else value.value
        else:
            entries.setdefault(key_node.value, (key_node, value))
    for mapping in merged:
        for key, entry in _entries(mapping).items():
            entries.setdefault(key, entry)
    return entries


def _location(name: str, node: Node) -> Location:
    start, end = node.start_mark, node.end_mark
    end_column = end.column + 1 if end.line == start.line else 0
    return Location(name, start.line + 1, start.column + 1, end_column)


def _composer_problem(error: yaml.composer.ComposerError, name: str) -> Problem:
    mark = error.problem_mark
    where = Location(name, mark.line + 1, mark.column + 1) if mark else Location(name)
    text = str(error.problem or error.context)
    if "another document" in text:
        return Problem("a second document starts here", where, "keep one document per file")
    if "duplicate anchor" in str(error.context):
        text = str(error.context).split(";", maxsplit=1)[0]
    return Problem(text, where, "check the anchors and aliases")


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(str(error.problem), Location(name))
    where = Location(name, mark.line + 1, mark.column + 1)
    lines = text.split("\n", mark.line + 1)
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "{{" in line or "{%" in line or "{{" in text[:4096]:
        hint = _TEMPLATE_HINT
    elif "\t" in line[: mark.column + 1]:
        hint = "indent with spaces, not tabs"
    else:
        hint = "check the indentation and quoting around here"
    detail = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(f"not valid YAML: {detail}", where, hint)


def _too_deep(node: Node | None) -> _LimitError:
    return _LimitError(f"nested more than {MAX_DEPTH} levels deep", node, "flatten it")


def _too_many(node: Node | None) -> _LimitError:
    message = f"holds more than {MAX_NODES:,} values, aliases expanded"
    return _LimitError(message, node, "split the file, or remove aliases")


def _limit_problem(error: _LimitError, name: str) -> Problem:
    mark = error.node.start_mark if error.node is not None else None
    where = Location(name, mark.line + 1, mark.column + 1) if mark else Location(name)
    return Problem(error.message, where, error.hint)


def _character_problem(where: Location) -> Problem:
    return Problem("holds a character YAML does not allow", where, "remove it, or save as UTF-8")


def _key_hint(mapping: Node, key: Node) -> str:
    """What to do about a key that is no word: in `{{ .Values.name }}` one brace holds another."""
    if key.__class__ is MappingNode:
        nested = [first for first, _ in key.value[:1] if first.__class__ is MappingNode]
        for outer, inner in [(mapping, key), *((key, node) for node in nested)]:
            if inner.start_mark.index == outer.start_mark.index + 1:
                return _TEMPLATE_HINT
    return "quote it"
