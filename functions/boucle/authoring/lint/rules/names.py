"""Rules of names: every part has one, the file's place says the same, and no two parts share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import Flaw, error
from boucle.core.study.themes import SUFFIX


def file_name(draft: Draft) -> Iterator[Flaw]:
    """A version's file is named after it."""
    wanted = f"{draft.questionnaire.version}.json"
    if draft.file.name != wanted:
        remedy = f"Rename the file to {wanted}, or copy it under the version that you mean."
        yield Flaw("/version", f"{draft.file.name} holds version {draft.questionnaire.version}.", remedy)


def folder_name(draft: Draft) -> Iterator[Flaw]:
    """A questionnaire's versions stand in a folder named after it."""
    folder, id = draft.file.absolute().parent.name, draft.questionnaire.id
    if folder != id:
        yield Flaw("/id", f'The folder "{folder}" holds the questionnaire "{id}".', f'Rename one of them to "{id}".')


def reserved_name(draft: Draft) -> Iterator[Flaw]:
    """No questionnaire takes the name under which the themes of another one's texts are published."""
    if draft.questionnaire.id.endswith(SUFFIX):
        remedy = "Choose another id: figures on themes are published under this ending."
        yield Flaw("/id", f'"{draft.questionnaire.id}" ends with "{SUFFIX}".', remedy)


def duplicate_ids(draft: Draft) -> Iterator[Flaw]:
    """No two questions, and no two sections, share an id."""
    seen: set[str] = set()
    for placed in draft.blocks:
        if placed.block.id in seen:
            yield _duplicate(f"{placed.pointer}/id", "question", placed.block.id)
        seen.add(placed.block.id)
        yield from _repeated(placed.json.get("rows", ()), "id", f"{placed.pointer}/rows", "row")
    yield from _repeated(draft.json["sections"], "id", "/sections", "section")


def duplicate_values(draft: Draft) -> Iterator[Flaw]:
    """No two choices of a question share a value."""
    for placed in draft.blocks:
        yield from _repeated(placed.json.get("choices", ()), "value", f"{placed.pointer}/choices", "choice")


def duplicate_labels(draft: Draft) -> Iterator[Flaw]:
    """No two choices of a question read the same."""
    for placed in draft.blocks:
        labels = [choice["label"].get(draft.original) for choice in placed.json.get("choices", ())]
        for index in _repetitions(labels):
            place = f"{placed.pointer}/choices/{index}/label"
            yield Flaw(place, f'Two choices read "{labels[index]}".', "Say what sets them apart.")


def _repeated(parts: Sequence[Any], key: str, pointer: str, what: str) -> Iterator[Flaw]:
    names = [part[key] for part in parts]
    for index in _repetitions(names):
        yield _duplicate(f"{pointer}/{index}/{key}", what, names[index])


def _repetitions(names: Sequence[Hashable]) -> Iterator[int]:
    if len(set(names)) < len(names):
        seen: Counter[Hashable] = Counter()
        for index, name in enumerate(names):
            seen[name] += 1
            if seen[name] > 1:
                yield index


def _duplicate(pointer: str, what: str, name: str) -> Flaw:
    return Flaw(pointer, f'Another {what} is called "{name}" already.', "Give it a name of its own.")


RULES = (
    error("file-name", file_name),
    error("folder-name", folder_name),
    error("reserved-name", reserved_name),
    error("duplicate-id", duplicate_ids),
    error("duplicate-value", duplicate_values),
    error("duplicate-label", duplicate_labels),
)
