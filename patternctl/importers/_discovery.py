"""From what compose files say to an architecture, each fact with its evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patternctl.errors import Location
from patternctl.importers import _evidence, _masking, _runtime
from patternctl.importers._classify import Classifier, Knowledge, Verdict, knowledge, words
from patternctl.importers._compose_files import Files, Project
from patternctl.importers._compose_service import ComposeService
from patternctl.importers._evidence import AMBIGUOUS, Mention, Mentions
from patternctl.model.architecture import Architecture, Broker, Call, Service, Store, Use
from patternctl.model.provenance import Evidence, ProvenanceSources
from patternctl.model.system import ElementPath, System

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
"""Names a manifest accepts."""
_LISTED = 5
"""Names listed in one note before the rest is only counted."""


@dataclass(slots=True)
class _UseDraft:
    """A store access while its evidence is gathered."""

    store: str
    stated: dict[str, tuple[str, Evidence]] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)

    def fits(self, stated: Mapping[str, tuple[str, Evidence]]) -> bool:
        """Whether both may be the same access: nothing both state differs."""
        return all(self.stated.get(k, v)[0] == v[0] for k, v in stated.items())


@dataclass(slots=True)
class _CallDraft:
    """A call while its evidence is gathered."""

    to: str
    via: str
    evidence: list[Evidence] = field(default_factory=list)


class Discovery:
    """Judges the services of one project and writes down what was found, each with its evidence."""

    def __init__(
        self,
        project: Project,
        services: dict[str, ComposeService],
        wanted: frozenset[str],
        files: Files,
        *,
        guess: bool,
    ) -> None:
        self.project = project
        self.services = services
        self.wanted = wanted
        self.guess = guess
        self.known: Knowledge = knowledge()
        self.mentions = Mentions(project, services, files, self.known)
        self.found = self.mentions.all()
        classifier = Classifier(_evidence.engines_addressed(self.found, self.known), self.known)
        self.verdicts: dict[str, Verdict] = {n: classifier.judge(s) for n, s in services.items()}
        self.facts: dict[ElementPath, tuple[Evidence, ...]] = {}
        self.calls: dict[str, list[_CallDraft]] = defaultdict(list)
        self.uses: dict[str, list[_UseDraft]] = defaultdict(list)
        self.broker_users: dict[str, dict[str, None]] = defaultdict(dict)
        self.others: dict[str, tuple[str | None, Evidence]] = {}
        """Hosts outside the files: (engine of a store or None for a service, evidence)."""
        self.outside: dict[str, None] = {}
        """Hosts outside the files of which nothing is read."""
        self.passed_over: dict[str, int] = defaultdict(int)
        """Addresses that are no evidence, by the reason."""

    def system(self, paths: Sequence[Path]) -> System:
        """The architecture with its evidence and what its reader must know."""
        self._follow_mentions()
        if self.guess:
            self._pair_by_name()
        architecture = Architecture(
            version=1,
            system=self._system_name(paths),
            complete=("services", "stores"),
            services=self._services(),
            stores=self._stores(),
            brokers=self._brokers() or None,
        )
        origin = Location(self.project.files[0])
        sources = ProvenanceSources(self.facts, self._texts(), origin)
        return System(
            architecture, sources, ", ".join(self.project.files), tuple(self._notes(architecture))
        )

    def _system_name(self, paths: Sequence[Path]) -> str:
        return self.project.name or paths[0].resolve().parent.name or "system"

    def _texts(self) -> dict[str, str]:
        """Texts of the compose files, without secrets."""
        hosts: dict[str, dict[tuple[int, int], set[str]]] = defaultdict(lambda: defaultdict(set))
        for mention in self.found:
            where = mention.evidence.location
            hosts[where.file][where.line, where.column].add(mention.address.host.lower())
        documents = self.project.documents.items()
        return {name: _masking.masked(document, hosts[name]) for name, document in documents}

    # Who talks to whom

    def _follow_mentions(self) -> None:
        shared = self._shared()
        for index, mention in enumerate(self.found):
            caller = self.verdicts[mention.service]
            if mention.service not in self.wanted or caller.block != "services":
                continue
            if mention.target is None:
                self._follow_outside(mention)
            elif mention.target not in (AMBIGUOUS, mention.service):
                self._follow_inside(mention, shared=index in shared)

    def _shared(self) -> set[int]:
        def program(service: ComposeService) -> str:
            said = service.image or service.build
            return said.text if said and said.text else service.name

        programs = {name: program(service) for name, service in self.services.items()}
        ordinary = [
            name
            for name, verdict in self.verdicts.items()
            if verdict.block == "stores"
            or (verdict.block == "services" and verdict.kind != "infrastructure")
        ]
        return _evidence.shared_without_saying_who(self.found, self.services, programs, ordinary)

    def _follow_inside(self, mention: Mention, *, shared: bool) -> None:
        target = str(mention.target)
        if target not in self.wanted:
            return
        evidence = mention.evidence
        if shared and not self.mentions.own(mention):
            if not self.guess:
                self.passed_over["shared"] += 1
                return
            evidence = _evidence.weaker(evidence, "low")
        verdict, caller = self.verdicts[target], self.verdicts[mention.service]
        if verdict.block == "brokers":
            self.broker_users[target][mention.service] = None
        elif verdict.block == "stores":
            self._use(mention, target, evidence)
        elif verdict.kind == "frontend" and caller.kind in ("service", "worker", None):
            self.passed_over["frontend"] += 1
        else:
            self._call(mention, target, evidence)

    def _follow_outside(self, mention: Mention) -> None:
        """A host that is no service of these files: a dangling name, or somebody else's service."""
        host, scheme = mention.address.host.lower(), mention.address.scheme
        if host in self.services[mention.service].extra_hosts or not NAME.fullmatch(host):
            return
        public = _evidence.is_public(host, self.known)
        if public and self.verdicts[mention.service].kind == "infrastructure":
            return
        if not public and not self._is_dangling(mention):
            return
        engine = self.known.engine_of_scheme.get(scheme)
        broker = engine is not None and self.known.engines[engine].block == "brokers"
        if broker or (engine is None and scheme not in self.known.via_of_scheme):
            self.outside[host] = None
            return
        if public or self._has_external_network():
            self.others.setdefault(host, (engine, mention.evidence))
        follow = self._use if engine else self._call
        follow(mention, host, mention.evidence)

    def _is_dangling(self, mention: Mention) -> bool:
        """Whether a host looks like a service of these files that is not there."""
        host = mention.address.host
        return (
            "." not in host
            and mention.address.port is not None
            and not _evidence.is_local(host, self.known)
            and not self.known.is_placeholder(host)
            and mention.evidence.location not in self.project.undefined
        )

    def _has_external_network(self) -> bool:
        """Whether services of other projects can be reached by name."""
        return any(
            isinstance(cell.value, dict)
            and (external := cell.value.get("external")) is not None
            and external.value not in (None, False, "false")
            for cell in self.project.networks.values()
        )

    def _call(self, mention: Mention, target: str, evidence: Evidence) -> None:
        address = mention.address
        via = self.known.via_of_scheme.get(address.scheme, "sync")
        if via in ("sync", "tcp") and self.known.is_messaging(
            address.port, words(mention.variable)
        ):
            via = "async"  # the callee holds the broker itself
        drafts = self.calls[mention.service]
        draft = next((d for d in drafts if d.to == target and d.via == via), None)
        if draft is None:
            draft = _CallDraft(target, via)
            drafts.append(draft)
        draft.evidence.append(evidence)

    def _use(self, mention: Mention, store: str, evidence: Evidence) -> None:
        stated = self._stated(mention)
        drafts = self.uses[mention.service]
        draft = next((d for d in drafts if d.store == store and d.fits(stated)), None)
        if draft is None:
            draft = _UseDraft(store)
            drafts.append(draft)
        draft.stated = {**stated, **draft.stated}
        draft.evidence.append(evidence)

    def _stated(self, mention: Mention) -> dict[str, tuple[str, Evidence]]:
        """Database and user, from the address itself or the variables beside it."""
        address, names = mention.address, self.known.file.variables
        service = self.services[mention.service]
        stated: dict[str, tuple[str, Evidence]] = {}
        for key, value, endings in (
            ("database", address.database, names.databases),
            ("user", address.user, names.users),
        ):
            if value:
                stated[key] = (value, mention.evidence)
            elif found := _evidence.sibling(service, mention.variable, endings):
                text, variable = found
                stated[key] = (text, Evidence(variable.location, variable.name))
        return {key: value for key, value in stated.items() if value[0].isprintable()}

    def _pair_by_name(self) -> None:
        """X-db, X-mongo or mongodb-X with X or X-service, where no better evidence is there."""
        by_stem: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in self.wanted:
            if self.verdicts[name].block == "services":
                split = words(name)
                by_stem[split[:-1] if split[-1:] == ("service",) else split].append(name)
        used = {draft.store for drafts in self.uses.values() for draft in drafts}
        engine_words = {*self.known.engine_of_word, *self.known.file.databases}
        for name in (n for n in self.services if n in self.wanted and n not in used):
            if self.verdicts[name].block != "stores":
                continue
            stem = tuple(word for word in words(name) if word not in engine_words)
            services = by_stem.get(stem, [])
            if stem and len(services) == 1 and stem != words(name):
                where = self.services[name].location
                evidence = Evidence(where, f"{name} is named after {services[0]}", "low")
                self.uses[services[0]].append(_UseDraft(name, {}, [evidence]))

    # What each element is

    def _services(self) -> dict[str, Service]:
        found = {name: self._service(name) for name in self._in_block("services")}
        for host, (engine, evidence) in self.others.items():
            if engine is None:
                for path in (("services", host), ("services", host, "kind")):
                    self.facts[path] = (evidence,)
                found[host] = Service(kind="external")
        return found

    def _service(self, name: str) -> Service:
        path: ElementPath = ("services", name)
        stated = self._common(path, self.services[name])
        verdict = self.verdicts[name]
        if verdict.kind:
            stated["kind"] = verdict.kind
            self.facts[*path, "kind"] = (verdict.evidence,)
        calls, uses = self._calls_of(name), self._uses_of(name)
        return Service(**stated, calls=calls, uses=uses)

    def _calls_of(self, name: str) -> tuple[Call, ...]:
        drafts = self.calls[name]
        specific = {draft.to for draft in drafts if draft.via not in ("sync", "async")}
        calls: list[Call] = []
        for draft in drafts:
            if draft.via == "sync" and draft.to in specific:
                continue
            path = ("services", name, "calls", len(calls))
            self.facts[path] = _best_first(draft.evidence)
            how = draft.evidence[0]
            if draft.via in ("sync", "async"):
                how = _evidence.weaker(how, "low" if how.confidence == "low" else "medium")
            self.facts[*path, "via"] = (how,)
            calls.append(Call(to=draft.to, via=draft.via))  # type: ignore[arg-type]
        return tuple(calls)

    def _uses_of(self, name: str) -> tuple[Use, ...]:
        purpose = self.verdicts[name].purpose
        uses: list[Use] = []
        for draft in self.uses[name]:
            path = ("services", name, "uses", len(uses))
            self.facts[path] = _best_first(draft.evidence)
            stated: dict[str, Any] = {}
            for key, (value, evidence) in draft.stated.items():
                stated[key] = value
                self.facts[*path, key] = (evidence,)
            if purpose:
                stated["purpose"] = purpose
                self.facts[*path, "purpose"] = (self.verdicts[name].evidence,)
            uses.append(Use(store=draft.store, **stated))
        return tuple(uses)

    def _stores(self) -> dict[str, Store]:
        found: dict[str, Store] = {}
        for name in self._in_block("stores"):
            found[name] = Store(**self._engine_facts(("stores", name), self.services[name]))
        for host, (engine, evidence) in self.others.items():
            if engine is not None:
                for path in (
                    ("stores", host),
                    ("stores", host, "kind"),
                    ("stores", host, "engine"),
                ):
                    self.facts[path] = (evidence,)
                found[host] = Store(kind=self.known.engines[engine].kind, engine=engine)
        return found

    def _brokers(self) -> dict[str, Broker]:
        return {
            name: Broker(**self._engine_facts(("brokers", name), self.services[name]))
            for name in self._in_block("brokers")
        }

    def _in_block(self, block: str) -> Iterator[str]:
        for name in self.services:
            if name in self.wanted and self.verdicts[name].block == block:
                yield name

    def _engine_facts(self, path: ElementPath, service: ComposeService) -> dict[str, Any]:
        stated = self._common(path, service)
        verdict = self.verdicts[service.name]
        if verdict.engine:
            stated["engine"] = verdict.engine
            self.facts[*path, "engine"] = (verdict.evidence,)
            kind = self.known.engines[verdict.engine].kind
            if kind:
                stated["kind"] = kind
                self.facts[*path, "kind"] = (verdict.evidence,)
        durable = _runtime.durable(service, verdict, self.project.volumes, self.known)
        if durable is not None:
            stated["durable"], evidence = durable
            self.facts[*path, "durable"] = (evidence,)
        return stated

    def _common(self, path: ElementPath, service: ComposeService) -> dict[str, Any]:
        """What the file says of anything that runs: exposed, health_check, replicas."""
        evidence = [Evidence(service.location, f"{service.name}:")]
        if service.image:
            evidence.append(Evidence(service.image.location, f"image: {service.image.text}"))
        elif service.build:
            seen = f"build: {service.build.text}" if service.build.text else "build"
            evidence.append(Evidence(service.build.location, seen))
        self.facts[path] = tuple(evidence)
        stated: dict[str, Any] = {}
        for key, (value, how) in (
            ("exposed", _runtime.exposed(service)),
            ("health_check", _runtime.health_check(service)),
        ):
            stated[key] = value
            self.facts[*path, key] = (how,)
        if service.replicas is not None:
            stated["replicas"], where = service.replicas
            self.facts[*path, "replicas"] = (Evidence(where, f"replicas: {stated['replicas']}"),)
        return stated

    # What the files cannot show

    def _notes(self, architecture: Architecture) -> Iterator[str]:
        yield self._visibility(architecture.services.values())
        for broker, users in self.broker_users.items():
            yield (
                f"{_listed(users)} {_plural(len(users), 'is', 'are')} given the address of the"
                f" broker {broker}; which events they send and receive is not in compose files"
            )
        if self.outside:
            yield (
                f"{_listed(self.outside)} {_plural(len(self.outside), 'is', 'are')} outside these"
                " files: brokers, and addresses that do not say what they are of, are not read as"
                " calls or store accesses"
            )
        if count := self.passed_over["shared"]:
            yield (
                f"{count} {_plural(count, 'address is', 'addresses are')} given to several programs"
                " at once (a common env_file, an anchor), which does not say who uses them:"
                " not read as calls or store accesses"
            )
        if count := self.passed_over["frontend"]:
            yield (
                f"{count} {_plural(count, 'address', 'addresses')} of front ends in services behind"
                " them (for links, CORS): not read as calls"
            )
        undefined = dict.fromkeys(n for names in self.project.undefined.values() for n in names)
        if undefined:
            yield f"variables without a value, read as empty: {_listed(undefined)}"
        yield from self.project.notes

    def _visibility(self, services: Collection[Service]) -> str:
        calls = sum(len(service.calls) for service in services)
        uses = sum(len(service.uses) for service in services)
        seen = (
            f"{calls} {_plural(calls, 'call', 'calls')} and"
            f" {uses} store {_plural(uses, 'access', 'accesses')}"
            if calls or uses
            else "no call and no store access"
        )
        files = self.project.files
        return (
            f"{_listed(files)} {_plural(len(files), 'shows', 'show')} {seen}:"
            " addresses in code, in images and in service discovery are not visible there, and"
            " depends_on is start order; no rule concludes that a call, store access or event"
            " is missing"
        )


def _best_first(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    order = ("high", "medium", "low")
    return tuple(sorted(dict.fromkeys(evidence), key=lambda e: order.index(e.confidence)))


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    rest = len(listed) - _LISTED
    text = ", ".join(listed[:_LISTED])
    return f"{text} and {rest} more" if rest > 0 else text
