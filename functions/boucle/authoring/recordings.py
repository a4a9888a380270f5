"""Takes recordings in: which text each file reads is written beside it, once, when the file is new."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from boucle.core.canonical import fingerprint
from boucle.core.errors import BoucleError
from boucle.core.study.recordings import Recording

OGG_MAGIC, OPUS_MAGIC = b"OggS", b"OpusHead"


class NotOpus(BoucleError):
    """A file is no Opus recording."""


@dataclass(frozen=True, slots=True)
class AcceptedRecordings:
    """The recordings of one language, and the names of the files that were looked at."""

    recordings: Mapping[str, Recording]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    """The same file as before, whose text has changed since: it stays as it was, and is not played."""
    unknown: tuple[str, ...]
    """No text of the questionnaire has that name."""


def accept_recordings(
    folder: Path, texts: Mapping[str, str], before: Mapping[str, Recording], again: Container[str]
) -> AcceptedRecordings:
    """The files of a folder, each with the text that it reads; `again` names old files that read the new text too.

    Raises NotOpus.
    """
    found = {file.stem: file for file in sorted(folder.glob("*.opus"))}
    offered = {name: _read_recording(file, texts[name]) for name, file in found.items() if name in texts}
    same = {name for name, recording in offered.items() if name in before and recording.file == before[name].file}
    changed = [name for name in same if before[name].text != offered[name].text and name not in again]
    return AcceptedRecordings(
        recordings={**offered, **{name: before[name] for name in changed}},
        new=tuple(sorted(offered.keys() - same)),
        changed=tuple(sorted(changed)),
        unknown=tuple(found.keys() - texts.keys()),
    )


def _read_recording(file: Path, text: str) -> Recording:
    content = file.read_bytes()
    if not content.startswith(OGG_MAGIC) or OPUS_MAGIC not in content[:64]:
        remedy = f"Make one of a .wav file: opusenc --bitrate 16 {file.stem}.wav {file}"
        raise NotOpus(f"{file} is no Opus recording. {remedy}")
    return Recording(file.stem, fingerprint(text.encode()), fingerprint(content))


def list_texts_to_record(texts: Mapping[str, str], names: list[str]) -> Iterator[str]:
    """A line a text: the file that it is waited for in, and what to read."""
    for name in names:
        yield f"{name}.opus\t{' '.join(texts[name].split())}"
