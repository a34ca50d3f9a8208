import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from patternctl.generators.decision import document
from patternctl.model.choosing import Decision
from tests.cli.conftest import Run
from tests.decisions import DECISION, OPEN, RANKED

EPOCH = "1767312000"  # 2026-01-02


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


def folder(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


def write(path: Path, **texts: str) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (path / name.replace("__", "-").replace("_md", ".md")).write_text(text)
    return path


def fill(*files: Path) -> None:
    """Replace every hint of the template."""
    for file in files:
        file.write_text(re.sub(r"\{[^{}\n]+\}", "something", file.read_text()))


def shipped(decision: Decision) -> dict[str, Any]:
    """A decision of the tests' tree with nothing that the shipped tree and problems do not ask."""
    whole = document(decision)
    answers = {name: answer for name, answer in whole["answers"].items() if name != "audit"}
    answers["dual-writes"] = {**answers["dual-writes"], "choice": "events"}
    return {**whole, "answers": answers}


def decision(tmp_path: Path, **changes: Any) -> Path:
    file = tmp_path / "decision.json"
    file.write_text(json.dumps({"version": 1, **shipped(DECISION), **changes}))
    return file


def test_records_are_numbered_listed_and_sound(run: Run, tmp_path: Path) -> None:
    first = run("adr", "new", "Use the outbox")
    assert (first.status, first.out, first.err) == (0, "docs/adr/0001-use-the-outbox.md\n", "")
    run("adr", "new", "Use sagas", "--status", "accepted", "--date", "2025-06-07")
    text = (tmp_path / "docs/adr/0001-use-the-outbox.md").read_text()
    assert text.startswith("---\nstatus: proposed\ndate: 2026-01-02\ndecision-makers: []\n")
    assert run("adr", "list").out.splitlines()[1:] == [
        "0001    proposed  2026-01-02  Use the outbox",
        "0002    accepted  2025-06-07  Use sagas",
    ]
    assert run("adr", "list", "-f", "markdown").out.endswith("| Use sagas |\n")
    listed = json.loads(run("adr", "list", "--format", "json").out)
    assert listed[1]["file"] == "docs/adr/0002-use-sagas.md"
    assert run("adr", "check").status == 1
    fill(*(tmp_path / "docs/adr").iterdir())
    checked = run("adr", "check")
    assert (checked.status, checked.out, checked.err) == (0, "", "2 records: no errors\n")


def test_hints_left_in_a_record_are_told(run: Run, tmp_path: Path) -> None:
    run("adr", "new", "Draft")
    proposed = run("adr", "check")
    assert (proposed.status, proposed.err) == (0, "1 record: no errors\n")
    assert proposed.out.startswith(
        "docs/adr/0001-draft.md:13: note: hints of the template are left in 16 lines, here first\n"
    )
    run("adr", "supersede", "1", "--title", "Settled")
    accepted = run("adr", "check")
    assert accepted.status == 1
    assert "docs/adr/0002-settled.md:13: error: hints of the template" in accepted.out


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("0000-use-madr.md", "0001-t.md"),
        ("007-x.md", "008-t.md"),
        ("ADR-0009_x.md", "ADR-0010_t.md"),
        ("9999-x.md", "10000-t.md"),
        ("3.md", "4-t.md"),
        ("README.md", "0001-t.md"),
    ],
)
def test_the_folder_s_own_numbering_goes_on(
    run: Run, tmp_path: Path, there: str, expected: str
) -> None:
    write(tmp_path / "adr").joinpath(there).write_text("# x\n")
    assert run("adr", "new", "T", "--dir", "adr").out == f"adr/{expected}\n"


def test_a_folder_that_is_there_is_found(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "docs/decisions")
    assert run("adr", "new", "T").out == "docs/decisions/0001-t.md\n"


def test_a_folder_of_adr_tools_keeps_its_style(run: Run, tmp_path: Path) -> None:
    old = "# 1. Old\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n\n## Context\n"
    write(tmp_path / "doc/adr").joinpath("0001-old.md").write_text(old)
    assert run("adr", "new", "New way", "--supersedes", "1").out == "doc/adr/0002-new-way.md\n"
    made = tmp_path / "doc/adr/0002-new-way.md"
    assert made.read_text().startswith(
        "# 2. New way\n\nDate: 2026-01-02\n\n## Status\n\nAccepted\n\n"
        "Supersedes [1. Old](0001-old.md)\n\n## Context\n\n"
    )
    headings = [line for line in made.read_text().split("\n") if line.startswith("## ")]
    assert headings[:4] == ["## Status", "## Context", "## Decision", "## Consequences"]
    fill(made)
    changed = old.replace("Accepted", "Superseded by [2. New way](0002-new-way.md)")
    assert (tmp_path / "doc/adr/0001-old.md").read_text() == changed
    assert run("adr", "check").status == 0


def test_a_decision_in_a_folder_of_adr_tools(run: Run, tmp_path: Path) -> None:
    unread = {"0002-unread_md": "", "0001-old_md": "# 1. Old\n\n## Status\n\nAccepted\n"}
    path = write(tmp_path / "adr", **unread)
    (path / "0002-unread.md").write_bytes(b"\xff")
    made = run("adr", "new", "Way", "--from-decision", decision(tmp_path), "--decision-maker", "A")
    text = (tmp_path / made.out.strip()).read_text()
    assert text.startswith("# 3. Way\n\nDate: 2026-01-02\n\nDeciders: A\n\n## Status\n\nProposed\n")
    assert 'Chosen option: "Serverless (SP4)"' in text
    (path / "0002-unread.md").unlink()
    (listed,) = json.loads(run("adr", "list", "-f", "json").out)[1:]
    assert (listed["title"], listed["status"], listed["date"]) == ("Way", "proposed", "2026-01-02")
    assert listed["decision_makers"] == ["A"]
    assert run("adr", "check").status == 0


def test_sections_without_numbers_stay_without(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "adr", **{"0001-old_md": "# Old\n\n## Status\n\nAccepted\n"})
    made = run("adr", "new", "New")
    assert (tmp_path / made.out.strip()).read_text().startswith("# New\n\nDate: ")


def test_the_pointer_of_adr_tools_counts(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "docs/adr")
    below = write(tmp_path / "src/deep")
    (tmp_path / ".adr-dir").write_text("records/of ours\n")
    assert run("adr", "new", "One").out == "records/of ours/0001-one.md\n"
    monkeypatch.chdir(below)
    assert run("adr", "new", "Two").out == "../../records/of ours/0002-two.md\n"
    assert run("adr", "new", "Three", "--dir", "own").out == "own/0001-three.md\n"
    (below / ".git").mkdir()
    assert run("adr", "new", "Four").out == "docs/adr/0001-four.md\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("../elsewhere\n", '.adr-dir:1: "../elsewhere" is outside the folder'),
        ("\n/etc\n", '.adr-dir:2: "/etc" is outside the folder'),
        ("out/adr", '.adr-dir:1: "out/adr" is outside the folder'),
        ("", ".adr-dir:1: is to hold the path of one folder"),
        ("a\nb\n", ".adr-dir:2: is to hold the path of one folder"),
        ("a\0b\n", ".adr-dir:1: is to hold the path of one folder"),
        ("\udcff", ".adr-dir:1: is not UTF-8 text"),
        ("file", "file: is a file, not a folder"),
        ("gone", "gone: no such folder"),
        ("x" * 5000, ": no such folder"),
        ("loop/x", "loop/x"),
    ],
)
def test_a_pointer_that_leads_nowhere_or_out(
    run: Run, tmp_path: Path, text: str, message: str
) -> None:
    root = write(tmp_path / "root")
    write(tmp_path / "elsewhere")
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "loop").symlink_to("loop")
    (root / "file").write_text("")
    (root / ".adr-dir").write_bytes(text.encode("utf-8", "surrogateescape"))
    outcome = run("-C", root, "adr", "list")
    assert outcome.status == 2
    assert message in outcome.err
    assert not (tmp_path / "elsewhere" / "adr").exists()


def test_a_pointer_that_is_no_file(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".adr-dir")
    outcome = run("adr", "new", "x")
    assert (outcome.status, ".adr-dir: is no ordinary file" in outcome.err) == (2, True)


def test_the_same_title_again_is_noted_and_written(run: Run, tmp_path: Path) -> None:
    run("adr", "new", "Use the outbox")
    again = run("adr", "new", "use the Outbox")
    assert again.out == "docs/adr/0002-use-the-outbox.md\n"
    assert again.err == "note: record 0001 has this title already\n"
    third = run("adr", "new", "Use the outbox")
    assert third.err == "note: records 0001, 0002 have this title already\n"
    assert run("adr", "new", "Use the outbox!").err == ""


STARTED = """\
import sys
from patternctl import cli
from patternctl.cli import _adr
from patternctl.generators import adr
print(flush=True)
sys.stdin.readline()
sys.exit(cli.run(["adr", "new", *sys.argv[1:]]))
"""


def test_parallel_runs_give_every_record_its_own_number(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", STARTED, title],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for title in ("One", "Two", "Three", "Four", "Same", "Same")
    ]
    for each in runs:
        assert each.stdout
        each.stdout.readline()
    for each in runs:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    out = [each.communicate()[0] for each in runs]
    assert [each.returncode for each in runs] == [0] * 6
    files = sorted(file.name for file in (tmp_path / "docs/adr").iterdir())
    assert [name[:4] for name in files] == [f"{number:04}" for number in range(1, 7)]
    assert sorted(line.strip().removeprefix("docs/adr/") for line in out) == files


def test_a_folder_that_somebody_else_writes_to(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    from patternctl.cli import _alone

    monkeypatch.setattr(_alone, "PATIENCE", 0.05)
    path = write(tmp_path / "docs/adr")
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    outcome = run("adr", "new", "x")
    assert (outcome.status, "is being written to by another run" in outcome.err) == (2, True)
    os.close(handle)
    assert run("adr", "new", "x").status == 0


def test_a_file_that_appears_in_between_is_not_replaced(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patternctl.cli import _adr

    path = write(tmp_path / "docs/adr")

    def appears(_folder: object, _record: object) -> None:
        (path / "0001-x.md").write_text("theirs")

    monkeypatch.setattr(_adr, "_tell_twin", appears)
    outcome = run("adr", "new", "x")
    assert (outcome.status, "0001-x.md: is there already" in outcome.err) == (2, True)
    assert folder(path) == {"0001-x.md": b"theirs"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('Say "no", it\'s /etc/passwd', "0001-say-no-its-etc-passwd.md"),
        ("two\nlines\tand  more", "0001-two-lines-and-more.md"),
        ("🚀🚀", "0001-decision.md"),
        ("Größe für Zoë", "0001-grosse-fur-zoe.md"),
        ("決める", "0001-決める.md"),
        ("--- status: x", "0001-status-x.md"),
        ("word " * 100, "0001-word-word-word-word-word-word-word-word-word-word-word-word.md"),
        ("w" * 300, f"0001-{'w' * 60}.md"),
        ("../../x", "0001-x.md"),
    ],
)
def test_hostile_titles(run: Run, tmp_path: Path, title: str, name: str) -> None:
    assert run("adr", "new", "--", title).out == f"docs/adr/{name}\n"
    assert json.loads(run("adr", "list", "-f", "json").out)[0]["title"] == " ".join(title.split())
    assert run("adr", "check").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["new", "  "], "a title must not be empty"),
        (["new", "a\x1b[31m"], "a title holds control characters"),
        (["new", "a\udcff"], "a title holds control characters"),
        (["new", "x", "--decision-maker", ""], "a decision maker must not be empty"),
        (["new", "x", "--date", "2026-02-30"], '"2026-02-30" is no date'),
        (["new", "x", "--date", "20260203"], '"20260203" is no date'),
        (["new", "x", "--status", "done"], "'done' is not one of"),
        (["new", "x", "--supersedes", "7"], 'docs/adr: has no record "7"'),
        (["new", "x", "--supersedes", "../../etc/passwd"], "has no record"),
        (["new", "x", "--from-decision", "gone.json"], "gone.json: no such file"),
        (["new", "x", "--dir", "file"], "file: is a file, not a folder"),
        (["new", "x", "--dir", "file/adr"], "cannot be made"),
        (["new", "x", "--dir", "dangling"], "no such folder"),
        (["list"], "docs/adr: no such folder"),
        (["check", "--dir", "file"], "file: is a file, not a folder"),
        (["supersede", "1"], "either NEW or --title"),
        (["supersede", "1", "2", "--title", "x"], "either NEW or --title"),
        (["supersede", "1", "2"], "no such folder"),
    ],
)
def test_wrong_use_is_told(run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to("nowhere")
    outcome = run("adr", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
    assert not (tmp_path / "docs").exists()


def test_a_wrong_epoch_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for epoch in ("now", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        outcome = run("adr", "new", "x")
        assert (outcome.status, "SOURCE_DATE_EPOCH" in outcome.err) == (2, True)


def test_supersede_links_both_ways_and_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    for title in ("Old", "New"):
        run("adr", "new", title)
    fill(*(tmp_path / "docs/adr").iterdir())
    assert run("adr", "supersede", "1", "0002-new.md").status == 0
    before = folder(tmp_path / "docs/adr")
    assert b'status: "superseded by [ADR-0002](0002-new.md)"' in before["0001-old.md"]
    assert b"\nSupersedes [ADR-0001](0001-old.md).\n" in before["0002-new.md"]
    assert "say so already" in run("adr", "supersede", "ADR-1", "2").err
    assert folder(tmp_path / "docs/adr") == before
    assert run("adr", "check").status == 0
    assert "superseded by 0002" in run("adr", "list").out
    third = run("adr", "supersede", "2", "--title", "Third", "--decision-maker", "Ada")
    assert third.out == "docs/adr/0003-third.md\n"
    assert "status: accepted" in (tmp_path / "docs/adr/0003-third.md").read_text()
    fill(tmp_path / "docs/adr/0003-third.md")
    assert run("adr", "check").status == 0


def test_supersede_completes_what_is_said_on_one_side(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path / "adr",
        **{
            "0001-a_md": "---\nstatus: superseded by ADR-0002\n---\n# A\n",
            "0002-b_md": "---\nstatus: accepted\n---\n# B\n",
        },
    )
    assert run("adr", "check").status == 1
    before = (tmp_path / "adr/0001-a.md").read_bytes()
    assert run("adr", "supersede", "1", "2").status == 0
    assert (tmp_path / "adr/0001-a.md").read_bytes() == before
    assert run("adr", "check").status == 0


def test_contradictions_and_doubt_are_refused(run: Run, tmp_path: Path) -> None:
    for title in ("One", "Two", "Three"):
        run("adr", "new", title)
    run("adr", "supersede", "1", "2")
    (tmp_path / "docs/adr/0003-twin.md").write_text("# Twin\n")
    (tmp_path / "docs/adr/0004-broken.md").write_text("---\nstatus: [\n---\n# B\n")
    (tmp_path / "elsewhere.md").write_text("# E\n")
    (tmp_path / "docs/adr/0005-link.md").symlink_to(tmp_path / "elsewhere.md")
    before = folder(tmp_path / "docs/adr")
    for old, new, message in [
        ("1", "0003-three.md", "is superseded already, by 0002"),
        ("2", "1", "is itself superseded by docs/adr/0002-two.md"),
        ("1", "1", "cannot supersede itself"),
        ("3", "2", "has several records with number 3"),
        ("2", "4", "0004-broken.md:3: front matter"),
        ("5", "2", "is a link out of the folder"),
    ]:
        outcome = run("adr", "supersede", old, new)
        assert (outcome.status, message in outcome.err) == (2, True), outcome.err
    assert folder(tmp_path / "docs/adr") == before


def test_circles_of_any_length_are_refused(run: Run, tmp_path: Path) -> None:
    for title in ("One", "Two", "Three", "Four"):
        run("adr", "new", title, "--status", "accepted")
    for old, new in (("1", "2"), ("2", "3"), ("3", "4")):
        assert run("adr", "supersede", old, new).status == 0
    before = folder(tmp_path / "docs/adr")
    outcome = run("adr", "supersede", "4", "1")
    assert outcome.status == 2
    assert "0001-one.md:2: is itself superseded by docs/adr/0004-four.md" in outcome.err
    assert "by way of docs/adr/0003-three.md" in outcome.err
    assert folder(tmp_path / "docs/adr") == before


@pytest.mark.parametrize("status", ["rejected", "deprecated"])
def test_what_does_not_stand_supersedes_nothing(run: Run, tmp_path: Path, status: str) -> None:
    run("adr", "new", "One", "--status", "accepted")
    run("adr", "new", "Two", "--status", status)
    before = folder(tmp_path / "docs/adr")
    message = f"a {status} record supersedes nothing"
    outcome = run("adr", "supersede", "1", "2")
    assert (outcome.status, f"0002-two.md:2: {message}" in outcome.err) == (2, True)
    for command in (("new", "Three", "--supersedes", "1"), ("supersede", "1", "--title", "Three")):
        outcome = run("adr", *command, "--status", status)
        assert (outcome.status, outcome.err.startswith(f"error: {message}\n")) == (2, True)
    assert folder(tmp_path / "docs/adr") == before


def test_a_record_that_is_named_twice_is_superseded_once(run: Run, tmp_path: Path) -> None:
    run("adr", "new", "One")
    named = ("--supersedes", "1", "--supersedes", "0001", "--supersedes", "0001-one.md")
    assert run("adr", "new", "Two", *named).status == 0
    text = (tmp_path / "docs/adr/0002-two.md").read_text()
    assert text.count("Supersedes [ADR-0001](0001-one.md)") == 1


def test_the_second_file_failing_undoes_the_first(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patternctl.cli import _console
    from patternctl.errors import InputError, Problem

    run("adr", "new", "One")
    before = folder(tmp_path / "docs/adr")
    whole = _console.write

    def broken(target: str, text: str) -> None:
        if "0001" in target:
            raise InputError(Problem("the disk is full"))
        whole(target, text)

    monkeypatch.setattr(_console, "write", broken)
    assert run("adr", "new", "Two", "--supersedes", "1").status == 2
    assert folder(tmp_path / "docs/adr") == before


def test_check_tells_all_findings_and_what_cannot_be_read(run: Run, tmp_path: Path) -> None:
    path = write(
        tmp_path / "docs/adr",
        **{
            "0001-a_md": "---\nstatus: done\n---\n# A\n\n[x](gone.md) [y](../../../../x)\n",
            "0001-b_md": "# B\n\n* Status: accepted\n\n[up](../../up.md)\n",
        },
    )
    (tmp_path / "up.md").write_text("")
    outcome = run("adr", "check")
    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        'docs/adr/0001-a.md:2: error: "done" is no status',
        "  help: known: draft, proposed, accepted, rejected, deprecated, superseded",
        'docs/adr/0001-a.md:6: error: the link to "../../../../x" leads out of the repository',
        'docs/adr/0001-a.md:6: error: the link to "gone.md" leads nowhere',
        "docs/adr/0001-b.md: error: has the number of 0001-a.md",
        "  help: give it the next free number, and change links to it",
    ]
    assert outcome.err == "2 records: 4 errors\n"
    (path / "0002-c.md").write_bytes(b"\xff\n")
    os.mkfifo(path / "0003-d.md")
    (path / "0004-e.md").mkdir()
    unreadable = run("adr", "check")
    assert unreadable.status == 2
    assert unreadable.out == outcome.out
    for message in ("0002-c.md:1: is not UTF-8", "0003-d.md: is no ord", "0004-e.md: is no ord"):
        assert message in unreadable.err
    assert run("adr", "list").status == 2
    assert run("adr", "new", "x").out == "docs/adr/0005-x.md\n"


def test_a_decision_is_told_with_the_catalog(run: Run, tmp_path: Path) -> None:
    file = decision(tmp_path)
    made = run("adr", "new", "The shop", "--from-decision", file, "--decision-maker", "Ada")
    assert (made.status, made.err) == (0, "")
    text = (tmp_path / made.out.strip()).read_text()
    assert 'Chosen option: "Serverless (SP4)", because the answers lead to it:' in text
    assert "(manifest: `architecture.yaml:7:16`)" in text
    assert run("adr", "check").status == 0
    again = run("adr", "new", "The shop", "--from-decision", file, "--decision-maker", "Ada")
    assert (tmp_path / again.out.strip()).read_text() == text


def test_an_open_decision_is_refused_and_told_what_settles_it(run: Run, tmp_path: Path) -> None:
    open_ = {"outcomes": OPEN.outcomes, "settled_by": OPEN.settled_by, "chosen": None}
    outcome = run("adr", "new", "x", "--from-decision", decision(tmp_path, **open_))
    assert outcome.status == 2
    assert (
        "decision.json: is not decided: the answers allow microservices, serverless" in outcome.err
    )
    assert "patternctl decide --set cost-sensitive=yes|no" in outcome.err
    nothing = run(
        "adr", "new", "x", "--from-decision", decision(tmp_path, outcomes=[], chosen=None)
    )
    assert "has no outcome" in nothing.err
    assert not (tmp_path / "docs").exists()


def test_what_the_ranking_chose_is_recorded_though_the_tree_is_open(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "ranked.json"
    file.write_text(json.dumps({"version": 1, **shipped(RANKED)}))
    made = run("adr", "new", "x", "--from-decision", file)
    assert (made.status, made.err) == (0, "")
    text = (tmp_path / made.out.strip()).read_text()
    assert 'Chosen option: "Serverless (SP4)", because the answers leave the tree open' in text
    assert run("adr", "check").status == 0


def test_a_decision_along_a_tree_of_one_s_own_is_told_in_its_words(
    run: Run, tmp_path: Path
) -> None:
    tree = tmp_path / "ours.yaml"
    tree.write_text(OURS)
    whole = shipped(DECISION)
    made = {
        "tree": "ours",
        "tree_file": "ours.yaml",
        "answers": {"scale": whole["answers"]["scale"]},
        "steps": whole["steps"][:1],
        **{key: [] for key in ("ranking", "why_not", "difference", "tree_flips", "ranking_flips")},
    }
    run("adr", "new", "x", "--from-decision", decision(tmp_path, **made))
    text = (tmp_path / "docs/adr/0001-x.md").read_text()
    assert "* What shapes our load? **Our bursts**: They come.\n" in text.replace(
        " (flag: `--set`)", ""
    )
    assert "--tree ours.yaml --no-input" in text
    tree.write_text("[")
    run("adr", "new", "y", "--from-decision", decision(tmp_path, **made))
    assert "* `scale` **variable**. (flag" in (tmp_path / "docs/adr/0002-y.md").read_text()


OURS = """\
id: ours
title: Which one
start: scale
questions:
  scale:
    ask: What shapes our load?
    why: It matters.
    find_out: Look.
    choices:
      variable: {label: Our bursts, means: They come., leaf: serverless}
      moderate: {label: Steady, means: They do not., leaf: microservices}
"""


def test_all_faults_of_a_decision_are_told(run: Run, tmp_path: Path) -> None:
    changes = {
        "tree": 7,
        "answers": {"scale": {"choice": "x", "origin": "dream"}},
        "steps": [{"question": "x", "answer": None}],
        "ranking": [{"id": "x", "total": "much", "terms": []}],
        "why_not": [["x"]],
        "build": [{"pattern": "x", "because": "y", "added": 1}],
        "outcomes": "serverless",
        "conflicts": [1],
    }
    file = decision(tmp_path, **changes)
    whole = json.loads(file.read_text())
    del whole["suggestions"]
    file.write_text(json.dumps(whole))
    outcome = run("adr", "new", "x", "--from-decision", file)
    assert outcome.status == 2
    for message in (
        "`tree` is not a text",
        "`answers[0][1].origin` is none of flag, asked, file, manifest, finding",
        "`steps[0].leads_to` is missing",
        "`ranking[0].total` is not a number",
        "`why_not[0]` has 1 items, not 2",
        "`build[0].added` is not true or false",
        "`outcomes` is not a list",
        "`conflicts[0]` is not an object",
        "`suggestions` is missing",
    ):
        assert f"decision.json: {message}\n" in outcome.err


def test_a_decision_that_does_not_hold_together_is_refused(run: Run, tmp_path: Path) -> None:
    whole = shipped(DECISION)
    first, second = whole["ranking"]
    first["terms"][0] |= {"score": 3}
    first["terms"][1] |= {"weight": -1.0}
    flip: dict[str, Any] = {"changes": {}, "outcome": []}
    file = decision(
        tmp_path,
        chosen="batch",
        answers={**whole["answers"], "scale": {"choice": "huge", "origin": "asked"}},
        ranking=[second, {**first, "total": 10**300}],
        tree_flips=[flip],
        ranking_flips=[{"changes": {"gone": "x"}, "outcome": ["serverless"]}],
    )
    outcome = run("adr", "new", "x", "--from-decision", file)
    assert "`ranking[1].total` is too large" in outcome.err
    text = file.read_text().replace(str(10**300), "99")
    file.write_text(text)
    outcome = run("adr", "new", "x", "--from-decision", file)
    assert outcome.status == 2
    for message in (
        "`chosen` is neither among the outcomes nor in the ranking",
        "`ranking[1].terms[0].score` is not from -2 to 2",
        "`ranking[1].terms[1].weight` is not above 0 and up to 1000",
        "`ranking[1].total` is not the sum of weights times scores",
        "`ranking` is not sorted, the most points first",
        "`tree_flips[0]` lacks changes or an outcome",
        "`ranking_flips[0]` names no question of its tree",
        "`answers.scale` names no choice of scale",
    ):
        assert f"decision.json: {message}\n" in outcome.err
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_numbers_are_finite(run: Run, tmp_path: Path, number: str) -> None:
    file = decision(tmp_path)
    total = json.dumps(document(DECISION)["ranking"][0]["total"])
    file.write_text(file.read_text().replace(f'"total": {total}', f'"total": {number}', 1))
    outcome = run("adr", "new", "x", "--from-decision", file)
    assert outcome.status == 2
    assert "`ranking[0].total` is too large" in outcome.err


def test_texts_of_a_file_stay_in_their_line(run: Run, tmp_path: Path) -> None:
    whole = shipped(DECISION)
    whole["ranking"][0]["terms"][0]["why"] = "One.\n\n# Two <!-- three"
    whole["answers"]["scale"]["place"] = "a\n## b"
    file = decision(tmp_path, ranking=whole["ranking"], answers=whole["answers"])
    made = run("adr", "new", "x", "--from-decision", file)
    text = (tmp_path / made.out.strip()).read_text()
    assert "One. # Two &lt;!-- three" in text
    assert "`a ## b`" in text
    outcome = run("adr", "new", "x", "--from-decision", decision(tmp_path, manifest="a\n# b"))
    assert (outcome.status, "`manifest` is not one line" in outcome.err) == (2, True)


@pytest.mark.parametrize("word", ["a\0b", "\ud800", "\x1b[31m"])
@pytest.mark.parametrize("field", ["tree", "tree_file", "manifest", "chosen"])
def test_words_that_are_no_text_are_refused(
    run: Run, tmp_path: Path, field: str, word: str
) -> None:
    outcome = run("adr", "new", "x", "--from-decision", decision(tmp_path, **{field: word}))
    assert outcome.status == 2
    assert f"`{field}` holds control characters" in outcome.err
    assert not (tmp_path / "docs").exists()


def test_a_tree_that_is_no_file_is_left_unread(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for source in ("pipe.yaml", "/dev/zero", "gone.yaml", "x" * 5000):
        file = decision(tmp_path, tree="ours", tree_file=source)
        assert run("adr", "new", "x", "--from-decision", file).status == 0


def test_nothing_is_left_where_writing_is_broken_off(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patternctl.cli import _console

    def broken(_target: str, _text: str) -> None:
        raise KeyboardInterrupt

    path = write(tmp_path / "docs/adr")
    monkeypatch.setattr(_console, "write", broken)
    assert run("adr", "new", "x").status == 130
    assert folder(path) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "decision.json:1:2: is not JSON"),
        ("[]", "error: decision.json: is no decision\n"),
        ("{}", "error: decision.json: is no decision\n"),
        ('{"a": 1}', "error: decision.json: is no decision\n"),
        ("NaN", "is not JSON that can be read"),
        ("[" * 100_000, "is not JSON that can be read"),
        ("", "is not JSON"),
    ],
)
def test_what_is_no_decision(run: Run, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "decision.json").write_text(text)
    outcome = run("adr", "new", "x", "--from-decision", "decision.json")
    assert (outcome.status, message in outcome.err) == (2, True), outcome.err


def test_patterns_that_the_catalog_does_not_know(run: Run, tmp_path: Path) -> None:
    file = decision(tmp_path, chosen="own-one", build=[])
    outcome = run("adr", "new", "x", "--from-decision", file)
    assert outcome.status == 2
    assert '"own-one" is no pattern of the catalog' in outcome.err


@pytest.mark.parametrize("command", ["new", "list", "supersede", "check"])
def test_help_has_examples(run: Run, command: str) -> None:
    assert f"patternctl adr {command}" in run("adr", command, "--help").out
    assert f"patternctl adr {command}" in run("adr", "--help").out
