"""Rules of names: every part has one, the file's place says the same, and no two parts share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule
from boucle.core.study.themes import THEMES_SUFFIX


def check_file_name(draft: Draft) -> Iterator[IssueDraft]:
    """A version's file is named after it."""
    wanted = f"{draft.questionnaire.version}.json"
    if draft.file.name != wanted:
        remedy = f"Rename the file to {wanted}, or copy it under the version that you mean."
        yield IssueDraft("/version", f"{draft.file.name} holds version {draft.questionnaire.version}.", remedy)


def check_folder_name(draft: Draft) -> Iterator[IssueDraft]:
    """A questionnaire's versions stand in a folder named after it."""
    folder, id = draft.file.absolute().parent.name, draft.questionnaire.id
    if folder != id:
        yield IssueDraft(
            "/id", f'The folder "{folder}" holds the questionnaire "{id}".', f'Rename one of them to "{id}".'
        )


def check_reserved_name(draft: Draft) -> Iterator[IssueDraft]:
    """No questionnaire takes the name under which the themes of another one's texts are published."""
    if draft.questionnaire.id.endswith(THEMES_SUFFIX):
        remedy = "Choose another id: figures on themes are published under this ending."
        yield IssueDraft("/id", f'"{draft.questionnaire.id}" ends with "{THEMES_SUFFIX}".', remedy)


def check_duplicate_ids(draft: Draft) -> Iterator[IssueDraft]:
    """No two questions, and no two sections, share an id."""
    seen: set[str] = set()
    for placed in draft.blocks:
        if placed.block.id in seen:
            yield _make_duplicate_issue(f"{placed.pointer}/id", "question", placed.block.id)
        seen.add(placed.block.id)
        yield from _find_repeated(placed.json.get("rows", ()), "id", f"{placed.pointer}/rows", "row")
    yield from _find_repeated(draft.json["sections"], "id", "/sections", "section")


def check_duplicate_values(draft: Draft) -> Iterator[IssueDraft]:
    """No two choices of a question share a value."""
    for placed in draft.blocks:
        yield from _find_repeated(placed.json.get("choices", ()), "value", f"{placed.pointer}/choices", "choice")


def check_duplicate_labels(draft: Draft) -> Iterator[IssueDraft]:
    """No two choices of a question read the same."""
    for placed in draft.blocks:
        labels = [choice["label"].get(draft.original) for choice in placed.json.get("choices", ())]
        for index in _find_repetitions(labels):
            place = f"{placed.pointer}/choices/{index}/label"
            yield IssueDraft(place, f'Two choices read "{labels[index]}".', "Say what sets them apart.")


def _find_repeated(parts: Sequence[Any], key: str, pointer: str, what: str) -> Iterator[IssueDraft]:
    names = [part[key] for part in parts]
    for index in _find_repetitions(names):
        yield _make_duplicate_issue(f"{pointer}/{index}/{key}", what, names[index])


def _find_repetitions(names: Sequence[Hashable]) -> Iterator[int]:
    if len(set(names)) < len(names):
        seen: Counter[Hashable] = Counter()
        for index, name in enumerate(names):
            seen[name] += 1
            if seen[name] > 1:
                yield index


def _make_duplicate_issue(pointer: str, what: str, name: str) -> IssueDraft:
    return IssueDraft(pointer, f'Another {what} is called "{name}" already.', "Give it a name of its own.")


RULES = (
    make_error_rule("file-name", check_file_name),
    make_error_rule("folder-name", check_folder_name),
    make_error_rule("reserved-name", check_reserved_name),
    make_error_rule("duplicate-id", check_duplicate_ids),
    make_error_rule("duplicate-value", check_duplicate_values),
    make_error_rule("duplicate-label", check_duplicate_labels),
)
