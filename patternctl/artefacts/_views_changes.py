"""A picture of what differs between two states of a system."""

from __future__ import annotations

from collections.abc import Hashable

from pydantic import BaseModel

from patternctl.artefacts._views import RELATIONS, Arrow, Canvas, described
from patternctl.generators._drawing import Drawing, Mark
from patternctl.model.diagram import Node
from patternctl.model.system import ElementNames


def changes(
    new: Canvas, names: ElementNames, old: Canvas, old_names: ElementNames, title: str
) -> Drawing:
    """What was added, removed and changed, and what stands beside it."""
    nodes: dict[str, Mark] = {}
    canvas = Canvas()
    for key in dict.fromkeys((*new.nodes, *old.nodes)):
        source = new if key in new.nodes else old
        canvas.nodes[key] = source.nodes[key]
        differing = _differing(old.subjects[key], new.subjects[key]) if _both(key, new, old) else []
        if key not in old.nodes:
            nodes[key] = Mark("added")
        elif key not in new.nodes:
            nodes[key] = Mark("removed")
        elif differing:
            nodes[key] = Mark("changed")
            canvas.nodes[key] = _told(source.nodes[key], differing)
    arrows: dict[int, Mark] = {}
    for arrow, mark in _arrows(new, names, old, old_names):
        ends = (arrow.edge.source, arrow.edge.target)
        if mark:
            arrows[len(canvas.arrows)] = mark
        if mark or any(end in nodes for end in ends):
            canvas.arrows.append(arrow)
    beside = {end for each in canvas.arrows for end in (each.edge.source, each.edge.target)}
    canvas.nodes = {k: node for k, node in canvas.nodes.items() if k in nodes or k in beside}
    if not canvas.nodes:
        canvas.node(("nothing",), "Nothing differs", "outcome")
    flow = canvas.flow(title)
    return Drawing(flow, described(flow, nodes, arrows), nodes, arrows)


def _both(key: str, new: Canvas, old: Canvas) -> bool:
    return key in new.nodes and key in old.nodes


def _differing(before: object, after: object) -> list[str]:
    """Keys of the manifest whose values differ."""
    if not isinstance(before, BaseModel) or not isinstance(after, BaseModel):
        return [] if before == after else ["declaration"]
    fields = type(after).model_fields
    return [
        fields[key].alias or key
        for key in fields
        if key not in RELATIONS and getattr(before, key) != getattr(after, key)
    ]


def _told(node: Node, differing: list[str]) -> Node:
    words = ", ".join(key.replace("_", " ") for key in differing)
    detail = f"{node.detail}; differs: {words}" if node.detail else f"differs: {words}"
    return node.model_copy(update={"detail": detail})


def _arrows(
    new: Canvas, names: ElementNames, old: Canvas, old_names: ElementNames
) -> list[tuple[Arrow, Mark | None]]:
    """Arrows of both states, each once."""
    before = {_key(arrow, old_names): arrow for arrow in old.arrows}
    after = {_key(arrow, names): arrow for arrow in new.arrows}
    found: list[tuple[Arrow, Mark | None]] = []
    for key, arrow in after.items():
        known = before.get(key)
        if known is None:
            found.append((arrow, Mark("added")))
        else:
            same = known.subject == arrow.subject
            found.append((arrow, None if same else Mark("changed")))
    found += [(arrow, Mark("removed")) for key, arrow in before.items() if key not in after]
    return found


def _key(arrow: Arrow, names: ElementNames) -> Hashable:
    return names(arrow.path), arrow.edge.source, arrow.edge.target
