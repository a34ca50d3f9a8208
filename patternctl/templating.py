"""Rendering templates: the only module that imports `jinja2`.

A missing variable is an error that names template, line and variable. Templates see only the
values they are given. Those of users run in Jinja's sandbox, and in a process of their own that
may use so much time and memory and no more: no list of what is dangerous to write is ever whole.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import NoReturn

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from patternctl import resources
from patternctl.errors import InputError, Location, Problem

SECONDS = 10
"""Processor time that a user's template may take: what is shipped takes hundredths."""
MEMORY = 512 * 1024 * 1024
"""Bytes that it may take beyond what the process has already."""
MAX_BYTES = 1024 * 1024
"""Largest template read."""
_SUFFIX = ".j2"
_PLAIN = frozenset({"builtins", "datetime", "decimal", "jinja2", "markupsafe", "patternctl"})
"""Packages whose objects do nothing to the machine when their methods are called."""
_LIMITS = (
    f"it may take {SECONDS} s and {MEMORY // 2**20} MiB: look for loops without end, and for "
    "texts that are multiplied"
)


def render(template: str, values: Mapping[str, object], over: Path | None = None) -> str:
    """Text of a template, e.g. `init/architecture.yaml.j2`, filled with `values`.

    Templates in the user's folder `over` take the place of shipped ones of the same name. Raises
    `InputError` where one of the user's does not render; without `over` that is a bug, and what
    Jinja raises is let through. Values of HTML templates (`.html.j2`) are escaped.
    """
    if over is None:
        return _environment(None).get_template(template).render(values)
    if not over.is_dir():
        raise _no_folder(over)
    return _apart(lambda: _told(template, values, over), over / template)


def misnamed(over: Path, kinds: Collection[str]) -> Iterator[Problem]:
    """What is wrong with the names in a user's folder of templates.

    Each has to take the place of one that is shipped for one of the `kinds`, or be a part of
    another: its name begins with `_`, or stands in quotes in the other. Files of other names (a
    README) are left alone. Raises `InputError` where there is no such folder.
    """
    from patternctl.faults import suggest

    if not over.is_dir():
        raise _no_folder(over)
    shipped = [name for name in _names(resources.directory("templates")) if _group(name) in kinds]
    own = _names(over)
    for name in own:
        path = over / name
        if f"{name}{_SUFFIX}" in shipped:
            hint = f"rename it to {path.name}{_SUFFIX}"
            yield Problem("is not read, because it is not named as a template", _at(path), hint)
        elif name.endswith(_SUFFIX) and name not in shipped and not _is_part(over, name, own):
            hint = suggest(name, shipped) or _places(name, shipped)
            yield Problem("takes the place of no shipped template", _at(path), hint)


def _places(name: str, shipped: Iterable[str]) -> str:
    """Where templates are, for a name that is near none."""
    beside = [each for each in shipped if _group(each) == _group(name)]
    if beside:
        return f"there are: {', '.join(beside)}"
    folders = ", ".join(dict.fromkeys(map(_group, shipped)))
    return f"templates are in {folders}; the names of parts that others include begin with `_`"


def _names(folder: Path) -> list[str]:
    """Files of a folder and those below, as templates are named; links to folders are left out."""
    files = (Path(directory, file) for directory, _, names in os.walk(folder) for file in names)
    return sorted(file.relative_to(folder).as_posix() for file in files)


def _group(name: str) -> str:
    return name.partition("/")[0]


def _is_part(over: Path, name: str, own: Iterable[str]) -> bool:
    if Path(name).name.startswith("_"):
        return True
    others = (_text(over / other) for other in own if other.endswith(_SUFFIX) and other != name)
    return any(f'"{name}"' in text or f"'{name}'" in text for text in others)


def _text(path: Path) -> str:
    """What a template holds; nothing where it cannot be read, which rendering tells."""
    with suppress(OSError):
        if path.is_file():
            with path.open("rb") as stream:
                return stream.read(MAX_BYTES).decode("utf-8", "replace")
    return ""


def _at(path: Path) -> Location:
    return Location(str(path))


def _no_folder(over: Path) -> InputError:
    return InputError(Problem("there is no such folder of templates", _at(over)))


class _Sandbox(ImmutableSandboxedEnvironment):
    """Calls methods of plain values, and functions that were handed over, only."""

    def is_safe_callable(self, obj: object) -> bool:
        """Whether a template may call it: a `Path`, for one, could write files."""
        owner = getattr(obj, "__self__", None)
        if owner is not None:
            kind = owner if isinstance(owner, type) else type(owner)
            if kind.__module__.partition(".")[0] not in _PLAIN:
                return False
        return super().is_safe_callable(obj)


class _Loader(BaseLoader):
    """Templates of folders, the first of them that has it; nothing beyond these is read."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Source and file name of a template, as Jinja asks for them."""
        del environment
        for folder in self._folders:
            text = _read(folder, template)
            if text is not None:
                return text, str(folder / template), lambda: True
        raise TemplateNotFound(template)


def _read(folder: Path, name: str) -> str | None:
    """A template's text; None where the folder has none of that name. Raises `TemplateError`."""
    path = folder / name
    with suppress(OSError, ValueError):  # a name that no file can have, or one not to be read
        inside = path.resolve().is_relative_to(folder.resolve())
        if inside and ".." not in Path(name).parts and path.is_file():
            with path.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise TemplateError(f"{name} is larger than {MAX_BYTES // 2**20} MiB")
            try:
                return content.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise TemplateError(f"{name} is not UTF-8 text") from None
    return None


@lru_cache(maxsize=2)
def _environment(over: Path | None) -> Environment:
    folders = [resources.directory("templates")]
    return _Sandbox(
        loader=_Loader(*([over] if over else []), *folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        auto_reload=False,
    )


# Templates of users


def _told(template: str, values: Mapping[str, object], over: Path) -> str:
    """The text. Raises `InputError` with what is wrong with a template, and where."""
    try:
        return _environment(over).get_template(template).render(values)
    except MemoryError:
        raise InputError(_excess(over / template)) from None
    except RecursionError:
        message, hint = "calls itself without end", "look at its macros and includes"
        raise InputError(Problem(message, Location(str(over / template)), hint)) from None
    except TemplateSyntaxError as error:
        where = Location(error.filename or str(over / template), error.lineno)
        raise InputError(Problem(str(error.message), where)) from None
    except Exception as error:  # an expression may raise whatever it likes
        where = _place(error, over / template)
        raise InputError(Problem(_message(error), where, _hint(error, values))) from None


def _place(error: Exception, template: Path) -> Location:
    """Line of the innermost template that was at work."""
    for frame in reversed(extract_tb(error.__traceback__)):
        if frame.filename.endswith(_SUFFIX) and frame.lineno:
            return Location(frame.filename, frame.lineno)
    return Location(str(template))


def _message(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f'there is no template "{error.message or error.name}" in the folder'
    if isinstance(error, TemplateError):
        return str(error.message or error)
    return f"does not render: {error}"


def _hint(error: Exception, values: Mapping[str, object]) -> str:
    from patternctl import faults

    match = re.fullmatch(r"'(\w+)' is undefined", str(error))
    if match:
        return faults.suggest(match[1], values) or f"there are: {', '.join(sorted(values))}"
    if isinstance(error, TemplateNotFound):
        return "includes are of the folder, or shipped, and named from its top"
    return ""


def _excess(template: Path) -> Problem:
    return Problem("takes too much time or memory", Location(str(template)), _LIMITS)


def _apart(made: Callable[[], str], template: Path) -> str:
    """What `made` gives, in a process of its own that ends with it.

    Raises `InputError`, its own and where it took too much. Where processes cannot be forked
    (Windows) nothing but Jinja's sandbox bounds it.
    """
    if not hasattr(os, "fork"):
        return made()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child renders, and no more
        child = os.fork()
    if child == 0:
        os.close(reader)
        _child(made, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    if status or not answer:
        raise InputError(_excess(template))
    text, problems = json.loads(answer)
    if problems:
        raise InputError(*_problems(problems))
    return str(text)


def _child(made: Callable[[], str], writer: int) -> NoReturn:
    """Write text or problems into the pipe, within the limits."""
    status = 1
    try:
        _limit()
        try:
            answer = json.dumps([made(), []]).encode()
        except InputError as error:
            answer = json.dumps(["", error.problems]).encode()
        with os.fdopen(writer, "wb") as stream:
            stream.write(answer)
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's is flushed or taken down twice


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with suppress(OSError, ValueError):  # systems that do not tell, or do not bound
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _problems(found: list[list[object]]) -> Iterator[Problem]:
    """Problems as they came through the pipe."""
    for message, place, hint in found:
        where = Location(*place) if isinstance(place, list) else None
        yield Problem(str(message), where, str(hint))
