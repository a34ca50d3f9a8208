from itertools import combinations

import pytest
from hypothesis import given, settings

from patternctl.generators import dot
from patternctl.generators._drawing import Drawing, Mark
from patternctl.model.diagram import Diagram, Flow, Sequence
from tests.generators.test_mermaid import DIAGRAMS, TEXTS, flow, sequence, states
from tests.graphviz import drawn, placed


@pytest.mark.parametrize("diagram", DIAGRAMS.values(), ids=DIAGRAMS)
def test_dot_draws_every_diagram_of_the_catalog(diagram: Diagram) -> None:
    found = drawn(dot.render(Drawing(diagram)))
    if isinstance(diagram, Flow):
        assert (found["node"], found["edge"]) == (len(diagram.nodes), len(diagram.edges))
    else:
        assert found["edge"]


@settings(max_examples=15)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_breaks_out(label: str, detail: str, words: str, title: str) -> None:
    texts = (f"x{label}", f"x{detail}", f"x{words}", f"x{title}")
    made = flow(*texts)
    marks = {"b": Mark("error", ("PC101",))}
    found = drawn(dot.render(Drawing(made, texts[3], marks)))
    assert (found["node"], found["edge"], found["cluster"]) == (2, 1, 1)
    assert drawn(dot.render(Drawing(sequence(*texts))))
    found = drawn(dot.render(Drawing(states(texts[0], texts[2], texts[3]))))
    assert (found["edge"], found["cluster"]) == (3, 1)


def test_lines_and_marks_look_as_the_legend_says() -> None:
    made = flow("orders", "×2", "http", "t")
    text = dot.render(Drawing(made, "", {"a": Mark("removed")}, {0: Mark("error", ("PC301",))}))
    assert 'n0 [label="− orders\\n×2"' in text
    assert 'style="filled,dashed", fillcolor="#ffe3e3"' in text
    assert 'n0 -> n1 [style=dashed, label=" http \\n ⚠ PC301 ", color="#c92a2a"' in text
    assert "□ − removed" in text
    assert "■ ⚠ finding: error" in text


def test_a_state_begins_and_ends_inside_of_the_one_it_is_a_part_of() -> None:
    text = dot.render(Drawing(states("x", "go", "t")))
    inner = text[text.index("subgraph cluster_s0 {") : text.index("\n  }")]
    assert "start_s0 [" in inner
    assert "end_s0 [" in inner
    assert "  start -> s0 [style=solid, lhead=cluster_s0];" in text
    assert '  start_s0 -> s1 [style=solid, label=" go "];' in text


def test_boxes_whose_arrows_run_in_circles_are_drawn() -> None:
    """Graphviz 2.43 fails at these where it places the nodes of each box alone."""
    boxes = {f"b{n}": {"label": "b"} for n in range(3)}
    nodes = {f"n{n}": {"label": "n", "kind": "service", "within": f"b{n % 3}"} for n in range(20)}
    edges = [
        {"from": f"n{n}", "to": f"n{(n * 11 + step) % 20}", "label": "http"}
        for n in range(20)
        for step in (1, 2, 5)
    ]
    made = {"kind": "flow", "title": "t", "groups": boxes, "nodes": nodes, "edges": edges}
    found = drawn(dot.render(Drawing(Flow.model_validate(made))))
    assert (found["node"], found["edge"], found["cluster"]) == (20, 60, 3)


@pytest.mark.parametrize("name", [n for n, d in DIAGRAMS.items() if isinstance(d, Sequence)])
def test_words_of_a_sequence_do_not_hide_one_another(name: str) -> None:
    boxes = placed(dot.render(Drawing(DIAGRAMS[name])))
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        apart = a.right <= b.left or b.right <= a.left or a.top <= b.bottom or b.top <= a.bottom
        assert apart, f"{one} and {other}"
