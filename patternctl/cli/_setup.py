"""What holds for a run before any flag is read: the configuration and where it counts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from patternctl import config as configuration
from patternctl.cli._console import display_name
from patternctl.errors import ConfigError, Location, Problem
from patternctl.model.config import Config
from patternctl.model.settings import CostSettings, DriverText

DEFAULT_BASELINE = ".patternctl-baseline.json"


class Setup(NamedTuple):
    """What holds for a run before any flag is read."""

    config: Config
    file: Path | None
    """The configuration file, where there is one."""
    root: Path
    """Folder of the repository: what fingerprints and formats for machines name files from."""

    @property
    def prefix(self) -> str:
        """Path from the root to the working folder; empty where they are the same."""
        prefix = os.path.relpath(Path.cwd(), self.root)
        return "" if prefix == os.curdir else Path(prefix).as_posix()

    @property
    def catalogs(self) -> list[Path]:
        """The user's own catalog folders."""
        folders = configuration.catalog_folders(self.config, self.file)
        return [Path(display_name(folder)) for folder in folders]

    def baseline(self, flag: str | None) -> tuple[Path, bool]:
        """The baseline file, and whether somebody named it."""
        if flag:
            return Path(flag), True
        if self.config.baseline and self.file:
            return self.file.parent / self.config.baseline, True
        return self.root / DEFAULT_BASELINE, False


def setup(file: Path | None, *, ignored: bool) -> Setup:
    """Find and read the configuration. Raises `ConfigError`."""
    here = Path.cwd()
    if file is not None and not file.is_file():
        raise ConfigError(Problem("no such configuration file", Location(str(file))))
    file = None if ignored else file or configuration.find(here)
    repository = (folder for folder in (here, *here.parents) if (folder / ".git").exists())
    root = next(repository, file.resolve().parent if file else here)
    return Setup(configuration.load(file) if file else Config(), file, root)


def catalog_folders() -> list[Path]:
    """The users' catalog folders that the configuration names. Raises `ConfigError`."""
    return setup(None, ignored=False).catalogs


def cost_settings(given: Setup) -> CostSettings:
    """What the configuration says about costs."""
    configured, file = given.config.cost, given.file
    values = tuple(
        DriverText(name, str(value), "file", configuration.locate(file, name) if file else None)
        for name, value in configured.set.items()
    )
    prices = file.parent / configured.prices if file and configured.prices else None
    return CostSettings(configured.book, prices, values, tuple(given.catalogs))
