"""What a compose file says of how a container runs: published, checked, kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from patternctl.importers._classify import Knowledge, Verdict
from patternctl.importers._compose_service import ComposeService, Mount
from patternctl.model.provenance import Evidence
from patternctl.yamlio import Cell


def exposed(service: ComposeService) -> tuple[bool, Evidence]:
    """Whether a port is published to others than this machine."""
    open_port = next((port for port in service.ports if port.exposed), None)
    if open_port is not None:
        return True, Evidence(open_port.shown.location, open_port.shown.text)
    if service.host_network is not None:
        return True, Evidence(service.host_network, "network_mode: host", "medium")
    if service.ports:
        shown = service.ports[0].shown
        return False, Evidence(shown.location, f"{shown.text}, reached from this machine only")
    return False, Evidence(service.location, "no published ports")


def health_check(service: ComposeService) -> tuple[bool, Evidence]:
    """Whether the file gives a health check; an image may hold one that no file shows."""
    if service.health is None:
        seen = "no healthcheck in the file (the image may hold one)"
        return False, Evidence(service.location, seen, "medium")
    seen = "healthcheck" if service.health.enabled else "healthcheck is disabled"
    return service.health.enabled, Evidence(service.health.location, seen)


def durable(
    service: ComposeService, verdict: Verdict, volumes: Mapping[str, Cell], known: Knowledge
) -> tuple[bool, Evidence] | None:
    """Whether the data outlives the container; None where nothing tells where the data is.

    False only where no place is left that it could be kept at: images of others than the engine's
    own makers, and some versions of those, keep it at other places.
    """
    engine = known.engines[verdict.engine] if verdict.engine else None
    if engine is None:
        return None
    if engine.volatile:
        return False, Evidence(service.location, f"{verdict.engine} keeps its data in memory")
    named = [v.value for v in service.environment if v.name == "PGDATA"]
    folders = [*engine.data, *named]
    related = [m for m in service.mounts if any(_related(m.target, f) for f in folders)]
    over = [m for m in related if any(_holds(m.target, f) for f in folders)]
    if over:
        kept = next((mount for mount in over if _is_kept(mount, volumes)), None)
        shown = (kept or over[0]).shown
        return kept is not None, Evidence(shown.location, shown.text)
    elsewhere = any(_may_hold_data(m, volumes, known) for m in service.mounts)
    if related or elsewhere or service.borrows_mounts:
        return None
    if not verdict.stock or not folders or service.image is None:
        return None
    seen = f"image: {service.image.text}, nothing mounted at {engine.data[0]}"
    return False, Evidence(service.image.location, seen)


def _may_hold_data(mount: Mount, volumes: Mapping[str, Cell], known: Knowledge) -> bool:
    """Whether something that lasts is mounted that is neither a file nor a place of settings."""
    file = mount.kind == "bind" and PurePosixPath(mount.target).suffix != ""
    settings = any(_holds(folder, mount.target) for folder in known.file.settings)
    return _is_kept(mount, volumes) and not file and not settings


def _is_kept(mount: Mount, volumes: Mapping[str, Cell]) -> bool:
    """Whether what is mounted outlives the container: no tmpfs, no anonymous volume."""
    volume = volumes.get(mount.source) if mount.kind == "volume" else None
    for key in ("driver_opts", "type"):
        volume = volume.value.get(key) if volume and isinstance(volume.value, dict) else None
    in_memory = volume is not None and volume.value == "tmpfs"
    return mount.kind in ("volume", "bind") and not in_memory


def _holds(mounted: str, folder: str) -> bool:
    """Whether `folder` is in what is mounted: the same, or below it."""
    mounted, folder = mounted.rstrip("/"), folder.rstrip("/")
    return bool(mounted) and (folder == mounted or folder.startswith(f"{mounted}/"))


def _related(mounted: str, folder: str) -> bool:
    return _holds(mounted, folder) or _holds(folder, mounted)
