"""Decisions of a manifest as the texts of records, and the names of their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise
from pathlib import Path, PurePosixPath

from patternctl import adr, catalog, faults
from patternctl.engine.adr import slug
from patternctl.engine.answers import adopted
from patternctl.engine.decide import decide, questions
from patternctl.errors import Problem, UsageError
from patternctl.generators import supersession
from patternctl.generators._decided import flat
from patternctl.generators.adr import Head, Knowledge, chosen, decided
from patternctl.model.adr import FileName
from patternctl.model.architecture import Decided
from patternctl.model.artefact import Order
from patternctl.model.choosing import Answer, Decision
from patternctl.model.decision import Asked, Tree
from patternctl.model.system import System

_PLAIN = re.compile(r"[\w.-][\w. -]*")
"""What may stand in a file's name as it is."""


def records(order: Order, system: System) -> dict[str, str]:
    """The text of each record by the name of its file; those of one tree supersede one another.

    Raises `UsageError` with all that keeps a decision from being told.
    """
    decisions = system.architecture.decisions
    teller = _Teller(order, system)
    told = [teller.told(index) for index in range(len(decisions))]
    names = _names(decisions, [title for title, _ in told])
    teller.problems += _doubles(system, names)
    if teller.problems:
        raise UsageError(*teller.problems)
    texts = dict(zip(names, (text for _, text in told), strict=True))
    _supersede(decisions, texts)
    return {str(name): text for name, text in texts.items()}


class _Teller:
    """Makes records, and gathers what is wrong with decisions."""

    def __init__(self, order: Order, system: System) -> None:
        self.problems: list[Problem] = []
        self._order = order
        self._system = system
        self._about = catalog.problems()

    def told(self, index: int) -> tuple[str, str]:
        """Title and text of a decision's record; empty where it is among the problems."""
        own = self._system.architecture.decisions[index]
        try:
            tree = catalog.tree(own.tree, self._order.costing.catalogs)
        except UsageError as error:
            self._fault(error.problems[0].message, index, "tree", hint=error.problems[0].hint)
            return "", ""
        if own.date is None:
            hint = "add `date: YYYY-MM-DD`, the day it was taken"
            self._fault("the decision states no date", index, hint=hint)
        known = questions(tree, self._about)
        misread = self._misread(index, "answers", own.answers, tree.asked)
        if self._misread(index, "problems", own.problems, self._about.problems) or misread:
            return "", ""
        decision = self._decision(index, own, tree)
        if decision is None or own.date is None:
            return "", ""
        title = flat(f"{tree.title}: {self._order.entries[own.outcome].name}")
        knowledge = Knowledge(tree.title, known, self._order.entries)
        head = Head(title, "accepted", str(own.date))
        return title, decided(head, decision, knowledge, self._order.templates)

    def _misread(
        self, index: int, block: str, given: Mapping[str, str], asked: Mapping[str, Asked]
    ) -> bool:
        """Whether there are answers to what is not asked, or that are no choice; they are told."""
        before = len(self.problems)
        for name, choice in given.items():
            if name not in asked:
                message, near = f"nothing asks {faults.shown(name)}", faults.suggest(name, asked)
            elif choice not in (choices := asked[name].choices):
                message = f"{faults.shown(choice)} is no answer to {name}"
                near = faults.suggest(choice, choices)
            else:
                continue
            hint = near or "copy the block that `patternctl decide` prints"
            self._fault(message, index, block, name, hint=hint)
        return len(self.problems) > before

    def _decision(self, index: int, own: Decided, tree: Tree) -> Decision | None:
        """What follows from the answers; None, and a problem, where it is not what was decided."""
        file = Path(self._system.name).name
        given = {**own.answers, **own.problems}
        answers = {name: Answer(choice, "manifest", file) for name, choice in given.items()}
        there = adopted(self._system.architecture)
        ways = [
            decide(tree, self._about, self._order.entries, answers, adopted=there, choose=choose)
            for choose in ("tree", "ranking")
        ]
        for decision in ways:
            if chosen(decision) == own.outcome:
                return decision
        leads = " or ".join(ways[0].outcomes)
        first = ways[1].chosen
        message = f"the answers lead to {leads}, and rank {first} first: not {own.outcome}"
        hint = "state the answers it was decided with, or tell it by hand: `patternctl adr new`"
        self._fault(message, index, "outcome", hint=hint)
        return None

    def _fault(self, message: str, *path: str | int, hint: str) -> None:
        where = self._system.sources.locate(("decisions", *path))
        self.problems.append(Problem(message, where, hint))


def _names(decisions: Sequence[Decided], titles: Sequence[str]) -> list[FileName]:
    """The file of each record: as the manifest names it, else by the next number and the title."""
    stated = [_stated(own.adr, title) for own, title in zip(decisions, titles, strict=True)]
    taken = {name.number for name in stated if name}
    free = (number for number in count(1) if number not in taken)
    return [
        name or FileName(next(free), slug(title))
        for name, title in zip(stated, titles, strict=True)
    ]


def _stated(record: str | int | None, title: str) -> FileName | None:
    """The name that `adr:` gives; None where it gives none that records have."""
    if not isinstance(record, str) or record.isdecimal():
        return FileName(int(record), slug(title)) if record else None
    name = adr.file_name(PurePosixPath(record).name)
    return name._replace(slug=slug(name.slug)) if name and not _PLAIN.fullmatch(name.slug) else name


def _doubles(system: System, names: Sequence[FileName]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            where = system.sources.locate(("decisions", index, "adr"))
            hint = "one record tells one decision: name another, or leave it out"
            yield Problem(f"{name} is the record of another decision", where, hint)


def _supersede(decisions: Sequence[Decided], texts: dict[FileName, str]) -> None:
    """Let records of one tree say which took whose place."""
    by_tree: dict[str, list[FileName]] = {}
    for own, name in zip(decisions, texts, strict=True):
        by_tree.setdefault(own.tree, []).append(name)
    for names in by_tree.values():
        for old, new in pairwise(names):
            before, after = (adr.parse(texts[name], str(name)) for name in (old, new))
            texts[old] = supersession.superseded(texts[old], before, after)
            texts[new] = supersession.superseding(texts[new], after, before)
