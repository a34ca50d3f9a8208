"""`patternctl generate` as people run it: kinds, plans, conflicts."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from patternctl import plugins
from patternctl.cli import _record
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
SHOP = (ROOT / "examples" / "shop" / "architecture.yaml").read_text()
KINDS = plugins.names("artefacts")
FOLDER = "docs/architecture"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")  # 2026-11-22


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "architecture.yaml"
    file.write_text(SHOP)
    return file


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_kinds_are_listed_with_what_they_write(run: Run) -> None:
    text = run("generate").out
    for kind in KINDS:
        assert re.search(rf"^{kind}  +\w", text, re.M), kind


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_writes_and_repeats_itself(kind: str, run: Run, shop: Path) -> None:
    outcome = run("generate", kind, "-o", "one")
    assert outcome.status == 0, outcome.err
    written = files(shop.parent / "one")
    assert len(written) > 1
    assert run("generate", kind, "-o", "two").status == 0
    assert files(shop.parent / "two") == written
    again = run("generate", kind, "-o", "one", "--check")
    assert again.status == 0, again.err
    for path, text in written.items():
        if path.endswith((".md", ".yaml", ".html", ".mmd", ".dot")):
            assert "from architecture.yaml (" in text, path
            assert str(shop.parent) not in text, path
        if path != _record.NAME:  # so that one file can be named by its kind
            assert path.split("/")[0] in (kind, f"{kind}s"), path


def test_all_is_every_kind_and_check_finds_what_is_stale(run: Run, shop: Path) -> None:
    assert run("generate", "all").status == 0
    written = files(shop.parent / FOLDER)
    kept = json.loads(written[_record.NAME])["files"]
    assert {*kept, _record.NAME} == set(written)
    assert {told["kind"] for told in kept.values()} == {*KINDS} - {"adr"}
    assert run("generate", "all", "--check").status == 0
    shop.write_text(SHOP.replace("replicas: 3", "replicas: 4", 1))
    outcome = run("generate", "all", "--check")
    assert outcome.status == 1
    assert "are stale" in outcome.err
    assert files(shop.parent / FOLDER) == written


def test_comments_order_and_evidence_make_nothing_stale(run: Run, shop: Path) -> None:
    assert run("generate", "diagram").status == 0
    evidence = "evidence: [{requirement: load-test, url: https://a.b, date: 2026-11-01}]\n"
    requirements, rest = SHOP[: SHOP.index("teams:")], SHOP[SHOP.index("teams:") :]
    version, _, stated = requirements.partition("requirements:")
    text = f"# a comment\n{version}{rest}\nrequirements:{stated}{evidence}"
    one, other = "      consistency: eventual\n", "      audit: standard\n"
    assert one + other in text
    text = text.replace(one + other, other + one)
    shop.write_text(text)
    outcome = run("generate", "diagram", "--check")
    assert outcome.status == 0, outcome.err
    shop.write_text(SHOP.replace("system: shop", "system: shoppe"))
    assert run("generate", "diagram", "--check").status == 1


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_another_day_and_another_graphviz_make_nothing_stale(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("generate", "all", "--format", "svg", "--format", "png")
    assert run(*arguments).status == 0
    picture = (shop.parent / FOLDER / "diagrams/context.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    own = shop.parent / "bin" / "dot"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\n{shutil.which("dot")} "$@" && echo another version\n')
    own.chmod(0o755)
    monkeypatch.setenv("PATH", f"{own.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")  # the day after
    outcome = run(*arguments, "--check")
    assert outcome.status == 0, outcome.err
    shop.write_text(SHOP.replace("system: shop", "system: shoppe"))
    assert "update    docs/architecture/diagrams/context.png" in run(*arguments, "--dry-run").err
    assert "Binary files a/diagrams/context.png and b/" in run(*arguments, "--diff").out
    assert run(*arguments).status == 0
    assert (shop.parent / FOLDER / "diagrams/context.png").read_bytes() != picture


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_a_picture_goes_to_stdout_byte_by_byte(run: Run, shop: Path) -> None:
    assert run("generate", "diagram", "--format", "png").status == 0
    command = [sys.executable, "-m", "patternctl", "generate", "diagram/context.png", "-o", "-"]
    done = subprocess.run(command, cwd=shop.parent, capture_output=True, check=True)
    assert done.stdout == (shop.parent / FOLDER / "diagrams/context.png").read_bytes()


def saga_dropped() -> str:
    """The shop without its saga, of which diagrams and a runbook tell."""
    text = re.sub(r"(?ms)^  - pattern: saga\n(    .*\n|\n)*", "", SHOP)
    assert "pattern: saga" in SHOP
    assert "pattern: saga" not in text
    return text


def test_files_of_what_is_gone_are_stale_and_are_removed(run: Run, shop: Path) -> None:
    assert run("generate", "diagram").status == 0
    assert run("generate", "team").status == 0
    folder = shop.parent / FOLDER
    assert (folder / "diagrams/saga-buy.mmd").exists()
    shop.write_text(saga_dropped())
    outcome = run("generate", "diagram", "--check")
    assert outcome.status == 1
    assert f"remove    {FOLDER}/diagrams/saga-buy.mmd" in outcome.err
    assert (folder / "diagrams/saga-buy.mmd").exists()
    outcome = run("generate", "diagram")
    assert f"removed   {FOLDER}/diagrams/saga-buy.mmd" in outcome.err
    assert not (folder / "diagrams/saga-buy.mmd").exists()
    assert (folder / "team/README.md").exists()
    assert run("generate", "diagram", "--check").status == 0


def test_all_removes_what_single_kinds_wrote_and_the_other_way_round(run: Run, shop: Path) -> None:
    folder = shop.parent / FOLDER
    for first, second in (("runbook", "all"), ("all", "runbook")):
        shop.write_text(SHOP)
        assert run("generate", first).status == 0
        assert (folder / "runbooks/buy.md").exists()
        shop.write_text(saga_dropped())
        assert run("generate", second).status == 0
        assert not (folder / "runbooks/buy.md").exists()


def test_all_removes_what_a_kind_made_that_lacks_facts_by_now(run: Run, shop: Path) -> None:
    assert run("generate", "team").status == 0
    assert run("generate", "load").status == 0
    folder = shop.parent / FOLDER
    shop.write_text("version: 1\nsystem: shop\nservices: {a: {team: b}}\n")
    outcome = run("generate", "load")
    assert outcome.status == 2
    assert (folder / "load/k6.js").exists()
    outcome = run("generate", "all")
    assert "skipped load: " in outcome.err
    assert not (folder / "load").exists()
    assert (folder / "team/README.md").exists()


def test_a_run_of_a_part_removes_nothing_of_the_others(run: Run, shop: Path) -> None:
    assert run("generate", "diagram").status == 0
    assert run("generate", "diagram", "--pattern", "outbox").status == 0
    folder = shop.parent / FOLDER
    whole = {*files(folder)}
    assert {"diagrams/saga-buy.mmd", "diagrams/pattern-outbox.mmd"} <= whole
    for narrowed in (
        ("--focus", "payments"),
        ("architecture.yaml", "--pattern", "saga"),
        ("--base", "architecture.yaml"),
    ):
        assert run("generate", "diagram", *narrowed).status == 0
        assert whole <= {*files(folder)}
    (shop.parent / "other.yaml").write_text(saga_dropped())
    assert run("generate", "diagram", "other.yaml").status == 0
    assert whole <= {*files(folder)}
    shop.write_text(saga_dropped())
    assert run("generate", "diagram/README.md").status == 0
    assert whole <= {*files(folder)}


def test_a_manifest_is_the_same_from_wherever_it_is_named(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("generate", "diagram").status == 0
    shop.write_text(saga_dropped())
    (shop.parent / "deep").mkdir()
    monkeypatch.chdir(shop.parent / "deep")
    outcome = run("generate", "diagram", "../architecture.yaml", "-o", f"../{FOLDER}", "--dry-run")
    assert f"remove    ../{FOLDER}/diagrams/saga-buy.mmd" in outcome.err


def test_dry_run_and_diff_write_nothing(run: Run, shop: Path) -> None:
    outcome = run("generate", "team", "--dry-run")
    assert f"create    {FOLDER}/team/README.md" in outcome.err
    assert run("generate", "team", "--diff").out.startswith("--- /dev/null\n+++ b/team/")
    assert not (shop.parent / "docs").exists()


def test_a_plan_ends_with_conflicts_and_counts_what_stays(run: Run, shop: Path) -> None:
    assert run("generate", "diagram").status == 0
    folder = shop.parent / FOLDER / "diagrams"
    shop.write_text(saga_dropped())
    (folder / "context.dot").write_text("mine\n")
    (folder / "saga-buy.mmd").write_text("mine\n")
    (folder / "context.mmd").unlink()
    *told, counts = run("generate", "diagram", "--dry-run").err.splitlines()
    states = [line.split()[0] for line in told]
    assert states == sorted(states, key=("create", "update", "remove", "conflict").index)
    assert told[-2:] == [
        f"conflict  {FOLDER}/diagrams/context.dot (was changed by hand)",
        f"conflict  {FOLDER}/diagrams/saga-buy.mmd (was changed by hand)",
    ]
    assert counts == ", ".join(f"{states.count(each)} {each}" for each in dict.fromkeys(states))
    assert run("generate", "diagram").status == 2
    assert (folder / "saga-buy.mmd").read_text() == "mine\n"
    outcome = run("generate", "diagram", "--force")
    assert f"replaced  {FOLDER}/diagrams/context.dot" in outcome.err
    assert f"removed   {FOLDER}/diagrams/saga-buy.mmd" in outcome.err
    assert re.fullmatch(r"\d+ unchanged\n", run("generate", "diagram", "--dry-run").err)
    assert re.fullmatch(r"\d+ files are up to date\n", run("generate", "diagram").err)


def test_next_steps_are_of_kinds_that_are_new_and_say_where(run: Run, shop: Path) -> None:
    assert run("generate", "report").err.endswith(
        f"next, in {FOLDER}:\n  open report/index.html in a browser, or print it\n"
    )
    shop.write_text(saga_dropped())
    assert "next" not in run("generate", "report").err
    outcome = run("generate", "all")
    assert f"next, in {FOLDER}:" in outcome.err
    assert "rehearse each runbook" in outcome.err
    assert "report/index.html in a browser" not in outcome.err


def test_what_somebody_changed_is_not_replaced_unasked(run: Run, shop: Path) -> None:
    assert run("generate", "team").status == 0
    page = shop.parent / FOLDER / "team/README.md"
    page.write_text("mine\n")
    shop.write_text(SHOP.replace("browse", "discovery"))
    outcome = run("generate", "team")
    assert outcome.status == 2
    assert "docs/architecture/team/README.md was changed by hand" in outcome.err
    assert page.read_text() == "mine\n"
    assert "conflict  docs/architecture/team/README.md" in run("generate", "team", "--dry-run").err
    assert run("generate", "team", "--force").status == 0
    assert "discovery" in page.read_text()


def test_one_file_goes_to_stdout_several_do_not(run: Run, shop: Path) -> None:
    assert run("generate", "report", "-o", "-").out.startswith("<!DOCTYPE html>")
    assert "sequenceDiagram" in run("generate", "diagram", "--pattern", "outbox", "-o", "-").out
    outcome = run("generate", "slo", "-o", "-")
    assert outcome.status == 2
    assert "do not fit on stdout" in outcome.err
    assert "`patternctl generate slo/README.md -o -`" in outcome.err


def test_one_file_is_named_by_its_kind_or_its_folder(run: Run, shop: Path) -> None:
    outcome = run("generate", "runbook/buy.md", "-o", "-")
    assert outcome.status == 0, outcome.err
    assert outcome.out.startswith("<!-- generated by patternctl")
    assert run("generate", "runbooks/buy.md", "-o", "-") == outcome
    assert run("generate", "runbooks/buy.md").status == 0
    folder = shop.parent / FOLDER
    assert {*files(folder)} == {_record.NAME, "runbooks/buy.md"}
    assert (folder / "runbooks/buy.md").read_text() == outcome.out
    assert run("generate", "runbook").status == 0
    assert run("generate", "runbook/buy.md", "--check").err == "1 unchanged\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("runbook/buuy.md", 'did you mean "buy.md"?'),
        ("playbook/to-edge.md", "what it makes is chosen by --playbook, --start"),
        ("report/x", "there are: index.html"),
        ("slo/x", "there are: README.md, error-budget-policy.md"),
        ("slo/x", " more: --dry-run lists all"),
        ("reprt/index.html", 'did you mean "report"?'),
        ("all/report", "there is no kind"),
    ],
)
def test_a_file_that_there_is_not(asked: str, told: str, run: Run, shop: Path) -> None:
    outcome = run("generate", asked, "-o", "-")
    assert (outcome.status, outcome.out) == (2, "")
    assert told in outcome.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["slo", "--focus", "payments"], "--focus is for diagram, which slo does not make"),
        (["team", "--start", "2027-01-11"], "--start is for playbook, which team does not make"),
        (["team", "--format", "svg"], "--format is for diagram, which team does not make"),
        (["diagram", "--depth", "2"], "--depth is around --focus"),
        (["diagram", "--format", "gif"], "'gif' is not one of mmd, dot, svg, png"),
        (["report", "-o", "-", "--check"], "compare with the files of a folder"),
        (["all", "--playbook", "to-nowhere"], 'there is no playbook "to-nowhere"'),
        (["all", "--focus", "nowhere"], 'is called "nowhere"'),
    ],
)
def test_flags_that_would_change_nothing(
    arguments: list[str], told: str, run: Run, shop: Path
) -> None:
    outcome = run("generate", *arguments)
    assert outcome.status == 2
    assert told in outcome.err
    assert not (shop.parent / FOLDER).exists()


def test_templates_that_nobody_would_read(run: Run, shop: Path) -> None:
    own = shop.parent / "own"
    for name in ("kpi/kpi.md.j2", "kpi/_part.j2", "init/architecture.yaml.j2", "README.md"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text("x")
    outcome = run("generate", "kpi", "--templates", "own")
    assert outcome.status == 2
    folders = ", ".join(kind for kind in KINDS if (ROOT / "templates" / kind).is_dir())
    assert outcome.err == (
        "error: own/init/architecture.yaml.j2: takes the place of no shipped template\n"
        f"  help: templates are in {folders}; the names of parts that others include begin with "
        "`_`\n"
        "error: own/kpi/kpi.md.j2: takes the place of no shipped template\n"
        '  help: did you mean "kpi/kpis.md.j2"?\n'
    )
    assert not (shop.parent / FOLDER).exists()


def test_wrong_words_are_told_all_at_once(run: Run, shop: Path) -> None:
    outcome = run("generate", "diagrm")
    assert outcome.status == 2
    assert 'did you mean "diagram"?' in outcome.err
    outcome = run("generate", "diagram", "nowhere.yaml", "--pattern", "outbx", "--base", "no.yaml")
    assert outcome.status == 2
    assert "nowhere.yaml" in outcome.err
    assert "no.yaml" in outcome.err
    assert 'did you mean "outbox"?' in outcome.err


def test_without_anything_to_generate_from(run: Run) -> None:
    outcome = run("generate", "diagram")
    assert outcome.status == 2
    assert "nothing to generate from" in outcome.err


def test_a_folder_that_cannot_be_made(run: Run, shop: Path) -> None:
    (shop.parent / "docs").write_text("a file\n")
    outcome = run("generate", "team")
    assert outcome.status == 2
    assert (shop.parent / "docs").read_text() == "a file\n"


def test_all_leaves_out_what_lacks_facts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text("version: 1\nsystem: x\nservices: {a: {}}\n")
    outcome = run("generate", "all")
    assert outcome.status == 0, outcome.err
    assert "skipped load: " in outcome.err
    assert run("generate", "load").status == 2
