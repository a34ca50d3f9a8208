"""Pages of the catalog, in Markdown: what the terminal shows and what a docs site holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from patternctl import templating
from patternctl.generators import _words
from patternctl.model import diagram as diagrams
from patternctl.model.diagram import Diagram, Flow, States, Step
from patternctl.model.knowledge import Practice
from patternctl.model.pattern import Mechanism, Pattern
from patternctl.model.playbook import Playbook

_FIRST = ("problem", "when", "when-not", "guarantees", "trade-offs")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def pattern(pattern: Pattern) -> str:
    """Markdown of a pattern's whole page; needs nothing but its own file."""
    values = {"pattern": pattern, "drawn": _drawn, "formulas": _words.formulas(pattern)}
    return _page("pattern/page.md.j2", values)


def mechanism(code: str, mechanism: Mechanism) -> str:
    """Markdown of one of the mechanisms that patterns are made of."""
    return _page("pattern/mechanism.md.j2", {"code": code, "mechanism": mechanism})


def playbook(playbook: Playbook) -> str:
    """Markdown of a playbook."""
    return _page("catalog/playbook.md.j2", {"playbook": playbook})


def practice(practice: Practice) -> str:
    """Markdown of a practice."""
    return _page("catalog/practice.md.j2", {"practice": practice})


def _page(template: str, values: Mapping[str, object]) -> str:
    text = templating.render(template, {**_words.helpers(), **values})
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def overview(page: str, name: str) -> str:
    """What to read first of a page: the sections that decide, and the names of the others."""
    known = sections(page)
    head = page[: page.index("\n## ")].rstrip()
    others = ", ".join(f"`{key}`" for key in known if key not in _FIRST)
    more = f"More: `patternctl patterns show {name} --section …` with {others}, or `all`."
    first = (section for key, section in known.items() if key in _FIRST)
    return "\n".join((f"{head}\n", *first, more)) + "\n"


def sections(page: str) -> dict[str, str]:
    """Sections of a page by name in kebab-case (`failure-modes`), each with its heading."""
    starts = [*_HEADING.finditer(page)]
    ends = [match.start() for match in starts[1:]] + [len(page)]
    return {
        match[1].lower().replace(" ", "-"): page[match.start() : end].rstrip() + "\n"
        for match, end in zip(starts, ends, strict=True)
    }


def _drawn(diagram: Diagram) -> str:
    """The diagram in words, for readers that cannot draw: one line for each step or arrow."""
    if isinstance(diagram, diagrams.Sequence):
        return "\n".join(_messages(diagram.steps, diagram.participants, ""))
    if isinstance(diagram, States):
        labels = {key: state.label for key, state in diagram.states.items()}
        arrows = [(arrow.source, arrow.target, arrow.on) for arrow in diagram.transitions]
        return "\n".join(_arrows(arrows, labels, {}))
    details = {key: node.detail for key, node in diagram.nodes.items() if node.detail}
    arrows = [(arrow.source, arrow.target, arrow.label) for arrow in diagram.edges]
    return "\n".join([*_arrows(arrows, _labels(diagram), details), *_groups(diagram)])


def _groups(flow: Flow) -> Iterator[str]:
    """One line for each box: what stands in it."""
    for key, group in flow.groups.items():
        boxes = [inner.label for inner in flow.groups.values() if inner.within == key]
        nodes = [node.label for node in flow.nodes.values() if node.within == key]
        yield f"- {group.label}: {', '.join([*boxes, *nodes])}"


def _labels(flow: Flow) -> dict[str, str]:
    """Names of nodes by id; those that occur twice are told apart by the group they stand in."""
    uses = Counter(node.label for node in flow.nodes.values())
    return {
        key: f"{flow.groups[node.within].label}: {node.label}"
        if node.within and uses[node.label] > 1
        else node.label
        for key, node in flow.nodes.items()
    }


def _arrows(
    arrows: Sequence[tuple[str, str, str | None]],
    labels: Mapping[str, str],
    details: dict[str, str],
) -> Iterator[str]:
    """One line for each arrow; a node's detail goes with the first mention of it."""

    def name(key: str) -> str:
        detail = details.pop(key, "")
        return labels.get(key, key) + (f" ({detail})" if detail else "")

    for source, target, label in arrows:
        yield f"- {name(source)} → {name(target)}" + (f": {label}" if label else "")


def _messages(steps: Sequence[Step], names: dict[str, str], indent: str) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        mark = f"{indent}{number}."
        if step.alternatives:
            yield f"{mark} either"
            for branch in step.alternatives:
                yield f"{indent}   - {branch.when}:"
                yield from _messages(branch.steps, names, f"{indent}     ")
        elif step.note:
            yield f"{mark} ({step.note})"
        elif step.source == step.target:
            yield f"{mark} {names[step.source or '']}: {step.say}"
        else:
            arrow = "⇢" if step.reply else "→"
            ends = names[step.source or ""], names[step.target or ""]
            yield f"{mark} {ends[0]} {arrow} {ends[1]}: {step.say}"
