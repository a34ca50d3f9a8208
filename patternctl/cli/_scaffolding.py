"""What `patternctl scaffold` does."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from patternctl import __version__, yamlio
from patternctl.cli import _staging, _stating
from patternctl.cli._console import STDOUT, display_name, note, write
from patternctl.cli._staging import Content
from patternctl.errors import InputError, Location, Problem, UsageError
from patternctl.model.scaffold import Answers
from patternctl.scaffold import merging, names, project, record, units
from patternctl.scaffold import stated as naming

BROKER, STORE = "nats", "postgres"
"""Where nothing else is asked for; each project also has the embedded ones."""
FORMATS = ("text", "json")


class Asked(NamedTuple):
    """What flags and manifest ask for."""

    name: str | None
    patterns: tuple[str, ...]
    manifest: str | None
    broker: str | None
    store: str | None


def listed(form: str) -> int:
    """Print what there is."""
    if form not in FORMATS:
        raise UsageError(Problem(f"there is no format {form}", hint="text or json"))
    found = {name: unit.summary for name, unit in units.patterns().items()}
    choices = {kind: units.options(kind) for kind in ("broker", "store")}
    if form == "json":
        told = {"patterns": found, **{f"{kind}s": each for kind, each in choices.items()}}
        write(STDOUT, json.dumps(told, indent=2) + "\n")
        return 0
    width = max(map(len, found))
    lines = [f"{name:{width}}  {summary}" for name, summary in found.items()]
    lines += ["", *(f"--{kind}: {', '.join(each)}" for kind, each in choices.items())]
    write(STDOUT, "\n".join(lines) + "\n")
    return 0


def new(asked: Asked, output: Path | None, *, dry_run: bool, diff: bool) -> int:
    """Make a project, and write it or tell about it."""
    answers, chosen = _chosen(asked)
    folder = output or Path(answers.name)
    _refuse_occupied(folder)
    texts = project.files(answers, chosen)
    for remark in chosen.remarks:
        note(remark)
    contents = [Content(path, None, text.encode()) for path, text in texts.items()]
    if diff:
        write(STDOUT, "".join(_staging.diff(contents)))
    elif dry_run:
        for path in texts:
            note(f"create    {display_name(folder / path)}")
    else:
        _write_new(folder, [*contents, *_remembered(folder, answers, texts)])
        note(f"wrote {len(texts)} files to {display_name(folder)}")
        note(f"next: cd {display_name(folder)} && make test && make run")
    return 0


def add(patterns: Sequence[str], folder: Path, *, dry_run: bool, diff: bool) -> int:
    """Add patterns to a project."""
    answers = _answers(folder)
    asked = tuple(dict.fromkeys((*answers.patterns, *patterns)))
    return _renewed(folder, answers.model_copy(update={"patterns": asked}), dry_run, diff)


def update(folder: Path, manifest: str | None, *, dry_run: bool, diff: bool) -> int:
    """Bring a project to what this version writes, and to what a manifest says now."""
    answers = _answers(folder)
    return _renewed(folder, _restated(answers, manifest) if manifest else answers, dry_run, diff)


def _restated(answers: Answers, manifest: str) -> Answers:
    """Answers with what a manifest says in place of what one said before; patterns only come."""
    stated = _stating.read(manifest, {"broker": answers.broker, "store": answers.store})
    patterns = tuple(dict.fromkeys((*answers.patterns, *stated.patterns)))
    now = {"settings": stated.settings, "services": stated.services, "keys": stated.keys}
    restated = answers.model_copy(update={"patterns": patterns, **now})
    if unfit := [*naming.problems(restated)]:
        raise UsageError(*unfit)
    return restated


def _answers(folder: Path) -> Answers:
    """Raises `UsageError` where the folder is no project, or one of a newer version."""
    file = folder / record.ANSWERS
    if not file.is_file():
        hint = "name its folder, or make one with `patternctl scaffold new`"
        where = Location(display_name(folder))
        raise UsageError(Problem("is no project of `patternctl scaffold`", where, hint))
    answers = record.read_answers(yamlio.read_text(file), display_name(file))
    _refuse_unknown(answers, Location(display_name(file)))
    if _numbers(answers.written_by) > _numbers(__version__):
        message = f"was written by patternctl {answers.written_by}, this is {__version__}"
        raise UsageError(Problem(message, Location(display_name(folder)), "install the newer one"))
    return answers


def _refuse_unknown(answers: Answers, where: Location) -> None:
    """Raise `InputError` for answers that `new` would have refused: somebody changed the record."""
    servers = {"broker": answers.broker, "store": answers.store}
    problems = [
        *(
            units.unknown(*each)
            for each in servers.items()
            if each[1] not in units.options(each[0])
        ),
        *_name_faults(answers.name),
        *naming.problems(answers),
    ]
    if problems:
        raise InputError(*(each._replace(location=where) for each in problems))


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]


def _renewed(folder: Path, answers: Answers, dry_run: bool, diff: bool) -> int:
    """Write a project anew over what is there; edits are kept. 1 where both changed the same."""
    _staging.recover(folder)
    servers = {"broker": answers.broker, "store": answers.store}
    chosen = units.choose(answers.patterns, servers, _besides(answers.services))
    now = answers.model_copy(update={"patterns": chosen.patterns, "written_by": __version__})
    fresh = project.files(now, chosen)
    packed = folder / record.WRITTEN
    written = record.unpack(_staging.read(packed) or b"", display_name(packed))
    there = {path: _text(folder, path) for path in {*written, *fresh}}
    _refuse_unresolved(folder, there)
    merged = sorted(merging.plan(written, there, fresh), key=merging.rank)
    for remark in chosen.remarks if chosen.patterns != answers.patterns else ():
        note(remark)
    changes = [each for each in merged if each.state not in ("unchanged", "keep")]
    contents = [
        *(Content(each.path, *map(_bytes, (each.before, each.after))) for each in changes),
        *_remembered(folder, now, fresh),
    ]
    if diff:
        write(STDOUT, "".join(_staging.diff(contents)))
        return 0
    _tell(folder, merged)
    if not dry_run:
        with _staging.held(folder):
            _staging.put(folder, contents)
        _tell_next(folder, merged)
    return int(any(each.state == "conflict" for each in merged))


def _text(folder: Path, path: str) -> str | None:
    """What a file of the project holds. Raises `InputError` where it is no text."""
    found = _staging.read(folder / path)
    where = Location(display_name(folder / path))
    return None if found is None else yamlio.decode(found, where)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _refuse_unresolved(folder: Path, there: Mapping[str, str | None]) -> None:
    open_ones = [path for path, text in there.items() if text and merging.MARK in text]
    if open_ones:
        raise UsageError(
            *(
                Problem("has conflicts of an earlier update", Location(display_name(folder / path)))
                for path in sorted(open_ones)
            )
        )


def _remembered(folder: Path, answers: Answers, files: Mapping[str, str]) -> Iterator[Content]:
    """What the project is to know of its making."""
    texts = {
        record.ANSWERS: record.answers_text(answers).encode(),
        record.WRITTEN: record.pack(files),
    }
    for path, after in texts.items():
        before = _staging.read(folder / path)
        if before != after:
            yield Content(path, before, after)


def _tell(folder: Path, merged: Sequence[merging.Merged]) -> None:
    for each in merged:
        if each.state != "unchanged":
            note(f"{each.state:9} {display_name(folder / each.path)}")
    note(f"{sum(each.state == 'unchanged' for each in merged)} unchanged")


def _tell_next(folder: Path, merged: Sequence[merging.Merged]) -> None:
    if any(each.state == "conflict" for each in merged):
        note(f"next: resolve what stands between {merging.MARK.strip()} and >>>>>>>")
    if any(each.state != "unchanged" for each in merged):
        note(f"next: cd {display_name(folder)} && make check test")


def _chosen(asked: Asked) -> tuple[Answers, units.Chosen]:
    """Raises `UsageError` with everything that is wrong with what was asked."""
    flags = {"broker": asked.broker, "store": asked.store}
    stated = _stating.read(asked.manifest, flags) if asked.manifest else _stating.NOTHING
    patterns = (*asked.patterns, *stated.patterns)
    servers = {
        "broker": asked.broker or stated.broker or BROKER,
        "store": asked.store or stated.store or STORE,
    }
    problems = [
        units.unknown(kind, name)
        for kind, name in servers.items()
        if name not in units.options(kind)
    ]
    if not patterns and not stated.services:
        hint = "name one with --pattern; `patternctl scaffold list` lists them"
        told = "the manifest has nothing that there is code for, and "
        what = f"{told if asked.manifest else ''}no pattern is asked for"
        problems.append(Problem(what, hint=hint))
    chosen = None
    try:
        chosen = units.choose(patterns, {} if problems else servers, _besides(stated.services))
    except UsageError as error:
        problems += error.problems
    name = asked.name or stated.name
    problems += _name_faults(name)
    if problems or chosen is None:
        raise UsageError(*problems)
    answers = Answers(
        written_by=__version__,
        name=name,
        patterns=chosen.patterns,
        settings=stated.settings,
        services=stated.services,
        keys=stated.keys,
        **servers,
    )
    if unfit := [*naming.problems(answers)]:
        raise UsageError(*unfit)
    return answers, chosen


def _besides(services: Mapping[str, object]) -> list[str]:
    """Units that no pattern brings."""
    return [naming.UNIT] if services else []


def _name_faults(name: str) -> list[Problem]:
    if not name:
        return [Problem("the project has no name", hint="patternctl scaffold new NAME")]
    found = names.fault(name, units.requirements())
    return [found] if found else []


def _refuse_occupied(folder: Path) -> None:
    if folder.absolute().name in ("", "..") or folder.resolve() == Path.cwd():
        hint = "go one up, and name it from there"
        where = Location(display_name(folder))
        raise InputError(Problem("cannot be replaced from within", where, hint))
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(Problem("is in the way", Location(str(folder)), "choose another -o"))
    if folder.is_dir() and any(folder.iterdir()):
        hint = "choose another -o; `patternctl scaffold add` adds to a project"
        raise InputError(Problem("is not empty", Location(display_name(folder)), hint))


def _write_new(folder: Path, contents: Iterable[Content]) -> None:
    """All of the folder at once, or nothing of it."""
    stage = folder.absolute().parent / f".{folder.name}.patternctl-new"
    try:
        if stage.is_dir() and not stage.is_symlink():
            shutil.rmtree(stage)  # of a run that was killed
        try:
            for path, _, after in contents:
                target = stage / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(after or b"")
            stage.replace(folder)
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
    except OSError as error:
        where = Location(str(error.filename or folder))
        raise InputError(Problem(f"cannot be written: {error.strerror}", where)) from None
