"""The questionnaire, driven by keys in a real pseudo terminal."""

import json
import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from patternctl import yamlio

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

    def __init__(self, folder: Path, *arguments: str, term: str = "xterm") -> None:
        self.result = folder / "stdout"
        words = [sys.executable, "-m", "patternctl", "decide", *arguments]
        command = f"exec {shlex.join(words)} > {shlex.quote(str(self.result))}"
        environment = {**os.environ, "TERM": term, "NO_COLOR": "1"}
        self.child = pexpect.spawn(
            "/bin/sh", ["-c", command], cwd=str(folder), env=environment,
            encoding="utf-8", timeout=20, dimensions=(50, 160),
        )  # fmt: skip

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


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for each in opened:
        each.child.close(force=True)


CONSISTENCY, AUDIT, SCALE = "Must every reader see", "Is the complete history", "What shapes"


def start(terminals: list[Terminal], folder: Path, *arguments: str) -> Terminal:
    terminals.append(Terminal(folder, *arguments))
    return terminals[-1]


def test_arrows_choose_and_the_way_is_asked_in_its_order(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = start(terminals, tmp_path, "--format", "json", "--no-problems")
    terminal.asked(CONSISTENCY)
    terminal.press(DOWN, ENTER)
    terminal.asked(SCALE)
    terminal.press(DOWN, DOWN, DOWN, UP, ENTER)
    terminal.asked("Must the bill follow")
    terminal.press(ENTER)
    terminal.asked(AUDIT)  # off the way now, but architectures are ranked by it
    terminal.press("e")
    assert terminal.end() == 0
    result = json.loads(terminal.result.read_text())
    assert result["outcomes"] == ["serverless"]
    assert {key: value["choice"] for key, value in result["answers"].items()} == {
        "consistency": "eventual", "scale": "variable", "cost-sensitive": "yes",
    }  # fmt: skip
    assert {value["origin"] for value in result["answers"].values()} == {"asked"}


def test_help_tells_why_and_how_to_find_out(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = start(terminals, tmp_path)
    terminal.asked(CONSISTENCY)
    terminal.press("?")
    terminal.sees("Why: Everything that copies data")
    terminal.sees("How to find out: Ask the owners")
    terminal.asked(CONSISTENCY)
    terminal.press(ENTER)
    terminal.asked(AUDIT)


def test_the_way_has_to_be_gone_to_its_end(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = start(terminals, tmp_path)
    terminal.asked(CONSISTENCY)
    terminal.press("e", "x", ENTER)  # keys that mean nothing here
    terminal.asked(AUDIT)
    terminal.press(CTRL_C)
    assert terminal.end() == 130


def test_a_terminal_that_cannot_draw_is_asked_nothing(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminals.append(Terminal(tmp_path, term="dumb"))
    assert terminals[-1].end() == 2
    assert "consistency is not answered" in terminals[-1].rest


def test_back_asks_again_and_keeps_the_cursor(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = start(terminals, tmp_path, "--format", "json", "--no-problems")
    terminal.asked(CONSISTENCY)
    terminal.press("b")
    terminal.sees("this is the first question")
    terminal.asked(CONSISTENCY)
    terminal.press(DOWN, ENTER)
    terminal.asked(SCALE)
    terminal.press("b")
    terminal.asked(CONSISTENCY)
    terminal.press(UP, ENTER)  # from the second choice, which was taken before
    terminal.asked(AUDIT)
    terminal.press(ENTER)
    terminal.asked(SCALE)
    terminal.press("e")
    assert terminal.end() == 0
    result = json.loads(terminal.result.read_text())
    assert result["outcomes"] == ["event-sourcing-system"]
    assert [*result["answers"]] == ["consistency", "audit"]


def test_dont_know_follows_every_branch(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = start(terminals, tmp_path, "--format", "json", "--no-problems")
    terminal.asked(CONSISTENCY)
    terminal.press(ENTER)
    terminal.asked(AUDIT)
    terminal.press(UP, ENTER)  # round to the last choice
    terminal.asked(SCALE)
    terminal.press("e")
    assert terminal.end() == 0
    result = json.loads(terminal.result.read_text())
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

    terminal = start(terminals, tmp_path, "--answers", SAVED)
    terminal.asked(SCALE)
    terminal.press(CTRL_C)
    assert terminal.end() == 130


def test_ctrl_c_before_any_answer_saves_nothing(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = start(terminals, tmp_path, "--save-answers", "mine.yaml")
    terminal.asked(CONSISTENCY)
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert "nothing is saved" in terminal.rest
    assert not (tmp_path / "mine.yaml").exists()


def test_ctrl_c_saves_where_it_was_told_to(terminals: list[Terminal], tmp_path: Path) -> None:
    terminal = start(terminals, tmp_path, "--save-answers", "mine.yaml")
    terminal.asked(CONSISTENCY)
    terminal.press(ENTER)
    terminal.asked(AUDIT)
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert "saved 1 answer in mine.yaml" in terminal.rest
    on = "patternctl decide --answers mine.yaml --save-answers mine.yaml"
    assert f"go on with: {on}\r\n" in terminal.rest
    assert yamlio.read(tmp_path / "mine.yaml").plain()["answers"] == {"consistency": "strong"}


def test_what_the_manifest_says_is_not_asked_and_the_run_can_be_repeated(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    (tmp_path / "architecture.yaml").write_text(MANIFEST)
    terminal = start(terminals, tmp_path, "--format", "json", "--save-answers", "mine.yaml")
    terminal.asked(AUDIT)
    assert CONSISTENCY not in terminal.rest
    terminal.press(DOWN, ENTER)
    terminal.asked("Must the bill follow")
    terminal.press("e")
    assert terminal.end() == 0
    words = shlex.split(terminal.rest.partition("the same again: ")[2])
    assert words[:3] == ["patternctl", "decide", "architecture.yaml"]
    assert words[3:5] == ["--set", "audit=standard"]
    assert words[-1] == "--no-input"
    saved = yamlio.read(tmp_path / "mine.yaml").plain()
    assert saved["answers"] == {"audit": "standard"}

    first = json.loads(terminal.result.read_text())
    again = start(terminals, tmp_path, *words[2:])
    assert again.end() == 0
    second = json.loads(again.result.read_text())
    flag = {"choice": "standard", "origin": "flag", "place": "--set"}
    assert second["answers"].pop("audit") == flag
    assert first["answers"].pop("audit") == {**flag, "origin": "asked", "place": "terminal"}
    for one, other in zip(first.pop("steps"), second.pop("steps"), strict=True):
        assert (one["question"], one["leads_to"]) == (other["question"], other["leads_to"])
    assert first == second


def test_problems_are_asked_about_once_somebody_wants_them(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    flags = [f"--set={name}=unknown" for name in CRITERIA]
    way = ["--set=consistency=strong", "--set=audit=standard"]
    terminal = start(terminals, tmp_path, *flags, *way, "--format", "json")
    terminal.sees("Look at")
    terminal.press(DOWN, ENTER)
    assert terminal.end() == 0
    assert json.loads(terminal.result.read_text())["suggestions"] == []

    terminal = start(terminals, tmp_path, *flags, *way, "--format", "json")
    terminal.sees("Look at")
    terminal.press(ENTER)
    terminal.asked("Does a service change its database")
    terminal.press("b")
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
