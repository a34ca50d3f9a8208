"""Expected outputs kept as files, rewritten by `make golden`."""

import os
from pathlib import Path

WRITING = os.environ.get("PATTERNCTL_GOLDEN") == "write"


def check(path: Path, text: str) -> None:
    """Compare `text` with the file; with `PATTERNCTL_GOLDEN=write` write it instead."""
    if WRITING:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    assert path.is_file(), f"{path} is missing: `make golden` writes it"
    with path.open(encoding="utf-8", newline="") as stream:
        assert text == stream.read(), f"{path.name} differs: `make golden` rewrites it"
