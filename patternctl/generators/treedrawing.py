"""A decision as a drawing of its tree with the way marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from patternctl.generators._decided import Named, Words, flat
from patternctl.generators._drawing import Drawing, Mark, Tone
from patternctl.model.choosing import Decision
from patternctl.model.decision import Tree
from patternctl.model.diagram import Edge, Flow, Node, NodeKind


def drawing(decision: Decision, tree: Tree, entries: Mapping[str, Named]) -> Drawing:
    """Questions and what they lead to; the way taken thick, what open answers allow dashed."""
    words = Words(tree.questions, entries)
    edges = [*_edges(tree)]
    leaves = dict.fromkeys(edge.target for edge in edges if edge.target not in tree.questions)
    nodes = {name: _node(words.ask(name), "step") for name in tree.questions}
    nodes |= {leaf: _node(words.name(leaf), "outcome") for leaf in leaves}
    flow = Flow.model_construct(
        kind="flow", title=flat(tree.title), direction="down", nodes=nodes, edges=tuple(edges)
    )
    answers = {step.question: step.answer and step.answer.choice for step in decision.steps}
    settled = _settled(tree, answers)
    tones: dict[str, Tone] = {name: "taken" if name in settled else "open" for name in answers}
    ends: Tone = "taken" if len(decision.outcomes) == 1 else "open"
    marks = {name: Mark(tone) for name, tone in tones.items()}
    marks |= dict.fromkeys(decision.outcomes, Mark(ends))
    arrows = {
        number: marks[name]
        for number, (name, key) in enumerate(_choices(tree))
        if name in answers and answers[name] in (None, key)
    }
    description = f"{flow.title}: leads to {words.names(decision.outcomes)}."
    return Drawing(flow, description, marks, arrows)


def _node(label: str, kind: NodeKind) -> Node:
    return Node.model_construct(label=label, kind=kind)


def _choices(tree: Tree) -> Iterator[tuple[str, str]]:
    """Question and choice of each arrow, in the order they are drawn."""
    for name, question in tree.questions.items():
        yield from ((name, key) for key in question.choices)


def _edges(tree: Tree) -> Iterator[Edge]:
    for name, key in _choices(tree):
        choice = tree.questions[name].choices[key]
        target = choice.ask or choice.leaf or ""
        yield Edge.model_construct(source=name, target=target, label=flat(choice.label))


def _settled(tree: Tree, answers: Mapping[str, str | None]) -> set[str]:
    """Questions that are reached whatever the open ones are answered, and are answered."""
    found: set[str] = set()
    name: str | None = tree.start
    while name in tree.questions and (key := answers.get(name)):
        found.add(name)
        name = tree.questions[name].choices[key].ask
    return found
