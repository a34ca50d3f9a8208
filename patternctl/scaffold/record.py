"""What a project remembers of its making: the answers, and every file as it was written.

With the files as written at hand, `update` can tell a person's edits from what changed here,
without the version of patternctl that wrote them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pydantic import ValidationError

from patternctl import faults, yamlio
from patternctl.errors import InputError, Location, Problem, UsageError
from patternctl.model.scaffold import Answers
from patternctl.yamlio import MAX_BYTES

ANSWERS = ".patternctl/answers.yaml"
WRITTEN = ".patternctl/written.zip"
_COMMENT = "# What this project was made from, for `patternctl scaffold add` and `update`.\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip file can hold: the same project gives the same bytes."""
_FORM = faults.Form(Answers, "the record of a project")
_MOST = 20_000
"""Files in a project: those of a manifest of 10,000 services are fewer."""


def answers_text(answers: Answers) -> str:
    """The answers as YAML."""
    told = answers.model_dump(mode="json")
    return _COMMENT + "".join(f"{key}: {json.dumps(value)}\n" for key, value in told.items())


def read_answers(text: str, name: str) -> Answers:
    """Raises `InputError` with everything that is wrong with the file."""
    document = yamlio.parse(text, name)
    data = document.plain()
    try:
        return Answers.model_validate(data)
    except ValidationError as error:
        found = faults.problems(error.errors(include_url=False), data, document, _FORM)
        raise InputError(*found.values()) from None


def pack(files: Mapping[str, str]) -> bytes:
    """Files as one, the same bytes for the same files.

    Raises `UsageError` where they are more than `unpack` takes.
    """
    if len(files) > _MOST or sum(len(text.encode()) for text in files.values()) > MAX_BYTES:
        hint = "make projects of parts of the system"
        raise UsageError(Problem(f"{len(files)} files are too many for one project", hint=hint))
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for path, text in sorted(files.items()):
            archive.writestr(ZipInfo(path, _EPOCH), text.encode(), ZIP_DEFLATED, 9)
    return stream.getvalue()


def unpack(data: bytes, name: str) -> dict[str, str]:
    """The files by path. Raises `InputError` where it is none of `pack`'s."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) <= _MOST and sum(info.file_size for info in infos) <= MAX_BYTES:
                return {info.filename: archive.read(info).decode() for info in infos}
    except (
        BadZipFile,
        UnicodeDecodeError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ):
        pass
    hint = "restore it from version control: what people changed is told by it"
    raise InputError(Problem("is damaged", Location(name), hint))
