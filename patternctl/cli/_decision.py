"""A decision as `patternctl decide --format json` prints it, read back to be told."""

from __future__ import annotations

import json
import os
import unicodedata
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from patternctl.cli._console import STDOUT, display_name
from patternctl.errors import CatalogError, InputError, Location, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patternctl.generators.adr import Knowledge
    from patternctl.model.choosing import Decision
    from patternctl.model.decision import Tree

_HINT = "`patternctl decide --format json` writes such a file"
_FILES = ("tree_file", "manifest")
_LARGEST = 1e9
"""More than any weight or sum of points; infinity is more too."""
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def told(name: str) -> tuple[Decision, Knowledge]:
    """The decision in a file, and the words to tell it with; `-` reads stdin.

    Raises `InputError` where it names what the catalog does not know, does not hold together, or
    chooses nothing.
    """
    from patternctl import faults
    from patternctl.cli import _soundness
    from patternctl.generators.adr import chosen, named

    shown = "stdin" if name == STDOUT else display_name(Path(name))
    where = Location(shown)
    decision = _read(name, shown)
    knowledge, followed = _knowledge(decision)
    strangers = sorted(named(decision) - knowledge.entries.keys())
    unsound = _soundness.faults(decision, knowledge.questions if followed else None)
    messages = [
        *(f"{faults.shown(each)} is no pattern of the catalog" for each in strangers),
        *unsound,
    ]
    if messages:
        hint = "run `patternctl decide` with this catalog"
        raise InputError(*(Problem(message, where, hint) for message in messages))
    if chosen(decision):
        return decision, knowledge
    names = ", ".join(decision.outcomes)
    message = f"is not decided: the answers allow {names}" if names else "has no outcome"
    raise InputError(Problem(message, where, _settling(decision.settled_by, knowledge)))


def _settling(question: str | None, knowledge: Knowledge) -> str:
    """What to do so that something is chosen."""
    asked = knowledge.questions.get(question or "")
    if asked is None:
        first = f'answer "{question}"' if question else "answer more of its questions"
    else:
        choices = "|".join(asked.choices)
        first = f"answer this first: {asked.ask} (`patternctl decide --set {question}={choices}`)"
    return f"{first}; or let the ranking choose: `patternctl decide --choose ranking`"


def _knowledge(decision: Decision) -> tuple[Knowledge, bool]:
    """The words that a decision is told with, and whether its tree is known.

    Raises `CatalogError`.
    """
    from patternctl import catalog
    from patternctl.cli._setup import catalog_folders
    from patternctl.generators.adr import Knowledge

    folders = catalog_folders()
    tree = _tree(decision, folders)
    questions = {**catalog.problems().problems, **(tree.asked if tree else {})}
    title = tree.title if tree else "Which architecture"
    return Knowledge(title, questions, catalog.entries(folders)), tree is not None


def _tree(decision: Decision, folders: Sequence[Path]) -> Tree | None:
    """The tree that was followed; None where it is gone, so that ids stand in for its words."""
    from patternctl import catalog

    source = Path(decision.tree_file) if decision.tree_file else decision.tree
    if decision.tree_file and not os.path.isfile(source):  # noqa: PTH113 - never raises
        return None
    try:
        tree = catalog.tree(source, folders)
    except (UsageError, CatalogError, InputError):
        return None
    return tree if tree.id == decision.tree else None


def _read(name: str, shown: str) -> Decision:
    """The decision in a file, or in stdin for `-`. Raises `InputError` with all faults found."""
    from patternctl import yamlio
    from patternctl.cli._inputs import standard_input
    from patternctl.model.choosing import Decision

    text = standard_input(shown) if name == STDOUT else yamlio.read_text(Path(name), name=shown)
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        where = Location(shown, error.lineno, error.colno)
        raise InputError(Problem(f"is not JSON: {error.msg}", where, _HINT)) from None
    except (ValueError, RecursionError):
        raise InputError(Problem("is not JSON that can be read", Location(shown), _HINT)) from None
    if not isinstance(value, dict) or value.keys().isdisjoint(Decision._fields):
        raise InputError(Problem("is no decision", Location(shown), _HINT))
    reader = _Reader()
    decision: Decision = reader.value(value, Decision, "")
    if reader.faults:
        where = Location(shown)
        raise InputError(*(Problem(fault, where, _HINT) for fault in reader.faults))
    return decision


def _refuse(word: str) -> None:
    raise ValueError(word)


class _Reader:
    """Turns plain values into named tuples and gathers every fault on the way."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def value(self, value: object, kind: Any, at: str) -> Any:
        """`value` as `kind`, a type of `model.choosing`."""
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            inner = next(part for part in get_args(kind) if part is not NoneType)
            return None if value is None else self.value(value, inner, at)
        if origin is Literal:
            return self._word(value, get_args(kind), at)
        if origin is tuple:
            return tuple(self._items(value, get_args(kind), at))
        if hasattr(kind, "_fields"):
            return self._record(value, kind, at)
        right = isinstance(value, int | float if kind is float else kind)
        if not right or (isinstance(value, bool) and kind is not bool):
            self._fault(at, f"is not {_WORDS[kind]}")
        elif isinstance(value, str):
            return self._text(value, at)
        elif isinstance(value, int | float) and abs(value) > _LARGEST:
            self._fault(at, "is too large")
        return value

    def _text(self, value: str, at: str) -> str:
        """Texts in one line; names of files as they are, since no others would be found."""
        from patternctl.generators._decided import flat

        if _unprintable(value):
            self._fault(at, "holds control characters")
        if at not in _FILES:
            return flat(value)
        if len(value.splitlines()) > 1:
            self._fault(at, "is not one line")
        return value

    def _word(self, value: object, words: tuple[str, ...], at: str) -> object:
        if value not in words:
            self._fault(at, f"is none of {', '.join(words)}")
        return value

    def _items(self, value: object, kinds: tuple[Any, ...], at: str) -> Iterator[Any]:
        many = kinds[-1] is Ellipsis
        if isinstance(value, dict) and many and get_origin(kinds[0]) is tuple:
            value = [[key, item] for key, item in value.items()]
        if not isinstance(value, list):
            self._fault(at, "is not a list")
            return
        if not many and len(value) != len(kinds):
            self._fault(at, f"has {len(value)} items, not {len(kinds)}")
            return
        for index, item in enumerate(value):
            yield self.value(item, kinds[0] if many else kinds[index], f"{at}[{index}]")

    def _record(self, value: object, kind: Any, at: str) -> Any:
        if not isinstance(value, dict):
            self._fault(at, "is not an object")
            return None
        found = {}
        for name, inner in _hints(kind).items():
            path = f"{at}.{name}" if at else name
            if name in value:
                found[name] = self.value(value[name], inner, path)
            elif name not in kind._field_defaults:
                self._fault(path, "is missing")
        return kind(**found) if not self.faults else None

    def _fault(self, at: str, message: str) -> None:
        self.faults.append(f"`{at}` {message}" if at else f"the decision {message}")


def _unprintable(text: str) -> bool:
    """Whether a record would be no text with this in it; blanks of all kinds are."""
    return not text.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cs")
        for character in text
        if character not in "\n\t"
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
