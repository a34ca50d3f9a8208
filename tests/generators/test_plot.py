"""Pictures of costs: what is drawn where, for whom it can be read, and what input cannot break."""

import math
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patternctl.generators import _axes, plot
from patternctl.generators._axes import Point, Series
from tests import golden

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"
STEPS = [10 ** (step / 4) for step in range(21)]


def series(name: str, fixed: float, each: float, spread: float) -> tuple[str, list[Point]]:
    """Costs of a fixed part and one for each request."""
    costs = [(x, fixed + each * x) for x in STEPS]
    return name, [(x, cost / spread, cost, cost * spread) for x, cost in costs]


def without(part: tuple[str, list[Point]], *gaps: int) -> tuple[str, list[Point]]:
    name, points = part
    return name, [(p[0], None, None, None) if n in gaps else p for n, p in enumerate(points)]


MANY = [
    without(series("Traditional monolith", 900, 0.4, 1.3), *range(17, 21)),
    series("CQRS system", 2200, 0.3, 1.5),
    series("Microservices", 5200, 0.35, 1.4),
    series("Serverless", 30, 3.1, 1.6),
    without(series("Cell-based", 9800, 0.36, 1.2), 7, 9),
    without(series("Event sourcing", 1, 1, 1), *range(21)),
]
X_LABEL, Y_LABEL = "requests per second", "Infrastructure, USD a month"


def picture(drawn: Series, title: str = "Monthly cost", **more: Any) -> ElementTree.Element:
    return ElementTree.fromstring(plot.svg(title, X_LABEL, Y_LABEL, drawn, **more))


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_svg_of_many_series() -> None:
    text = plot.svg("Monthly cost by requests per second", X_LABEL, Y_LABEL, MANY)
    golden.check(GOLDEN / "plot.svg", text)
    assert text == plot.svg("Monthly cost by requests per second", X_LABEL, Y_LABEL, MANY)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("plain", [False, True])
def test_text_of_many_series(width: int, plain: bool) -> None:
    text = plot.text(MANY, width, 16, ascii=plain, x_label=X_LABEL, y_label=Y_LABEL)
    assert max(map(_axes.columns, text.splitlines())) <= width
    assert text.isascii() == plain
    golden.check(GOLDEN / f"plot-{width}{'-ascii' if plain else ''}.txt", text)


@pytest.mark.parametrize("plain", [False, True])
def test_text_of_one_series_shows_its_band(plain: bool) -> None:
    text = plot.text(
        MANY[:1], 80, 12, log_x=False, log_y=False, ascii=plain, x_label=X_LABEL, y_label=Y_LABEL
    )
    golden.check(GOLDEN / f"plot-band{'-ascii' if plain else ''}.txt", text)


def test_a_picture_tells_in_words_what_it_shows() -> None:
    root = picture(MANY)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert (root.get("aria-labelledby") or "").split() == [title.get("id"), description.get("id")]
    told = description.text or ""
    assert "Serverless: $33.1 ($20.7–$53) at 1 to $310k ($194k–$496k) at 100k." in told
    assert "Cell-based: " in told
    assert "; not known at 2 points." in told
    assert "Event sourcing: not known." in told


def test_gaps_are_not_drawn_over() -> None:
    whole, gapped = (
        re.findall(r'd="([^"]+)" fill="none" stroke="currentColor" stroke-width', text)
        for text in (
            plot.svg("T", "x", "y", [series("A", 10, 1, 2)]),
            plot.svg("T", "x", "y", [without(series("A", 10, 1, 2), 7, 9)]),
        )
    )
    assert whole[0].count("M") == 1
    assert gapped[0].count("M") == 4  # left part, the point between the gaps, its range, right part


def test_few_series_have_bands() -> None:
    bands = [plot.svg("T", "x", "y", MANY[:many]).count('fill-opacity=".12"') for many in (2, 3, 4)]
    assert bands == [2, 3, 0]


def test_long_names_take_several_lines_and_are_not_cut() -> None:
    name = "Traditional application with change data capture"
    found = texts(picture([series(name, 10, 1, 2)]))
    assert [each for each in found if each in name] == [
        "Traditional application with",
        "change data capture",
    ]


def test_why_a_curve_ends_is_written_below() -> None:
    ended = without(series("Monolith", 10, 1, 2), *range(17, 21))
    more: dict[str, Any] = {
        "ends": {"Monolith": "no larger <machine>"}, "remarks": ["+ unknown: rows"],
    }  # fmt: skip
    root = picture([ended, series("Serverless", 1, 1, 2)], **more)
    assert texts(root)[-2:] == ["× Monolith ends at 10k: no larger <machine>", "+ unknown: rows"]
    low = max(float(element.get("y") or 0) for element in root.iter(f"{SVG}text"))
    assert low < float(root.get("height") or 0)
    told = plot.text([ended], 80, 8, **more)
    assert told.endswith("Monolith ends at 10k: no larger <machine>\n+ unknown: rows\n")


def test_series_without_a_value_are_named_and_not_drawn() -> None:
    root = picture([("Edge", [(1, None, None, None), (10, None, None, None)])])
    assert "Edge (not known)" in texts(root)
    assert not list(root.iter(f"{SVG}circle"))
    assert "not known" in plot.text([("Edge", [(1, None, None, None)])], 60, 8)


@pytest.mark.parametrize("bad", [0.0, -5.0, math.nan, math.inf, -math.inf])
def test_values_that_a_logarithmic_axis_has_no_place_for_are_gaps(bad: float) -> None:
    points: list[Point] = [(1, 1, 2, 3), (10, bad, bad, bad), (100, 2, 4, 9)]
    [curve] = _axes.curves([("A", points)], log_x=True, log_y=True)
    assert ([len(run) for run in curve.runs], curve.missing) == ([1, 1], 1)
    picture([("A", points)])


def test_a_band_down_to_zero_reaches_the_floor_of_a_logarithmic_axis() -> None:
    drawn = _axes.curves([("A", [(1, 0, 20, 30), (10, 0, 40, 50)])], log_x=True, log_y=True)
    axis = _axes.upright(drawn, log=True, most=8)
    assert (axis.low, axis.high) == (20, 50)
    assert axis.at(0) == 0


def test_names_end_apart_and_inside() -> None:
    same = [series(f"Design {n}", 100, 1, 1) for n in range(30)]
    root = picture(same)
    height = float(root.get("height") or 0)
    places = sorted(
        float(element.get("y") or 0)
        for element in root.iter(f"{SVG}text")
        if element.get("class") == "name"
    )
    assert len(places) == 30
    assert all(below - above >= 16.8 for above, below in pairwise(places))
    assert places[-1] < height - 40


@given(st.lists(st.floats(0, 400), max_size=20))
def test_labels_are_apart_and_in_order(wanted: list[float]) -> None:
    places = plot.apart(wanted, 17, 0, 400)
    for one, other in combinations(range(len(wanted)), 2):
        assert abs(places[one] - places[other]) >= 16.7
        if wanted[one] < wanted[other]:
            assert places[one] < places[other]
    if len(wanted) < 24:
        assert all(0 <= place <= 400 for place in places)
    if all(abs(a - b) >= 17 for a, b in combinations(wanted, 2)):
        assert places == pytest.approx(wanted, abs=0.06)


@pytest.mark.parametrize(
    ("value", "label", "text"),
    [
        (0, "", "0"),
        (0.05, "", "0.05"),
        (0.00002, "", "2e-5"),
        (1, "", "1"),
        (999.9996, "", "1k"),
        (1500, "", "1.5k"),
        (1e6, "requests per second", "1M"),
        (2.5e9, "", "2.5B"),
        (1e16, "", "1e16"),
        (1200, "USD a month", "$1.2k"),
        (-1200, "Cost (USD/month)", "-$1.2k"),
        (10, "EUR", "€10"),
        (10, "JPY", "10"),
    ],
)
def test_amounts_as_people_write_them(value: float, label: str, text: str) -> None:
    assert _axes.amount(value, label) == text


@pytest.mark.parametrize(
    ("values", "log", "ticks"),
    [
        ((1, 1e6), True, (1, 10, 100, 1e3, 1e4, 1e5, 1e6)),
        ((120, 4000), True, (100, 200, 500, 1000, 2000, 5000)),
        ((21, 47), True, (20, 30, 40, 50)),
        ((1e-3, 1e12), True, (1e-3, 1, 1e3, 1e6, 1e9, 1e12)),
        ((5, 5), True, (2, 3, 4, 5, 6, 7, 8, 9, 10)),
        ((0, 53_000), False, (0, 1e4, 2e4, 3e4, 4e4, 5e4, 6e4)),
        ((7, 7), False, (3, 4, 5, 6, 7, 8, 9, 10, 11)),
        ((), True, (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
    ],
)
def test_ticks_that_people_like(values: tuple[float, ...], log: bool, ticks: object) -> None:
    most = 7 if len(set(values)) > 1 else 10
    assert _axes.axis(values, log=log, most=most).ticks == ticks


VALUES = st.floats(1e-250, 1e250) | st.floats(0.01, 1e9)
NARROW = st.tuples(st.floats(0.01, 1e9), st.floats(1, 1.6)).map(
    lambda two: [two[0], two[0] * two[1]]
)
SIGNED = st.lists(st.floats(-1e9, 1e9).filter(lambda x: abs(x) > 1e-3), min_size=1, max_size=4)


@given(NARROW | SIGNED, st.integers(2, 12))
def test_linear_axes_of_any_range_have_ticks_and_no_more(values: list[float], most: int) -> None:
    axis = _axes.axis(values, log=False, most=most)
    assert axis.low <= min(values) + abs(min(values)) * 0.001
    assert axis.high >= max(values) - abs(max(values)) * 0.001
    assert 2 <= len(axis.ticks) <= most


@given(st.lists(VALUES, min_size=1, max_size=6), st.booleans(), st.integers(2, 12))
def test_axes_hold_their_values_and_have_ticks(values: list[float], log: bool, most: int) -> None:
    axis = _axes.axis(values, log=log, most=most)
    assert axis.low < axis.high
    assert axis.low <= min(values) * 1.001
    assert axis.high >= max(values) * 0.999
    assert 2 <= len(axis.ticks) <= most
    places = [axis.at(tick) for tick in axis.ticks]
    assert places == sorted(set(places))


def test_hostile_names_are_text() -> None:
    hostile = '</text><script>alert("x")</script>\x1b[31m\x00\u202e\ud800&amp;\n'
    points: list[Point] = [(1, 1, 2, 3), (10, 1, 2, 3)]
    root = ElementTree.fromstring(plot.svg(hostile, hostile, hostile, [(hostile, points)]))
    assert not list(root.iter(f"{SVG}script"))
    text = plot.text([(hostile, points)], 60, 8, x_label=hostile, y_label=hostile)
    assert text.replace("\n", "").isprintable()
    assert max(map(_axes.columns, text.splitlines())) <= 60


def test_wide_letters_take_two_columns() -> None:
    assert _axes.columns("漢字e\u0301") == 5
    assert _axes.fit("漢字漢字", 5) == "漢字…"
    text = plot.text([("漢字" * 40, [(1, 1, 2, 3)])], 60, 8)
    assert max(map(_axes.columns, text.splitlines())) <= 60


def test_ascii_has_no_sign_for_the_euro() -> None:
    text = plot.text(MANY[:2], 80, 8, y_label="EUR a month", ascii=True)
    assert text.isascii()


AMOUNTS = st.none() | st.floats(allow_nan=True, allow_infinity=True)
POINTS = st.lists(st.tuples(st.floats(), AMOUNTS, AMOUNTS, AMOUNTS), max_size=6)
WIDTHS = st.integers(30, 140)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.text(), POINTS), max_size=4), st.booleans(), st.booleans(), WIDTHS)
def test_any_series_can_be_drawn(
    drawn: list[tuple[str, list[Point]]], log_x: bool, log_y: bool, width: int
) -> None:
    ElementTree.fromstring(plot.svg("T", "x", "USD", drawn, log_x=log_x, log_y=log_y))
    for plain in (False, True):
        text = plot.text(drawn, width, 8, log_x=log_x, log_y=log_y, ascii=plain)
        assert max(map(_axes.columns, text.splitlines())) <= width


def linear(colour: str) -> list[float]:
    """sRGB to light (IEC 61966-2-1)."""
    shares = [part / 255 for part in bytes.fromhex(colour[1:])]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    lights = [
        sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True))
        for c in (one, other)
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
"""Simulation of colour vision (Machado, Oliveira and Fernandes 2009, severity 1)."""


def lab(colour: str, eyes: str) -> tuple[float, float, float]:
    """CIELAB under D65."""
    light = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True))))
        for row in EYES[eyes]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    a, b, c = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


@pytest.mark.parametrize(
    ("palette", "background"), [(plot.LIGHT, "#ffffff"), (plot.DARK, "#0d1117")]
)
def test_colours_can_be_read_and_told_apart(palette: tuple[str, ...], background: str) -> None:
    assert all(contrast(colour, background) >= 4.5 for colour in palette)  # WCAG AA, text
    for eyes in EYES:
        for one, other in combinations(palette, 2):
            assert math.dist(lab(one, eyes), lab(other, eyes)) > 12, (eyes, one, other)


def test_both_backgrounds_have_their_colours() -> None:
    text = plot.svg("T", "x", "y", MANY)
    assert "@media (prefers-color-scheme:dark)" in text
    assert all(colour in text for colour in (*plot.LIGHT, *plot.DARK))
    drawn = re.sub(r"<style>.*</style>", "", text)
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) == {"currentColor", "none"}
