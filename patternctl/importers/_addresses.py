"""Addresses of other services in variables, commands and settings: URLs, connection strings, hosts.

Everything here works on one text at a time and knows nothing of the services that exist. What is
shown of a text is put together from the address found in it, never copied: such texts hold secrets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile
from urllib.parse import unquote

MAX_TEXT = 16 * 1024
"""Longest text searched for addresses, in characters."""
MAX_SHOWN = 120
"""Longest line that tells what was seen, in characters."""

_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?"
_NEXT = r"[A-Za-z][\w+.-]*://"
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}(?::[a-z0-9+]{1,20}){0,2})"
    r"(?::///?|(?:(?<=:thin)|(?<=:oci)):@(?://)?)"
    r"(?:(?P<login>[^\s/\"'<>]*)@)?"
    rf"(?P<hosts>(?:,(?!{_NEXT})|[^\s,/?#;\"'<>@\\|)\]}}])*)"
    rf"(?P<rest>(?:,(?!{_NEXT})|[^\s,\"'<>|])*)"
)
_GO_DSN = re.compile(
    r"(?<![^\s=\"'])(?:(?P<user>[^\s:@/=]{1,128})(?::\S{0,512})?@(?:tcp)?|tcp)"
    r"\((?P<host>[^)\s]+)\)/(?P<database>[\w.-]*)"
)
_HOST_PORT = re.compile(rf"(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}})(?:/[\w./-]*)?)?")
_PAIR = re.compile(r"\s*([A-Za-z][\w .-]{0,40}?)\s*=\s*('[^']*'|\"[^\"]*\"|[^;]*)(?:;|$)")
_WORD_PAIR = re.compile(r"(?:^|\s)(\w+)=('[^']*'|\S*)")
_SERVER_KEYS = frozenset(
    {"server", "data source", "datasource", "host", "addr", "address", "hostname"}
)
_DATABASE_KEYS = frozenset({"database", "initial catalog", "dbname", "databasename", "db"})
_USER_KEYS = frozenset({"user id", "uid", "user", "username", "user name"})
_REDIS_KEYS = frozenset(
    {"password", "user", "name", "ssl", "allowadmin", "abortconnect", "defaultdatabase"}
    | {"connectretry", "connecttimeout", "synctimeout", "asynctimeout", "keepalive"}
)
"""Options that follow the hosts in StackExchange.Redis' connection strings."""
_KEY_LOGINS = frozenset({"http", "https", "redis", "rediss"})
"""Schemes where a login without a colon is a key rather than a name."""
_WRAPPERS = ("jdbc", "r2dbc", "odbc", "pool", "tls", "tasks")
_PLAIN_NAME = re.compile(r"[\w.$@+-]{1,128}")
"""Names of databases and users; what looks otherwise may be several things written together."""
_KEY = re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])(?:[0-9a-f]{16,}|[0-9a-z]{20,})", re.IGNORECASE)
"""A part of a domain name that is nothing people write: a key, an account."""
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]\w*\}?")
_SERVER = re.compile(
    rf"(?:^|[,(@]|\b(?:{'|'.join(sorted(_SERVER_KEYS))})\s*=\s*(?:tcp:)?)"
    rf"(?=(?P<all>(?P<host>{_HOST})(?:[:,][0-9]{{1,5}})?)(?:$|[,;)/\s]))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """One host that a text names."""

    host: str
    port: int | None = None
    scheme: str = ""
    """URL scheme in lower case, without `jdbc:` and drivers; empty for bare hosts."""
    database: str | None = None
    user: str | None = None
    whole: bool = True
    """Whether the text is nothing but addresses."""
    login: bool = False
    """Whether a login stands before the host."""
    keyed: bool = False
    """Whether the options of a connection string say that it is a server: `Server=db;…`."""

    @property
    def certain(self) -> bool:
        """Whether the text itself says that this is an address, whatever holds the text."""
        return bool(self.scheme) or self.keyed


def find(text: str) -> Iterator[Address]:
    """Hosts named by URLs, connection strings and `host:port` lists in `text`; then bare names.

    Bare names have neither scheme nor port: whether they are hosts is for the caller to say.
    """
    text = text.strip()[:MAX_TEXT]
    if ("//" in text or ":@" in text) and _URL.search(text):
        yield from _urls(text)
    elif dsns := list(_GO_DSN.finditer(text)):
        for match in dsns:
            host, port = _host_port(match["host"])
            database, user = _plain(match["database"]), _plain(match["user"])
            if host:
                login = match["user"] is not None
                yield Address(host, port, "mysql", database, user, login=login)
    elif "=" in text:
        yield from _pairs(text)
    else:
        yield from _hosts(text.removeprefix("//"))


def shown(before: str, address: Address) -> str:
    """`scheme://***@host:port/database` behind `before`, in one line and with nothing secret."""
    port = "" if address.port is None else f":{address.port}"
    text = (
        f"{before}{address.scheme}{'://' if address.scheme else ''}"
        f"{'***@' if address.login else ''}{address.host}{port}"
        f"{'/' if address.database else ''}{address.database or ''}"
    )
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def masked(text: str, hosts: Collection[str] = ()) -> str:
    """The text with `*` for everything but white space, variables' names, and hosts.

    Hosts are those of URLs, and those of `hosts` (in lower case) where a text has its servers.
    """
    result = [c if c.isspace() else "*" for c in text]
    if len(text) <= MAX_TEXT:
        for start, end in _harmless(text, hosts):
            result[start:end] = text[start:end]
    return "".join(result)


def _harmless(text: str, hosts: Collection[str]) -> Iterator[tuple[int, int]]:
    for match in _REFERENCE.finditer(text):
        yield match.span()
    for match in _URL.finditer(text):
        yield (
            match.start(),
            match.start("hosts") if match["login"] is None else match.start("login"),
        )
        if not _is_torn(match):
            position = match.start("hosts")
            for part in re.split(r"([.,])", match["hosts"]):
                named = _HOST_PORT.fullmatch(part)
                if part in (".", ",") or (named and not _KEY.fullmatch(named["host"])):
                    yield position, position + len(part)
                position += len(part)
    for match in _SERVER.finditer(text):
        if match["host"].lower() in hosts:
            yield match.span("all")


def _urls(text: str) -> Iterator[Address]:
    matches = list(_URL.finditer(text))
    whole = bool(matches) and not _URL.sub("", text).strip(" ,;\"'")
    for match in matches:
        if _is_torn(match):
            continue
        scheme = _scheme(match["scheme"])
        login = match["login"] or ""
        hosts, database, user = match["hosts"], *_details(match["rest"], scheme)
        if scheme == "oracle" and hosts.count(":") == 2:
            hosts, _, database = hosts.rpartition(":")
        if ":" in login or scheme not in _KEY_LOGINS:
            user = unquote(login.partition(":")[0]) or user
        about = (scheme, _plain(database), _plain(user), whole, match["login"] is not None)
        for part in hosts.split(","):
            host, port = _host_port(part)
            if host := _without_keys(host):
                yield Address(host, port, *about)


def _is_torn(match: re.Match[str]) -> bool:
    """Whether a slash in a password cuts the URL: what stands at the host's place is a user."""
    path = match["rest"].partition("?")[0]
    return "@" in path and (":" in match["hosts"] or match["scheme"] not in ("http", "https"))


def _without_keys(host: str) -> str:
    """A domain name without the parts that are keys: they name a customer, not a service."""
    if "." not in host:
        return host
    return ".".join(part for part in host.split(".") if not _KEY.fullmatch(part))


def _scheme(written: str) -> str:
    """`jdbc:mysql` and `postgresql+asyncpg` without what is only about drivers."""
    parts = [part for part in written.lower().split(":") if part not in _WRAPPERS]
    return (parts[0] if parts else "").partition("+")[0]


def _details(rest: str, scheme: str) -> tuple[str | None, str | None]:
    """(database, user) of what follows the hosts of a URL."""
    path = rest.lstrip("/").partition("?")[0].partition(";")[0].partition("#")[0]
    pairs = {
        key.lower(): value
        for key, _, value in (item.partition("=") for item in re.split(r"[?;&]", rest)[1:])
    }
    database = next((pairs[key] for key in pairs if key in _DATABASE_KEYS), None) or path
    user = next((pairs[key] for key in pairs if key in _USER_KEYS), None)
    return None if scheme in ("http", "https", "grpc") else _plain(database), user


def _plain(name: str | None) -> str | None:
    return name if name and _PLAIN_NAME.fullmatch(name) else None


def _pairs(text: str) -> Iterator[Address]:
    """ADO.NET (`Server=db;Database=x`) and libpq (`host=db dbname=x`) connection strings."""
    pattern = _PAIR if ";" in text or "Source=" in text else _WORD_PAIR
    pairs = {m[1].strip().lower(): m[2].strip().strip("'\"") for m in pattern.finditer(text)}
    server = next((pairs[key] for key in pairs if key in _SERVER_KEYS), "")
    server = server.removeprefix("tcp:").replace("\\", ",").partition(",")[0]
    host, port = _host_port(server)
    if not host:
        yield from _before_options(text)
        return
    database = next((pairs[key] for key in pairs if key in _DATABASE_KEYS), None)
    user = next((pairs[key] for key in pairs if key in _USER_KEYS), None)
    if port is None and pairs.get("port", "").isdecimal():
        port = int(pairs["port"][:5])
    yield Address(host, port, "", _plain(database), _plain(user), keyed=True)


def _before_options(text: str) -> Iterator[Address]:
    """`redis:6379,abortConnect=false`: hosts, then options."""
    fields = text.split(",")
    hosts = list(takewhile(lambda field: "=" not in field, fields))
    options = {field.partition("=")[0].strip().lower() for field in fields[len(hosts) :]}
    yield from _hosts(",".join(hosts), keyed=not options.isdisjoint(_REDIS_KEYS))


def _hosts(text: str, *, keyed: bool = False) -> Iterator[Address]:
    """`host`, `host:port` or a list of them."""
    for part in re.split(r"[,;\s]+", text):
        match = _HOST_PORT.fullmatch(part)
        if match:
            yield Address(match["host"], _port(match["port"]), keyed=keyed)


def _host_port(text: str) -> tuple[str, int | None]:
    match = _HOST_PORT.fullmatch(text.strip())
    return (match["host"], _port(match["port"])) if match else ("", None)


def _port(text: str | None) -> int | None:
    return int(text) if text and int(text) <= 65535 else None
