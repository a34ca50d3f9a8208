"""One run at a time writes to a folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patternctl.cli._console import display_name
from patternctl.errors import InputError, Location, Problem

PATIENCE = 10.0
"""Seconds to wait for another run."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold back other runs that write to the folder; the system lets go if this one is killed.

    Raises `InputError` where the folder cannot be read, or another run does not let go of it.
    """
    try:
        import fcntl
    except ImportError:  # no such locks here: files are created exclusively all the same
        yield
        return
    where = Location(display_name(folder))
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", where)) from None
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    problem = Problem("is being written to by another run", where, "try again")
                    raise InputError(problem) from None
                time.sleep(0.01)
            except OSError:  # a file system without locks
                break
        yield
    finally:
        os.close(handle)
