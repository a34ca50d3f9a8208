import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog
from patternctl.generators import mermaid
from patternctl.generators._drawing import Drawing, Mark, walked
from patternctl.model.diagram import Diagram, Flow, Sequence, States
from tests.artefacts.orders import HOSTILE
from tests.mermaid import parsed

DIAGRAMS = {
    f"{name}.{key}": diagram
    for name, entry in catalog.entries().items()
    for key, diagram in entry.diagrams.items()
}
TEXTS = HOSTILE | st.sampled_from(
    ["style a:b#c;", "%%{init: {'theme':'dark'}}%%", "1. one", "- x", "end", "$$x$$", "a;b", "#35;"]
)


def flow(label: str, detail: str, words: str, title: str) -> Flow:
    text = {
        "kind": "flow",
        "title": title,
        "groups": {"box": {"label": label}},
        "nodes": {
            "a": {"label": label, "kind": "service", "detail": detail, "within": "box"},
            "b": {"label": label, "kind": "queue"},
        },
        "edges": [{"from": "a", "to": "b", "label": words, "style": "async"}],
    }
    return Flow.model_validate(text)


def sequence(label: str, words: str, note: str, title: str) -> Sequence:
    said = {"from": "a", "to": "b", "say": words}
    text = {
        "kind": "sequence",
        "title": title,
        "participants": {"a": label, "b": "b"},
        "steps": [
            said,
            {"note": note, "over": ["b", "a"]},
            {"alternatives": [{"when": words, "steps": [said]}, {"when": note, "steps": [said]}]},
        ],
    }
    return Sequence.model_validate(text)


def states(label: str, words: str, title: str) -> States:
    text = {
        "kind": "states",
        "title": title,
        "states": {"outer": {"label": label}, "a": {"label": label, "within": "outer"}},
        "transitions": [
            {"from": "start", "to": "outer"},
            {"from": "start", "to": "a", "on": words},
            {"from": "a", "to": "end"},
        ],
    }
    return States.model_validate(text)


@pytest.mark.parametrize("diagram", DIAGRAMS.values(), ids=DIAGRAMS)
def test_mermaid_reads_every_diagram_of_the_catalog_whole(diagram: Diagram) -> None:
    text = mermaid.render(Drawing(diagram, legend=False))
    found = parsed(text)
    assert not found.error
    assert found.title == " ".join(diagram.title.translate(mermaid._PLAIN).split())
    assert len(text) < mermaid.MOST_CHARACTERS
    if isinstance(diagram, Flow):
        assert (found.nodes, found.arrows) == (len(diagram.nodes), len(diagram.edges))
    elif isinstance(diagram, Sequence):
        messages = sum(case.kind == "message" for case in walked(diagram.steps))
        assert (found.nodes, found.arrows) == (len(diagram.participants), messages)
    else:
        assert found.arrows == len(diagram.transitions)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_breaks_out_of_a_flow(label: str, detail: str, words: str, title: str) -> None:
    made = flow(f"x{label}", f"x{detail}", f"x{words}", f"x{title}")
    marks = {"b": Mark("error", ("PC101",))}
    found = parsed(mermaid.render(Drawing(made, f"x{title}", marks, legend=False)))
    assert (found.error, found.nodes, found.arrows) == ("", 2, 1)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_breaks_out_of_a_sequence(label: str, words: str, note: str, title: str) -> None:
    made = sequence(f"x{label}", f"x{words}", f"x{note}", f"x{title}")
    found = parsed(mermaid.render(Drawing(made, arrows={1: Mark("warning", ("PC101",))})))
    assert (found.error, found.nodes, found.arrows) == ("", 2, 3)


@given(TEXTS, TEXTS, TEXTS)
def test_no_text_breaks_out_of_states(label: str, words: str, title: str) -> None:
    made = states(f"x{label}", f"x{words}", f"x{title}")
    found = parsed(mermaid.render(Drawing(made, nodes={"a": Mark("error", ("PC101",))})))
    assert (found.error, found.arrows) == ("", 3)


def test_a_state_begins_and_ends_inside_of_the_one_it_is_a_part_of() -> None:
    found = parsed(mermaid.render(Drawing(states("x", "go", "t"))))
    assert sorted(found.labels) == ["root_start s0", "s0_start s1", "s1 s0_end"]


def test_lines_say_whether_somebody_waits() -> None:
    text = mermaid.render(Drawing(DIAGRAMS["saga.orchestration"]))
    assert text.startswith("flowchart LR\n")
    assert '-->|"waits for the answer"|' in text
    assert '-.->|"does not wait"|' in text


def test_marks_carry_codes_and_signs_as_well_as_colour() -> None:
    made = flow("orders", "×2", "http", "t")
    text = mermaid.render(Drawing(made, "", {"a": Mark("added")}, {0: Mark("error", ("PC301",))}))
    assert 'n0["#43; orders<br/>×2"]:::added' in text
    assert "http<br/>⚠ PC301" in text
    assert "linkStyle 0 stroke:#c92a2a,stroke-width:3px,stroke-dasharray:8 5" in text
    assert 't0["⚠ finding#58; error"]:::error' in text


def test_alternatives_keep_their_order() -> None:
    text = mermaid.render(Drawing(sequence("A", "hello", "hm", "t")))
    assert [line.split()[0] for line in text.splitlines()[5:]] == [
        "p0->>p1:",
        "Note",
        "alt",
        "p0->>p1:",
        "else",
        "p0->>p1:",
        "end",
    ]


def test_boxes_may_be_nested_deeper_than_python_recurses() -> None:
    depth = 3000
    groups = {"g0": {"label": "g"}} | {
        f"g{n}": {"label": "g", "within": f"g{n - 1}"} for n in range(1, depth)
    }
    nodes = {"a": {"label": "a", "kind": "step", "within": f"g{depth - 1}"}}
    edges = [{"from": "a", "to": "a"}]
    made = Flow.model_validate(
        {"kind": "flow", "title": "t", "groups": groups, "nodes": nodes, "edges": edges}
    )
    assert mermaid.render(Drawing(made)).count("subgraph") == depth
