"""Reads GitHub's workflow commands as the runner does.

Rules from the runner's source (`ActionCommand.cs`, versions 1 and 2 of the syntax): a line that
starts with `::` after white space is a command, its data ends with the line; `##[name]` is one
wherever it stands. Values are unescaped in this order, `%25` last.
"""

from dataclasses import dataclass, field

NAMES = frozenset({"error", "warning", "notice", "debug", "group", "endgroup"})


@dataclass(frozen=True)
class Command:
    name: str
    message: str
    properties: dict[str, str] = field(default_factory=dict)


def parse(log: str) -> list[Command]:
    """Commands in a log, in order."""
    found = [_second_version(line) or _first_version(line) for line in log.split("\n")]
    return [command for command in found if command]


def _second_version(line: str) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    if name not in NAMES:
        return None
    pairs = (pair.split("=", 1) for pair in rest.split(",") if pair.strip())
    properties = {
        key.strip(): _unescape(value, "\r:%0D", "\n:%0A", "::%3A", ",:%2C", "%:%25")
        for key, value in pairs
    }
    return Command(name, _unescape(line[end + 2 :], "\r:%0D", "\n:%0A", "%:%25"), properties)


def _first_version(line: str) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name = line[start + 3 : end].partition(" ")[0]
    return Command(name, line[end + 1 :]) if name in NAMES else None


def _unescape(text: str, *pairs: str) -> str:
    for pair in pairs:
        text = text.replace(pair[2:], pair[0])
    return text
