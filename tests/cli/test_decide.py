"""`patternctl decide` without a terminal: flags, files, formats, bad input."""

import io
import json
import random
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from patternctl import yamlio
from patternctl.cli import _answers
from patternctl.model.choosing import Answer, Decision
from tests.cli.conftest import Run
from tests.graphviz import drawn
from tests.mermaid import fault

MANIFEST = """\
version: 1
system: shop
requirements:
  consistency: eventual
  scale: moderate
workload:
  read_write_ratio: 20
services:
  orders:
    uses: [{store: db, access: write}]
    publishes: [{event: placed, via: direct}]
stores:
  db: {kind: relational}
"""
EXAMPLE = Path(__file__).parents[2] / "examples" / "shop" / "architecture.yaml"
ANSWERS = """\
# of the workshop in March
tree: architecture
answers:
  consistency: strong   # the owners insist
  audit: critical
"""
WAY = ("--set", "consistency=strong", "--set", "audit=standard")


def flags(**answers: str) -> list[str]:
    return [f"--set={name.replace('_', '-')}={choice}" for name, choice in answers.items()]


def decided(run: Run, *arguments: object) -> dict[str, Any]:
    outcome = run("decide", *arguments, "--format", "json")
    assert outcome.status == 0, outcome.err
    result: dict[str, Any] = json.loads(outcome.out)
    return result


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "architecture.yaml"
    file.write_text(MANIFEST)
    return file


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    file = tmp_path / "answers.yaml"
    file.write_text(ANSWERS)
    return file


def test_flags_alone(run: Run) -> None:
    result = decided(run, *WAY)
    assert result["outcomes"] == ["traditional-cdc"]
    flag = {"choice": "standard", "origin": "flag", "place": "--set", "inferred": False}
    assert result["answers"]["audit"] == flag
    assert (result["tree_file"], result["manifest"]) == ("", "")


def test_json_has_the_keys_of_the_decision_in_their_order(run: Run) -> None:
    result = decided(run, *WAY, *flags(teams="few", dual_writes="events"))
    assert tuple(result) == Decision._fields
    assert [*result["answers"]] == ["consistency", "audit", "teams", "dual-writes"]
    assert [*result["steps"][0]] == ["question", "answer", "leads_to"]
    assert [*result["ranking"][0]] == ["id", "total", "terms"]
    assert [*result["ranking"][0]["terms"][0]] == ["criterion", "choice", "weight", "score", "why"]
    assert result["why_not"].keys() <= {each["id"] for each in result["ranking"][1:]}
    assert all(isinstance(each["changes"], dict) for each in result["tree_flips"])
    assert [*result["suggestions"][0]] == ["pattern", "problem", "choice", "how", "adopted"]
    assert [*result["build"][0]] == ["pattern", "because", "added"]


def test_the_manifest_in_the_folder_answers_with_places_and_findings(run: Run, shop: Path) -> None:
    result = decided(run)
    assert result["outcomes"] == ["cqrs-system"]
    assert result["manifest"] == "architecture.yaml"
    read = {name: (each["origin"], each["place"]) for name, each in result["answers"].items()}
    assert read["consistency"] == ("manifest", "architecture.yaml:4:3")
    origin, place = read["dual-writes"]
    assert origin == "finding"
    assert place.startswith("architecture.yaml:")
    assert "outbox" in [each["pattern"] for each in result["suggestions"]]


def test_flags_win_over_the_file_and_both_over_the_manifest(
    run: Run, shop: Path, answers: Path
) -> None:
    outcome = run("decide", "--answers", answers.name, "--set", "audit=standard", "-f", "json")
    result = json.loads(outcome.out)
    assert result["outcomes"] == ["traditional-cdc"]
    assert [(each["question"], each["winner"]["choice"], each["loser"]["place"])
            for each in result["overruled"]] == [
        ("consistency", "strong", "architecture.yaml:4:3"),
        ("audit", "standard", "answers.yaml:5:10"),
    ]  # fmt: skip
    assert (
        "consistency: strong (answers.yaml:4:16) over eventual (architecture.yaml:4:3)"
        in outcome.err
    )
    assert "audit: standard (--set) over critical (answers.yaml:5:10)" in outcome.err


def test_equal_answers_overrule_nothing(run: Run, shop: Path) -> None:
    assert decided(run, "--set", "consistency=eventual")["overruled"] == []


def test_order_of_flags_does_not_matter_and_twice_gives_the_same_bytes(run: Run) -> None:
    given = flags(
        consistency="eventual", scale="moderate", read_write_ratio="above-10", teams="few",
        budget="unknown", dual_writes="events",
    )  # fmt: skip
    for kind in ("json", "markdown", "text"):
        first = run("decide", *given, "-f", kind).out
        for seed in (1, 2, 3):
            shuffled = random.Random(seed).sample(given, len(given))
            assert run("decide", *shuffled, "-f", kind).out == first


@pytest.mark.parametrize("word", ["unknown", "don't know", "Don't know", "UNKNOWN"])
def test_dont_know_is_an_answer(run: Run, word: str) -> None:
    result = decided(run, "--set", "consistency=strong", "--set", f"audit={word}")
    assert result["outcomes"] == ["event-sourcing-system", "traditional-cdc"]
    assert result["settled_by"] == "audit"
    assert result["answers"]["audit"]["choice"] is None


# Telling


def test_the_page_tells_everything(run: Run, shop: Path) -> None:
    page = run("decide", "--set", "audit=critical", "-f", "markdown").out
    for heading in (
        "The way", "Ranking", "Why not the others", "What would change it",
        "Patterns for the problems", "Build order", "Other answers", "Assumptions", "Every term",
        "To record it",
    ):  # fmt: skip
        assert f"\n## {heading}\n" in page, heading
    assert "(manifest: `architecture.yaml:4:3`)" in page
    assert "\nOne answer that changes the tree's outcome:\n\n- `consistency` = `strong`" in page
    assert "\n\n\n" not in page


def test_text_is_a_page_to_read_that_ends_with_the_outcome(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    Path("architecture.yaml").write_text(EXAMPLE.read_text())
    text = run("decide", "--no-input").out
    lines = text.splitlines()
    assert len(lines) < 120
    assert [line for line in lines if line != line.rstrip()] == []
    assert lines[1].startswith("CQRS system architecture (SP1), where the tree leads.")
    assert "Close behind: Traditional application with change data capture (BL2)" in text
    assert lines[-1] == "CQRS system architecture (SP1), where the tree leads."
    assert "Reasons for every point of the ranking: --terms" in text
    assert "Every term\n" not in text
    more = run("decide", "--no-input", "--terms")
    assert "\nEvery term\n" in more.out
    assert "--terms --no-input" in more.err


def test_what_the_ranking_chose_is_said_to_be_its_choice(run: Run) -> None:
    given = flags(consistency="eventual", scale="isolated", teams="one", people="small")
    page = run("decide", *given, "--choose", "ranking", "-f", "markdown").out
    chosen = decided(run, *given, "--choose", "ranking")["ranking"][0]
    opening = page.split("\n\n")[1]
    assert f", chosen by the ranking with {chosen['total']:g} points. " in opening
    assert "**The tree says otherwise**: it leads to **Cell-based architecture (SP5)**" in opening
    open_ = run("decide", *flags(consistency="strong", audit="unknown"), "-f", "markdown").out
    assert open_.split("\n\n")[1].startswith(
        "Still open: **Event sourcing system (SP2)** or **Traditional application"
    )
    assert "To record it" not in open_
    both = flags(consistency="strong", audit="unknown", teams="few")
    ranked = run("decide", *both, "--choose", "ranking", "-f", "markdown").out
    assert "**The tree leaves it open**: **Event sourcing system (SP2)** or " in ranked


def test_overruled_answers_and_adopted_patterns_are_on_the_page(run: Run, shop: Path) -> None:
    shop.write_text(MANIFEST + "patterns: [{pattern: outbox, at: [orders]}]\n")
    text = run("decide", *flags(audit="standard", consistency="strong", dual_writes="events")).out
    assert "Answers that did not count\n" in text
    told = "consistency: strong (flag: --set) over eventual (manifest: architecture.yaml:4:3)"
    assert told in " ".join(text.split())
    adopted = 'there already: Transactional outbox (MP1) for "Change and event as two writes"'
    assert adopted in " ".join(text.split())


@pytest.mark.parametrize("kind", ["text", "markdown"])
@pytest.mark.parametrize("choose", ["tree", "ranking"])
def test_the_block_to_record_can_be_pasted_and_holds(
    run: Run, tmp_path: Path, kind: str, choose: str
) -> None:
    manifest = tmp_path / "architecture.yaml"
    text = re.sub(r"(?m)^decisions:\n(?:(?:[ #].*)?\n)*", "", EXAMPLE.read_text())
    if choose == "ranking":
        text = re.sub(r"(?m)^  scale: .*$", "  scale: isolated", text)
    manifest.write_text(text)
    told = run("decide", "--choose", choose, "-f", kind, "--no-input").out
    block = re.search(r"^decisions:\n(?:  .*\n)+", told, re.M)
    assert block
    first = json.loads(run("decide", "--choose", choose, "-f", "json", "--no-input").out)
    assert f"outcome: {first['chosen']}\n" in block[0]
    assert (first["outcomes"] == [first["chosen"]]) == (choose == "tree")
    manifest.write_text(f"{text}\n{block[0]}")
    outcome = run("lint", "--format", "json")
    codes = [each["code"] for each in json.loads(outcome.out)["findings"]]
    assert codes
    assert not {"PC901", "PC902"} & {*codes}


def test_text_is_laid_out_and_goes_to_files_too(run: Run, tmp_path: Path) -> None:
    shown = run("decide", *WAY)
    assert "The way" in shown.out
    assert "##" not in shown.out
    written = run("decide", *WAY, "-o", "result.txt")
    assert written.out == ""
    assert (tmp_path / "result.txt").read_text() == shown.out
    run("decide", *WAY, "-o", "result.json", "-f", "json")
    assert json.loads((tmp_path / "result.json").read_text())["tree"] == "architecture"


def test_the_run_can_be_repeated_by_the_command_it_prints(
    run: Run, shop: Path, answers: Path
) -> None:
    outcome = run("decide", "--answers", "answers.yaml", "--set", "audit=don't know", "-f", "json")
    line = outcome.err.partition("the same again: ")[2]
    words = shlex.split(line)
    assert words[:3] == ["patternctl", "decide", "architecture.yaml"]
    assert words[-1] == "--no-input"
    assert run(*words[1:]).out == outcome.out


def test_the_folder_worked_in_is_part_of_that_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my shop").mkdir()
    outcome = run("-C", "my shop", "decide", *WAY)
    assert "the same again: patternctl -C 'my shop' decide --set consistency=strong" in outcome.err


def test_saved_answers_are_those_of_people_and_read_back(
    run: Run, shop: Path, answers: Path, tmp_path: Path
) -> None:
    given = ("--answers", "answers.yaml", "--set", "teams=unknown")
    first = run("decide", *given, "--save-answers", "saved.yaml")
    assert first.status == 0
    saved = yamlio.read(tmp_path / "saved.yaml").plain()
    told = {"consistency": "strong", "audit": "critical", "teams": "unknown"}
    assert saved == {"tree": "architecture", "answers": told}
    before = (tmp_path / "saved.yaml").read_bytes()
    assert run("decide", "--answers", "saved.yaml", "--save-answers", "saved.yaml").status == 0
    assert (tmp_path / "saved.yaml").read_bytes() == before


def test_the_tree_is_drawn_with_the_way_marked(run: Run) -> None:
    given = flags(consistency="strong", audit="unknown")
    mermaid = run("decide", *given, "--diagram", "mermaid").out
    assert mermaid.startswith("flowchart TB\n")
    assert not fault(mermaid)
    assert mermaid.count("-->|") == 12
    assert "linkStyle 0 stroke:#d9480f,stroke-width:3px\n" in mermaid
    assert "linkStyle 2,3 stroke:#d9480f,stroke-width:1.5px,stroke-dasharray:5 5\n" in mermaid
    assert mermaid.count(":::taken") == 1 + 1, "the first question, and the legend"
    assert mermaid.count(":::open") == 3 + 1, "the open one, what it may lead to, and the legend"
    dot = run("decide", *given, "--diagram", "dot").out
    assert dot.startswith('digraph "Which architecture for the system as a whole" {\n')
    assert dot.count("penwidth=2.5") == 2, "a question and its answer"
    assert dot.count(", style=dashed]") == 2
    assert drawn(dot)["edge"] == 12
    assert run("decide", *given, "--diagram", "dot", "-f", "json").status == 2


# Bad input


def test_without_a_terminal_missing_answers_are_named_with_their_choices(run: Run) -> None:
    for arguments in ([], ["--no-input"]):
        outcome = run("decide", *arguments)
        assert outcome.status == 2
        assert outcome.out == ""
        assert 'consistency is not answered: "Must every reader' in outcome.err
        assert "--set consistency=strong|eventual|unknown" in outcome.err
        assert "read-write-ratio may be needed too" in outcome.err
    outcome = run("decide", "--set", "consistency=strong")
    assert "audit is not answered" in outcome.err
    assert "scale" not in outcome.err


def test_all_that_is_wrong_is_told_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text("version: 1\nsystem: x\nservces: {}\n")
    (tmp_path / "answers.yaml").write_text(
        "answers:\n  consistncy: strong\n  audit: critcal\n  scale: [global]\n  bursts: true\n"
    )
    outcome = run(
        "decide", "--answers", "answers.yaml", "--set", "teams=fw", "--set", "nothing",
        "--set", "load=small", "--set", "load=large",
    )  # fmt: skip
    assert outcome.status == 2
    assert outcome.out == ""
    for told in (
        'architecture.yaml:3:1: unknown key "servces"',
        'answers.yaml:2:3: there is no question "consistncy"',
        'did you mean "consistency"?',
        'answers.yaml:3:10: audit: "critcal" is no choice',
        'did you mean "critical"?',
        "answers.yaml:4:3: scale: should be one choice",
        "answers.yaml:5:11: bursts: true is no choice",
        '--set: teams: "fw" is no choice',
        'did you mean "few"?',
        '--set "nothing" is no `key=value`',
        "--set: load is both small and large",
    ):
        assert told in outcome.err, told


def test_the_same_flag_twice_with_one_answer_is_no_contradiction(run: Run) -> None:
    assert run("decide", *WAY, *WAY).status == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "answers.yaml:1: holds no answers: the top must be a mapping"),
        ("tree: architecture\n", 'answers.yaml:1:1: "answers" is missing'),
        ("answers: {audit: standard, audit: critical}\n", '"audit" appears twice'),
        ("answers: {}\nanswrs: {}\n", 'answers.yaml:2:1: unknown key "answrs"'),
        ("answers: []\n", "answers: should be a mapping"),
        ("answers:\n  audit:\n", "audit: should be one choice"),
        ("tree: other\nanswers: {}\n", 'answers.yaml:1:7: these are answers to the tree "other"'),
        ("{", "not valid YAML"),
        ("", "answers.yaml: holds no answers: it is empty\n  help: start it with `answers:`"),
        ("# later\n\n", "answers.yaml: holds no answers: it is empty"),
        ("answers: {audit: standard}\0", "answers.yaml: is a binary file, not YAML"),
    ],
)
def test_broken_files_of_answers(run: Run, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "answers.yaml").write_text(text)
    outcome = run("decide", "--answers", "answers.yaml", *WAY)
    assert outcome.status == 2
    assert message in outcome.err
    assert "patternctl init" not in outcome.err


def test_answers_from_stdin_are_flags_of_the_command_that_repeats(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def piped(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    piped(ANSWERS)
    outcome = run("decide", "--answers", "-", "--set", "audit=standard")
    assert outcome.status == 0
    told = "audit: standard (--set) over critical (<stdin>:5:10)"
    assert told in outcome.err
    assert "decide --set audit=standard --set consistency=strong --no-input" in outcome.err
    piped("answers: {audit: critcal}\n")
    assert '<stdin>:1:18: audit: "critcal" is no choice' in run("decide", "--answers", "-").err
    outcome = run("decide", "-", "--answers", "-")
    assert outcome.status == 2
    assert "manifest and answers cannot both come from stdin" in outcome.err


def test_where_nothing_can_be_written_nothing_is_read_or_asked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("patternctl.cli._deciding._read", fail)
    (tmp_path / "there").mkdir()
    for flag in "-o", "--save-answers":
        outcome = run("decide", *WAY, flag, "gone/result.md")
        assert outcome.status == 2
        assert "gone/result.md: cannot be written: its folder does not exist" in outcome.err
        assert f"make the folder, or name another after {flag}" in outcome.err
        assert "there: is a folder, not a file" in run("decide", *WAY, flag, "there").err
    (tmp_path / "loop").symlink_to("loop")
    for target, told in ("loop", "loop: cannot be"), ("x" * 300, "x: cannot be"), ("", "no file"):
        for flag in "-o", "--save-answers":
            outcome = run("decide", *WAY, flag, target)
            assert outcome.status == 2
            assert told in outcome.err
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "result.md: cannot be written: permission" in run("decide", *WAY, "-o", "result.md").err


def test_what_is_saved_on_ctrl_c_takes_nothing_away(tmp_path: Path) -> None:
    wanted = tmp_path / "kept.yaml"
    new = {"audit": Answer("critical", "asked"), "scale": Answer(None, "asked")}

    def target(text: str) -> str:
        wanted.write_text(text)
        return _answers.free(wanted, "architecture", new).name

    assert target("") == "kept.yaml"
    assert target("tree: architecture\nanswers: {scale: unknown}\n") == "kept.yaml"
    for other in (
        "tree: architecture\nanswers: {audit: standard}\n",
        "tree: architecture\nanswers: {teams: few}\n",
        "tree: other\nanswers: {audit: critical}\n",
        "tree: architecture\nanswers: []\n",
        "- [",
    ):
        assert target(other) == "kept-2.yaml", other
    (tmp_path / "kept-2.yaml").write_text("mine\n")
    assert target("- a\n") == "kept-3.yaml"


def test_nothing_that_was_read_is_overwritten(run: Run, shop: Path, answers: Path) -> None:
    for arguments in (
        ["-o", "architecture.yaml"],
        ["--save-answers", "architecture.yaml"],
        ["--answers", "answers.yaml", "-o", "answers.yaml"],
        ["-o", "both.yaml", "--save-answers", "both.yaml"],
    ):
        assert run("decide", *arguments).status == 2, arguments
    assert shop.read_text() == MANIFEST
    assert answers.read_text() == ANSWERS
    (shop.parent / "notes.yaml").write_text("mine: 1\n")
    outcome = run("decide", "--save-answers", "notes.yaml")
    assert "notes.yaml: is there already, and holds no answers" in outcome.err


def test_missing_files_and_trees(run: Run) -> None:
    outcome = run("decide", "gone.yaml", "--answers", "lost.yaml")
    assert outcome.status == 2
    assert "gone.yaml: no such file" in outcome.err
    assert "lost.yaml: no such file" in outcome.err
    assert 'there is no decision tree "architectur"' in run("decide", "--tree", "architectur").err


def test_an_id_is_no_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "architecture").write_text(MINE)
    assert decided(run, *WAY)["tree"] == "architecture"
    (tmp_path / "ours").write_text(MINE.replace("id: storage", "id: ours"))
    assert 'there is no decision tree "ours"' in run("decide", "--tree", "ours", *WAY).err
    assert decided(run, "--tree", "./ours", "--set", "size=small")["tree"] == "ours"


@pytest.mark.parametrize("name", ["x" * 300, "X" * 300, "x" * 300 + ".yaml"])
def test_names_that_no_file_can_have_are_told(run: Run, name: str) -> None:
    uses = (
        ("lint", name),
        ("decide", name),
        ("decide", "--tree", name),
        ("decide", "--answers", name),
    )
    for use in uses:
        outcome = run(*use)
        assert outcome.status == 2
        assert f"error: {name}: cannot be read" in outcome.err or f'tree "{name}"' in outcome.err


def test_answers_are_saved_before_anything_is_printed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("patternctl.cli._telling.tell", broken)
    run("decide", *WAY, "--save-answers", "answers.yaml")
    assert "consistency: strong" in (tmp_path / "answers.yaml").read_text()


def test_answers_and_result_do_not_share_stdout(run: Run, tmp_path: Path) -> None:
    outcome = run("decide", *WAY, "--save-answers", "-")
    assert outcome.status == 2
    assert "result and answers cannot both go to stdout" in outcome.err
    outcome = run("decide", *WAY, "--save-answers", "-", "-o", "result.md")
    assert outcome.out.endswith("consistency: strong\n  audit: standard\n")


# Trees of one's own

MINE = """\
id: storage
title: Where the "files" go
start: size
questions:
  size:
    ask: 'How large is "it"; really <big>?'
    why: Size decides.
    find_out: Look.
    choices:
      small: {label: "Small | tiny", means: Fits., leaf: microservices}
      large: {label: Large, means: Does not fit., leaf: serverless}
"""


def test_a_tree_of_ones_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "storage.yaml").write_text(MINE)
    result = decided(run, "--tree", "storage.yaml", "--set", "size=small")
    assert result["tree"] == "storage"
    assert result["outcomes"] == ["microservices"]
    mermaid = run("decide", "--tree", "storage.yaml", *flags(size="small"), "--diagram", "mermaid")
    assert 'n0("How large is #34;it#34;#59; really<br/>#60;big#62;?")' in mermaid.out
    assert not fault(mermaid.out)
    dot = run("decide", "--tree", "storage.yaml", *flags(size="small"), "--diagram", "dot").out
    assert 'label="How large is \\"it\\"; really\\n<big>?"' in dot


MOVED = """\
id: moved
title: Where the files go now
extends: storage
questions:
  size:
    ask: How large is it?
    why: Size decides.
    find_out: Look.
    choices:
      small: {label: Small, means: Fits., leaf: microservices}
      huge: {label: Huge, means: Fits nowhere., leaf: serverless}
      large: null
"""


def test_answers_move_to_a_tree_that_extends_theirs(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".patternctl.toml").write_text('catalog = ["own"]\n')
    folder = tmp_path / "own" / "decisions"
    folder.mkdir(parents=True)
    (folder / "storage.yaml").write_text(MINE)
    (folder / "moved.yaml").write_text(MOVED)
    answers = tmp_path / "answers.yaml"
    given = ("--tree", "own/decisions/moved.yaml", "--answers", "answers.yaml")
    answers.write_text("tree: storage\nanswers: {size: small}\n")
    result = decided(run, *given)
    assert result["outcomes"] == ["microservices"]
    assert (result["tree"], result["tree_file"]) == ("moved", "own/decisions/moved.yaml")

    answers.write_text("tree: storage\nanswers: {size: large}\n")
    outcome = run("decide", *given, "--set", "size=huge")
    assert outcome.status == 0
    gone = 'answers.yaml:2:11: size: "large" is no choice in the tree moved, which extends storage'
    assert f"note: {gone}: left out" in outcome.err

    answers.write_text("tree: storage\nanswers: {siez: small}\n")
    outcome = run("decide", *given)
    assert outcome.status == 2
    assert 'there is no question "siez"' in outcome.err
    answers.write_text("tree: moved\nanswers: {size: small}\n")
    outcome = run("decide", "--tree", "storage", "--answers", "answers.yaml")
    assert 'answers to the tree "moved", not to "storage"' in outcome.err


def test_its_words_do_nothing_to_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "storage.yaml").write_text(MINE.replace("Large,", '"\\e[31mLarge",'))
    given = ("--tree", "storage.yaml", "--set", "size=small")
    for how in ("-f", "text"), ("-f", "markdown"), ("-f", "json"), ("--diagram", "dot"):
        outcome = run("decide", *given, *how)
        assert outcome.status == 0
        assert "\x1b" not in outcome.out


def test_a_broken_tree_is_refused_with_all_faults(run: Run, tmp_path: Path) -> None:
    broken = MINE.replace("leaf: microservices", "leaf: micro").replace(
        "leaf: serverless", "ask: x"
    )
    (tmp_path / "storage.yaml").write_text(broken)
    outcome = run("decide", "--tree", "storage.yaml", "--set", "size=small")
    assert outcome.status == 2
    assert 'there is no pattern or baseline "micro"' in outcome.err
    assert 'there is no question "x"' in outcome.err


def test_asking_is_only_loaded_where_somebody_asks(tmp_path: Path) -> None:
    script = (
        "import sys; from patternctl import cli; status = cli.run(sys.argv[1:]);"
        "print('\\n' + ' '.join(sorted(sys.modules)), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "decide", *WAY, "--format", "json"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {*done.stderr.splitlines()[-1].split()}
    assert not loaded & {"questionary", "prompt_toolkit", "rich", "jinja2"}
