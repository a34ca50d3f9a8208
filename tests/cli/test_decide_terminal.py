"""The questionnaire, driven by keys in a real pseudo terminal."""

import io
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from patternctl import catalog, yamlio
from tests.cli.conftest import Run

UP, DOWN, ENTER, CTRL_C = "\x1b[A", "\x1b[B", "\r", "\x03"
SAVED = ".patternctl-answers.yaml"
MANIFEST = """\
version: 1
system: shop
requirements:
  consistency: eventual
  scale: moderate
workload:
  read_write_ratio: 20
services:
  orders: {}
"""


class Terminal:
    """`patternctl decide` at a terminal; its stdout goes to a file."""

    def __init__(
        self, folder: Path, *arguments: str, term: str = "xterm", columns: int = 160
    ) -> None:
        self.result = folder / "stdout"
        words = [sys.executable, "-m", "patternctl", "decide", *arguments]
        command = f"exec {shlex.join(words)} > {shlex.quote(str(self.result))}"
        environment = {
            **os.environ, "TERM": term, "NO_COLOR": "1",
            "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody answers where the cursor is: no waiting for it
        }  # fmt: skip
        self.child = pexpect.spawn(
            "/bin/sh", ["-c", command], cwd=str(folder), env=environment,
            encoding="utf-8", timeout=20, dimensions=(50, columns),
        )  # fmt: skip
        self.log = self.child.logfile_read = io.StringIO()

    def sees(self, text: str) -> None:
        self.child.expect_exact(text)

    def asked(self, words: str) -> None:
        """Wait until a question is drawn, its last choice included."""
        self.sees(words)
        self.sees("Don't know")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.child.send(key)

    def end(self) -> int:
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert self.child.signalstatus is None
        status = self.child.exitstatus
        assert status is not None
        return int(status)

    @property
    def rest(self) -> str:
        return str(self.child.before)

    def lines(self) -> list[str]:
        """What was written since they were asked for last, without codes of the terminal."""
        text = self.log.getvalue()
        self.log.truncate(self.log.seek(0))
        text = re.sub(r"\x1b\[[0-9;]*m|\r", "", text)
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", text).split("\n")


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for each in opened:
        each.child.close(force=True)


CONSISTENCY, AUDIT, SCALE = "Must every reader see", "Is the complete history", "What shapes"


def start(terminals: list[Terminal], folder: Path, *arguments: str, columns: int = 160) -> Terminal:
    terminals.append(Terminal(folder, *arguments, columns=columns))
    return terminals[-1]


def test_the_first_question_explains_itself_and_the_way_has_to_be_gone(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = start(terminals, tmp_path, "--save-answers", "mine.yaml", columns=60)
    terminal.asked(CONSISTENCY)
    asked = " ".join(" ".join(terminal.lines()).split())
    problems = len(catalog.problems().problems)
    more = f"at most 14 more, and up to {problems} about problems if you want"
    assert f"question 1, {more} (↑↓ Enter, ? help, b back)" in asked
    terminal.press("e", "x")  # keys that mean nothing here
    terminal.press("b")
    terminal.sees("this is the first question")
    terminal.asked(CONSISTENCY)
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert "nothing is saved" in terminal.rest
    assert not (tmp_path / "mine.yaml").exists()


def test_arrows_choose_help_is_complete_and_lines_break_between_words_at_every_width(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    columns = 60
    terminal = start(terminals, tmp_path, "--format", "json", "--no-problems", columns=columns)
    for ask, told, keys, wider in (
        (
            CONSISTENCY, "How to find out: Ask the owners of the data what happens if somebody",
            [DOWN], 80,
        ),
        (
            SCALE, "Load that comes and goes: bursts, nights, seasons: Peak and trough differ",
            [DOWN, DOWN, DOWN, UP], 100,
        ),
        ("Must the bill follow", "How to find out: ", [], 100),
    ):  # fmt: skip
        terminal.asked(ask)
        terminal.press("?")
        terminal.sees("Why: ")
        terminal.asked(ask)
        lines = terminal.lines()
        assert columns - 12 < max(map(len, lines)) < columns
        assert told in " ".join(" ".join(lines).split())
        columns = wider
        terminal.child.setwinsize(50, columns)
        terminal.press(*keys, ENTER)
    terminal.asked(AUDIT)  # off the way now, but architectures are ranked by it
    terminal.press("e")
    assert terminal.end() == 0
    result = json.loads(terminal.result.read_text())
    assert result["outcomes"] == ["serverless"]
    assert {key: value["choice"] for key, value in result["answers"].items()} == {
        "consistency": "eventual", "scale": "variable", "cost-sensitive": "yes",
    }  # fmt: skip
    assert {value["origin"] for value in result["answers"].values()} == {"asked"}


def test_a_terminal_that_cannot_draw_is_asked_nothing(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminals.append(Terminal(tmp_path, term="dumb"))
    assert terminals[-1].end() == 2
    assert "consistency is not answered" in terminals[-1].rest


def test_back_keeps_the_cursor_and_dont_know_follows_every_branch(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = start(terminals, tmp_path, "--format", "json", "--no-problems")
    terminal.asked(CONSISTENCY)
    terminal.press(DOWN, ENTER)
    terminal.sees("✓ Must every reader see a change as soon as it is confirmed? No, some delay")
    terminal.asked(SCALE)
    terminal.press("b")
    terminal.sees("← back to consistency; its answer is taken back")
    terminal.asked(CONSISTENCY)
    terminal.press(UP, ENTER)  # from the second choice, which was taken before
    terminal.asked(AUDIT)
    terminal.press(UP, ENTER)  # round to the last choice
    terminal.sees("Don't know")
    terminal.asked(SCALE)
    terminal.press("e")
    assert terminal.end() == 0
    result = json.loads(terminal.result.read_text())
    assert [*result["answers"]] == ["consistency", "audit"]
    assert result["outcomes"] == ["event-sourcing-system", "traditional-cdc"]
    assert result["settled_by"] == "audit"
    assert result["answers"]["audit"]["choice"] is None


def test_ctrl_c_saves_what_was_answered_and_it_goes_on_from_there(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = start(terminals, tmp_path, "--set", "audit=critical")
    terminal.asked(CONSISTENCY)
    terminal.press(DOWN, ENTER)
    terminal.asked(SCALE)
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert f"saved 2 answers in {SAVED}" in terminal.rest
    assert f"patternctl decide --answers {SAVED}" in terminal.rest
    assert terminal.result.read_text() == ""
    kept = yamlio.read(tmp_path / SAVED).plain()
    told = {"consistency": "eventual", "audit": "critical"}
    assert kept == {"tree": "architecture", "answers": told}

    terminal = start(terminals, tmp_path, "--answers", SAVED)  # what it holds is held on to
    terminal.asked(SCALE)
    terminal.press(ENTER)
    terminal.asked("Must the bill follow")
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert f"saved 3 answers in {SAVED}" in terminal.rest
    assert yamlio.read(tmp_path / SAVED).plain()["answers"] == {**told, "scale": "global"}


def test_ctrl_c_saves_where_it_was_told_to_and_takes_nothing_from_an_earlier_run(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    earlier = "tree: architecture\nanswers: {consistency: eventual, scale: global}\n"
    (tmp_path / "mine.yaml").write_text(earlier)
    terminal = start(terminals, tmp_path, "--save-answers", "mine.yaml")
    terminal.asked(CONSISTENCY)
    terminal.press(ENTER)
    terminal.asked(AUDIT)
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert (tmp_path / "mine.yaml").read_text() == earlier
    assert "saved 1 answer in mine-2.yaml" in terminal.rest
    assert "mine.yaml holds other answers and is left as it is" in terminal.rest
    on = "patternctl decide --answers mine-2.yaml --save-answers mine.yaml"
    assert f"go on with: {on}\r\n" in terminal.rest
    assert yamlio.read(tmp_path / "mine-2.yaml").plain()["answers"] == {"consistency": "strong"}


def test_what_the_manifest_says_is_not_asked_and_the_run_can_be_repeated(
    terminals: list[Terminal], tmp_path: Path, run: Run
) -> None:
    (tmp_path / "architecture.yaml").write_text(MANIFEST)
    flags = [f"--set={name}=unknown" for name in CRITERIA[3:]]
    terminal = start(terminals, tmp_path, *flags, "--format", "json", "--save-answers", "mine.yaml")
    terminal.asked(AUDIT)
    assert CONSISTENCY not in terminal.rest
    terminal.press(DOWN, ENTER)
    terminal.asked("Must the bill follow")
    terminal.press(ENTER)
    terminal.sees("Look at")
    terminal.press(DOWN, ENTER)
    assert terminal.end() == 0
    words = shlex.split(terminal.rest.partition("the same again: ")[2])
    assert words[:3] == ["patternctl", "decide", "architecture.yaml"]
    assert "audit=standard" in words
    assert words[-1] == "--no-input"
    saved = yamlio.read(tmp_path / "mine.yaml").plain()["answers"]
    assert (saved["audit"], saved["cost-sensitive"]) == ("standard", "yes")
    assert "consistency" not in saved

    first, second = json.loads(terminal.result.read_text()), json.loads(run(*words[1:]).out)
    assert {each["problem"] for each in first["suggestions"]} == {"read-heavy-queries"}
    assert first["answers"]["audit"]["place"] == "terminal"
    assert second["answers"]["audit"]["place"] == "--set"
    for result in first, second:
        for name in "audit", "cost-sensitive":
            del result["answers"][name]
        for step in result["steps"]:
            del step["answer"]
    assert first == second


def test_problems_are_asked_about_once_somebody_wants_them(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    flags = [f"--set={name}=unknown" for name in CRITERIA]
    way = ["--set=consistency=strong", "--set=audit=standard"]
    terminal = start(terminals, tmp_path, *flags, *way, "--format", "json")
    terminal.sees("Look at")
    problems = len(catalog.problems().problems)
    terminal.sees(f"question 1, at most {problems} more (")
    terminal.press(ENTER)
    terminal.sees("Does a service change its database")
    terminal.sees(f"question 2, at most {problems - 1} more (")
    terminal.sees("Don't know")
    terminal.press("b")
    terminal.sees("← back to problems; its answer is taken back")
    terminal.sees("Look at")
    terminal.press(ENTER)
    terminal.asked("Does a service change its database")
    terminal.press(ENTER)
    terminal.asked("Does one operation change data")
    terminal.press("e")
    assert terminal.end() == 0
    suggested = json.loads(terminal.result.read_text())["suggestions"]
    assert [each["pattern"] for each in suggested] == ["outbox"]


CRITERIA = (
    "scale", "cost-sensitive", "read-write-ratio", "availability", "latency", "bursts", "load",
    "isolation", "teams", "people", "budget", "geography",
)  # fmt: skip


def test_no_input_asks_nothing_even_in_a_terminal(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = start(terminals, tmp_path, "--no-input")
    assert terminal.end() == 2
    assert "consistency is not answered" in terminal.rest
    assert "--set consistency=strong|eventual|unknown" in terminal.rest
