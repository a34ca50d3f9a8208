"""Addresses of other services in variables, commands and settings: URLs, connection strings, hosts.

Everything here works on one text at a time and knows nothing of the services that exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

MAX_TEXT = 16 * 1024
"""Longest text searched for addresses, in characters."""
MAX_SHOWN = 1000
"""Longest value of which anything is shown: a secret in a longer one might not end in time."""

_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?"
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}(?::[a-z0-9+]{1,20}){0,2}):(?:///?|@//|@)"
    r"(?:(?P<login>[^\s/\"'<>]*)@)?"
    r"(?P<hosts>[^\s/?#;\"'<>@\\|)\]}]*)"
    r"(?P<rest>[^\s\"'<>|]*)"
)
_GO_DSN = re.compile(
    r"(?:(?P<user>[^\s:@/]{1,128})(?::[^\s@]{0,512})?@)?tcp\((?P<host>[^)\s]+)\)/(?P<database>[\w.-]*)"
)
_HOST_PORT = re.compile(rf"(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?(?:/[\w./-]*)?")
_PAIR = re.compile(r"\s*([A-Za-z][\w .-]{0,40}?)\s*=\s*('[^']*'|\"[^\"]*\"|[^;]*)(?:;|$)")
_WORD_PAIR = re.compile(r"(?:^|\s)(\w+)=('[^']*'|\S*)")
_SERVER_KEYS = frozenset(
    {"server", "data source", "datasource", "host", "addr", "address", "hostname"}
)
_DATABASE_KEYS = frozenset({"database", "initial catalog", "dbname", "databasename", "db"})
_USER_KEYS = frozenset({"user id", "uid", "user", "username", "user name"})
_KEY_LOGINS = frozenset({"http", "https", "redis", "rediss"})
"""Schemes where a login without a colon is a key rather than a name."""
_WRAPPERS = ("jdbc", "r2dbc", "odbc", "pool", "tls", "tasks")
_DATABASE_NAME = re.compile(r"[\w.$-]{1,128}")
_SENSITIVE = (
    r"(?i)\b([\w.-]*(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|accountkey"
    r"|sharedaccesskey|credential)[\w .-]{0,40}?\s*[=:]\s*)"
)
_SECRET_PAIR = re.compile(_SENSITIVE + r"('[^']*'|\"[^\"]*\"|[^\s&]+)")
_SECRET_FIELD = re.compile(_SENSITIVE + r"('[^']*'|\"[^\"]*\"|[^;]+)")
_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credentials?"
    r"|auth|salt|signature)$"
)
_LOGIN_IN_URL = re.compile(r"(://)([^\s/@:]*)(:\S{0,2048})?@")
_QUERY = re.compile(r"(://[^\s?\"']*\?)[^\s\"']*")
_PUBLIC_PATH = re.compile(r"(https?://[^\s/\"'?]*\.[^\s/\"'?]*/)[^\s\"',?]+")
_LOGIN_ALONE = re.compile(r"^([^\s:/@]+):(?!//)[^\s@]*@")


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


def find(text: str) -> Iterator[Address]:
    """Hosts named by URLs, connection strings and `host:port` lists in `text`; then bare names.

    Bare names have neither scheme nor port: whether they are hosts is for the caller to say.
    """
    text = text.strip()[:MAX_TEXT]
    if "://" in text or ":@" in text:
        yield from _urls(text)
    elif "tcp(" in text:
        for match in _GO_DSN.finditer(text):
            host, port = _host_port(match["host"])
            yield Address(host, port, "mysql", match["database"] or None, match["user"])
    elif "=" in text:
        yield from _pairs(text)
    else:
        yield from _hosts(text)


def mask(name: str, value: str) -> str:
    """`name=value` in one line, shortened, with everything that may be a secret as `***`."""
    if len(value) > MAX_SHOWN:
        value = "(a long text)"
    if _SECRET_NAME.search(name) and "://" not in value:
        value = "***"
    value = _LOGIN_IN_URL.sub(lambda m: f"{m[1]}{m[2] + ':' if m[3] else ''}***@", value)
    value = _PUBLIC_PATH.sub(r"\1***", _QUERY.sub(r"\1***", value))
    value = (_SECRET_FIELD if ";" in value else _SECRET_PAIR).sub(r"\1***", value)
    value = _LOGIN_ALONE.sub(r"\1:***@", value)
    value = "".join(c if c.isprintable() else " " for c in value)
    shown = f"{name}={value}" if name else value
    return shown if len(shown) <= 120 else f"{shown[:117]}..."


def _urls(text: str) -> Iterator[Address]:
    matches = list(_URL.finditer(text))
    whole = bool(matches) and not _URL.sub("", text).strip(" ,;\"'")
    for match in matches:
        scheme = _scheme(match["scheme"])
        login = match["login"] or ""
        hosts, database, user = match["hosts"], *_details(match["rest"], scheme)
        if scheme == "oracle" and hosts.count(":") == 2:
            hosts, _, database = hosts.rpartition(":")
        if ":" in login or scheme not in _KEY_LOGINS:
            user = unquote(login.partition(":")[0]) or user
        for part in hosts.split(","):
            host, port = _host_port(part)
            if host:
                yield Address(host, port, scheme, database, user or None, whole)


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
    if scheme in ("http", "https", "grpc") or not _DATABASE_NAME.fullmatch(database):
        database = ""
    return database or None, user or None


def _pairs(text: str) -> Iterator[Address]:
    """ADO.NET (`Server=db;Database=x`) and libpq (`host=db dbname=x`) connection strings."""
    pattern = _PAIR if ";" in text or "Source=" in text else _WORD_PAIR
    pairs = {m[1].strip().lower(): m[2].strip().strip("'\"") for m in pattern.finditer(text)}
    server = next((pairs[key] for key in pairs if key in _SERVER_KEYS), "")
    server = server.removeprefix("tcp:").replace("\\", ",").partition(",")[0]
    host, port = _host_port(server)
    if not host:
        return
    database = next((pairs[key] for key in pairs if key in _DATABASE_KEYS), None)
    user = next((pairs[key] for key in pairs if key in _USER_KEYS), None)
    if port is None and pairs.get("port", "").isdecimal():
        port = int(pairs["port"][:5])
    yield Address(host, port, "", database or None, user or None)


def _hosts(text: str) -> Iterator[Address]:
    """`host`, `host:port` or a list of them."""
    for part in re.split(r"[,;\s]+", text):
        match = _HOST_PORT.fullmatch(part)
        if match:
            yield Address(match["host"], _port(match["port"]))


def _host_port(text: str) -> tuple[str, int | None]:
    match = _HOST_PORT.fullmatch(text.strip())
    return (match["host"], _port(match["port"])) if match else ("", None)


def _port(text: str | None) -> int | None:
    return int(text) if text and int(text) <= 65535 else None
