"""A decision as a page, as a summary for a terminal, and as plain values for JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, NamedTuple, Protocol

from patternctl.engine.ranking import Entry
from patternctl.generators._decided import (
    Named,
    Words,
    flat,
    listed,
    lost,
    number,
    origin,
    points,
    signed,
)
from patternctl.model.choosing import Answer, BuildStep, Decision, Flip, Ranked, Step, Term
from patternctl.model.decision import Asked, Problems, Tree
from patternctl.yamlio import quoted

_PAIRS, _FEW = 8, 3
"""Pairs of answers that a page and a summary tell; JSON holds them all."""
_HEAVIEST = 2
"""Criteria for and against each candidate that the table names."""
_LINE, _GLUE = 98, "\u00a0"
"""Longest line of the block for a manifest, where its words allow; a blank that ends no line."""
_HEADING = re.compile(r"^##? (.+)\n", re.M)
_AS_OBJECTS = frozenset({"answers", "why_not", "changes"})
"""Fields whose pairs are an object in JSON: the first of each is unique, and the key."""


class Known(Named, Entry, Protocol):
    """What deciding and telling need of a pattern."""


class Knowledge(NamedTuple):
    """What a decision is told with."""

    tree: Tree
    problems: Problems
    questions: Mapping[str, Asked]
    """Questions, criteria and problems by id, in the order of `Decision.answers`."""
    entries: Mapping[str, Known]
    """Patterns and baselines by id; an id stands for what is missing."""


class Summary(NamedTuple):
    """What a terminal shows."""

    sections: tuple[tuple[str, str], ...]
    """Headings with what is below them, in Markdown."""
    record: str
    """The block for the manifest; empty where nothing is chosen yet."""
    end: str
    """The outcome once more, in Markdown."""


def markdown(decision: Decision, knowledge: Knowledge) -> str:
    """The page of a decision, with all there is to say."""
    page = _Page(decision, knowledge)
    return _rendered(page, terms=True, record=record(decision, knowledge))


def summary(decision: Decision, knowledge: Knowledge, *, terms: bool) -> Summary:
    """The page to read in a terminal; every term of the ranking where they are asked for."""
    page = _Page(decision, knowledge, brief=True)
    parts = _HEADING.split(_rendered(page, terms=terms, record=""))[1:]
    sections = zip(parts[::2], map(str.strip, parts[1::2]), strict=True)
    return Summary(tuple(sections), record(decision, knowledge), page.headline)


def record(decision: Decision, knowledge: Knowledge) -> str:
    """The block that records what is chosen in a manifest; empty where nothing is."""
    if decision.chosen is None:
        return ""
    known = {name: answer.choice for name, answer in decision.answers if answer.choice}
    solved = {name: choice for name, choice in known.items() if name in knowledge.problems.problems}
    asked = {name: choice for name, choice in known.items() if name not in solved}
    lines = ["decisions:", f"  - tree: {quoted(decision.tree)}"]
    lines.append(f"    outcome: {quoted(decision.chosen)}")
    lines += _mapping("answers", asked)
    lines += _mapping("problems", solved) if solved else []
    lines.append("    # adr: path of the record that `patternctl adr new` writes")
    return "\n".join(lines) + "\n"


def _mapping(key: str, pairs: Mapping[str, str]) -> list[str]:
    """A key of the block with its pairs, in as few lines as they fit in."""
    glued = [f"{quoted(name)}:{_GLUE}{quoted(choice)}" for name, choice in pairs.items()]
    lines = wrap(
        f"{key}:{_GLUE}{{{', '.join(glued)}}}", _LINE, initial_indent=" " * 4,
        subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace(_GLUE, " ") for line in lines]


def _rendered(page: _Page, *, terms: bool, record: str) -> str:
    from patternctl import templating  # JSON and drawings do without

    values = {"page": page, "terms": terms, "record": record}
    text = templating.render("decision/result.md.j2", values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def document(decision: Decision) -> dict[str, Any]:
    """Plain values, with the keys of `Decision`: named tuples and pairs by key are objects."""
    plain: dict[str, Any] = _plain(decision, "")
    return plain


def _plain(value: Any, field: str) -> Any:
    if hasattr(value, "_fields"):
        return {name: _plain(getattr(value, name), name) for name in value._fields}
    if isinstance(value, tuple) and field in _AS_OBJECTS:
        return {name: _plain(item, "") for name, item in value}
    if isinstance(value, tuple):
        return [_plain(item, "") for item in value]
    return value


# The page


class _Page:
    """The sections of a page; texts are Markdown in one line."""

    def __init__(self, decision: Decision, knowledge: Knowledge, *, brief: bool = False) -> None:
        """`brief` is for a terminal: what is said elsewhere on the page is not repeated."""
        self.brief = brief
        self.decision = decision
        self.tree = knowledge.tree
        self.questions = knowledge.questions
        self.problems = knowledge.problems.problems
        self.words = Words(knowledge.questions, knowledge.entries)
        self.title = flat(knowledge.tree.title)

    @property
    def opening(self) -> str:
        """The first paragraph: what is chosen, what the other judge says, what comes second."""
        parts = (self.headline, self.settling, self.agreement, self.runner_up)
        return " ".join(filter(None, parts))

    @property
    def headline(self) -> str:
        """What is chosen and by which of the two judges, or what is still possible."""
        chosen, names = self.decision.chosen, self._leaves()
        if chosen is None:
            return f"Still open: {names}."
        name = f"**{self.words.name(chosen)}**"
        if self._by_ranking:
            return f"{name}, chosen by the ranking{self._with(chosen)}."
        return f"{name}, where the tree leads."

    @property
    def _by_ranking(self) -> bool:
        """Whether it is the ranking alone that the choice rests on."""
        chosen = self.decision.chosen
        return chosen is not None and self.decision.outcomes != (chosen,)

    def _leaves(self) -> str:
        return listed([f"**{self.words.name(leaf)}**" for leaf in self.decision.outcomes])

    @property
    def settling(self) -> str:
        """The question whose answer narrows several outcomes most."""
        name = self.decision.settled_by
        return f"What narrows it most: `{name}`, {self.words.ask(name)}" if name else ""

    @property
    def agreement(self) -> str:
        """Whether tree and ranking say the same."""
        if not self._ranked:
            return ""
        first, outcomes = self.decision.ranking[0], self.decision.outcomes
        if outcomes == (first.id,):
            return f"The ranking puts it first too,{self._with(first.id)}."
        if not self._by_ranking:
            return self._disagreement(first)
        if len(outcomes) > 1:
            return f"**The tree leaves it open**: {self._leaves()}."
        leads = f"it leads to {self._leaves()}"
        return f"**The tree says otherwise**: {leads}{self._with(outcomes[0])}."

    def _disagreement(self, first: Ranked) -> str:
        name, outcomes = self.words.name(first.id), self.decision.outcomes
        if first.id in outcomes:
            return f"Among these the ranking prefers {name}{self._with(first.id)}."
        behind = self._with(outcomes[0]) if len(outcomes) == 1 else ""
        text = f"**The ranking says otherwise**: it puts {name} first"
        return f"{text}{self._with(first.id)}{behind.replace(' with', ' against')}."

    @property
    def runner_up(self) -> str:
        """What comes second, where one step of one criterion's score would close the gap."""
        first, *others = self.decision.ranking or (None,)
        chosen = self.decision.chosen
        if not self._ranked or not others or first is None or chosen not in (None, first.id):
            return ""
        gap = first.total - others[0].total
        if gap > max(term.weight for term in first.terms):
            return ""
        second = f"{self.words.name(others[0].id)}{self._with(others[0].id)}"
        return (
            f"Close behind: {second}, {number(gap)} less." if gap else f"Level with it: {second}."
        )

    @property
    def _ranked(self) -> bool:
        return any(each.terms for each in self.decision.ranking)

    def _with(self, name: str) -> str:
        """The points of a candidate; nothing where it is none."""
        own = (each for each in self.decision.ranking if each.id == name and self._ranked)
        return next((f" with {points(each)}" for each in own), "")

    @property
    def difference(self) -> list[str]:
        """What speaks for the ranking's first where the tree says otherwise."""
        return [self.term(term) for term in self.decision.difference]

    @property
    def way(self) -> list[str]:
        """Questions and answers, from the tree's start."""
        return [self._step(step) for step in self.decision.steps]

    def _step(self, step: Step) -> str:
        choice = step.answer.choice if step.answer else None
        ends = (f"`{end}`" if end in self.tree.questions else self.words.name(end)
                for end in step.leads_to)  # fmt: skip
        label = self.words.label(step.question, choice)
        answer = f"**{label}** ({origin(step.answer) if step.answer else 'unanswered'})"
        return f"`{step.question}`: {self.words.ask(step.question)} {answer} → {' or '.join(ends)}"

    @property
    def ranking(self) -> list[str]:
        """Rows of the table: place, name, points, the heaviest terms for it and against it.

        Briefly, why the others are not chosen says what is against them.
        """
        return [
            f"| {place} | {_cell(self.words.name(each.id))} | {number(each.total)} |"
            f" {self._heaviest(each.terms, 1)} |"
            + ("" if self.brief else f" {self._heaviest(each.terms, -1)} |")
            for place, each in enumerate(self.decision.ranking, 1)
        ]

    def _heaviest(self, terms: Sequence[Term], sign: int) -> str:
        """Names of the criteria that do most for a candidate, or against it."""
        one_way = [term for term in terms if term.points * sign > 0]
        heaviest = sorted(one_way, key=lambda term: -abs(term.points))[:_HEAVIEST]
        return ", ".join(f"{term.criterion} {signed(term.points)}" for term in heaviest)

    @property
    def terms(self) -> list[tuple[str, list[str]]]:
        """Every candidate with all its terms."""
        ranked = self.decision.ranking
        return [
            (
                f"{self.words.name(each.id)}: {points(each)}",
                [self.term(term) for term in each.terms],
            )
            for each in ranked
            if each.terms
        ]

    def term(self, term: Term) -> str:
        """One term: what counts how much, and why."""
        sum_ = f"{signed(term.score)} × {number(term.weight)} = {signed(term.points)}"
        return f"`{term.criterion}` {term.choice}: {sum_}. {flat(term.why)}"

    @property
    def why_not(self) -> list[str]:
        """Each candidate but the chosen one with what it loses most by."""
        return [
            f"{self.words.name(name)}: {lost(self.decision, self.words, name, term)}"
            for name, term in self.decision.why_not
        ]

    @property
    def flips(self) -> list[tuple[str, list[str]]]:
        """Answers that change something, below what they change."""
        kinds = [("the tree's outcome", self.decision.tree_flips)]
        if self.terms:
            kinds.append(("the first of the ranking", self.decision.ranking_flips))
        return [part for what, flips in kinds for part in self._flips(what, flips)]

    def _flips(self, what: str, flips: Sequence[Flip]) -> Iterator[tuple[str, list[str]]]:
        alone = [flip for flip in flips if len(flip.changes) == 1]
        single = self._by_outcome(alone) if self.brief else [self._flip(flip) for flip in alone]
        pairs = [self._flip(flip) for flip in flips if len(flip.changes) > 1]
        most = _FEW if self.brief else _PAIRS
        if single:
            yield f"One answer that changes {what}:", single
        if (more := len(pairs) - most) > 0:
            pairs[most:] = [f"and {more} more pair{'s' * (more != 1)}, all in `--format json`"]
        if pairs:
            yield f"Two answers that change {what} only together:", pairs
        if not flips:
            yield f"No one or two answers change {what}.", []

    def _flip(self, flip: Flip) -> str:
        changes = (self._change(name, choice) for name, choice in flip.changes)
        return f"{' and '.join(changes)} → {self.words.names(flip.outcome)}"

    def _by_outcome(self, flips: Iterable[Flip]) -> list[str]:
        """Single answers that lead to the same, in one line."""
        told: dict[str, list[str]] = {}
        for flip in flips:
            told.setdefault(self.words.names(flip.outcome), []).append(
                self._change(*flip.changes[0])
            )
        return [f"{listed(changes)} → {outcome}" for outcome, changes in told.items()]

    def _change(self, question: str, choice: str) -> str:
        told = "" if self.brief else f" ({self.words.label(question, choice)})"
        return f"`{question}` = `{choice}`{told}"

    @property
    def suggestions(self) -> list[str]:
        """Patterns that the problems call for and that are not there yet."""
        return [
            f"{self.words.name(each.pattern)}, for {self._problem(each.problem)} ({each.choice}):"
            f" {flat(each.how)}"
            for each in self.decision.suggestions
            if not each.adopted
        ]

    @property
    def adopted(self) -> str:
        """Patterns that the problems call for and that are there already."""
        return "; ".join(
            f"{self.words.name(each.pattern)} for {self._problem(each.problem)}"
            for each in self.decision.suggestions
            if each.adopted
        )

    def _problem(self, name: str) -> str:
        concern = self.problems.get(name)
        title = flat(concern.title) if concern else name
        return f'"{title}"'

    @property
    def build(self) -> list[str]:
        """What to build, in order."""
        return [
            f"{self.words.name(step.pattern)}: {self._because(step)}"
            + (" (added: another pattern needs it)" if step.added else "")
            for step in self.decision.build
        ]

    def _because(self, step: BuildStep) -> str:
        """Why a pattern is built; how it helps is told with the suggestions."""
        for each in self.decision.suggestions:
            if step.because == f"{each.problem}: {each.how}":
                return f"for {self._problem(each.problem)}"
        return flat(step.because)

    @property
    def conflicts(self) -> list[str]:
        """Patterns of the set that work against one another."""
        return [
            f"{self.words.name(each.one)} and {self.words.name(each.other)}: {flat(each.why)}"
            for each in self.decision.conflicts
        ]

    @property
    def overruled(self) -> list[str]:
        """Answers that lost against others."""
        return [
            f"`{name}`: {winner.choice or 'not known'} ({origin(winner)}) over"
            f" {loser.choice or 'not known'} ({origin(loser)})"
            for name, winner, loser in self.decision.overruled
        ]

    @property
    def other_answers(self) -> list[str]:
        """Answers off the tree's way."""
        on_way = {step.question for step in self.decision.steps}
        others = [
            (name, answer)
            for name, answer in self.decision.answers
            if name not in on_way and answer.choice
        ]
        if not self.brief:
            return [f"`{n}`: **{self.words.label(n, a.choice)}** ({origin(a)})" for n, a in others]
        told = [(n in self.problems, f"`{n}` = {a.choice} ({_place(a)})") for n, a in others]
        parts = (
            ("counted in the ranking", [text for problem, text in told if not problem]),
            ("about problems", [text for problem, text in told if problem]),
        )
        return [f"{what}: {', '.join(texts)}" for what, texts in parts if texts]

    @property
    def assumptions(self) -> list[str]:
        """What is not known, and what that means for the result."""
        known = {name for name, answer in self.decision.answers if answer.choice}
        open_ = [name for name in self.questions if name not in known]
        unranked = [name for name in self.tree.criteria if name in open_]
        way = [step.question for step in self.decision.steps if step.question in open_]
        problems = [name for name in self.problems if name in open_]
        told = [
            (way, "every branch was followed"),
            (unranked, "they count for no candidate"),
            (problems, "nothing is suggested for these problems"),
        ]
        return [f"not answered, so that {what}: {_codes(names)}" for names, what in told if names]


def _place(answer: Answer) -> str:
    """Where an answer comes from, in fewer words."""
    return origin(answer) if answer.inferred or not answer.place else f"`{answer.place}`"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
