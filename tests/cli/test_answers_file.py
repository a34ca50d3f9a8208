"""Files of answers whose shape is wrong: every fault is told, and one fault once."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def told(run: Run, folder: Path, text: str) -> list[str]:
    """The places and messages of a run with this file of answers, without hints."""
    (folder / "answers.yaml").write_text(text)
    outcome = run("decide", "--answers", "answers.yaml", "--no-input")
    assert outcome.status == 2
    lines = outcome.err.splitlines()
    return [line.partition("answers.yaml:")[2] for line in lines if "answers.yaml:" in line]


def test_answers_at_the_top_are_one_fault(run: Run, tmp_path: Path) -> None:
    text = "tree: architecture\nconsistency: strong\naudit: standard\n"
    assert told(run, tmp_path, text) == ['2:1: answers at the top: "consistency", "audit"']
    assert "put these under `answers:`" in run("decide", "--answers", "answers.yaml").err


def test_many_answers_at_the_top_are_not_all_repeated(run: Run, tmp_path: Path) -> None:
    text = "".join(f"q{number}: a\n" for number in range(9))
    named = ", ".join(f'"q{number}"' for number in range(5))
    assert told(run, tmp_path, text) == [f"1:1: answers at the top: {named}, …"]


def test_other_faults_are_told_beside_answers_at_the_top(run: Run, tmp_path: Path) -> None:
    assert told(run, tmp_path, "tree: other\naudit: standard\naudit: critical\n") == [
        '1:7: these are answers to the tree "other", not to "architecture"',
        '2:1: answers at the top: "audit"',
        '3:1: "audit" appears twice in the same mapping',
    ]


@pytest.mark.parametrize("text", ["answrs: {audit: standard}\n", "answers: {}\naudit: standard\n"])
def test_a_key_that_is_no_answer_is_unknown(run: Run, tmp_path: Path, text: str) -> None:
    assert any("unknown key" in line for line in told(run, tmp_path, text))


def test_a_key_twice_hides_no_other_fault(run: Run, tmp_path: Path) -> None:
    text = "answers:\n  audit: standard\n  audit: critical\n  scale: huge\n  scael: global\n"
    assert told(run, tmp_path, text) == [
        '3:3: "audit" appears twice in the same mapping',
        '4:10: scale: "huge" is no choice',
        '5:3: there is no question "scael"',
    ]
    assert told(run, tmp_path, "- a: 1\n  a: 2\n") == [
        "1: holds no answers: the top must be a mapping",
        '2:3: "a" appears twice in the same mapping',
    ]
