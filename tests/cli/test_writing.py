"""Writing generated files: all or none, and never over somebody's work."""

import json
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.artefacts._names import slugs
from patternctl.cli import _alone, _record, _staging, _writing
from patternctl.cli._record import Run
from patternctl.cli._writing import Planned
from patternctl.errors import InputError, UsageError
from patternctl.model.artefact import Artefact

PLANS = Run("playbook", "../architecture.yaml")
ONE_PLAN = PLANS._replace(flags="--playbook to-cqrs")


def plan(folder: Path, texts: dict[str, str], run: Run = PLANS) -> list[Planned]:
    files = [_writing.File(path, text.encode(), run) for path, text in texts.items()]
    return _writing.plan(folder, files, [run])


def states(folder: Path, texts: dict[str, str], run: Run = PLANS) -> dict[str, str]:
    return {each.path: each.state for each in plan(folder, texts, run)}


def write(folder: Path, texts: dict[str, str], run: Run = PLANS) -> None:
    _writing.commit(folder, plan(folder, texts, run))


def names(folder: Path) -> list[str]:
    """Files in a folder but for the record."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != _record.NAME)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_files_are_created_updated_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    texts = {"a.md": "one\n", "deep/er/b.md": "two\n"}
    assert states(folder, texts) == {"a.md": "create", "deep/er/b.md": "create"}
    write(folder, texts)
    assert (folder / "deep/er/b.md").read_text() == "two\n"
    assert set(states(folder, texts).values()) == {"unchanged"}
    assert states(folder, {**texts, "a.md": "new\n"})["a.md"] == "update"
    assert sorted(path.name for path in folder.iterdir()) == [_record.NAME, "a.md", "deep"]


def test_what_somebody_changed_is_a_conflict(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n"})
    (tmp_path / "a.md").write_text("mine\n")
    (tmp_path / "b.md").write_text("never generated\n")
    found = states(tmp_path, {"a.md": "two\n", "b.md": "two\n"})
    assert found == {"a.md": "conflict", "b.md": "conflict"}
    assert states(tmp_path, {"a.md": "mine\n"}) == {"a.md": "unchanged"}


@pytest.mark.parametrize(
    "other",
    [
        PLANS._replace(kind="diagram"),
        PLANS._replace(manifest="../other.yaml"),
        ONE_PLAN,
    ],
)
def test_files_of_other_runs_stay_and_stay_known(other: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n"})
    write(tmp_path, {"b.md": "one\n"}, other)
    assert names(tmp_path) == ["a.md", "b.md"]
    assert states(tmp_path, {"a.md": "two\n", "b.md": "two\n"}) == {
        "a.md": "update",
        "b.md": "update",
    }


def test_what_a_run_makes_no_more_is_removed_with_the_folders_it_leaves_empty(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"a.md": "one\n", "deep/er/b.md": "two\n", "deep/c.md": "three\n"})
    assert states(tmp_path, {"a.md": "one\n"}) == {
        "a.md": "unchanged",
        "deep/c.md": "remove",
        "deep/er/b.md": "remove",
    }
    write(tmp_path, {"a.md": "one\n", "deep/c.md": "three\n"})
    assert names(tmp_path) == ["a.md", "deep/c.md"]
    assert not (tmp_path / "deep" / "er").exists()
    assert [*_record.read(tmp_path)] == ["a.md", "deep/c.md"]
    write(tmp_path, {})
    assert names(tmp_path) == []
    assert tmp_path.is_dir()


def test_what_somebody_changed_is_not_removed_unasked(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n", "b.md": "one\n"})
    (tmp_path / "b.md").write_text("mine\n")
    (planned,) = [each for each in plan(tmp_path, {"a.md": "one\n"}) if each.path == "b.md"]
    assert (planned.state, planned.before, planned.after) == ("conflict", b"mine\n", None)


def test_conflicts_are_last_where_eyes_are(tmp_path: Path) -> None:
    write(tmp_path, {"a": "1", "b": "1", "c": "1", "d": "1"})
    (tmp_path / "a").write_text("mine")
    planned = plan(tmp_path, {"a": "2", "b": "1", "c": "2", "new": "1"})
    assert [(each.state, each.path) for each in planned] == [
        ("create", "new"),
        ("update", "c"),
        ("remove", "d"),
        ("unchanged", "b"),
        ("conflict", "a"),
    ]


def test_a_file_that_somebody_removed_is_forgotten(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n", "b.md": "one\n"})
    (tmp_path / "b.md").unlink()
    assert states(tmp_path, {"a.md": "one\n"}) == {"a.md": "unchanged"}
    write(tmp_path, {"a.md": "one\n"})
    assert [*_record.read(tmp_path)] == ["a.md"]


def test_a_file_in_whose_place_a_folder_is_now_is_let_be(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n", "b.md": "one\n"})
    (tmp_path / "b.md").unlink()
    (tmp_path / "b.md").mkdir()
    assert states(tmp_path, {"a.md": "one\n"}) == {"a.md": "unchanged"}


def test_a_run_of_a_part_takes_nothing_from_the_run_of_the_whole(tmp_path: Path) -> None:
    write(tmp_path, {"index.md": "one\n", "to-cqrs.md": "one\n"})
    write(tmp_path, {"to-cqrs.md": "two\n", "to-cqrs.ics": "one\n"}, ONE_PLAN)
    runs = {path: entry.run for path, entry in _record.read(tmp_path).items()}
    assert runs == {"index.md": PLANS, "to-cqrs.md": PLANS, "to-cqrs.ics": ONE_PLAN}
    assert states(tmp_path, {}, ONE_PLAN) == {"to-cqrs.ics": "remove"}
    assert states(tmp_path, {}) == {"index.md": "remove", "to-cqrs.md": "remove"}


def test_line_ends_that_git_changed_are_no_edit(tmp_path: Path) -> None:
    texts = {"a.md": "one\ntwo\n", "b.csv": "one\r\n"}
    write(tmp_path, texts)
    (tmp_path / "a.md").write_bytes(b"one\r\ntwo\r\n")
    (tmp_path / "b.csv").write_bytes(b"one\n")
    assert set(states(tmp_path, texts).values()) == {"unchanged"}
    assert set(states(tmp_path, {"a.md": "x\n", "b.csv": "x\r\n"}).values()) == {"update"}
    assert set(states(tmp_path, {}).values()) == {"remove"}
    (tmp_path / "a.md").write_bytes(b"one\r\n\0two\r\n")
    assert states(tmp_path, {"a.md": "one\n\0two\n", "b.csv": "one\n"})["a.md"] == "conflict"


def test_a_name_of_which_only_the_case_changed_is_the_same_file_where_case_does_not_count(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"Orders.md": "one\n"})
    os.link(tmp_path / "Orders.md", tmp_path / "orders.md")  # two names of one file, as on macOS
    assert states(tmp_path, {"orders.md": "two\n"}) == {"orders.md": "update"}
    (tmp_path / "orders.md").unlink()
    assert states(tmp_path, {"orders.md": "two\n"}) == {
        "orders.md": "create",
        "Orders.md": "remove",
    }


def test_what_is_no_text_is_written_and_compared_byte_by_byte(tmp_path: Path) -> None:
    one, two = b"\x89PNG\r\n\0one", b"\x89PNG\r\n\0two"
    for data, state in ((one, "create"), (one, "unchanged"), (two, "update")):
        artefact = Artefact("a.png", "", data=data)
        file = _writing.File("a.png", _writing.content(artefact, "made by me"), PLANS)
        (planned,) = _writing.plan(tmp_path, [file], [PLANS])
        assert planned.state == state
        if state == "update":
            assert [*_staging.diff(_writing.contents([planned]))] == [
                "Binary files a/a.png and b/a.png differ\n"
            ]
        _writing.commit(tmp_path, [planned])
        assert (tmp_path / "a.png").read_bytes() == data
    (tmp_path / "a.png").write_bytes(two.replace(b"\r\n", b"\n"))
    assert states(tmp_path, {}) == {"a.png": "conflict"}


def test_a_picture_is_up_to_date_as_long_as_what_it_is_drawn_from_is(tmp_path: Path) -> None:
    def drawn(content: bytes, basis: str) -> Planned:
        file = _writing.File("a.png", content, PLANS, basis)
        (planned,) = _writing.plan(tmp_path, [file], [PLANS])
        return planned

    _writing.commit(tmp_path, [drawn(b"by one version", "digraph {}")])
    other = drawn(b"by another version", "digraph {}")
    assert other.state == "unchanged"
    assert drawn(b"by another version", "digraph {a}").state == "update"
    assert drawn(b"by another version", "").state == "update"
    _writing.commit(tmp_path, [other])
    assert (tmp_path / "a.png").read_bytes() == b"by one version"
    (tmp_path / "a.png").write_bytes(b"mine")
    assert drawn(b"by another version", "digraph {}").state == "conflict"
    (tmp_path / "a.png").unlink()
    assert drawn(b"by another version", "digraph {}").after == b"by another version"


def test_a_diff_tells_what_appears_and_what_goes(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n", "b.md": "one\n"})
    told = "".join(
        _staging.diff(
            _writing.contents(plan(tmp_path, {"a.md": "one\u2028more\n", "c.md": "last"}))
        )
    )
    assert told == (
        "--- /dev/null\n+++ b/c.md\n@@ -0,0 +1 @@\n+last\n\\ No newline at end of file\n"
        "--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-one\n+one\u2028more\n"
        "--- a/b.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n"
    )


def test_what_is_up_to_date_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n"})
    for path in (tmp_path / "a.md", tmp_path / _record.NAME, tmp_path):
        os.utime(path, ns=(0, 0))
    write(tmp_path, {"a.md": "one\n"})
    paths = (tmp_path / "a.md", tmp_path / _record.NAME, tmp_path)
    assert [path.stat().st_mtime_ns for path in paths] == [0, 0, 0]
    write(tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("path", ["../a", "/etc/a", "a/../../b", ".", "a/../.."])
def test_paths_that_lead_out_are_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leads out"):
        plan(tmp_path, {path: "x"})


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads out"):
        plan(tmp_path / "out", {"link/a.md": "x"})


@pytest.mark.parametrize("path", ["../a", "/etc/hostname", "link/a"])
def test_a_record_that_names_files_elsewhere_removes_none(path: str, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write(folder, {"a": "x"})
    elsewhere.mkdir()
    (folder / "link").symlink_to(elsewhere)
    for file in (tmp_path / "a", elsewhere / "a"):
        file.write_text("x")
    record = folder / _record.NAME
    record.write_text(record.read_text().replace('"a":', f'"{path}":'))
    with pytest.raises(UsageError, match="leads out"):
        plan(folder, {})


def test_names_alike_where_case_does_not_count_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is the same file as"):
        plan(tmp_path, {"A.md": "x", "a.md": "y"})


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "<<<<<<< HEAD",
        '{"version": 2, "files": {"a.md": "hash"}}',
        '{"version": 2, "files": {"a.md": {"kind": "slo", "sha256": 1}}}',
        '{"version": 2, "files": {"a.md": {"kind": ["slo"], "sha256": "x"}}}',
        '{"version": 1, "files": {"a.md": {}}}',
        '{"version": 1, "files": []}',
        "[" * 100_000,
    ],
)
def test_a_faulty_record_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / _record.NAME).write_text(text)
    with pytest.raises(InputError, match="is not a record"):
        plan(tmp_path, {"a.md": "x"})


def test_a_record_of_a_later_version_is_told(tmp_path: Path) -> None:
    (tmp_path / _record.NAME).write_text('{"version": 3, "files": {}}')
    with pytest.raises(InputError, match="is of version 3, which this patternctl does not know"):
        plan(tmp_path, {"a.md": "x"})


def test_a_record_of_version_1_is_read_and_its_files_are_not_removed(tmp_path: Path) -> None:
    for name in ("a.md", "b.ics"):
        (tmp_path / name).write_bytes(b"one\r\n")
    hashed = sha256(b"one\r\n").hexdigest()
    old = {"version": 1, "files": {"a.md": hashed, "b.ics": hashed}}
    (tmp_path / _record.NAME).write_text(json.dumps(old))
    assert states(tmp_path, {"a.md": "two\n"}) == {"a.md": "update"}
    write(tmp_path, {"a.md": "two\n"})
    entries = _record.read(tmp_path)
    assert (entries["a.md"].run, entries["b.ics"].run) == (PLANS, None)
    assert states(tmp_path, {"b.ics": "two\r\n"}) == {"a.md": "remove", "b.ics": "update"}


def test_what_is_in_the_way_is_told_and_never_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with pytest.raises(InputError, match="is in the way"):
        plan(tmp_path, {"a.md": "x"})
    (tmp_path / "b.md").write_bytes(b"\xff\xfe")
    (planned,) = plan(tmp_path, {"b.md": "x"})
    assert (planned.state, planned.known) == ("conflict", False)
    assert [*_staging.diff(_writing.contents([planned]))] == [
        "Binary files a/b.md and b/b.md differ\n"
    ]


def test_a_failure_while_staging_leaves_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"a.md": "one\n", "b.md": "one\n"})
    planned = plan(tmp_path, {"a.md": "two\n", "c.md": "two\n"})
    real = _staging._write

    def full(path: Path, content: bytes) -> None:
        if path.name == "1":
            raise OSError(28, "No space left on device", str(path))
        real(path, content)

    monkeypatch.setattr(_staging, "_write", full)
    with pytest.raises(InputError, match="No space left"):
        _writing.commit(tmp_path, planned)
    assert [(tmp_path / name).read_text() for name in ("a.md", "b.md")] == ["one\n", "one\n"]
    assert not (tmp_path / ".patternctl-staged").exists()


_KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from patternctl.cli import _staging, _writing
folder, when = Path(sys.argv[1]), int(sys.argv[2])
calls = 0
def counted(real):
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == when:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call
Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
shutil.rmtree = counted(shutil.rmtree)
run = _writing.Run("playbook", "../architecture.yaml")
files = [_writing.File(f"{n}.md", b"two\\n", run) for n in range(4)]
_writing.commit(folder, _writing.plan(folder, files, [run]))
"""
PAGES = [f"{number}.md" for number in range(4)]


def killed(folder: Path, when: int) -> None:
    """Leave what a run leaves that is killed at its n-th move, of four updates and two removals."""
    write(folder, {**dict.fromkeys(PAGES, "one\n"), "8.md": "one\n", "gone/9.md": "one\n"})
    done = subprocess.run([sys.executable, "-c", _KILLED, str(folder), str(when)], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("when", [*range(1, 10)])
def test_a_killed_run_is_undone_or_finished_by_the_next(when: int, tmp_path: Path) -> None:
    killed(tmp_path, when)
    for name in PAGES:
        assert (tmp_path / name).read_text() in ("one\n", "two\n")  # each file is whole
    write(tmp_path, {"other.md": "x\n"}, PLANS._replace(kind="diagram"))
    texts = {(tmp_path / name).read_text() for name in PAGES}
    assert texts == ({"one\n"} if when == 1 else {"two\n"})
    rest = {"8.md": "remove", "gone/9.md": "remove"} if when == 1 else {}
    found = states(tmp_path, dict.fromkeys(PAGES, texts.pop()))
    assert found == {**dict.fromkeys(PAGES, "unchanged"), **rest}
    assert (tmp_path / "gone").exists() == bool(rest)


def test_what_somebody_changes_before_a_killed_run_is_finished_stays(tmp_path: Path) -> None:
    killed(tmp_path, 2)
    (tmp_path / "1.md").write_text("mine\n")
    (tmp_path / "8.md").write_text("mine\n")
    _staging.recover(tmp_path)
    texts = {name: (tmp_path / name).read_text() for name in names(tmp_path)}
    assert texts == {**dict.fromkeys(PAGES, "two\n"), "1.md": "mine\n", "8.md": "mine\n"}
    assert states(tmp_path, dict.fromkeys(PAGES, "three\n"))["1.md"] == "conflict"


def test_what_somebody_changes_behind_the_plan_stays(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "one\n", "b.md": "one\n"})
    planned = plan(tmp_path, {"a.md": "two\n", "c.md": "two\n"})
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("mine\n")
    _writing.commit(tmp_path, planned)
    assert [(tmp_path / name).read_text() for name in ("a.md", "b.md", "c.md")] == ["mine\n"] * 3


_BESIDE = """
import sys
from pathlib import Path
from patternctl.cli import _staging, _writing
folder, kind = Path(sys.argv[1]), sys.argv[2]
run = _writing.Run(kind, "../architecture.yaml")
files = [_writing.File(f"{kind}/{n}.md", kind.encode(), run) for n in range(20)]
print(flush=True)
sys.stdin.readline()
_staging.recover(folder)
_writing.commit(folder, _writing.plan(folder, files, [run]))
"""


def test_runs_beside_one_another_write_and_record_all_files(tmp_path: Path) -> None:
    kinds = ["chaos", "diagram", "playbook", "slo"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _BESIDE, str(tmp_path), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for kind in kinds
    ]
    for each in runs:
        assert each.stdout
        each.stdout.readline()
    for each in runs:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    for each in runs:
        each.communicate()
    assert [each.returncode for each in runs] == [0] * len(runs)
    assert names(tmp_path) == [*_record.read(tmp_path)]
    assert len(names(tmp_path)) == 20 * len(kinds)


def test_a_folder_that_another_run_does_not_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(_alone, "PATIENCE", 0.05)
    planned = plan(tmp_path, {"a.md": "one\n"})
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(InputError, match="is being written to by another run"):
        _writing.commit(tmp_path, planned)
    os.close(handle)
    _writing.commit(tmp_path, planned)
    assert names(tmp_path) == ["a.md"]


def left_behind(folder: Path, *moves: tuple[str, str, str | None]) -> None:
    """A folder of staged files as somebody may have made it up."""
    stage = folder / ".patternctl-staged"
    stage.mkdir(parents=True)
    (stage / "0").write_text("bad")
    (stage / "ready.json").write_text(json.dumps(moves))


@pytest.mark.parametrize("move", [("0", "../escaped", None), ("../../mine", "here", None)])
def test_staged_moves_cannot_write_or_take_what_is_elsewhere(
    move: tuple[str, str, None], tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")
    left_behind(tmp_path / "out", move)
    with pytest.raises(UsageError, match="leads out"):
        _staging.recover(tmp_path / "out")
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "escaped").exists()
    assert not (tmp_path / "out" / "here").exists()


def test_staged_removals_cannot_reach_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    left_behind(tmp_path / "out", ("", "../mine", sha256(b"mine").hexdigest()))
    with pytest.raises(UsageError, match="leads out"):
        _staging.recover(tmp_path / "out")
    assert (tmp_path / "mine").exists()


@pytest.mark.parametrize("text", ["{", "1", "[1]", '[["0", 1, null]]', '{"0": "a.md"}'])
def test_staged_moves_that_no_run_left_are_told(text: str, tmp_path: Path) -> None:
    left_behind(tmp_path)
    (tmp_path / ".patternctl-staged" / "ready.json").write_text(text)
    with pytest.raises(InputError, match="is not what a killed run leaves behind"):
        _staging.recover(tmp_path)


def test_a_link_in_the_place_of_staged_files_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    left_behind(tmp_path / "elsewhere", ("0", "a.md", None))
    link = tmp_path / "out" / ".patternctl-staged"
    link.symlink_to(tmp_path / "elsewhere" / ".patternctl-staged")
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "out", {"b.md": "x"})
    assert link.is_symlink()
    assert names(tmp_path / "elsewhere") == [
        ".patternctl-staged/0",
        ".patternctl-staged/ready.json",
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.md", "# A\n", "<!-- made by - - me -->\n# A\n"),
        ("a.md", "---\na: 1\n---\n# A\n", "---\na: 1\n---\n<!-- made by - - me -->\n# A\n"),
        ("a.yaml", "a: 1\n", "# made by - - me\na: 1\n"),
        ("a.html", "<!DOCTYPE html>\n<p>", "<!DOCTYPE html>\n<!-- made by - - me -->\n<p>"),
        ("a.svg", "<?xml?>\n<svg/>", "<?xml?>\n<!-- made by - - me -->\n<svg/>"),
        ("a.sh", "#!/bin/sh\n:\n", "#!/bin/sh\n# made by - - me\n:\n"),
        ("a.md", "", "<!-- made by - - me -->\n"),
        ("a.json", "{}\n", "{}\n"),
    ],
)
def test_headers_are_comments_of_the_format(path: str, text: str, expected: str) -> None:
    made = _writing.content(Artefact(path, text), "made by -- me")
    assert made.decode() == expected


@given(st.lists(st.text(min_size=1, max_size=120), unique=True, max_size=8))
def test_slugs_are_safe_and_differ(names: list[str]) -> None:
    found = slugs(names)
    assert [*found] == names
    assert len({slug.casefold() for slug in found.values()}) == len(names)
    for slug in found.values():
        assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert 0 < len(slug) <= 80
        assert slug not in ("con", "nul", "aux", "prn", "com1", "lpt1")
