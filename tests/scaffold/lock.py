"""`python -m tests.scaffold.lock`: pins for generated projects, from those of this repository."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from patternctl.scaffold import units

ROOT = Path(__file__).parents[2]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def _closure(names: set[str]) -> set[str]:
    """Names with all that they depend on here."""
    done: set[str] = set()
    while names:
        name = names.pop()
        if name in done:
            continue
        done.add(name)
        try:
            found = requires(name) or []
        except PackageNotFoundError:
            continue
        names |= {_plain(re.split(r"[\s\[<>=!~;(]", each)[0]) for each in found}
    return done


def main() -> None:
    """Write the pins of everything that any project may import."""
    wanted = {
        _plain(re.split(r"[\[<>=!~;]", each)[0])
        for unit in units.known().values()
        for each in (*unit.packages, *unit.testing)
    }
    closure = _closure(wanted)
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    kept = [pin for pin in pins if _plain(pin.partition("==")[0]) in closure]
    (units.folder() / units.BASE / "constraints.txt").write_text("\n".join(kept) + "\n")


if __name__ == "__main__":
    main()
