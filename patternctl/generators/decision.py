"""A decision as a page, as plain values for JSON, and as a drawing of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from patternctl.model.choosing import Answer, Decision, Flip, Ranked, Step, Term
from patternctl.model.decision import Asked, Problems, Tree

_PAIRS = 8
"""Pairs of answers that a page tells; JSON holds them all."""
_AS_OBJECTS = frozenset({"answers", "why_not", "changes"})
"""Fields whose pairs are an object in JSON: the first of each is unique, and the key."""
_ORIGINS = {"flag": "flag", "asked": "asked", "file": "file of answers"}


class Named(Protocol):
    """What a page says of a pattern."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def code(self) -> str:
        """Its code."""
        ...


class Knowledge(NamedTuple):
    """What a decision is told with."""

    tree: Tree
    problems: Problems
    questions: Mapping[str, Asked]
    """Questions, criteria and problems by id, in the order of `Decision.answers`."""
    entries: Mapping[str, Named]
    """Patterns and baselines by id; an id stands for what is missing."""


def markdown(decision: Decision, knowledge: Knowledge) -> str:
    """The page of a decision."""
    from patternctl import templating  # JSON and drawings do without

    text = templating.render("decision/result.md.j2", {"page": _Page(decision, knowledge)})
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

    def __init__(self, decision: Decision, knowledge: Knowledge) -> None:
        self.decision = decision
        self.tree = knowledge.tree
        self.questions = knowledge.questions
        self.problems = knowledge.problems.problems
        self.entries = knowledge.entries
        self.title = _flat(knowledge.tree.title)

    def name(self, pattern: str) -> str:
        """A pattern as people say it, with its code."""
        entry = self.entries.get(pattern)
        return _flat(f"{entry.name} ({entry.code})") if entry else f"`{pattern}`"

    def ask(self, question: str) -> str:
        """The words of a question."""
        asked = self.questions.get(question)
        return _flat(asked.ask) if asked else f"`{question}`"

    def label(self, question: str, choice: str | None) -> str:
        """The words of an answer."""
        if choice is None:
            return "not known"
        told = self.questions.get(question)
        option = told.choices.get(choice) if told else None
        return _flat(option.label) if option else choice

    @property
    def outcome(self) -> str:
        """The tree's outcome, or those that are still possible."""
        names = [f"**{self.name(leaf)}**" for leaf in self.decision.outcomes]
        return names[0] if len(names) == 1 else f"Still open: {_listed(names)}."

    @property
    def settling(self) -> str:
        """The question whose answer narrows several outcomes most."""
        name = self.decision.settled_by
        return f"What narrows it most: `{name}`, {self.ask(name)}" if name else ""

    @property
    def agreement(self) -> str:
        """Whether tree and ranking say the same."""
        if not self.decision.ranking or not any(each.terms for each in self.decision.ranking):
            return ""
        first = self.decision.ranking[0]
        if self.decision.outcomes == (first.id,):
            return f"The ranking puts it first too, with {_points(first)}."
        if first.id in self.decision.outcomes:
            return f"Among these the ranking prefers {self.name(first.id)}, with {_points(first)}."
        text = f"**The ranking says otherwise**: it puts {self.name(first.id)} first, with"
        return f"{text} {_points(first)}{self._behind()}."

    def _behind(self) -> str:
        ranks = {each.id: each for each in self.decision.ranking}
        behind = [f"{_points(ranks[leaf])}" for leaf in self.decision.outcomes if leaf in ranks]
        return f" against {behind[0]}" if len(self.decision.outcomes) == 1 and behind else ""

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
        ends = (f"`{end}`" if end in self.tree.questions else self.name(end)
                for end in step.leads_to)  # fmt: skip
        origin = f" ({_origin(step.answer)})" if step.answer else " (unanswered)"
        answer = f"**{self.label(step.question, choice)}**{origin}"
        return f"`{step.question}`: {self.ask(step.question)} {answer} → {' or '.join(ends)}"

    @property
    def ranking(self) -> list[str]:
        """Rows of the table: place, name, points, the heaviest terms on both sides."""
        return [
            f"| {place} | {_cell(self.name(each.id))} | {_signed(each.total).lstrip('+')} |"
            f" {self._heaviest(each.terms, 1)} | {self._heaviest(each.terms, -1)} |"
            for place, each in enumerate(self.decision.ranking, 1)
        ]

    def _heaviest(self, terms: Sequence[Term], sign: int) -> str:
        """Names of the criteria that do most for a candidate, or against it."""
        one_way = [term for term in terms if term.points * sign > 0]
        heaviest = sorted(one_way, key=lambda term: -abs(term.points))[:3]
        return ", ".join(f"{term.criterion} {_signed(term.points)}" for term in heaviest)

    @property
    def terms(self) -> list[tuple[str, list[str]]]:
        """Every candidate with all its terms."""
        ranked = self.decision.ranking
        return [
            (f"{self.name(each.id)}: {_points(each)}", [self.term(term) for term in each.terms])
            for each in ranked
            if each.terms
        ]

    def term(self, term: Term) -> str:
        """One term: what counts how much, and why."""
        sum_ = f"{_signed(term.score)} × {_number(term.weight)} = {_signed(term.points)}"
        return f"`{term.criterion}` {term.choice}: {sum_}. {_flat(term.why)}"

    @property
    def why_not(self) -> list[str]:
        """Each candidate but the first with what it loses most by."""
        return [f"{self.name(name)}: {self._lost(term)}" for name, term in self.decision.why_not]

    def _lost(self, term: Term) -> str:
        """How far a term is behind that of the first."""
        best = {each.criterion: each.points for each in self.decision.ranking[0].terms}
        gap = _number(best.get(term.criterion, 0) - term.points)
        points = f"{gap} point{'s' * (gap != '1')}"
        return f"{points} behind by `{term.criterion}` ({term.choice}). {_flat(term.why)}"

    @property
    def flips(self) -> list[tuple[str, list[str]]]:
        """Answers that change something, below what they change."""
        kinds = [("the tree's outcome", self.decision.tree_flips)]
        if self.terms:
            kinds.append(("the first of the ranking", self.decision.ranking_flips))
        return [part for what, flips in kinds for part in self._flips(what, flips)]

    def _flips(self, what: str, flips: Sequence[Flip]) -> Iterator[tuple[str, list[str]]]:
        single = [self._flip(flip) for flip in flips if len(flip.changes) == 1]
        pairs = [self._flip(flip) for flip in flips if len(flip.changes) > 1]
        if single:
            yield f"One answer that changes {what}:", single
        if len(pairs) > _PAIRS:
            pairs[_PAIRS:] = [f"and {len(pairs) - _PAIRS} more pairs, all in `--format json`"]
        if pairs:
            yield f"Two answers that change {what} only together:", pairs
        if not flips:
            yield f"No one or two answers change {what}.", []

    def _flip(self, flip: Flip) -> str:
        changes = (f"`{name}` = `{choice}` ({self.label(name, choice)})"
                   for name, choice in flip.changes)  # fmt: skip
        return f"{' and '.join(changes)} → {' or '.join(map(self.name, flip.outcome))}"

    @property
    def suggestions(self) -> list[str]:
        """Patterns that the problems call for."""
        return [
            f"{self.name(each.pattern)}, for {self._problem(each.problem)} ({each.choice}):"
            f" {_flat(each.how)}"
            for each in self.decision.suggestions
        ]

    def _problem(self, name: str) -> str:
        concern = self.problems.get(name)
        title = _flat(concern.title) if concern else name
        return f'"{title}"'

    @property
    def build(self) -> list[str]:
        """What to build, in order."""
        return [
            f"{self.name(step.pattern)}: {_flat(step.because)}"
            + (" (added: another pattern needs it)" if step.added else "")
            for step in self.decision.build
        ]

    @property
    def conflicts(self) -> list[str]:
        """Patterns of the set that work against one another."""
        return [
            f"{self.name(each.one)} and {self.name(each.other)}: {_flat(each.why)}"
            for each in self.decision.conflicts
        ]

    @property
    def overruled(self) -> list[str]:
        """Answers that lost against others."""
        return [
            f"`{name}`: {winner.choice or 'not known'} ({_origin(winner)}) over"
            f" {loser.choice or 'not known'} ({_origin(loser)})"
            for name, winner, loser in self.decision.overruled
        ]

    @property
    def other_answers(self) -> list[str]:
        """Answers off the tree's way."""
        on_way = {step.question for step in self.decision.steps}
        return [
            f"`{name}`: **{self.label(name, answer.choice)}** ({_origin(answer)})"
            for name, answer in self.decision.answers
            if name not in on_way and answer.choice
        ]

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


def _origin(answer: Answer) -> str:
    """Where an answer comes from."""
    if answer.origin == "finding":
        return f"finding at `{answer.place}`"
    if answer.origin in ("manifest", "file") and answer.place:
        return f"`{answer.place}`"
    return f"`{answer.place}`" if answer.origin == "flag" else _ORIGINS.get(answer.origin, "")


def _listed(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _points(ranked: Ranked) -> str:
    return f"{_signed(ranked.total).lstrip('+')} point{'s' * (ranked.total != 1)}"


def _signed(value: float) -> str:
    text = _number(abs(value))
    return f"−{text}" if value < 0 else f"+{text}" if value else "0"


def _number(value: float) -> str:
    return f"{value:.6g}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# The drawing


class _Arrow(NamedTuple):
    """One choice of the tree."""

    source: str
    target: str
    label: str
    way: str
    """`taken`, `possible` (the question is open), or empty."""


class _Drawing(NamedTuple):
    """What both languages draw."""

    nodes: Mapping[str, tuple[str, str, bool]]
    """By id: the name in the drawing, the label, whether it is a question."""
    arrows: Sequence[_Arrow]
    reached: frozenset[str]
    """Ids of nodes on the way."""


def mermaid(decision: Decision, knowledge: Knowledge) -> str:
    """The tree in Mermaid's language, the way through it thick, open branches dashed."""
    drawing = _drawing(decision, knowledge)
    lines = ["flowchart TD"]
    for name, label, question in drawing.nodes.values():
        left, right = ("{{", "}}") if question else ("([", "])")
        lines.append(f'  {name}{left}"{_mermaid_text(label)}"{right}')
    for arrow in drawing.arrows:
        source, target = drawing.nodes[arrow.source][0], drawing.nodes[arrow.target][0]
        lines.append(f'  {source} -->|"{_mermaid_text(arrow.label)}"| {target}')
    for way, style in (("taken", ""), ("possible", ",stroke-dasharray:6 4")):
        numbers = [str(n) for n, arrow in enumerate(drawing.arrows) if arrow.way == way]
        if numbers:
            lines.append(f"  linkStyle {','.join(numbers)} stroke:#d9480f,stroke-width:3px{style}")
    lines.append("  classDef reached stroke:#d9480f,stroke-width:3px")
    reached = [name for key, (name, _, _) in drawing.nodes.items() if key in drawing.reached]
    if reached:
        lines.append(f"  class {','.join(reached)} reached")
    return "\n".join(lines) + "\n"


def dot(decision: Decision, knowledge: Knowledge) -> str:
    """The tree in Graphviz's language, the way through it thick, open branches dashed."""
    drawing = _drawing(decision, knowledge)
    lines = [f"digraph {_dot_text(knowledge.tree.id)} {{", "  node [fontname=sans];"]
    lines.append("  edge [fontname=sans];")
    for key, (name, label, question) in drawing.nodes.items():
        shape = "box" if question else "ellipse"
        mark = ", penwidth=3, color=orangered" if key in drawing.reached else ""
        lines.append(f"  {name} [shape={shape}, label={_dot_text(label)}{mark}];")
    marks = {
        "taken": ", penwidth=3, color=orangered",
        "possible": ", penwidth=3, color=orangered, style=dashed",
    }
    for arrow in drawing.arrows:
        source, target = drawing.nodes[arrow.source][0], drawing.nodes[arrow.target][0]
        mark = marks.get(arrow.way, "")
        lines.append(f"  {source} -> {target} [label={_dot_text(arrow.label)}{mark}];")
    return "\n".join([*lines, "}"]) + "\n"


def _drawing(decision: Decision, knowledge: Knowledge) -> _Drawing:
    tree, page = knowledge.tree, _Page(decision, knowledge)
    answered = {step.question: step.answer and step.answer.choice for step in decision.steps}
    arrows = [*_arrows(tree, answered)]
    leaves = dict.fromkeys(arrow.target for arrow in arrows if arrow.target not in tree.questions)
    nodes = {name: (f"q{n}", page.ask(name), True) for n, name in enumerate(tree.questions)}
    nodes |= {leaf: (f"a{n}", page.name(leaf), False) for n, leaf in enumerate(leaves)}
    return _Drawing(nodes, arrows, frozenset({*answered, *decision.outcomes}))


def _arrows(tree: Tree, answered: Mapping[str, str | None]) -> Iterator[_Arrow]:
    for name, question in tree.questions.items():
        for key, choice in question.choices.items():
            way = ""
            if name in answered:
                chosen = answered[name]
                way = "possible" if chosen is None else "taken" if chosen == key else ""
            yield _Arrow(name, choice.ask or choice.leaf or "", _flat(choice.label), way)


_ENTITIES = str.maketrans({c: f"#{ord(c)};" for c in '#"<>&`\\;'})


def _mermaid_text(text: str) -> str:
    """Text that ends no label early and is not taken for markup."""
    return text.translate(_ENTITIES)


def _dot_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
