"""Recordings: files of speech that read a questionnaire aloud where a device has no voice for its language.

Each stands beside the hash of the very text that it reads, so that a text that changes loses its recording at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boucle.core.canonical import fingerprint


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: its name without ending, the fingerprint of the text that it reads, and its own."""

    name: str
    text: str
    file: str


Recordings = Mapping[str, Mapping[str, Recording]]
"""Those of one questionnaire: by language, then by name."""


def parse_recordings(source: Mapping[str, Any]) -> Recordings:
    """What a valid recordings.json says."""
    return {
        language: {name: Recording(name, **said) for name, said in listed.items()}
        for language, listed in source.get("languages", {}).items()
    }


def as_json(recordings: Recordings) -> dict[str, object]:
    """What stands in recordings.json."""
    languages = {
        language: {name: {"text": recording.text, "file": recording.file} for name, recording in sorted(listed.items())}
        for language, listed in sorted(recordings.items())
    }
    return {"format": 1, "languages": languages}


def match_recordings(texts: Mapping[str, str], recorded: Mapping[str, Recording]) -> Mapping[str, Recording]:
    """The recording of each text that has one; texts that are the same share it."""
    by_text = {recording.text: recording for recording in recorded.values()}
    digests = {name: fingerprint(text.encode()) for name, text in texts.items()}
    return {name: by_text[digest] for name, digest in digests.items() if digest in by_text}


def find_unrecorded(texts: Mapping[str, str], recorded: Mapping[str, Recording]) -> list[str]:
    """The names of the texts that nothing reads; of texts that are the same, the first one."""
    known = match_recordings(texts, recorded)
    first = {text: name for name, text in reversed(list(texts.items()))}
    return [name for name, text in texts.items() if name not in known and first[text] == name]
