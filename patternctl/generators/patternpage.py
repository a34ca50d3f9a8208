"""The page of one pattern, in Markdown: what `patterns show` tells and what a docs site holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from patternctl import templating
from patternctl.model import diagram as diagrams
from patternctl.model.diagram import Diagram, States, Step
from patternctl.model.pattern import Mechanism, Pattern

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def render(pattern: Pattern) -> str:
    """Markdown of the whole page; needs nothing but the pattern's own file."""
    helpers = {"spans": _spans, "number": _number, "drawn": _drawn, "words": _words}
    helpers["argument"] = _argument
    page = templating.render("pattern/page.md.j2", {"pattern": pattern, **helpers})
    return re.sub(r"\n{3,}", "\n\n", page)


def mechanism(code: str, told: Mechanism) -> str:
    """Markdown of one of the mechanisms that patterns are made of."""
    return templating.render(
        "pattern/mechanism.md.j2", {"code": code, "mechanism": told, "spans": _spans}
    )


def sections(page: str) -> dict[str, str]:
    """Sections of a page by name in kebab-case (`failure-modes`), each with its heading."""
    starts = [*_HEADING.finditer(page)]
    ends = [match.start() for match in starts[1:]] + [len(page)]
    return {
        match[1].lower().replace(" ", "-"): page[match.start() : end].rstrip() + "\n"
        for match, end in zip(starts, ends, strict=True)
    }


def _spans(lines: Sequence[tuple[int, int]]) -> str:
    """`63, 92-93`."""
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in lines)


def _number(value: object) -> str:
    """A value as people read it: thousands apart, no needless digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_number, value)) + "]"
    return str(value)


def _argument(value: object) -> str:
    """A value as a formula takes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_argument, value)) + "]"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _words(name: str) -> str:
    """`write-latency` as a heading has it: `Write latency`."""
    text = name.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


def _drawn(diagram: Diagram) -> str:
    """The diagram in words, for readers that cannot draw: one line for each step or arrow."""
    if isinstance(diagram, diagrams.Sequence):
        return "\n".join(_messages(diagram.steps, diagram.participants, ""))
    if isinstance(diagram, States):
        labels = {key: state.label for key, state in diagram.states.items()}
        arrows = [(arrow.source, arrow.target, arrow.on) for arrow in diagram.transitions]
        return "\n".join(_arrows(arrows, labels, {}))
    labels = {key: node.label for key, node in diagram.nodes.items()}
    details = {key: node.detail for key, node in diagram.nodes.items() if node.detail}
    return "\n".join(
        _arrows(
            [(arrow.source, arrow.target, arrow.label) for arrow in diagram.edges], labels, details
        )
    )


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
