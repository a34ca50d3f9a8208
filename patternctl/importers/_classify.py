"""What kind of thing a container is: a store, a broker, a gateway, a job, a service.

The knowledge is `catalog/images.yaml`; this is how names are compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from patternctl import resources, yamlio
from patternctl.errors import CatalogError, Problem
from patternctl.importers._compose_service import ComposeService, Said
from patternctl.model.architecture import ServiceKind, StoreKind
from patternctl.model.provenance import Confidence, Evidence

Words = tuple[str, ...]
Purpose = Literal["relay", "migration", "admin", "backup"]

_SPLIT = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DIGITS = re.compile(r"v?[0-9]+")
_DATABASE = re.compile(r"[a-z0-9]{3,}db")
"""`ordersdb`; shorter ones are names of their own, as that of the movie database imdb."""
_TAG = re.compile(r"(:[^/]*)?(@.*)?$")


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(_as_tuple)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Engine(_Data):
    """A store or broker and what gives it away."""

    block: Literal["stores", "brokers"]
    kind: StoreKind | None = None
    images: Texts
    words: Texts
    server: Texts = ()
    client: Texts = ()
    ports: Numbers = ()
    schemes: Texts = ()
    data: Texts = ()
    volatile: bool = False


class Program(_Data):
    """A group of programs that are no business services."""

    kind: ServiceKind
    purpose: Purpose | None = None
    images: Texts = ()
    products: Texts = ()
    endings: Texts = ()
    names: Texts = ()
    not_after: Texts = ()


class VariableNames(_Data):
    """Words that tell what a variable holds."""

    hosts: Texts
    peers: Texts
    addresses: Texts
    numbered: Texts
    incoming: Texts
    labels: Texts
    own: Texts
    general: Texts
    databases: Texts
    users: Texts


class _File(_Data):
    engines: dict[str, Engine]
    programs: dict[str, Program]
    qualifiers: Texts
    tools: Texts
    backups: Texts
    databases: Texts
    tasks: Texts
    first_tasks: Texts
    schemes: dict[str, Texts]
    variables: VariableNames
    waits: Texts
    local: Texts
    documents: Texts
    placeholders: Texts
    settings: Texts


@dataclass(frozen=True)
class Knowledge:
    """`catalog/images.yaml`, indexed by what is looked up in it."""

    file: _File

    @cached_property
    def engines(self) -> Mapping[str, Engine]:
        """Engines by name."""
        return self.file.engines

    @cached_property
    def engine_of_image(self) -> Mapping[str, str]:
        """Engine by image name."""
        return {image: name for name, e in self.engines.items() for image in e.images}

    @cached_property
    def engine_of_word(self) -> Mapping[str, str]:
        """Engine by a word of a name."""
        return {word: name for name, e in self.engines.items() for word in e.words}

    @cached_property
    def engine_of_port(self) -> Mapping[int, str]:
        """Engine by the container port it listens on."""
        return {port: name for name, e in self.engines.items() for port in e.ports}

    @cached_property
    def engine_of_scheme(self) -> Mapping[str, str]:
        """Engine by URL scheme."""
        return {scheme: name for name, e in self.engines.items() for scheme in e.schemes}

    @cached_property
    def engine_of_server_variable(self) -> Mapping[str, str]:
        """Engine by a variable only its server reads."""
        return {variable: name for name, e in self.engines.items() for variable in e.server}

    @cached_property
    def engine_of_client_variable(self) -> Mapping[str, str]:
        """Engine by a variable that its server and its clients read."""
        return {variable: name for name, e in self.engines.items() for variable in e.client}

    def is_messaging(self, port: int | None, split: Words) -> bool:
        """Whether an address is one of a broker, by its port or its variable's words."""
        engines = [self.engine_of_port.get(port or 0), *map(self.engine_of_word.get, split)]
        return any(engine and self.engines[engine].block == "brokers" for engine in engines)

    def is_placeholder(self, host: str) -> bool:
        """Whether a host stands for one that is still to be filled in: `your-host`, `changeme`."""
        return not self._placeholders.isdisjoint(words(host))

    @cached_property
    def _placeholders(self) -> frozenset[str]:
        return frozenset(self.file.placeholders)

    @cached_property
    def program_of_image(self) -> Mapping[str, Program]:
        """Program by image name."""
        return {image: p for p in self.file.programs.values() for image in p.images}

    @cached_property
    def phrases(self) -> Mapping[str, tuple[tuple[Words, Program, str], ...]]:
        """(words, program, how they must stand) by the last word of the phrase."""
        found: dict[str, list[tuple[Words, Program, str]]] = {}
        for program in self.file.programs.values():
            for how in ("names", "products", "endings"):
                for phrase in getattr(program, how):
                    split = words(phrase)
                    for key in {split[-1], split[0]}:
                        found.setdefault(key, []).append((split, program, how))
        return {key: tuple(phrases) for key, phrases in found.items()}

    @cached_property
    def via_of_scheme(self) -> Mapping[str, str]:
        """`via` of a call by URL scheme."""
        return {scheme: via for via, schemes in self.file.schemes.items() for scheme in schemes}

    @cached_property
    def qualifiers(self) -> frozenset[str]:
        """Words that may follow an engine's."""
        return frozenset(self.file.qualifiers)

    @cached_property
    def tools(self) -> frozenset[str]:
        """Words that turn an engine's word around."""
        return frozenset(self.file.tools)


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """What the catalog knows about images. Raises `CatalogError` where the file is faulty."""
    path = resources.directory("catalog") / "images.yaml"
    document = yamlio.read(path)
    try:
        return Knowledge(_File.model_validate(document.plain()))
    except ValidationError as error:
        raise CatalogError(
            *(
                Problem(f"{'.'.join(map(str, e['loc']))}: {e['msg']}", document.locate(e["loc"]))
                for e in error.errors(include_url=False)
            )
        ) from None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a container is, and why."""

    block: Literal["services", "stores", "brokers"]
    evidence: Evidence
    kind: ServiceKind | None = None
    """Of a service; None where nothing is known of it."""
    engine: str | None = None
    purpose: Purpose | None = None
    """Why it reaches stores, where that is not the ordinary reason."""
    stock: bool = False
    """Whether it runs the engine's own image, whose data directory is known."""


@lru_cache(maxsize=8192)
def words(name: str) -> Words:
    """Lower-case words of a name; what comes after `with` is a detail."""
    split = tuple(word for word in _SPLIT.split(_CAMEL.sub("-", name).lower()) if word)
    return split[: split.index("with")] if "with" in split[1:] else split


def image_name(image: str) -> str:
    """The image without tag and digest."""
    return _TAG.sub("", image.strip()).strip("/").lower()


def _image_keys(image: str) -> Iterator[str]:
    """The last two parts of an image's name, then the last; plain names are also `library/…`."""
    parts = image_name(image).split("/")
    if len(parts) > 1:
        yield "/".join(parts[-2:])
    else:
        yield f"library/{parts[0]}"
    yield parts[-1]


@dataclass(slots=True)
class Classifier:
    """Judges the services of one project; the first kind of evidence that says something counts."""

    addressed: Mapping[str, tuple[str, Evidence]] = field(default_factory=dict)
    """Engine that others address a service as, by service name."""
    known: Knowledge = field(default_factory=knowledge)

    def judge(self, service: ComposeService) -> Verdict:
        """What the service is."""
        names = _names(service)
        return (
            self._task(service, names)
            or self._by_image(service)
            or self._tool(names)
            or self._by_server_variable(service)
            or self._by_engine_word(names[:-1], "medium")
            or self._by_address(service)
            or self._by_program_name(_image(service), is_image=True)
            or self._by_program_name(names)
            or self._by_port(service)
            or self._by_engine_word(names[-1:], "low" if service.image else "medium")
            or self._by_database_word(service, names)
            or _plain_service(service)
        )

    def _task(self, service: ComposeService, names: list[Said]) -> Verdict | None:
        """Something that does one thing and ends: it serves no port and is not always restarted."""
        if service.ports:
            return None
        lasting = service.restart in ("always", "unless-stopped")
        for said in names:
            split = words(said.text)
            found = self._task_word(split)
            if found and not lasting:
                evidence = _evidence(said, f'"{found}" in its name', "medium")
                return Verdict("services", evidence, "job", purpose="migration")
            if any(word in self.known.file.backups for word in split):
                evidence = _evidence(said, "a backup tool by its name", "medium")
                kind: ServiceKind = "infrastructure" if lasting else "job"
                return Verdict("services", evidence, kind, purpose="backup")
        return None

    def _task_word(self, split: Words) -> str | None:
        """The word that says so: the last of a name, or an imperative at its beginning."""
        if split and split[0] in self.known.file.first_tasks:
            return split[0]
        return split[-1] if split and split[-1] in self.known.file.tasks else None

    def _by_image(self, service: ComposeService) -> Verdict | None:
        if service.image is None:
            return None
        evidence = Evidence(service.image.location, f"image: {service.image.text}")
        for key in _image_keys(service.image.text):
            engine = self.known.engine_of_image.get(key)
            if engine:
                return self._engine(engine, evidence, stock=True)
            program = self.known.program_of_image.get(key)
            if program:
                frontend = program.kind == "gateway" and self._by_program_name([_own(service)])
                if frontend and frontend.kind == "frontend":
                    return frontend
                return Verdict("services", evidence, program.kind, purpose=program.purpose)
        return None

    def _tool(self, names: list[Said]) -> Verdict | None:
        """A tool about an engine: `redis-exporter`, `kafka-ui`."""
        for said in names:
            split = words(said.text)
            about = any(word in self.known.engine_of_word for word in split[:-1])
            if split and (split[-1] == "exporter" or (about and split[-1] in self.known.tools)):
                evidence = _evidence(said, "a tool by its name", "medium")
                return Verdict("services", evidence, "infrastructure", purpose="admin")
        return None

    def _by_server_variable(self, service: ComposeService) -> Verdict | None:
        table = self.known.engine_of_server_variable
        for variable in service.environment:
            engine = table.get(variable.name)
            if variable.file:
                continue  # given to whoever shares the file
            if engine and not _reaches_elsewhere(service, variable.name):
                seen = f"{variable.name} is set, which a {engine} server reads"
                return self._engine(engine, Evidence(variable.location, seen, "medium"))
        return None

    def _by_engine_word(self, names: list[Said], confidence: Confidence) -> Verdict | None:
        for said in names:
            engine = self._engine_at_end(words(said.text))
            if engine:
                return self._engine(engine, _evidence(said, "", confidence))
        return None

    def _engine_at_end(self, split: Words) -> str | None:
        """The engine whose word ends the name, qualifiers aside: `rs-mysql-db`."""
        for word in reversed(split):
            if word in self.known.engine_of_word:
                return self.known.engine_of_word[word]
            if not self._is_qualifier(word):
                return None
        return None

    def _is_qualifier(self, word: str) -> bool:
        return word in self.known.qualifiers or bool(_DIGITS.fullmatch(word))

    def _core(self, split: Words) -> Words:
        """The name without the qualifiers and numbers at its end."""
        while split and self._is_qualifier(split[-1]):
            split = split[:-1]
        return split

    def _by_address(self, service: ComposeService) -> Verdict | None:
        found = self.addressed.get(service.name)
        return self._engine(*found) if found else None

    def _by_program_name(self, names: list[Said], *, is_image: bool = False) -> Verdict | None:
        for said in names:
            program = self._program(words(said.text), is_image=is_image)
            if program:
                evidence = _evidence(said, "by its name", "medium")
                return Verdict("services", evidence, program.kind, purpose=program.purpose)
        return None

    def _program(self, split: Words, *, is_image: bool = False) -> Program | None:
        if not split:
            return None
        core = self._core(split)
        for key in dict.fromkeys((split[-1], split[0], *core[-1:])):
            for phrase, program, how in self.known.phrases.get(key, ()):
                if set(split) & set(program.not_after):
                    continue
                if _stands(phrase, split, how) or (
                    how == "products" and _is_product(phrase, core, is_image=is_image)
                ):
                    return program
        return self._joined_program(split[-1])

    def _joined_program(self, word: str) -> Program | None:
        """Names written as one word: `yarpapigateway`, `webfrontend`."""
        for ending in ("gateway", "frontend"):
            if word.endswith(ending) and word != ending:
                return self._program((ending,))
        return None

    def _by_port(self, service: ComposeService) -> Verdict | None:
        """By its only port: a service that embeds a broker listens on one of its own as well."""
        shown = {port.target: port.shown for port in service.ports}
        shown |= {number: Said(f"expose: {number}", service.location) for number in service.expose}
        if len(shown) != 1:
            return None
        number, said = next(iter(shown.items()))
        engine = self.known.engine_of_port.get(number or 0)
        return (
            self._engine(engine, Evidence(said.location, said.text, "medium")) if engine else None
        )

    def _by_database_word(self, service: ComposeService, names: list[Said]) -> Verdict | None:
        for said in names:
            last = (words(said.text) or ("",))[-1]
            if last in self.known.file.databases or _DATABASE.fullmatch(last):
                client = self.known.engine_of_client_variable
                engine = next(
                    (client[v.name] for v in service.environment if v.name in client), None
                )
                evidence = _evidence(said, "a database by its name", "medium")
                return Verdict("stores", evidence, engine=engine)
        return None

    def _engine(self, name: str, evidence: Evidence, *, stock: bool = False) -> Verdict:
        return Verdict(self.known.engines[name].block, evidence, engine=name, stock=stock)


def _stands(phrase: Words, split: Words, how: str) -> bool:
    return split == phrase if how == "names" else split[-len(phrase) :] == phrase


def _is_product(phrase: Words, core: Words, *, is_image: bool) -> bool:
    """Whether a name without qualifiers is a product's: an image's may begin with it as well."""
    return core[-len(phrase) :] == phrase or (is_image and core[: len(phrase)] == phrase)


def _names(service: ComposeService) -> list[Said]:
    """Names that may say what the service is: its image's, its build folder's, its own."""
    built = [service.build] if service.build and service.build.text else []
    return [*_image(service), *built, _own(service)]


def _image(service: ComposeService) -> list[Said]:
    """The image's name without its path, if it has any."""
    name = image_name(service.image.text).rpartition("/")[2] if service.image else ""
    return [Said(name, service.image.location)] if service.image and name else []


def _own(service: ComposeService) -> Said:
    return Said(service.name, service.location)


def _evidence(said: Said, why: str, confidence: Confidence) -> Evidence:
    return Evidence(said.location, f"{said.text} ({why})" if why else said.text, confidence)


def _plain_service(service: ComposeService) -> Verdict:
    if service.image:
        seen = f"image: {service.image.text}"
    elif service.build:
        seen = f"build: {service.build.text}" if service.build.text else "build"
    else:
        return Verdict("services", Evidence(service.location, "neither image nor build", "medium"))
    where = service.image or service.build
    location = where.location if where else service.location
    return Verdict("services", Evidence(location, seen, "medium"), "service")


def _reaches_elsewhere(service: ComposeService, variable: str) -> bool:
    """Whether variables of the same family name another host, as those of a client do."""
    family = variable.partition("_")[0] + "_"
    own: Collection[str] = {service.name, "localhost", "0.0.0.0"}  # noqa: S104
    return any(
        v.name.startswith(family)
        and v.name.endswith(("HOST", "URL", "URI", "ADDR", "ADDRESS", "SERVER"))
        and v.value not in own
        for v in service.environment
    )
