"""`patternctl scaffold`: what is made, what is refused, and that a project is whole or absent."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from patternctl import __version__, cli
from patternctl.scaffold import record, units
from tests.cli.conftest import Run

KILLS = 200
OUTBOX = ["scaffold", "new", "shop", "--pattern", "outbox"]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_there_is_is_listed(run: Run) -> None:
    told = json.loads(run("scaffold", "list", "--format", "json").out)
    assert told["patterns"].keys() == units.patterns().keys()
    assert told["brokers"] == units.options("broker")
    text = run("scaffold", "list").out
    assert all(name in text for name in units.patterns())


def test_a_project_is_written_whole_and_says_what_next(run: Run) -> None:
    done = run(*OUTBOX)
    assert done.status == 0
    assert "next: cd shop && make test && make run" in done.err
    files = snapshot(Path("shop"))
    assert {"README.md", "pyproject.toml", "architecture.yaml"} <= files.keys()
    assert "src/shop/outbox/relay.py" in files
    assert not [*Path().glob(".*patternctl-new")]


def test_the_same_answers_give_the_same_bytes(run: Run) -> None:
    run(*OUTBOX, "-o", "one")
    run(*OUTBOX, "-o", "two")
    assert snapshot(Path("one")) == snapshot(Path("two"))


def test_a_dry_run_and_a_diff_write_nothing(run: Run) -> None:
    told = run(*OUTBOX, "--dry-run")
    assert "create    shop/src/shop/outbox/relay.py" in told.err
    assert "+++ b/pyproject.toml" in run(*OUTBOX, "--diff").out
    assert [*Path().iterdir()] == [Path(".git")]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Shop", "small letters of ASCII, digits and single dashes, a letter first: shop"),
        ("sh\u043ep", "is no name for a project"),  # a Cyrillic o
        ("../shop", "is no name for a project"),
        ("shop\n", "is no name for a project"),
        ("", "the project has no name"),
        ("class", '"class" is a word of Python'),
        ("match", '"match" is a word of Python'),
        ("asyncio", "a module of Python's own library"),
        ("fastapi", "a package that is installed with the project"),
        ("nats", "a package that is installed with the project"),
        ("pytest", "a package that is installed with the project"),
        ("charset-normalizer", "a package that is installed with the project"),
        ("python", "a program of Python's environments"),
        ("pip", "a program of Python's environments"),
        ("con", "a device on Windows"),
        ("tests", "a folder of the project"),
        ("a" * 31, "more than 30 characters"),
    ],
)
def test_bad_names_are_refused(run: Run, name: str, told: str) -> None:
    done = run("scaffold", "new", name, "--pattern", "outbox", "-o", "here")
    assert done.status == 2
    assert told in done.err
    assert [*Path().iterdir()] == [Path(".git")]


def test_everything_wrong_is_told_at_once(run: Run) -> None:
    done = run("scaffold", "new", "Shop", "-p", "outboks", "--broker", "natz", "--store", "oracle")
    assert done.status == 2
    for told in ('did you mean "outbox"', 'did you mean "nats"', "no store", "no name for"):
        assert told in done.err


def test_the_folder_one_is_in_is_not_replaced(run: Run) -> None:
    Path("here").mkdir()
    os.chdir("here")
    for folder in (".", "../here"):
        done = run(*OUTBOX, "-o", folder)
        assert (done.status, "cannot be replaced from within" in done.err) == (2, True)
    assert {path.name for path in Path("..").iterdir()} == {".git", "here"}


def test_a_folder_with_something_in_it_is_left_alone(run: Run) -> None:
    Path("shop").mkdir()
    Path("shop/mine.txt").write_text("mine")
    done = run(*OUTBOX)
    assert (done.status, snapshot(Path("shop"))) == (2, {"mine.txt": b"mine"})
    assert "shop: is not empty" in done.err


def test_an_empty_folder_and_one_below_missing_ones_will_do(run: Run) -> None:
    Path("shop").mkdir()
    assert run(*OUTBOX).status == 0
    assert run(*OUTBOX, "-o", "deep/er/shop").status == 0


def killed(folder: Path, seconds: float, *words: object) -> bool:
    """Run patternctl in a copy of this process, and kill it then; whether that was in time."""
    process = multiprocessing.get_context("fork").Process(target=_child, args=(folder, words))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _child(folder: Path, words: tuple[object, ...]) -> None:
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.exit(cli.run([str(word) for word in words]))


def timed(run: Run, *words: object) -> float:
    start = time.monotonic()
    assert run(*words).status == 0
    return time.monotonic() - start


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_killed_at_any_moment_the_folder_is_whole_or_absent(run: Run, tmp_path: Path) -> None:
    run(*OUTBOX, "-o", "first")  # what is read once is read
    takes = timed(run, *OUTBOX, "-o", "whole")
    whole = snapshot(Path("whole"))
    Path("mine.txt").write_text("mine")
    odds, kills = random.Random(7), 0
    while kills < KILLS:
        kills += killed(tmp_path, odds.uniform(0.1, 1.1) * takes, *OUTBOX)
        if Path("shop").exists():
            assert snapshot(Path("shop")) == whole
            shutil.rmtree("shop")
    assert Path("mine.txt").read_text() == "mine"


@pytest.fixture
def project(run: Run) -> Path:
    """A project of two years ago, so to say: with patterns of today, and texts that were others."""
    assert run(*OUTBOX).status == 0
    return Path("shop")


def written_before(project: Path, **old: str) -> None:
    """Make as if files had been written with other texts (None: not at all)."""
    packed = project / record.WRITTEN
    files = record.unpack(packed.read_bytes(), "written.zip")
    for path, text in old.items():
        files[path] = text
        (project / path).write_text(text)
    packed.write_bytes(record.pack(files))


def test_an_unchanged_project_stays_as_it_is(run: Run, project: Path) -> None:
    before = snapshot(project)
    done = run("scaffold", "update", project)
    assert done.status == 0
    assert snapshot(project) == before
    assert [line for line in done.err.splitlines() if "unchanged" not in line] == []


def test_what_changed_here_is_brought_and_what_changed_there_is_kept(
    run: Run, project: Path
) -> None:
    readme, makefile = project / "README.md", project / "Makefile"
    now = makefile.read_text()
    written_before(project, Makefile=now.replace("/pytest", "/py.test"))
    readme.write_text(readme.read_text() + "\nOurs.\n")
    (project / "src/shop/ours.py").write_text("ours = True\n")
    (project / "docs/outbox.md").unlink()
    told = run("scaffold", "update", project, "--dry-run").err
    assert "update    shop/Makefile" in told
    assert "keep      shop/README.md" in told
    assert "/py.test" in makefile.read_text()
    assert run("scaffold", "update", project).status == 0
    assert makefile.read_text() == now
    assert readme.read_text().endswith("\nOurs.\n")
    assert (project / "src/shop/ours.py").read_text() == "ours = True\n"
    assert not (project / "docs/outbox.md").exists()


def test_both_sides_of_a_file_are_merged_and_conflicts_marked(run: Run, project: Path) -> None:
    makefile = project / "Makefile"
    now = makefile.read_text()
    written_before(project, Makefile=now.replace("serve", "serve --old"))
    makefile.write_text(makefile.read_text() + "\nours:\n\ttrue\n")
    done = run("scaffold", "update", project)
    assert (done.status, "merge     shop/Makefile" in done.err) == (0, True)
    assert makefile.read_text() == now + "\nours:\n\ttrue\n"

    written_before(project, Makefile=now.replace("serve", "serve --old"))
    makefile.write_text(now.replace("serve", "serve --ours"))
    done = run("scaffold", "update", project)
    assert (done.status, "conflict  shop/Makefile" in done.err) == (1, True)
    assert "next: resolve what stands between <<<<<<< yours and >>>>>>>" in done.err
    text = makefile.read_text()
    assert "serve --ours" in text
    assert "<<<<<<< yours\n" in text
    again = run("scaffold", "update", project)
    assert (again.status, makefile.read_text()) == (2, text)
    assert "shop/Makefile: has conflicts of an earlier update" in again.err


def test_patterns_are_added_as_if_they_had_been_asked_for_at_once(run: Run, project: Path) -> None:
    (other,) = [name for name in units.patterns() if name != "outbox"][:1] or pytest.skip("one")
    assert run("scaffold", "add", other, "--project", project).status == 0
    run("scaffold", "new", "shop", "-p", "outbox", "-p", other, "-o", "both")
    assert snapshot(project) == snapshot(Path("both"))


def test_what_is_no_project_and_what_is_damaged_is_told(run: Run, project: Path) -> None:
    Path("empty").mkdir()
    assert "is no project of" in run("scaffold", "update", "empty").err
    (project / record.WRITTEN).write_bytes(b"PK")
    done = run("scaffold", "update", project)
    assert done.status == 2
    assert "shop/.patternctl/written.zip: is damaged" in done.err
    answers = project / record.ANSWERS
    answers.write_text(answers.read_text().replace("patterns:", "paterns:"))
    done = run("scaffold", "add", "saga", "--project", project)
    assert done.status == 2
    assert 'did you mean "patterns"' in done.err
    answers.write_text(
        answers.read_text().replace("paterns:", "patterns:").replace(__version__, "99.0")
    )
    assert "was written by patternctl 99.0" in run("scaffold", "update", project).err


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('broker: "nats"', 'broker: "natz"', 'there is no broker "natz"'),
        ('name: "shop"', 'name: "../shop"', '"../shop" is no name for a project'),
        ("settings: {}", "settings: {outbox: {retention: 'evil()'}}", "retention"),
        (
            "services: {}",
            "services: {'a\"': {team: a, store: a, exposed: true, calls: [], publishes: ['1']}}",
            'the event "1" has no name for code',
        ),
        (
            "services: {}",
            "services: {a: {team: a, store: a, exposed: true, calls: [{to: a, timeout: .inf}]}}",
            "timeout",
        ),
    ],
)
def test_a_record_that_no_run_writes_is_refused(
    run: Run, project: Path, before: str, after: str, told: str
) -> None:
    answers = project / record.ANSWERS
    text = answers.read_text()
    assert before in text
    answers.write_text(text.replace(before, after))
    whole = snapshot(project)
    done = run("scaffold", "update", project)
    assert (done.status, told in done.err) == (2, True), done.err
    assert "bug in patternctl" not in done.err
    assert snapshot(project) == whole


def test_a_record_that_leads_elsewhere_removes_nothing(run: Run, project: Path) -> None:
    Path("mine.txt").write_text("mine")
    packed = project / record.WRITTEN
    files = record.unpack(packed.read_bytes(), "written.zip")
    packed.write_bytes(record.pack({**files, "../mine.txt": "mine"}))
    done = run("scaffold", "update", project)
    assert done.status == 2
    assert Path("mine.txt").read_text() == "mine"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_an_update_that_is_killed_is_finished_by_the_next(
    run: Run, project: Path, tmp_path: Path
) -> None:
    new = {
        path: (project / path).read_text() for path in ("Makefile", "README.md", "pyproject.toml")
    }
    takes = timed(run, "scaffold", "update", project)
    whole = snapshot(project)
    odds, kills = random.Random(7), 0
    while kills < KILLS:
        written_before(project, **{path: f"old {path}" for path in new})
        (project / "mine.txt").write_text("mine")
        kills += killed(tmp_path, odds.uniform(0.1, 1.1) * takes, "scaffold", "update", "shop")
        run("scaffold", "update", project)
        assert snapshot(project) == {**whole, "mine.txt": b"mine"}
