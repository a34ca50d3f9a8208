"""Finding and reading the configuration, and the baseline that it may name.

The nearest of `.patternctl.toml`, `patternctl.toml` and `pyproject.toml` (with a table
`tool.patternctl`) counts, looking upwards from the working directory to the repository's root or
the home directory; then the user's own `patternctl/patternctl.toml` in `$XDG_CONFIG_HOME`.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from patternctl.errors import ConfigError, Location, Problem
from patternctl.model.config import Config
from patternctl.model.settings import BaselineEntry

FILES = (".patternctl.toml", "patternctl.toml", "pyproject.toml")
BASELINE_VERSION = 1
_MESSAGES = {
    "tuple_type": "should be a list",
    "dict_type": "should be a table",
    "model_type": "should be a table",
}


def find(start: Path) -> Path | None:
    """The configuration file that counts for `start`, or None."""
    home = _home()
    for folder in (start, *start.parents):
        for name in FILES:
            file = folder / name
            if file.is_file() and (name != "pyproject.toml" or "patternctl" in _tool(file)):
                return file
        if (folder / ".git").exists() or folder == home:
            break
    personal = os.environ.get("XDG_CONFIG_HOME") or (home and home / ".config")
    if personal and (own := Path(personal, "patternctl", "patternctl.toml")).is_file():
        return own
    return None


def _home() -> Path | None:
    """The home directory; containers run as users that have none."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def load(file: Path) -> Config:
    """Read one configuration file. Raises `ConfigError` with every problem in it."""
    data = _tool(file).get("patternctl", {}) if file.name == "pyproject.toml" else _read(file)
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ConfigError(*(_problem(detail, file) for detail in details)) from None
    missing = [name for name in config.catalog if not (name and (file.parent / name).is_dir())]
    if missing:
        raise ConfigError(*(_no_folder(name, file) for name in missing))
    return config


def _no_folder(name: str, file: Path) -> Problem:
    where = locate(file, name or "catalog")
    message = f'catalog: there is no folder "{name}"'
    return Problem(message, where, "folders are named relative to this file")


def catalog_folders(config: Config, file: Path | None) -> list[Path]:
    """The folders that the setting `catalog` of a configuration file names."""
    return [file.parent / name for name in config.catalog] if file else []


def locate(file: Path, word: str) -> Location:
    """The first line of a configuration file that holds `word` as a key or a value."""
    pattern = re.compile(rf"""(?<![\w-]){re.escape(word)}(?![\w-])""")
    lines = file.read_text(encoding="utf-8").split("\n")
    numbers = (number for number, line in enumerate(lines, 1) if pattern.search(line))
    return Location(str(file), next(numbers, 0))


def read_baseline(file: Path) -> tuple[BaselineEntry, ...]:
    """Entries of a baseline file. Raises `ConfigError` where it is missing or not one."""
    where = Location(str(file))
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["version"] != BASELINE_VERSION:
            raise ConfigError(Problem(f"baseline version {data['version']} is not known", where))
        return tuple(map(_baseline_entry, data["findings"]))
    except FileNotFoundError:
        hint = "`--write-baseline` creates it"
        raise ConfigError(Problem("no such baseline", where, hint)) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "write it anew with --write-baseline"
        raise ConfigError(Problem(f"is not a baseline: {error}", where, hint)) from None


def _baseline_entry(entry: dict[str, object]) -> BaselineEntry:
    if not all(isinstance(value, str) for value in entry.values()):
        raise TypeError("the values of its entries should be texts")
    return BaselineEntry(**entry)  # type: ignore[arg-type]


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """The file for `entries`: sorted, without dates, so that the same findings give it again."""
    ordered = sorted(set(entries), key=lambda e: (e.file, e.rule, e.element, e.fingerprint))
    findings = [
        {"rule": e.rule, "file": e.file, "element": e.element, "fingerprint": e.fingerprint}
        for e in ordered
    ]
    return json.dumps({"version": BASELINE_VERSION, "findings": findings}, indent=2) + "\n"


def _tool(file: Path) -> dict[str, Any]:
    tool = _read(file).get("tool", {})
    return tool if isinstance(tool, dict) else {}


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"(.*) \(at line (\d+), column (\d+)\)", str(error))
        where = Location(str(file), int(match[2]), int(match[3])) if match else Location(str(file))
        message = match[1] if match else str(error)
        raise ConfigError(Problem(f"not valid TOML: {message.lower()}", where)) from None
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigError(Problem(f"cannot be read: {detail}", Location(str(file)))) from None


def _problem(detail: ErrorDetails, file: Path) -> Problem:
    keys = [str(key) for key in detail["loc"] if isinstance(key, str)]
    where = locate(file, keys[-1]) if keys else Location(str(file))
    if detail["type"] == "extra_forbidden":
        known = [field.alias or name for name, field in Config.model_fields.items()]
        near = get_close_matches(keys[-1], known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known)}"
        return Problem(f'unknown setting "{keys[-1]}"', where, hint)
    message = _MESSAGES.get(detail["type"], detail["msg"])
    label = ".".join(keys) or "the configuration"
    return Problem(f"{label}: {message[:1].lower()}{message[1:]}", where)
