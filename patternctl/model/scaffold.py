"""What generated projects are made of, and what is remembered of their making."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from patternctl.model.base import CatalogModel, Id, Ids, Items, Text

ENDLESS = 100 * 366 * 86400.0
"""Seconds from which on a bound is none: Python's dates and durations hold no more than so many
centuries."""
Number = Annotated[float, Field(ge=0, le=ENDLESS)]


class Server(CatalogModel):
    """A server that a unit connects to."""

    scheme: Text
    """Of the URL that names it."""
    tls: Text | None = None
    """Scheme of the URL where the connection is encrypted, if it is another."""
    module: Id | None = None
    """Module of the client in the package `broker`."""
    url: Text
    """Where it listens when it runs on the same machine."""
    image: Text
    """Container image, with its version."""
    port: int
    environment: dict[str, str] = {}
    """What its container is told."""
    command: Items[Text] = ()
    """What its container runs, where that is not the image's own."""
    data: Text | None = None
    """Folder in the container for what has to outlive it."""
    healthy: Text
    """Command in the container that tells whether it is ready."""


class Unit(CatalogModel):
    """One part of a generated project: a folder in `templates/scaffold/python`.

    Its folder `package` goes to the project's package, everything else to the project's top. A
    unit whose folder is named as a pattern or mechanism of the catalog can be asked for; the
    others come with those that need them.
    """

    summary: Text
    """What it brings, in a few words."""
    draft: bool = False
    """Whether its proof is still to be written down or read: nobody is offered it."""
    needs: Ids = ()
    """Units that it builds on."""
    packages: Items[Text] = ()
    """Requirements from PyPI, with their lowest versions."""
    testing: Items[Text] = ()
    """Those of its tests."""
    settings: str = ""
    """Class in its `settings.py`."""
    tables: bool = False
    """Whether it declares tables in `tables.py`."""
    router: bool = False
    """Whether it serves requests, by the router in `http.py`."""
    middleware: str = ""
    """Class in its `http.py` through which every request goes; made with the unit's settings."""
    workers: dict[Id, str] = {}
    """`module.function` by the name of the worker."""
    commands: dict[Id, str] = {}
    """`module.function` by the name of the command; the function fills the command's parser."""
    subscriptions: dict[Id, Items[Id]] = {}
    """Topics by the group that consumes them."""
    objectives: Ids = ()
    """Objectives of the catalog whose events it counts, such as `outbox-delivery-delay`."""
    server: Server | None = None


class Stated(BaseModel):
    """Base of what is remembered of a project's making."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StatedCall(Stated):
    """What a service asks while somebody waits for its own answer."""

    to: str
    timeout: Number
    """Seconds of one try."""
    required: bool


class StatedService(Stated):
    """A service of a manifest that the project has code for."""

    team: str
    store: str
    exposed: bool
    calls: tuple[StatedCall, ...] = ()
    publishes: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()


class Answers(Stated):
    """What a project was made from; kept in it, for `add` and `update`."""

    version: int = 1
    written_by: str
    """Version of patternctl that wrote the project last."""
    name: str
    patterns: tuple[str, ...]
    """Those asked for, in the order of asking."""
    broker: str
    store: str
    settings: dict[str, dict[str, Number | Id]] = {}
    """Settings of adopted patterns, by pattern and key, as a manifest states them."""
    services: dict[str, StatedService] = {}
    """Services of the manifest, by name."""
    keys: dict[str, str] = {}
    """Field that says what a message is about, by event, where the manifest states it."""
