"""Names places in authors' files as authors do: by the ids of questionnaires, questions and choices, not by order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SEPARATOR = " · "

ELEMENTS = {
    "sections": "section",
    "questions": "question",
    "choices": "choice",
    "rows": "row",
    "waves": "wave",
    "themes": "theme",
    "actions": "action",
}
"""Lists whose elements have names of their own, and what an element is called that has none."""

NAMING_KEYS = ("id", "value", "version")


def name_place(source: Any, pointer: str, file: Path) -> str:
    """The place that a JSON pointer leads to, such as `candidats · note · type`; from the file's id, or its name."""
    names = [_read_name(source, ("id",)) or file.stem]
    node, listed = source, ""
    for key in split_pointer(pointer):
        if isinstance(node, list):
            node = node[int(key)] if int(key) < len(node) else None
            names.append(_read_name(node, NAMING_KEYS) or f"{ELEMENTS.get(listed, '')} {int(key) + 1}".strip())
        else:
            if key == "questions" and listed == "sections":
                # A question is found by its id alone.
                names.pop()
            node = node.get(key) if isinstance(node, dict) else None
            if not (key in ELEMENTS and isinstance(node, list)):
                names.append(key)
            listed = key
    return SEPARATOR.join(names)


def split_pointer(pointer: str) -> list[str]:
    """The keys and indexes of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _read_name(node: Any, keys: tuple[str, ...]) -> str | None:
    names = (node.get(key) for key in keys) if isinstance(node, dict) else ()
    return next((name for name in names if isinstance(name, str) and name and name.isprintable()), None)
