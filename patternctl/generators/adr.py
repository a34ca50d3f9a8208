"""A new decision record in MADR 4.0: with gaps to fill, or with all that a decision says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from patternctl import plugins, templating
from patternctl.generators import _words
from patternctl.model.choosing import Answer, Decision, Flip, Ranked, Step, Term
from patternctl.model.pattern import Pattern
from patternctl.yamlio import quoted

_OPTIONS, _REASONS, _FAILURES = 4, 4, 4
"""Options that are considered at length, reasons for and against each, failures of the chosen
one: what a reviewer reads in a few minutes. The table has everything."""
_ORIGINS = {
    "asked": "asked",
    "file": "file of answers",
    "finding": "finding",
    "flag": "flag",
    "manifest": "manifest",
}
_SPECIAL = re.compile(r"([\\<\[\]])")


class Head(NamedTuple):
    """What every record says."""

    title: str
    status: str
    date: str
    """YYYY-MM-DD."""
    decision_makers: tuple[str, ...] = ()
    number: int | None = None
    """To stand before the title, as adr-tools does it; None in MADR's style."""


class Told(NamedTuple):
    """The words of a question."""

    ask: str
    choices: Mapping[str, tuple[str, str]]
    """Label and meaning by id."""


class Knowledge(NamedTuple):
    """What a decision is told with."""

    title: str
    """What is decided."""
    questions: Mapping[str, Told]
    """By id: those of the tree, its criteria, the problems. Ids stand for what is missing."""
    entries: Mapping[str, Pattern]
    """The catalog's patterns and baselines by id; all that the decision names are there."""


class _Option(NamedTuple):
    """One of the options with what speaks for and against it."""

    name: str
    summary: str
    lost: str
    """Why it was not chosen; empty for the chosen one."""
    points: tuple[tuple[str, str], ...]
    """(`Good` or `Bad`, because of what), the weightiest first."""


def blank(head: Head) -> str:
    """A record with a hint in every section."""
    return _render(head, None)


def decided(head: Head, decision: Decision, knowledge: Knowledge) -> str:
    """A record that tells a decision with one outcome."""
    return _render(head, _Page(decision, knowledge))


def chosen(decision: Decision) -> str:
    """Id of what was chosen: as the decision says, else the tree's outcome."""
    return decision.chosen or decision.outcomes[0]


def named(decision: Decision) -> set[str]:
    """Ids of all patterns that a decision names."""
    return {
        *decision.outcomes,
        *(ranked.id for ranked in decision.ranking),
        *(name for name, _ in decision.why_not),
        *(suggestion.pattern for suggestion in decision.suggestions),
        *(step.pattern for step in decision.build),
        *(name for conflict in decision.conflicts for name in (conflict.one, conflict.other)),
        *(name for flip in decision.tree_flips for name in flip.outcome),
        *(name for flip in decision.ranking_flips for name in flip.outcome),
    }


def command(decision: Decision) -> str:
    """The command that repeats the decision."""
    known = [(name, answer.choice) for name, answer in decision.answers if answer.choice]
    flags = "".join(" --set " + shlex.quote(f"{name}={choice}") for name, choice in known)
    ranked = chosen(decision) not in decision.outcomes
    return f"patternctl decide{flags}{' --choose ranking' * ranked} --no-input"


def _render(head: Head, page: _Page | None) -> str:
    number = "" if head.number is None else f"{head.number}. "
    values = {
        "heading": number + _escaped(head.title),
        "status": head.status,
        "date": head.date,
        "decision_makers": [quoted(name) for name in head.decision_makers],
        "page": page,
        "flat": flat,
    }
    text = templating.render("adr/madr.md.j2", values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _escaped(title: str) -> str:
    """A title as a heading in Markdown, which opens no link and loses no `#` at its end."""
    return re.sub(r"(^|\s)(#+)$", r"\1\\\2", _SPECIAL.sub(r"\\\1", title))


def flat(text: str) -> str:
    """Text in one line that opens no comment in Markdown."""
    return " ".join(text.split()).replace("<!--", "&lt;!--")


class _Page:
    """The sections of a record that tells a decision."""

    def __init__(self, decision: Decision, knowledge: Knowledge) -> None:
        self.decision = decision
        self.questions = knowledge.questions
        self.entries = knowledge.entries
        self.title = knowledge.title
        self.chosen = chosen(decision)
        self.entry = self.entries[self.chosen]
        self.command = command(decision)
        self.ranks = {ranked.id: ranked for ranked in decision.ranking}
        self.built = [step.pattern for step in decision.build] or [self.chosen]

    def name(self, pattern: str) -> str:
        """A pattern as people say it, with its code."""
        entry = self.entries[pattern]
        return f"{entry.name} ({entry.code})"

    @property
    def options(self) -> list[str]:
        """Ids of the considered options: the chosen one and those that came next."""
        ranked = [name for name in self.ranks if name != self.chosen]
        return [self.chosen, *ranked[: _OPTIONS - 1]]

    @property
    def others(self) -> list[str]:
        """Options that ranked behind those considered, each with the reason that counts most."""
        why_not = dict(self.decision.why_not)
        behind = [name for name in self.ranks if name not in self.options and name in why_not]
        return [f"{self.name(name)}: {why_not[name].why}" for name in behind]

    @property
    def drivers(self) -> list[str]:
        """Every answer that counted, with where it comes from."""
        return [
            self._driver(question, answer)
            for question, answer in self.decision.answers
            if answer.choice
        ]

    @property
    def unknown(self) -> list[str]:
        """Questions that were left open."""
        return [self.ask(name) for name, answer in self.decision.answers if not answer.choice]

    @property
    def overruled(self) -> list[str]:
        """Answers that lost against others."""
        return [
            f"{self.ask(question)} {self.label(question, winner.choice)} ({_origin(winner)})"
            f" counts, not {self.label(question, loser.choice)} ({_origin(loser)})"
            for question, winner, loser in self.decision.overruled
        ]

    @property
    def path(self) -> list[str]:
        """The way through the tree."""
        return [self._step(step) for step in self.decision.steps]

    @property
    def agreement(self) -> str:
        """Whether the ranking says the same as the tree."""
        if not self.decision.ranking:
            return ""
        first, *others = self.decision.ranking
        tree = self.decision.outcomes[0]
        if first.id == tree:
            text = f"The ranking of all options puts it first too, with {_points(first)}"
            return f"{text}; next is {self._scored(others[0])}." if others else f"{text}."
        behind = (
            f", against {_points(self.ranks[tree])} for the tree's" if tree in self.ranks else ""
        )
        text = f"The tree leads to {self.name(tree)}; the ranking of all options puts"
        return f"{text} {self._scored(first)} first{behind}. What makes the difference:"

    @property
    def difference(self) -> list[str]:
        """What speaks for the ranking's first where the tree says otherwise."""
        return [self._term(term) for term in self.decision.difference]

    @property
    def suggestions(self) -> list[str]:
        """Patterns that problems call for."""
        return [
            f"{self.name(one.pattern)}: {_closed(one.how)}"
            f" ({self.ask(one.problem)} {self.label(one.problem, one.choice)})"
            for one in self.decision.suggestions
        ]

    @property
    def build(self) -> list[str]:
        """What is built, in order."""
        return [
            f"{self.name(step.pattern)}: {step.because}"
            f"{' Added, because another pattern needs it.' if step.added else ''}"
            for step in self.decision.build
        ]

    @property
    def conflicts(self) -> list[str]:
        """What works against one another."""
        return [
            f"{self.name(one)} and {self.name(other)} work against one another: {why}"
            for one, other, why in self.decision.conflicts
        ]

    @property
    def good(self) -> list[str]:
        """What can be relied on."""
        return [
            f"of {promise.property}: {_closed(promise.holds)}"
            for promise in self.entry.guarantees
            if not promise.denied
        ]

    @property
    def bad(self) -> list[str]:
        """What cannot be relied on, and how it fails."""
        denied = [
            f"of {promise.property}: {_closed(promise.holds)}"
            for promise in self.entry.guarantees
            if promise.denied
        ]
        failures = [
            f"this can happen: {_closed(mode.failure)} {_closed(mode.effect)}"
            f" To limit it: {_closed(mode.handle)}"
            for mode in self.entry.failure_modes[:_FAILURES]
        ]
        return denied + failures

    @property
    def rules(self) -> list[str]:
        """Rules that lint looks for and that what is built must not break."""
        found: set[str] = set()
        for entry in (self.entries[name] for name in self.built):
            found |= {pitfall.antipattern for pitfall in entry.pitfalls if pitfall.antipattern}
            found |= entry.cures.keys()
        return [rule for rule in plugins.names("rules") if rule in found]

    @property
    def objectives(self) -> list[str]:
        """What to measure."""
        return [f"{slo.title}: {slo.measured}" for slo in self.entry.slos.values()]

    @property
    def pros_and_cons(self) -> Iterator[_Option]:
        """The options in the order of the ranking."""
        why_not = dict(self.decision.why_not)
        for name in self.options:
            entry = self.entries[name]
            terms = self.ranks[name].terms if name in self.ranks else ()
            lost = why_not.get(name) if name != self.chosen else None
            yield _Option(
                self.name(name),
                entry.summary,
                self._term(lost) if lost else "",
                tuple((_side(term), self._term(term)) for term in _weightiest(terms)),
            )

    @property
    def criteria(self) -> list[list[str]]:
        """The ranking as a table: criterion and answer, weight, the score of each option."""
        terms = {term.criterion: term for ranked in self.decision.ranking for term in ranked.terms}
        scores = [
            {term.criterion: term for term in ranked.terms} for ranked in self.decision.ranking
        ]
        rows = [
            [
                f"{_heading(name)}: {self.label(name, term.choice)}",
                _words.number(term.weight),
                *(_signed(own[name].score) if name in own else "" for own in scores),
            ]
            for name, term in terms.items()
        ]
        totals = [f"**{_words.number(ranked.total)}**" for ranked in self.decision.ranking]
        return [
            [cell.replace("|", "\\|") for cell in row] for row in [*rows, ["Points", "", *totals]]
        ]

    @property
    def heads(self) -> list[str]:
        """Headings of that table."""
        return [self.entries[ranked.id].name for ranked in self.decision.ranking]

    @property
    def tree_flips(self) -> list[str]:
        """Answers that would lead elsewhere."""
        return self._flips(self.decision.tree_flips)

    @property
    def ranking_flips(self) -> list[str]:
        """Answers that would put another option first."""
        return self._flips(self.decision.ranking_flips)

    def ask(self, question: str) -> str:
        """The words of a question."""
        told = self.questions.get(question)
        return told.ask if told else f"{_heading(question)}?"

    def label(self, question: str, choice: str | None) -> str:
        """The words of an answer."""
        if choice is None:
            return "not known"
        told = self._words(question, choice)
        return told[0] if told else choice

    def _words(self, question: str, choice: str) -> tuple[str, str] | None:
        told = self.questions.get(question)
        return told.choices.get(choice) if told else None

    def _driver(self, question: str, answer: Answer) -> str:
        told = self._words(question, answer.choice or "")
        means = f": {told[1]}" if told else "."
        label = self.label(question, answer.choice)
        return f"{self.ask(question)} **{label}**{means} ({_origin(answer)})"

    def _step(self, step: Step) -> str:
        choice = step.answer.choice if step.answer else None
        said = f"**{self.label(step.question, choice)}**" if choice else "not known"
        ends = [self.name(end) for end in step.leads_to if end in self.entries]
        return f"{self.ask(step.question)} {said}" + (f" → {' or '.join(ends)}" if ends else "")

    def _term(self, term: Term) -> str:
        label = self.label(term.criterion, term.choice)
        weighed = f"{_signed(term.score)}, weight {_words.number(term.weight)}"
        return f"{_heading(term.criterion).lower()} ({label}; {weighed}): {term.why}"

    def _scored(self, ranked: Ranked) -> str:
        return f"{self.name(ranked.id)} with {_points(ranked)}"

    def _flips(self, flips: Sequence[Flip]) -> list[str]:
        return [self._flip(flip) for flip in flips if len(flip.changes) == 1]

    def _flip(self, flip: Flip) -> str:
        changes = (f"{self.ask(name)} {self.label(name, choice)}" for name, choice in flip.changes)
        return f"{', and '.join(changes)} → {' or '.join(map(self.name, flip.outcome))}"


def _origin(answer: Answer) -> str:
    origin = _ORIGINS[answer.origin]
    return f"{origin}: `{answer.place}`" if answer.place else origin


def _signed(score: int) -> str:
    return f"{score:+d}" if score else "0"


def _heading(name: str) -> str:
    return _words.words(name)


def _points(ranked: Ranked) -> str:
    return f"{_words.number(ranked.total)} point{'s' * (ranked.total != 1)}"


def _closed(text: str) -> str:
    """Text that ends as a sentence does."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def _side(term: Term) -> str:
    return "Good" if term.score > 0 else "Bad"


def _weightiest(terms: Iterable[Term]) -> list[Term]:
    """The terms that count most: first those for it, then those against it."""
    ordered = sorted((term for term in terms if term.score), key=lambda term: -abs(term.points))
    good = [term for term in ordered if term.score > 0]
    bad = [term for term in ordered if term.score < 0]
    return [*good[:_REASONS], *bad[:_REASONS]]
