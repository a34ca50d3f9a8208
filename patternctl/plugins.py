"""Plugin folders: every module in one is a plugin, so the folder is the registry."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

_PACKAGE = Path(__file__).parent


def names(folder: str) -> list[str]:
    """Names of the plugins in `patternctl/<folder>`, sorted, with dashes: `no-timeout`."""
    files = (_PACKAGE / folder).glob("[a-z]*.py")
    return sorted(file.stem.replace("_", "-") for file in files)


def load(folder: str, name: str) -> ModuleType:
    """Import one plugin. Raises `ModuleNotFoundError` where there is none of that name."""
    return import_module(f"patternctl.{folder}.{name.replace('-', '_')}")
