import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.decisions import DECISION, plain

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


def decision(tmp_path: Path, **changes: Any) -> Path:
    file = tmp_path / "decision.json"
    file.write_text(json.dumps({"version": 1, **plain(DECISION), **changes}))
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
    checked = run("adr", "check")
    assert (checked.status, checked.out, checked.err) == (0, "", "2 records: no errors\n")


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


def test_a_folder_of_adr_tools_gets_numbered_titles(run: Run, tmp_path: Path) -> None:
    old = "# 1. Old\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n\n## Context\n"
    write(tmp_path / "doc/adr").joinpath("0001-old.md").write_text(old)
    assert run("adr", "new", "New way", "--supersedes", "1").out == "doc/adr/0002-new-way.md\n"
    assert "\n# 2. New way\n" in (tmp_path / "doc/adr/0002-new-way.md").read_text()
    changed = old.replace("Accepted", "Superseded by [2. New way](0002-new-way.md)")
    assert (tmp_path / "doc/adr/0001-old.md").read_text() == changed
    assert run("adr", "check").status == 0


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
    open_ = {"outcomes": ["serverless", "microservices"], "settled_by": "cost-sensitive"}
    outcome = run("adr", "new", "x", "--from-decision", decision(tmp_path, **open_))
    assert outcome.status == 2
    assert "decision.json: is not decided: the answers allow serverless, micro" in outcome.err
    assert "patternctl decide --set cost-sensitive=yes|no" in outcome.err
    nothing = run("adr", "new", "x", "--from-decision", decision(tmp_path, outcomes=[]))
    assert "has no outcome" in nothing.err
    assert not (tmp_path / "docs").exists()


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "decision.json:1:2: is not JSON"),
        ("[]", "the decision is not an object"),
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
    file = decision(tmp_path, outcomes=["own-one"], build=[])
    outcome = run("adr", "new", "x", "--from-decision", file)
    assert outcome.status == 2
    assert '"own-one" is no pattern of the catalog' in outcome.err


@pytest.mark.parametrize("command", ["new", "list", "supersede", "check"])
def test_help_has_examples(run: Run, command: str) -> None:
    assert f"patternctl adr {command}" in run("adr", command, "--help").out
    assert f"patternctl adr {command}" in run("adr", "--help").out
