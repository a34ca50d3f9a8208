"""A new decision record in the style of its folder: to be filled, or telling a whole decision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from patternctl import plugins, templating
from patternctl.generators import _command, _decided, _words
from patternctl.generators._decided import flat, number, origin, points, signed
from patternctl.model.adr import Form
from patternctl.model.choosing import PEOPLE, Answer, Decision, Flip, Ranked, Step, Suggestion, Term
from patternctl.model.decision import Asked
from patternctl.model.pattern import Pattern
from patternctl.yamlio import quoted

_OPTIONS, _REASONS, _FAILURES = 4, 4, 4
"""Options that are considered at length, reasons for and against each, failures of the chosen
one: what a reviewer reads in a few minutes. The table has everything."""
_WATCHING = (
    "decision-outdated",
    "decision-contradicted",
    "missing-prerequisite",
    "conflicting-patterns",
    "unkept-promise",
)
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
    form: Form = "front-matter"
    """`sections` for the style of adr-tools; everything else is MADR 4.0."""


class Knowledge(NamedTuple):
    """What a decision is told with."""

    title: str
    """What is decided."""
    questions: Mapping[str, Asked]
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


def decided(head: Head, decision: Decision, knowledge: Knowledge, over: Path | None = None) -> str:
    """A record that tells a decision in which something is chosen.

    `over` is a user's folder of templates; `InputError` is raised where one does not render.
    """
    return _render(head, _Page(decision, knowledge), over)


def chosen(decision: Decision) -> str | None:
    """Id of what was chosen: as the decision says, else the tree's only outcome."""
    only = decision.outcomes[0] if len(decision.outcomes) == 1 else None
    return decision.chosen or only


def named(decision: Decision) -> set[str]:
    """Ids of all patterns that a decision names."""
    return {
        *filter(None, [decision.chosen]),
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
    """The command that repeats the decision.

    What a named manifest says is left to it, so that the answer differs once its facts do.
    """
    told = dict(decision.answers)
    steps = (step.question for step in decision.steps)
    answers = {name: "unknown" for name in steps if name not in told}
    for name, answer in told.items():
        if not decision.manifest or (answer.origin in PEOPLE and not answer.inferred):
            answers[name] = answer.choice or "unknown"
    by_tree = decision.outcomes == (chosen(decision),)
    return _command.command(
        manifest=decision.manifest,
        tree=decision.tree_file or decision.tree,
        answers=answers.items(),
        options=() if by_tree else [("--choose", "ranking")],
    )


def _render(head: Head, page: _Page | None, over: Path | None = None) -> str:
    heading = "" if head.number is None else f"{head.number}. "
    values = {
        "heading": heading + _escaped(head.title),
        "status": head.status,
        "date": head.date,
        "decision_makers": head.decision_makers,
        "listed": _people,
        "quoted": quoted,
        "page": page,
        "flat": flat,
    }
    style = "adr-tools" if head.form == "sections" else "madr"
    text = templating.render(f"adr/{style}.md.j2", values, over)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _people(names: Sequence[str]) -> str:
    """Names in one line; those with commas are kept apart by semicolons."""
    return (
        "; ".join([*names, ""]).rstrip() if any("," in name for name in names) else ", ".join(names)
    )


def _escaped(title: str) -> str:
    """A title as a heading in Markdown, which opens no link and loses no `#` at its end."""
    return re.sub(r"(^|\s)(#+)$", r"\1\\\2", _SPECIAL.sub(r"\\\1", title))


class _Page:
    """The sections of a record that tells a decision."""

    def __init__(self, decision: Decision, knowledge: Knowledge) -> None:
        self.decision = decision
        self.words = _decided.Words(knowledge.questions, knowledge.entries)
        self.entries = knowledge.entries
        self.title = knowledge.title
        self.chosen = chosen(decision) or ""
        self.entry = self.entries[self.chosen]
        self.command = command(decision)
        self.ranks = {ranked.id: ranked for ranked in decision.ranking}
        self.built = [step.pattern for step in decision.build] or [self.chosen]

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
        return [f"{self.words.name(name)}: {self._lost(name, why_not[name])}" for name in behind]

    def _lost(self, name: str, term: Term) -> str:
        """Why an option was not chosen, in the words of `patternctl decide`."""
        return _decided.lost(self.decision, self.words, name, term)

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
        return [self.words.ask(name) for name, answer in self.decision.answers if not answer.choice]

    @property
    def overruled(self) -> list[str]:
        """Answers that lost against others."""
        return [
            f"{self.words.answered(question, winner.choice)} ({origin(winner)})"
            f" counts, not {self.words.label(question, loser.choice)} ({origin(loser)})"
            for question, winner, loser in self.decision.overruled
        ]

    @property
    def path(self) -> list[str]:
        """The way through the tree."""
        return [self._step(step) for step in self.decision.steps]

    @property
    def because(self) -> str:
        """Why the chosen one was chosen, in half a sentence."""
        if self.decision.outcomes == (self.chosen,):
            return "the answers lead to it"
        if len(self.decision.outcomes) == 1:
            return "it fits the answers best"
        return "the answers leave the tree open, and of all options it fits them best"

    @property
    def agreement(self) -> str:
        """Whether the ranking says the same as the tree."""
        ranking, outcomes = self.decision.ranking, self.decision.outcomes
        if not any(each.terms for each in ranking):
            return ""
        first, *others = ranking
        following = f"; next is {self._scored(others[0])}" if others else ""
        if outcomes == (first.id,):
            ahead = f"The ranking of all options puts it first too, with {points(first)}"
            return f"{ahead}{following}."
        leads = "leads to" if len(outcomes) == 1 else "leaves"
        tree = f"The tree {leads} {self.words.names(outcomes)}; the" if outcomes else "The"
        text = f"{tree} ranking of all options puts {self._scored(first)} first"
        if first.id in outcomes or not self.decision.difference:
            return f"{text}{following}."
        return f"{text}{self._against(outcomes)}. What makes the difference:"

    def _against(self, outcomes: Sequence[str]) -> str:
        """How the best that the tree leads to does in the ranking."""
        best = next((each for each in self.decision.ranking if each.id in outcomes), None)
        return f", against {points(best)} for the {_tree_s(outcomes)}" if best else ""

    @property
    def difference(self) -> list[str]:
        """What speaks for the ranking's first where the tree says otherwise."""
        return [self._term(term) for term in self.decision.difference]

    @property
    def suggestions(self) -> list[str]:
        """Patterns that problems call for and that are new."""
        return [self._suggestion(one) for one in self.decision.suggestions if not one.adopted]

    @property
    def adopted(self) -> list[str]:
        """Patterns that problems call for and that are there already."""
        return [self._suggestion(one) for one in self.decision.suggestions if one.adopted]

    def _suggestion(self, one: Suggestion) -> str:
        problem = self.words.answered(one.problem, one.choice)
        return f"{self.words.name(one.pattern)}: {_closed(one.how)} ({problem})"

    @property
    def build(self) -> list[str]:
        """What is built, in order."""
        return [
            f"{self.words.name(step.pattern)}: {step.because}"
            f"{' Added, because another pattern needs it.' if step.added else ''}"
            for step in self.decision.build
        ]

    @property
    def conflicts(self) -> list[str]:
        """What works against one another."""
        return [
            f"{self.words.name(one)} and {self.words.name(other)} work against one another: {why}"
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
    def watching(self) -> str:
        """Rules that find something once the decision does not hold any more."""
        return ",".join(_WATCHING)

    @property
    def rules(self) -> list[str]:
        """Other rules that lint looks for and that what is built must not break."""
        found: set[str] = set()
        for entry in (self.entries[name] for name in self.built):
            found |= {pitfall.antipattern for pitfall in entry.pitfalls if pitfall.antipattern}
            found |= entry.cures.keys()
        return [rule for rule in plugins.names("rules") if rule in found and rule not in _WATCHING]

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
                self.words.name(name),
                entry.summary,
                self._lost(name, lost) if lost else "",
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
                f"{_words.words(name)}: {self.words.label(name, term.choice)}",
                number(term.weight),
                *(signed(own[name].score) if name in own else "" for own in scores),
            ]
            for name, term in terms.items()
        ]
        totals = [f"**{number(ranked.total)}**" for ranked in self.decision.ranking]
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

    def _driver(self, question: str, answer: Answer) -> str:
        label = self.words.label(question, answer.choice)
        means = self.words.means(question, answer.choice or "")
        told = f": {means}" if means else "."
        return f"{self.words.ask(question)} **{label}**{told} ({origin(answer)})"

    def _step(self, step: Step) -> str:
        choice = step.answer.choice if step.answer else None
        label = self.words.label(step.question, choice)
        said = f"**{label}**" if choice else label
        ends = [end for end in step.leads_to if end in self.entries]
        leads = f" → {self.words.names(ends)}" if ends else ""
        return f"{self.words.ask(step.question)} {said}{leads}"

    def _term(self, term: Term) -> str:
        label = self.words.label(term.criterion, term.choice)
        weighed = f"{signed(term.score)}, weight {number(term.weight)}"
        return f"{_words.words(term.criterion).lower()} ({label}; {weighed}): {term.why}"

    def _scored(self, ranked: Ranked) -> str:
        return f"{self.words.name(ranked.id)} with {points(ranked)}"

    def _flips(self, flips: Sequence[Flip]) -> list[str]:
        return [self.words.flip(flip) for flip in flips if len(flip.changes) == 1]


def _tree_s(outcomes: Sequence[str]) -> str:
    return "tree's" if len(outcomes) == 1 else "best of these"


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
