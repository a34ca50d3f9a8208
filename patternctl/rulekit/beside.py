"""Files that a manifest names: looked at when a judgement asks for one, and never changed."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from patternctl.errors import InputError

if TYPE_CHECKING:
    from patternctl.model.adr import Record

Wrong = Literal["is not there", "is a folder", "is no ordinary file", "is empty", "cannot be read"]
"""Why a path is no file that tells something."""
_BLANK = 4096
"""Bytes up to which a file is opened to see whether it holds anything but blanks."""


class Filed(NamedTuple):
    """The record that a decision names; with neither of both, nobody can tell."""

    record: Record | None = None
    wrong: str = ""
    """Why there is no record."""


class Beside:
    """What lies beside a manifest."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is that of the manifest; None where it lies in none, so that nobody can look."""
        self.folder = folder

    def wrong(self, path: str) -> Wrong | None:
        """Why a path from the manifest's folder shows nothing; None where it does.

        None, too, where nobody can look.
        """
        return None if self.folder is None else _wrong(self.folder / path)

    def record(self, named: str | int) -> Filed:
        """The decision record of a path from the manifest's folder, or of a number.

        A number is looked up in the folder that `.adr-dir` names, or else in the nearest one where
        records usually are, from the manifest's folder up to its repository's. What lies outside
        of the repository is not read as a record.
        """
        from patternctl import adr  # what no decision names is not paid for

        if self.folder is None:
            return Filed()
        here = Path(os.path.abspath(self.folder))  # noqa: PTH100 - keeps links as they are
        number = adr.number(str(named))
        try:
            return _at(here, str(named)) if number is None else _numbered(here, number)
        except InputError:  # told by `patternctl adr check`
            return Filed()


def _wrong(path: Path) -> Wrong | None:
    try:
        found = path.stat()
    except PermissionError:
        return "cannot be read"
    except (OSError, ValueError):  # nor is there a name that no file can have
        return "is not there"
    if stat.S_ISDIR(found.st_mode):
        return "is a folder"
    if not stat.S_ISREG(found.st_mode):
        return "is no ordinary file"
    return "is empty" if found.st_size <= _BLANK and _blank(path) else None


def _blank(path: Path) -> bool:
    try:
        return not path.read_bytes().strip()
    except OSError:
        return False  # there is something, whoever may read it


def _at(here: Path, path: str) -> Filed:
    """The record at a path. Raises `InputError`."""
    from patternctl import adr

    if "://" in path or os.path.isabs(path):  # noqa: PTH117 - of an address or one machine
        return Filed()
    wrong = _wrong(here / path)
    if wrong == "is not there":
        return Filed(wrong=f'there is no record "{path}" beside this manifest')
    if wrong and wrong != "cannot be read":
        return Filed(wrong=f"{path} {wrong}, and no record")
    if wrong or not Path(os.path.realpath(here / path)).is_relative_to(
        os.path.realpath(adr.root(here))
    ):
        return Filed()
    return Filed(adr.parse(adr.read_text(here / path, name=path), path))


def _numbered(here: Path, number: int) -> Filed:
    """The record of a number. Raises `InputError`."""
    from patternctl import adr

    folder = _records(here)
    if folder is None:
        return Filed()
    shown = os.path.relpath(folder, here)
    names = adr.files(folder, name=shown)
    found = [name for name, parts in names.items() if parts.number == number]
    if not found:
        return Filed(wrong=f"{shown} has no record {number}")
    if len(found) > 1:
        return Filed(wrong=f"{shown} has several records {number}: {', '.join(found)}")
    return _at(here, os.path.join(shown, found[0]))  # noqa: PTH118 - a text


def _records(here: Path) -> Path | None:
    """The folder of records that counts for a manifest in `here`. Raises `InputError`."""
    from patternctl import adr

    if pointed := adr.pointed(here):
        return here / pointed
    root = adr.root(here)
    around = (each for each in (here, *here.parents) if each.is_relative_to(root))
    return next((usual for each in around if (usual := adr.usual(each))), None)
