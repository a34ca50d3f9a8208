"""One service of a compose file in one form, whichever of its syntaxes it was written in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from patternctl.errors import Location, PatternctlError, Problem
from patternctl.importers._compose_files import Files, Project
from patternctl.importers._merge import hosts, pairs
from patternctl.yamlio import Cell

_LOOPBACK = re.compile(r"127\.|localhost$|\[?::1\]?$")
_PORT = re.compile(
    r"(?:(?P<ip>\[[^\]]*\]|[^:\[\]]*):)??(?:(?P<published>[^:]*):)?(?P<target>[^:/]+)(?:/\w+)?"
)
_NUMBER = re.compile(r"[0-9]{1,5}")
_NOTHING = Cell(None, Location(""))


@dataclass(frozen=True, slots=True)
class Said:
    """A text and its place."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable of one service."""

    name: str
    value: str
    location: Location
    file: bool = False
    """Whether it comes from an `env_file`."""


@dataclass(frozen=True, slots=True)
class Port:
    """A container port and whether it is published where others can reach it."""

    target: int | None
    exposed: bool
    shown: Said


@dataclass(frozen=True, slots=True)
class Mount:
    """Something mounted into the container."""

    kind: Literal["volume", "bind", "tmpfs", "anonymous"]
    source: str
    target: str
    shown: Said


@dataclass(frozen=True, slots=True)
class Health:
    """What the file says about a health check; `enabled` is false where it turns it off."""

    enabled: bool
    location: Location


@dataclass(frozen=True, slots=True)
class ComposeService:
    """What a compose file says about one service, as far as architecture is concerned."""

    name: str
    location: Location
    image: Said | None
    build: Said | None
    """Name of the folder it is built from, where that says something."""
    container_name: Said | None
    hostname: Said | None
    aliases: tuple[Said, ...]
    environment: tuple[Variable, ...]
    ports: tuple[Port, ...]
    expose: tuple[int, ...]
    mounts: tuple[Mount, ...]
    borrows_mounts: bool
    """Whether it has the mounts of other containers as well."""
    config_files: tuple[Said, ...]
    """Paths of files mounted into it, as written."""
    links: tuple[tuple[str, str, Location], ...]
    """(service, name it has here, place)."""
    commands: tuple[Said, ...]
    """Words of its command and entrypoint."""
    health: Health | None
    replicas: tuple[int, Location] | None
    restart: str
    host_network: Location | None
    profiles: tuple[str, ...]
    extra_hosts: frozenset[str]
    """Names it has entries for in its own hosts file."""


def read(name: str, cell: Cell, where: Location, project: Project, files: Files) -> ComposeService:
    """The service; what has the wrong type is kept as a problem in `files` and left out."""
    return _ServiceReader(name, cell, where, project, files).service()


class _ServiceReader:
    def __init__(
        self, name: str, cell: Cell, where: Location, project: Project, files: Files
    ) -> None:
        self.name = name
        self.where = where
        self.fields: dict[str, Cell] = cell.value if isinstance(cell.value, dict) else {}
        self.project = project
        self.files = files

    def service(self) -> ComposeService:
        mode, mounts = self._text("network_mode"), tuple(self._mounts())
        return ComposeService(
            name=self.name,
            location=self.where,
            image=self._text("image"),
            build=self._build(),
            container_name=self._text("container_name"),
            hostname=self._text("hostname"),
            aliases=tuple(self._aliases()),
            environment=tuple(self._environment().values()),
            ports=tuple(self._ports()),
            expose=tuple(int(s.text) for s in self._texts("expose") if _NUMBER.fullmatch(s.text)),
            mounts=mounts,
            borrows_mounts=bool(self._items("volumes_from")),
            config_files=tuple(self._config_files(mounts)),
            links=tuple(self._links()),
            commands=tuple(self._commands()),
            health=self._health(),
            replicas=self._replicas(),
            restart=self._restart(),
            host_network=mode.location if mode and mode.text == "host" else None,
            profiles=tuple(said.text for said in self._texts("profiles")),
            extra_hosts=frozenset(self._extra_hosts()),
        )

    def _problem(self, key: str, expected: str, cell: Cell) -> None:
        message = f"{self.name}.{key}: should be {expected}"
        self.files.problems.append(Problem(message, cell.location))

    def _text(self, key: str) -> Said | None:
        return self._scalar(self.fields.get(key, _NOTHING), key)

    def _scalar(self, cell: Cell, key: str) -> Said | None:
        if isinstance(cell.value, dict | list):
            self._problem(key, "text", cell)
            return None
        return None if cell.value in (None, "") else Said(_written(cell), cell.location)

    def _mapping(self, key: str) -> dict[str, Cell]:
        cell = self.fields.get(key, _NOTHING)
        if isinstance(cell.value, dict):
            return cell.value
        if cell.value is not None:
            self._problem(key, "a mapping", cell)
        return {}

    def _items(self, key: str) -> list[Cell]:
        """Items of a list; a single text is a list of one."""
        cell = self.fields.get(key, _NOTHING)
        if isinstance(cell.value, list):
            return cell.value
        if isinstance(cell.value, dict):
            self._problem(key, "a list", cell)
        return [] if cell.value is None or isinstance(cell.value, dict) else [cell]

    def _texts(self, key: str) -> Iterator[Said]:
        for cell in self._items(key):
            if said := self._scalar(cell, key):
                yield said

    def _build(self) -> Said | None:
        cell = self.fields.get("build", _NOTHING)
        if isinstance(cell.value, list):
            self._problem("build", "a folder or a mapping", cell)
            return None
        if not isinstance(cell.value, dict):
            context, dockerfile = self._scalar(cell, "build"), None
        else:
            context = self._scalar(cell.value.get("context", _NOTHING), "build.context")
            dockerfile = self._scalar(cell.value.get("dockerfile", _NOTHING), "build.dockerfile")
        return self._folder_name(context, dockerfile) if context or dockerfile else None

    @staticmethod
    def _folder_name(context: Said | None, dockerfile: Said | None) -> Said | None:
        """Last part of the context, or of the Dockerfile's folder where the context is the root."""
        path = PurePosixPath(context.text.replace("\\", "/")) if context else PurePosixPath()
        if path.name in ("", ".", "..") and dockerfile:
            path = PurePosixPath(dockerfile.text.replace("\\", "/")).parent
        said = context or dockerfile
        name = "" if path.name in (".", "..") else path.name
        return Said(name, said.location) if said else None

    def _aliases(self) -> Iterator[Said]:
        networks = self.fields.get("networks", _NOTHING)
        for network in networks.value.values() if isinstance(networks.value, dict) else ():
            if isinstance(network.value, dict):
                aliases = network.value.get("aliases", _NOTHING)
                for cell in aliases.value if isinstance(aliases.value, list) else ():
                    if said := self._scalar(cell, "aliases"):
                        yield said

    def _environment(self) -> dict[str, Variable]:
        variables: dict[str, Variable] = {}
        for item in self._items("env_file"):
            variables |= self._file_variables(item)
        cell = pairs(self.fields.get("environment", _NOTHING))
        if cell.value is not None and not isinstance(cell.value, dict):
            self._problem("environment", "a mapping or a list of NAME=value", cell)
            return variables
        for name, item in (cell.value or {}).items():
            said = self._scalar(item, f"environment.{name}") or self._passed_through(name, item)
            if said:
                variables[name] = Variable(name, said.text, said.location)
            elif item.value == "":
                variables.pop(name, None)
        return variables

    def _passed_through(self, name: str, item: Cell) -> Said | None:
        """The value in `.env` of a variable that is named without one."""
        if item.value is not None:
            return None
        value = self.project.variables.get(item.location.file, {}).get(name)
        return Said(value, item.location) if value else None

    def _file_variables(self, item: Cell) -> dict[str, Variable]:
        entry: dict[str, Cell] = item.value if isinstance(item.value, dict) else {"path": item}
        path_cell = entry.get("path", _NOTHING)
        said = self._scalar(path_cell, "env_file")
        if said is None:
            return {}
        folder = self.project.folders[said.location.file]
        if self.files.is_missing(folder / said.text):
            if entry.get("required", _NOTHING).value not in (False, "false"):
                self.project.notes.append(
                    f'{said.location}: the env_file "{said.text[:80]}" is not there, '
                    "so what it sets is unknown"
                )
            return {}
        path = self.files.find(folder, said.text, "the env_file", said.location)
        if path is None:
            return {}
        return self._entries(path, self.project.variables[said.location.file])

    def _entries(self, path: Path, known: Mapping[str, str]) -> dict[str, Variable]:
        """What an environment file sets; variables without a value are noted."""
        try:
            found = self.files.entries(path, known)
        except PatternctlError as error:
            self.files.problems += error.problems
            return {}
        name = self.files.name(path)
        variables: dict[str, Variable] = {}
        for entry in found:
            where = Location(name, entry.line)
            if entry.undefined:
                self.project.undefined[where] = entry.undefined
            if entry.value:
                variables[entry.name] = Variable(entry.name, entry.value, where, file=True)
        return variables

    def _ports(self) -> Iterator[Port]:
        for cell in self._items("ports"):
            if isinstance(cell.value, dict):
                yield self._long_port(cell)
            elif said := self._scalar(cell, "ports"):
                match = _PORT.fullmatch(said.text)
                local = bool(match and match["ip"] and _LOOPBACK.match(match["ip"]))
                target = match["target"].partition("-")[0] if match else ""
                number = int(target) if _NUMBER.fullmatch(target) else None
                yield Port(number, not local, Said(f"ports: {said.text}", said.location))

    def _long_port(self, cell: Cell) -> Port:
        values = {key: _written(item) for key, item in cell.value.items()}
        target, ip = values.get("target", ""), values.get("host_ip", "")
        number = int(target) if _NUMBER.fullmatch(target) else None
        published = values.get("published", "")
        shown = f"ports: {published}:{target}" if published else f"ports: {target}"
        return Port(number, not _LOOPBACK.match(ip), Said(shown, cell.location))

    def _mounts(self) -> Iterator[Mount]:
        for cell in self._items("volumes"):
            mount = self._long_mount(cell) if isinstance(cell.value, dict) else self._mount(cell)
            if mount:
                yield mount
        for said in self._texts("tmpfs"):
            target = said.text.partition(":")[0]
            yield Mount("tmpfs", "", target, Said(f"tmpfs: {target}", said.location))

    def _mount(self, cell: Cell) -> Mount | None:
        said = self._scalar(cell, "volumes")
        if said is None:
            return None
        shown = Said(f"volumes: {said.text}", said.location)
        source, colon, rest = _split_volume(said.text)
        if not colon:
            return Mount("anonymous", "", source, shown)
        bind = source[:1] in ("/", ".", "~", "\\", "") or "/" in source or "\\" in source
        return Mount("bind" if bind else "volume", source, rest.partition(":")[0], shown)

    def _long_mount(self, cell: Cell) -> Mount | None:
        values = {key: _written(item) for key, item in cell.value.items()}
        kind, source = values.get("type", "volume"), values.get("source", values.get("src", ""))
        target = values.get("target", values.get("dst", ""))
        shown = Said(f"volumes: {kind} {source}:{target}".replace(" :", " "), cell.location)
        if kind == "tmpfs":
            return Mount("tmpfs", "", target, shown)
        if kind == "bind":
            return Mount("bind", source, target, shown)
        return Mount("volume" if source else "anonymous", source, target, shown)

    def _config_files(self, mounts: tuple[Mount, ...]) -> Iterator[Said]:
        for mount in mounts:
            if mount.kind == "bind":
                yield Said(mount.source, mount.shown.location)
        for cell in self._items("configs"):
            source = cell.value.get("source", _NOTHING) if isinstance(cell.value, dict) else cell
            definition = self.project.configs.get(str(source.value), _NOTHING).value
            file = definition.get("file", _NOTHING) if isinstance(definition, dict) else _NOTHING
            if isinstance(file.value, str):
                yield Said(file.value, file.location)

    def _extra_hosts(self) -> Iterable[str]:
        cell = hosts(self.fields.get("extra_hosts", _NOTHING))
        if cell.value is not None and not isinstance(cell.value, dict):
            self._problem("extra_hosts", "a mapping or a list of NAME:ADDRESS", cell)
        return cell.value if isinstance(cell.value, dict) else ()

    def _links(self) -> Iterator[tuple[str, str, Location]]:
        for said in self._texts("links"):
            service, _, alias = said.text.partition(":")
            yield service, alias or service, said.location

    def _commands(self) -> Iterator[Said]:
        for key in ("entrypoint", "command"):
            for said in self._texts(key):
                listed = isinstance(self.fields[key].value, list)
                for word in [said.text] if listed else _words(said.text):
                    yield Said(word, said.location)

    def _health(self) -> Health | None:
        cell = self.fields.get("healthcheck", _NOTHING)
        if cell.value is None:
            return None
        check = self._mapping("healthcheck")
        test = check.get("test", _NOTHING).value
        first = test[0].value if isinstance(test, list) and test else test
        disabled = check.get("disable", _NOTHING).value in (True, "true") or first == "NONE"
        return Health(not disabled, cell.location)

    def _replicas(self) -> tuple[int, Location] | None:
        deploy = self._mapping("deploy")
        for key, cell in (
            ("deploy.replicas", deploy.get("replicas")),
            ("scale", self.fields.get("scale")),
        ):
            said = self._scalar(cell, key) if cell else None
            if said and _NUMBER.fullmatch(said.text):
                return int(said.text), said.location
            if said:
                self.files.problems.append(
                    Problem(f"{self.name}.{key}: should be a whole number", said.location)
                )
        return None

    def _restart(self) -> str:
        said = self._text("restart")
        policy = self._mapping("deploy").get("restart_policy", _NOTHING).value
        condition = policy.get("condition", _NOTHING).value if isinstance(policy, dict) else None
        return said.text if said else {"any": "always"}.get(str(condition), str(condition or ""))


def _written(cell: Cell) -> str:
    """A scalar as the file has it; empty for mappings and lists."""
    if isinstance(cell.value, bool):
        return "true" if cell.value else "false"
    return "" if cell.value is None or isinstance(cell.value, dict | list) else str(cell.value)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _split_volume(text: str) -> tuple[str, str, str]:
    """(source, ":", rest); a Windows drive letter belongs to its path."""
    if re.match(r"[A-Za-z]:[\\/]", text):
        source, colon, rest = text[2:].partition(":")
        return text[:2] + source, colon, rest
    return text.partition(":")
