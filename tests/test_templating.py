"""Templates of users over the shipped ones: what they may do, and what is said of the others."""

import os
from pathlib import Path

import pytest

from patternctl import cli, templating
from patternctl.errors import InputError, Location
from patternctl.templating import render

NAME = "kpi/kpis.md.j2"


class Thing:
    """A value with a file's handle in it, as a model might have."""

    def __init__(self, path: Path) -> None:
        self.path = path


def write(folder: Path, text: str, name: str = NAME) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, text: str, **values: object) -> InputError:
    with pytest.raises(InputError) as caught:
        render(NAME, values, write(folder, text))
    return caught.value


def test_a_template_of_ones_own_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "{{ name }}: {% include 'part.j2' %}\n!")
    write(tmp_path, "{{ name | upper }}", "part.j2")
    assert render(NAME, {"name": "añb"}, tmp_path) == "añb: AÑB!"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder of templates"):
        render(NAME, {}, tmp_path / "gone")


def test_what_the_folder_does_not_hold_is_shipped(tmp_path: Path) -> None:
    values = {"system": "shop"}
    with pytest.raises(InputError, match="undefined"):  # of the shipped one, so it was found
        render("init/architecture.yaml.j2", values, tmp_path)


def test_a_missing_variable_is_told_with_template_line_and_name(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, "one\n{{ sytem }}\n", system="shop").problems
    assert problem.location == Location(str(tmp_path / NAME), 2)
    assert (problem.message, problem.hint) == (
        "'sytem' is undefined",
        'did you mean "system"?',
    )


def test_a_missing_variable_of_an_included_template_is_told_there(tmp_path: Path) -> None:
    write(tmp_path, "\n\n{{ thing.colour }}", "inner/part.j2")
    (problem,) = refused(tmp_path, "{% include 'inner/part.j2' %}", thing={}).problems
    assert problem.location == Location(str(tmp_path / "inner/part.j2"), 3)
    assert "'colour'" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("\n{% if %}", 2, "Expected"),
        ("\n{{ 1 / 0 }}", 2, "division by zero"),
        ("{{ x | nosuch }}", 1, "nosuch"),
        ("\n{% include 'nowhere.j2' %}", 2, 'no template "nowhere.j2"'),
        ("{% include '../secret.j2' %}", 1, 'no template "../secret.j2"'),
        ("{% include '/etc/passwd' %}", 1, 'no template "/etc/passwd"'),
        ("{% include 'link.j2' %}", 1, 'no template "link.j2"'),
        ("{% include 'pipe.j2' %}", 1, 'no template "pipe.j2"'),
        ("{% include 'binary.j2' %}", 1, "binary.j2 is not UTF-8 text"),
        ("{% include 'huge.j2' %}", 1, "huge.j2 is larger than 1 MiB"),
        ("{{ x.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ thing.path.write_text('gone') }}", 1, "not safely callable"),
        ("{{ thing.path.unlink() }}", 1, "not safely callable"),
        ("{{ thing.path.parent.joinpath('a') }}", 1, "not safely callable"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_at_its_line(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    folder = tmp_path / "own"
    (tmp_path / "secret.j2").write_text("secret")
    write(folder, "x" * (templating.MAX_BYTES + 1), "huge.j2")
    (folder / "binary.j2").write_bytes(b"\xff\xfe\x00")
    (folder / "link.j2").symlink_to(tmp_path / "secret.j2")
    os.mkfifo(folder / "pipe.j2")
    kept = tmp_path / "kept"
    kept.write_text("kept")
    (problem,) = refused(folder, text, x="x", thing=Thing(kept)).problems
    assert problem.location == Location(str(folder / NAME), line)
    assert told in problem.message
    assert kept.read_text() == "kept"


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x' * 10**10 }}",
        "{{ 'x' | center(10**10) }}",
        "{{ '%10000000000d' | format(1) }}",
        "{% set a = namespace(x='x') %}{% for i in range(60) %}{% set a.x = a.x~a.x %}{% endfor %}",
        "{{ x * 10**10 }}",
    ],
)
def test_templates_that_take_all_memory_end_in_an_error(tmp_path: Path, text: str) -> None:
    (problem,) = refused(tmp_path, text, x="x").problems
    assert problem.message == "takes too much time or memory"
    assert problem.location == Location(str(tmp_path / NAME))


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 9 ** (9 ** 9) }}",
    ],
)
def test_templates_that_never_end_end_in_an_error(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templating, "SECONDS", 1)
    (problem,) = refused(tmp_path, text).problems
    assert problem.message == "takes too much time or memory"


@pytest.mark.parametrize(
    "text",
    [
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include 'kpi/kpis.md.j2' %}",
        "{% extends 'kpi/kpis.md.j2' %}",
    ],
)
def test_templates_that_call_themselves_end_in_an_error(tmp_path: Path, text: str) -> None:
    (problem,) = refused(tmp_path, text).problems
    assert problem.message == "calls itself without end"


def test_deep_nesting_is_an_error_and_no_crash(tmp_path: Path) -> None:
    depth = 50_000
    assert refused(tmp_path, "{{ " + "(" * depth + "1" + ")" * depth + " }}").problems


def test_values_are_escaped_in_html_and_nowhere_else(tmp_path: Path) -> None:
    write(tmp_path, "{{ name }}", "page.html.j2")
    write(tmp_path, "{{ name }}", "page.md.j2")
    assert render("page.html.j2", {"name": "<b>"}, tmp_path) == "&lt;b&gt;"
    assert render("page.md.j2", {"name": "<b>"}, tmp_path) == "<b>"


def misnamed(folder: Path, *kinds: str) -> list[tuple[str, str]]:
    """Names that are wrong, with what to do."""
    found = templating.misnamed(folder, kinds or ("kpi", "slo"))
    return [(str(Path(p.location.file).relative_to(folder)), p.hint) for p in found if p.location]


def test_templates_take_the_place_of_shipped_ones_or_are_parts(tmp_path: Path) -> None:
    write(tmp_path, "{% include 'shared/head.j2' %}{% import \"macros.j2\" as m %}")
    for name in ("shared/head.j2", "macros.j2", "kpi/_part.md.j2", "slo/policy.md.j2"):
        write(tmp_path, "x", name)
    for name in ("README.md", "kpi/notes.txt", ".gitkeep"):
        write(tmp_path, "kpi/other.md.j2", name)
    assert misnamed(tmp_path) == []


def test_templates_that_nobody_reads_are_told(tmp_path: Path) -> None:
    write(tmp_path, "{% include 'kpi/alone.j2' %}", "kpi/alone.j2")
    write(tmp_path, "x", "kpi/kpi.md.j2")
    write(tmp_path, "x", "kpi/kpis.md")
    write(tmp_path, "x", "kpis.md.j2")
    write(tmp_path, "x", "slo/policy.md.j2")
    write(tmp_path, "x", "other.j2")
    there = "there are: kpi/kpis.md.j2"
    assert misnamed(tmp_path, "kpi", "team") == [
        ("kpi/alone.j2", there),
        ("kpi/kpi.md.j2", 'did you mean "kpi/kpis.md.j2"?'),
        ("kpi/kpis.md", "rename it to kpis.md.j2"),
        ("kpis.md.j2", 'did you mean "kpi/kpis.md.j2"?'),
        (
            "other.j2",
            "templates are in kpi, team; the names of parts that others include begin with `_`",
        ),
        (
            "slo/policy.md.j2",
            "templates are in kpi, team; the names of parts that others include begin with `_`",
        ),
    ]


def test_what_cannot_be_read_is_no_use_to_a_part(tmp_path: Path) -> None:
    write(tmp_path, "x", "part.j2")
    (tmp_path / "kpi").mkdir()
    (tmp_path / NAME).symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "_pipe.j2")
    (tmp_path / "round").symlink_to(tmp_path)
    assert [name for name, _ in misnamed(tmp_path)] == ["part.j2"]


def test_the_command_line_tells_it_without_a_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "own", "measures of\n{{ systm }}")
    arguments = ["generate", "kpi", "--pattern", "saga", "--templates", "own", "-o", "out"]
    assert cli.run(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: own/kpi/kpis.md.j2:2: 'systm' is undefined\n")
    assert 'did you mean "system"?' in told
    assert not (tmp_path / "out").exists()
