"""Who talks to whom: addresses in a project's variables, commands and settings, and what they mean.

`depends_on` is start order and no evidence; neither are health checks and commands that wait for
something to start. An address that several programs are given together with others (a common
`env_file`, an anchor) says that one of them uses it, not which one, and is passed over.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from patternctl import yamlio
from patternctl.errors import Location, PatternctlError
from patternctl.importers import _addresses
from patternctl.importers._addresses import Address
from patternctl.importers._classify import Knowledge, Words, words
from patternctl.importers._compose_files import Files, Project
from patternctl.importers._compose_service import ComposeService, Said, Variable
from patternctl.model.provenance import Confidence, Evidence
from patternctl.yamlio import Cell

MAX_SETTINGS = 1024 * 1024
"""Largest mounted configuration file that is looked at, in bytes."""
MAX_SETTINGS_VALUES = 50_000
"""Largest number of values in it, aliases expanded."""
AMBIGUOUS = ""
"""What a name stands for that several services share."""

_SETTINGS = frozenset({".json", ".yaml", ".yml", ".properties", ".env"})
_PROPERTY = re.compile(r"^[ \t]*([\w.-]+)[ \t]*[=:][ \t]*(\S[^\n]*)$", re.MULTILINE)
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*")
_NOT_HOSTS = frozenset(
    {"file", "unix", "classpath", "data", "npipe", "mailto", "sqlite", "h2", "mem"}
)
_HEALTH = re.compile(
    r"://\S{1,200}/(hc|health|healthz|healthcheck|health-check|livez|readyz|liveness|readiness)/?$"
)
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.IGNORECASE
)
_CLUSTER = re.compile(r"([^.]+)\.[^.]+\.svc(?:\.cluster\.local)?")
"""A service's name in a Kubernetes cluster."""
_PRIVATE = (
    ".local",
    ".localhost",
    ".internal",
    ".lan",
    ".home",
    ".svc",
    ".test",
    ".example",
    ".invalid",
    ".localdomain",
    ".docker",
    "example.com",
    "example.org",
    "example.net",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One service names one host."""

    service: str
    address: Address
    target: str | None
    """Service of the project the host stands for; None where it is none of them."""
    evidence: Evidence
    variable: str = ""
    """Name of the variable or setting; empty for links and arguments."""


class Names:
    """Which service a host name stands for."""

    def __init__(self, services: Iterable[ComposeService]) -> None:
        self.known: dict[str, str] = {}
        services = tuple(services)
        for service in services:
            for said in (service.container_name, service.hostname, *service.aliases):
                if said is not None:
                    other = self.known.setdefault(said.text.lower(), service.name)
                    if other != service.name:
                        self.known[said.text.lower()] = AMBIGUOUS
        for service in services:
            self.known[service.name.lower()] = service.name
        self.links = {s.name: {alias.lower(): to for to, alias, _ in s.links} for s in services}

    def find(self, host: str, caller: str) -> str | None:
        """The service, `AMBIGUOUS` where it could be several, None where it is none."""
        host = host.lower().removeprefix("tasks.").rstrip(".")
        host = self.links.get(caller, {}).get(host, host).lower()
        in_cluster = _CLUSTER.fullmatch(host)
        return self.known.get(in_cluster[1] if in_cluster else host)


@dataclass
class Mentions:
    """Finds everything in a project that names a host."""

    project: Project
    services: Mapping[str, ComposeService]
    files: Files
    known: Knowledge
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.services.values())
        variables = self.known.file.variables
        self._hosts = frozenset(variables.hosts)
        self._peers = frozenset(variables.peers)
        self._addresses = self._hosts.union(self._peers, variables.addresses)
        self._numbered = frozenset(variables.numbered)
        self._incoming = frozenset(variables.incoming)
        self._endings = frozenset((label,) for label in variables.labels)
        self._own = frozenset(variables.own)
        self._general = self._addresses.union(variables.general)
        self._waits = frozenset(self.known.file.waits)

    def all(self) -> list[Mention]:
        """Every mention, in the order of services."""
        return [m for service in self.services.values() for m in self._of(service)]

    def _of(self, service: ComposeService) -> Iterator[Mention]:
        for variable in service.environment:
            yield from self._of_variable(service, variable)
        yield from self._of_commands(service)
        for target, alias, where in service.links:
            found = self.names.find(target, service.name)
            if found and found != service.name:
                seen = f"links: {target}" if alias == target else f"links: {target}:{alias}"
                yield Mention(service.name, Address(target), found, Evidence(where, seen))
        for said in service.config_files:
            yield from self._of_settings(service, said)

    def _of_variable(self, service: ComposeService, variable: Variable) -> Iterator[Mention]:
        split = words(variable.name)
        if split[:2] == ("next", "public"):
            split = split[2:]  # a prefix of Next.js that says nothing of the address
        if self._incoming.intersection(split) or split[-1:] in self._endings:
            return
        if _HEALTH.search(variable.value):
            return
        for address in _addresses.find(variable.value):
            target = self.names.find(address.host, service.name)
            if self._accepts(address, target, split):
                seen = _addresses.shown(f"{variable.name}=", address)
                evidence = Evidence(variable.location, seen)
                yield Mention(service.name, address, target, evidence, variable.name)

    def _accepts(self, address: Address, target: str | None, split: Words) -> bool:
        if address.scheme in _NOT_HOSTS:
            return False
        if target is not None:
            return address.certain or self._names_host(address, target, split)
        own = self._own.intersection(split) or self._general.issuperset(split)
        if own or not address.whole:
            return False
        if address.scheme:
            return self._ends_in(split, self._addresses)
        return is_public(address.host, self.known) and self._ends_in(split, self._hosts)

    def _names_host(self, address: Address, target: str, split: Words) -> bool:
        """Whether a name without scheme is a host, by the name of what holds it and by its port."""
        if split and split[-1] in self._numbered:
            return False
        about = bool(split) and self._is_about(address.host, target, split)
        if address.port is None:
            return self._ends_in(split, self._hosts) or (about and split[-1] in self._peers)
        return about or self._ends_in(split, self._addresses) or self._listens(target, address.port)

    def _is_about(self, host: str, target: str, split: Words) -> bool:
        """Whether a variable is named after the service it points to, or after its host name."""
        names = {*words(host), *words(target)} - self._general
        joined = "".join(split)
        return bool(names.intersection(split)) or any(
            len(name) > 2 and _plain(name) in joined for name in (host, target)
        )

    def _listens(self, target: str, port: int) -> bool:
        """Whether a service listens on a port, by its own lists or as engines do."""
        service = self.services.get(target)
        listed = service and (
            port in service.expose or any(p.target == port for p in service.ports)
        )
        return bool(listed) or port in self.known.engine_of_port

    def _ends_in(self, split: Words, endings: frozenset[str]) -> bool:
        """Whether a name says that it holds an address: `ORDERS_URL`, `ordersurl`, `dbHost`."""
        last = split[-1] if split else ""
        if "connection" in split[:-1] and split[split.index("connection") + 1].startswith("string"):
            return True
        return last in endings or any(len(e) > 2 and last.endswith(e) for e in endings)

    def _of_commands(self, service: ComposeService) -> Iterator[Mention]:
        said = service.commands
        if any(self._is_wait(word.text) for word in said):
            return
        for index, word in enumerate(said):
            option, _, value = word.text.partition("=") if word.text[:1] == "-" else ("", "", "")
            previous = said[index - 1].text if index else ""
            name = option or (previous if _OPTION.fullmatch(previous) else "")
            text = value if option else word.text
            yield from self._of_argument(service, name.lstrip("-"), text, word)

    def _is_wait(self, word: str) -> bool:
        return any(
            part in self._waits or part.rpartition("/")[2].partition(".")[0] in self._waits
            for part in word.split()[:64]
        )

    def _of_argument(
        self, service: ComposeService, name: str, text: str, word: Said
    ) -> Iterator[Mention]:
        split = words(name)
        if not text or self._incoming.intersection(split):
            return
        # The name is shown where it is one of an address only: `-ps3cret` is an option as well.
        named = name in ("h", "H") or self._ends_in(split, self._addresses)
        before = f"command: {'-' * min(len(name), 2)}{name} " if named else "command: "
        for address in _addresses.find(text):
            target = self.names.find(address.host, service.name)
            if not target or target == service.name:
                continue
            if address.certain or name in ("h", "H") or self._names_host(address, target, split):
                evidence = Evidence(word.location, _addresses.shown(before, address))
                yield Mention(service.name, address, target, evidence)

    def _of_settings(self, service: ComposeService, said: Said) -> Iterator[Mention]:
        """Settings in a mounted file whose key begins with the service's own name."""
        for key, value, where in self._settings(
            self.project.folders[said.location.file], said.text
        ):
            if self._owner(words(key)) != service.name:
                continue
            for address in _addresses.find(value):
                target = self.names.find(address.host, service.name)
                if target and (address.certain or self._names_host(address, target, words(key))):
                    evidence = Evidence(where, _addresses.shown(f"{key}=", address), "medium")
                    yield Mention(service.name, address, target, evidence, key)

    @cached_property
    def _owners(self) -> dict[str, list[tuple[Words, str]]]:
        """Services by the first word of their name, those with longer names first."""
        found: dict[str, list[tuple[Words, str]]] = defaultdict(list)
        for name in self.services:
            if split := words(name):
                found[split[0]].append((split, name))
        return {first: sorted(items, key=lambda i: -len(i[0])) for first, items in found.items()}

    def _owner(self, split: Words) -> str | None:
        """The service whose name a key begins with; the longest name counts."""
        for name_words, name in self._owners.get(split[0], ()) if split else ():
            if split[: len(name_words)] == name_words and len(split) > len(name_words):
                return name
        return None

    def _settings(self, folder: Path, written: str) -> list[tuple[str, str, Location]]:
        path = folder / written
        if PurePosixPath(written).suffix not in _SETTINGS:
            return []
        cache = self._read_settings
        if path not in cache:
            cache[path] = list(_read_settings(path, folder, self.files))
        return cache[path]

    @cached_property
    def _read_settings(self) -> dict[Path, list[tuple[str, str, Location]]]:
        return {}

    def own(self, mention: Mention) -> bool:
        """Whether the variable's name begins with the name of the service it is given to."""
        return self._owner(words(mention.variable)) == mention.service


def _read_settings(path: Path, folder: Path, files: Files) -> Iterator[tuple[str, str, Location]]:
    """(dotted key, text, place) of a configuration file inside the compose file's folder.

    A file that is somewhere else, too large or not what its name says tells nothing.
    """
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or not path.is_file() or path.stat().st_size > MAX_SETTINGS:
            return
        name = files.name(path)
        if path.suffix == ".env":
            for entry in files.entries(path, {}):
                yield entry.name, entry.value or "", Location(name, entry.line)
            return
        text = yamlio.read_text(path, name=name)
        if path.suffix in (".json", ".yaml", ".yml"):
            cells = yamlio.parse(text, name).cells(limit=MAX_SETTINGS_VALUES)
            yield from _leaves(cells, "")
        else:
            for match in _PROPERTY.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                yield match[1], match[2], Location(name, line)
    except (PatternctlError, OSError, ValueError, RuntimeError):
        return


def _leaves(cell: Cell, key: str) -> Iterator[tuple[str, str, Location]]:
    value: Any = cell.value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, key)
    elif isinstance(value, str):
        yield key, value, cell.location


def engines_addressed(
    mentions: Iterable[Mention], known: Knowledge
) -> dict[str, tuple[str, Evidence]]:
    """Engine by service that others address it as: `mongodb://user-db`, `db:5432`."""
    found: dict[str, tuple[str, Evidence]] = {}
    for mention in mentions:
        scheme, port = mention.address.scheme, mention.address.port
        engine = known.engine_of_scheme.get(scheme)
        if engine is None and not scheme:
            engine = known.engine_of_port.get(port or 0)
        if engine and mention.target and mention.target != mention.service:
            seen = f"addressed as a {engine}: {mention.evidence.seen}"
            evidence = Evidence(mention.evidence.location, seen, "medium")
            found.setdefault(mention.target, (engine, evidence))
    return found


def shared_without_saying_who(
    mentions: list[Mention],
    services: Mapping[str, ComposeService],
    programs: Mapping[str, str],
    ordinary: Iterable[str],
) -> set[int]:
    """Indexes of mentions that stand in a block given to several programs and naming several peers.

    `programs` tells by service what it runs, `ordinary` are the services and stores that not
    everybody uses anyway (a broker or a collector is used by all that are given its address).
    """
    blocks = _shared_blocks(services, programs)
    ordinary = frozenset(ordinary)
    peers: dict[tuple[str, int], set[str]] = defaultdict(set)
    for mention in mentions:
        block = blocks.get(mention.evidence.location)
        if block and mention.target in ordinary:
            peers[block].add(str(mention.target))
    return {
        index
        for index, mention in enumerate(mentions)
        if mention.target in ordinary
        and len(peers.get(blocks.get(mention.evidence.location, ("", 0)), ())) > 1
    }


def _shared_blocks(
    services: Mapping[str, ComposeService], programs: Mapping[str, str]
) -> dict[Location, tuple[str, int]]:
    """Block by place of each variable that is written once and given to several programs.

    A block is a whole environment file, or neighbouring lines of a compose file.
    """
    receivers: dict[tuple[Location, bool], set[str]] = defaultdict(set)
    for service in services.values():
        for variable in service.environment:
            receivers[variable.location, variable.file].add(programs[service.name])
    blocks: dict[Location, tuple[str, int]] = {}
    block = ("", 0)
    last = Location("")
    for (where, in_file), given in sorted(receivers.items()):
        if len(given) < 2:
            continue
        if where.file != last.file or (where.line > last.line + 1 and not in_file):
            block = (where.file, where.line)
        blocks[where] = block
        last = where
    return blocks


def is_public(host: str, known: Knowledge) -> bool:
    """Whether a host is a domain on the internet that is neither local nor a place of documents."""
    lower = host.lower()
    if not _DOMAIN.fullmatch(lower) or lower.endswith(_PRIVATE):
        return False
    if known.is_placeholder(lower):
        return False
    return lower not in known.file.local and lower not in known.file.documents


def is_local(host: str, known: Knowledge) -> bool:
    """Whether a host is this machine or an address in numbers."""
    if host.lower() in known.file.local:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def sibling(
    service: ComposeService, variable: str, endings: Iterable[str]
) -> tuple[str, Variable] | None:
    """(value, variable) beside an address: `DB_NAME` beside `DB_HOST`."""
    stem = _stem(variable)
    if not stem:
        return None
    by_name = {_plain(v.name): v for v in service.environment}
    for ending in endings:
        found = by_name.get(stem + _plain(ending))
        if found and found.name != variable and "://" not in found.value:
            return found.value, found
    return None


_ADDRESS_END = re.compile(
    r"[_.-]*(?:jdbc)?[_.-]*(?:(?:connection)?(?:url|uri|string)|hostname|hosts?|addr(?:ess)?|servers?"
    r"|endpoint|service|service_?host|nodes?)s?$",
    re.IGNORECASE,
)


def _stem(variable: str) -> str:
    match = _ADDRESS_END.search(variable)
    return _plain(variable[: match.start()]) if match else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def weaker(evidence: Evidence, confidence: Confidence) -> Evidence:
    """The same evidence, less sure."""
    return Evidence(evidence.location, evidence.seen, confidence)
