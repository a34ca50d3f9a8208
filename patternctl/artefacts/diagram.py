"""Kind `diagram`: pictures of patterns and of the user's system, as Mermaid and for Graphviz."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from patternctl import faults, templating
from patternctl.artefacts._markdown import inline, table
from patternctl.artefacts._names import slugs
from patternctl.artefacts._pictures import drawn
from patternctl.artefacts._views import Canvas, Found, View
from patternctl.artefacts._views_changes import changes
from patternctl.artefacts._views_parts import parts
from patternctl.artefacts._views_saga import limit, saga
from patternctl.artefacts._views_system import (
    containers,
    context,
    data_flow,
    deployment,
    deployment_lacks,
)
from patternctl.artefacts._views_time import sequence
from patternctl.errors import Problem, UsageError
from patternctl.generators import dot
from patternctl.generators._drawing import Drawing, Mark, counted
from patternctl.model.architecture import Saga
from patternctl.model.artefact import Artefact, Order
from patternctl.model.finding import Finding
from patternctl.model.system import ElementNames, System
from patternctl.rulekit import Facts
from patternctl.rulekit.wording import listed

SUMMARY = "pictures of the system with its findings, or of patterns: Mermaid, Graphviz, SVG, PNG"
FOR_ALL = True
FOLDER = "diagrams"

_USUAL = ("mmd", "dot")
_PICTURES = ("svg", "png")
"""What Graphviz draws, the better one for a page first."""
_STEP = (
    "pictures: `patternctl generate diagram --format mmd --format svg`, or png, draws them with "
    "Graphviz"
)
_WORDS = {
    "mmd": "Mermaid (`.mmd`)",
    "dot": "Graphviz's text (`.dot`)",
    "svg": "SVG",
    "png": "PNG",
}
_EMBEDDED = 300_000
"""Characters of Mermaid that the index holds; it links to the others, and so is still shown."""
_ROWS = 300
"""Findings that the index lists."""


class _Sheet(NamedTuple):
    """One file's worth of a picture."""

    name: str
    """Of its files, without an ending."""
    drawing: Drawing
    mermaid: str


class _Part(NamedTuple):
    """A sheet in the index."""

    name: str
    mermaid: str
    """Empty where the index does not hold it."""
    picture: str
    """The file that the index shows instead; empty for none."""


class _Entry(NamedTuple):
    """A picture in the index."""

    heading: str
    anchor: str
    about: str
    parts: tuple[_Part, ...]


def make(order: Order) -> Iterator[Artefact]:
    """Diagrams of the patterns asked for, and of the system.

    Raises `UsageError` for a focus that there is not, and where Graphviz cannot draw what is asked.
    """
    views = [view for pattern in order.patterns for view in _pattern(order, pattern)]
    missing: list[tuple[str, str]] = []
    whole: list[View] = []
    if order.system is not None:
        facts = Facts(order.system.architecture)
        if order.options.base is not None:
            views.append(_changed(order, facts, order.options.base))
        elif order.options.focus:
            views.append(_focused(order, facts))
        else:
            whole = [*_views(facts, _found(order, facts), missing)]
    sheets = {view.name: _sheets(view) for view in (*views, *whole)}
    yield from _files(order, [sheet for each in sheets.values() for sheet in each])
    if whole or missing:
        yield _index(order, whole, sheets, missing)


def _formats(order: Order) -> tuple[str, ...]:
    return order.options.formats or _USUAL


def _pattern(order: Order, pattern: str) -> Iterator[View]:
    """The catalog's diagrams of a pattern."""
    entry = order.entries[pattern]
    for key, diagram in entry.diagrams.items():
        name = f"pattern-{pattern}{f'.{key}' if len(entry.diagrams) > 1 else ''}"
        yield View(name, diagram.title, "", Drawing(diagram))


def _sheets(view: View) -> list[_Sheet]:
    """A picture, cut where it is too large for one file."""
    cut = parts(view.drawing)
    numbered = len(cut) > 1
    return [
        _Sheet(f"{view.name}.{number}" if numbered else view.name, drawing, text)
        for number, (drawing, text) in enumerate(cut, start=1)
    ]


def _files(order: Order, sheets: Sequence[_Sheet]) -> Iterator[Artefact]:
    """Every sheet in every format."""
    formats = _formats(order)
    wanted = [form for form in formats if form in _PICTURES]
    texts = {sheet.name: dot.render(sheet.drawing) for sheet in sheets if formats != ("mmd",)}
    pictures = drawn(texts, wanted)
    for sheet in sheets:
        for form in formats:
            file = f"{sheet.name}.{form}"
            path = f"{FOLDER}/{file}"
            if form == "mmd":
                yield Artefact(path, sheet.mermaid)
            elif form == "dot":
                yield Artefact(path, texts[sheet.name], "" if wanted else _STEP)
            elif form == "svg":
                yield Artefact(path, pictures[file].decode(), basis=texts[sheet.name])
            else:
                yield Artefact(path, "", data=pictures[file], basis=texts[sheet.name])


def _changed(order: Order, facts: Facts, base: System) -> View:
    """What differs from the earlier state, around the focus where there is one."""
    old_facts = Facts(base.architecture)
    new, old = data_flow(facts), data_flow(old_facts)
    if order.options.focus:
        keys = _named({**new.nodes, **old.nodes}, order.options.focus)
        new = new.near([key for key in keys if key in new.nodes], order.options.depth)
        old = old.near([key for key in keys if key in old.nodes], order.options.depth)
    names, old_names = ElementNames(facts.architecture), ElementNames(base.architecture)
    title = f"What differs in {facts.architecture.system} from {Path(base.name).name}"
    return View("changes", "Changes", "", changes(new, names, old, old_names, title))


def _found(order: Order, facts: Facts) -> Found:
    return Found(ElementNames(facts.architecture), order.findings)


def _focused(order: Order, facts: Facts) -> View:
    """The data flow around one element."""
    focus, depth = order.options.focus, order.options.depth
    canvas = data_flow(facts)
    keys = _named(canvas.nodes, focus)
    title = f"{focus} in {facts.architecture.system}, {depth} step{'s' * (depth > 1)} around it"
    drawing, findings = canvas.near(keys, depth).drawn(title, _found(order, facts), partial=True)
    marks = {key: Mark("focus") for key in keys} | dict(drawing.nodes)
    drawing = drawing._replace(nodes=marks)
    return View(f"focus-{slugs([focus])[focus]}", focus, "", drawing, findings)


def _named(keys: Iterable[str], focus: str) -> list[str]:
    """Elements of a name, whatever they are. Raises `UsageError` where there are none."""
    names = {key: key.partition("/")[2] for key in keys}
    found = [key for key, name in names.items() if focus in (name, key)]
    if not found:
        hint = faults.suggest(focus, names.values()) or f"there are: {listed(names.values())}"
        shown = faults.shown(focus)
        raise UsageError(Problem(f"no service, store or event is called {shown}", hint=hint))
    return found


def _index(
    order: Order,
    views: Sequence[View],
    sheets: Mapping[str, Sequence[_Sheet]],
    missing: Sequence[tuple[str, str]],
) -> Artefact:
    """The page that holds the pictures of the system, and says what is not drawn."""
    assert order.system is not None  # noqa: S101 -- it is of a system
    formats = _formats(order)
    picture = next((form for form in _PICTURES if form in formats), None)
    embedded = 0
    entries: list[_Entry] = []
    for view in views:
        shown = []
        for sheet in sheets[view.name]:
            embedded += len(sheet.mermaid)
            if "mmd" in formats and embedded <= _EMBEDDED:
                shown.append(_Part(sheet.name, sheet.mermaid, ""))
            else:
                shown.append(_Part(sheet.name, "", f"{sheet.name}.{picture}" if picture else ""))
        entries.append(_Entry(view.heading, view.name, view.about, tuple(shown)))
    values = {
        "system": order.system.architecture.system,
        "views": entries,
        "formats": formats,
        "written": listed([_WORDS[form] for form in formats]),
        "missing": missing,
        "findings": _listed(order.findings, views),
        "inline": inline,
    }
    text = templating.render("diagram/index.md.j2", values, order.templates)
    return Artefact(f"{FOLDER}/README.md", text)


def _listed(findings: Sequence[Finding], views: Sequence[View]) -> str:
    """Findings as a table, each with the pictures it is drawn on; empty where there are none."""
    if not findings:
        return ""
    places: dict[str, list[str]] = defaultdict(list)
    for view in views:
        for finding in view.findings:
            places[finding.fingerprint].append(view.heading)
    rows = [
        (each.code, each.element, each.message, listed(places[each.fingerprint]) or "none")
        for each in findings[:_ROWS]
    ]
    more = len(findings) - len(rows)
    told = table(["rule", "at", "what", "pictures"], rows)
    return f"{told}\nand {more} more: `patternctl lint` tells them all\n" if more else told


def _views(facts: Facts, found: Found, missing: list[tuple[str, str]]) -> Iterator[View]:
    if not facts.services:
        missing.append(("everything", "not stated: services"))
        return
    system = facts.architecture.system
    drawing, _ = context(facts).drawn(f"{system}: who uses it, and whom it uses", None)
    about = "The system as one box. What is inside it is on the next pictures."
    yield View("context", "Context", about, drawing)
    yield _structure(
        containers(facts),
        "containers",
        "Containers",
        f"{system}: what runs, and who owns it",
        found,
    )
    yield _structure(
        data_flow(facts), "data-flow", "Data flow", f"{system}: calls, events and data", found
    )
    yield from _in_time(facts, found, missing)
    if lacks := deployment_lacks(facts):
        missing.append(("the deployment", f"not stated: {', '.join(lacks)}"))
    else:
        title = f"{system}: what is deployed where"
        yield _structure(deployment(facts), "deployment", "Deployment", title, found)


def _structure(canvas: Canvas, name: str, heading: str, title: str, found: Found) -> View:
    drawing, findings = canvas.drawn(title, found)
    size = counted((len(canvas.nodes), "element"), (len(canvas.arrows), "arrow"))
    return View(name, heading, f"{size}.", drawing, findings)


def _in_time(facts: Facts, found: Found, missing: list[tuple[str, str]]) -> Iterator[View]:
    """One picture for each flow and saga."""
    for name, slug in slugs(facts.architecture.flows).items():
        made = sequence(facts, name, found)
        if made is None:
            reason = "it reaches no other service that is stated, or runs in a circle"
            missing.append((f"the flow {name}", reason))
            continue
        about = facts.architecture.flows[name].description or f"What happens for one {name}."
        yield View(f"flow-{slug}", f"Flow: {name}", about, *made)
    sagas = [*facts.adopted_as(Saga)]
    titles = _distinct(stated.name or "not named" for _, stated in sagas)
    files = slugs(titles)
    for (path, stated), title in zip(sagas, titles, strict=True):
        style = stated.style or "style not stated"
        made = saga(facts, path, stated, f"Saga {title} ({style})", found)
        if made is None:
            missing.append((f"the saga {title}", f"not stated: patterns.{title}.steps"))
        else:
            about = (
                "What each step leads to. One that is refused did nothing; one that is silent may "
                f"have taken effect, and is taken back too. The whole saga: {limit(stated)}."
            )
            yield View(f"saga-{files[title]}", f"Saga: {title}", about, *made)


def _distinct(names: Iterable[str]) -> list[str]:
    """The names, the second of two alike with a number."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
    return found
