"""Prometheus's own judgement of rules and of their tests: one process for many cases."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest

needed = pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")
_READS = {"check": ".rules.yaml", "test": ".test.yaml"}


def complaints(
    what: Literal["check", "test"], cases: Mapping[str, Mapping[str, str]], folder: Path
) -> dict[str, str]:
    """What `promtool <what> rules` says of each case that it finds wrong, by the case's name.

    A case is files by path. Each of its files that promtool reads has to be judged.
    """
    files = {}
    for case, texts in cases.items():
        for path, text in texts.items():
            place = folder / case / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
            if path.endswith(_READS[what]):
                files[str(place)] = case
        assert case in files.values(), f"{case} has nothing to {what}"
    command = ["promtool", what, "rules", *files]
    done = subprocess.run(  # both streams in one, so that they keep their order
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    heads = {"check": "Checking ", "test": "Unit Testing:  "}
    parts = done.stdout.split(heads[what])[1:]
    judged = {part.partition("\n")[0].strip(): part for part in parts}
    assert judged.keys() == files.keys(), done.stdout
    wrong: dict[str, str] = {}
    for file, part in judged.items():
        if "SUCCESS" not in part:
            wrong[files[file]] = wrong.get(files[file], "") + part
    assert bool(wrong) == bool(done.returncode), done.stdout
    return wrong
