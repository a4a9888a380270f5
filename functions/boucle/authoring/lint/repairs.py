"""What stands in for a part of an author's file that cannot be read. Nothing is taken out of a list: places stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boucle.authoring.lint.shape import ShapeIssue

STAND_IN = "\N{HORIZONTAL ELLIPSIS}"

Path = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Damage:
    """A part that cannot be read."""

    value: Any
    path: Path
    languages: tuple[str, ...]
    id: str
    """What the file's own id is taken to be, if it has none."""


Repair = Callable[[Damage], Any]
"""What stands in for the part; DROPPED where its key can go."""

DROPPED = object()


def repair_fault(kind: str, source: Any, issue: ShapeIssue, id: str) -> Path | None:
    """Take out or replace, in the JSON itself, the smallest part that can be, and say where; None when none can."""
    length, repair = _find_repair(kind, issue)
    if repair is None:
        return None
    path = issue.path[:length]
    parent: Any = look_up(source, path[:-1])
    key: Any = path[-1]
    stand_in = repair(Damage(look_up(source, path), path, _list_languages(source), id))
    # Nothing is left to do where what stands around it was repaired already.
    if stand_in is DROPPED and isinstance(parent, dict):
        parent.pop(key, None)
    elif stand_in is not DROPPED and parent is not None:
        parent[key] = stand_in
    return path


def _find_repair(kind: str, issue: ShapeIssue) -> tuple[int, Repair | None]:
    """The repair, and how many keys lead to what it replaces."""
    if issue.rule == "unknown-key":
        return len(issue.path), _drop
    found = ((len(pattern), repair) for pattern, repair in REPAIRS[kind] if _matches(issue.path, pattern))
    return next(found, (0, None))


def look_up(source: Any, path: Path) -> Any:
    """What a path leads to; None when it leads nowhere. Indexes may be texts, as in JSON pointers."""
    node = source
    for key in path:
        if isinstance(node, list):
            node = node[int(key)] if str(key).isdecimal() and int(key) < len(node) else None
        else:
            node = node.get(key) if isinstance(node, dict) else None
    return node


def _matches(path: Path, pattern: Sequence[str]) -> bool:
    return len(path) >= len(pattern) and all(
        isinstance(key, int) if wanted == "*" else key == wanted for key, wanted in zip(path, pattern, strict=False)
    )


def _list_languages(source: Any) -> tuple[str, ...]:
    listed = look_up(source, ["languages"])
    known = tuple(code for code in listed if isinstance(code, str)) if isinstance(listed, list) else ()
    titled = look_up(source, ["title"])
    return known or (tuple(titled)[:1] if isinstance(titled, dict) else ()) or ("fr",)


def _drop(_: Damage) -> Any:
    return DROPPED


def _stand_in_text(damage: Damage) -> Any:
    return dict.fromkeys(damage.languages, STAND_IN)


def _stand_in_name(damage: Damage) -> Any:
    """A name that no author writes, and that no other part has."""
    return STAND_IN + ".".join(map(str, damage.path))


def _keep_name(damage: Damage) -> Any:
    id = look_up(damage.value, ["id"])
    return id if isinstance(id, str) else _stand_in_name(damage)


def _stand_in_note(damage: Damage) -> Any:
    return {"id": _keep_name(damage), "type": "note", "label": _stand_in_text(damage)}


def _stand_in_section(damage: Damage) -> Any:
    note = {"id": _stand_in_name(damage), "type": "note", "label": _stand_in_text(damage)}
    return {"id": _keep_name(damage), "title": _stand_in_text(damage), "questions": [note]}


def _stand_in_controller(damage: Damage) -> Any:
    said = dict.fromkeys(("name", "contact", "dpo"), STAND_IN)
    return {**said, "legal_basis": _stand_in_text(damage)}


def _drop_all(above: str, *keys: str) -> Iterator[tuple[str, Repair]]:
    for key in keys:
        yield f"{above}{key}", _drop


QUESTION = "sections/*/questions/*"

QUESTIONNAIRE_REPAIRS: Sequence[tuple[str, Repair]] = (
    *_drop_all(f"{QUESTION}/", "relevant", "required", "hint", "help", "media", "concept", "theme", "profile"),
    *_drop_all(f"{QUESTION}/", "quasi_identifier", "continuity", "estimates", "unit", "anchors", "dont_know", "long"),
    *_drop_all(f"{QUESTION}/choices/*/", "hint", "media", "exclusive", "other"),
    *_drop_all(f"{QUESTION}/rows/*/", "concept", "theme"),
    (f"{QUESTION}/choices/*/label", _stand_in_text),
    (f"{QUESTION}/rows/*/label", _stand_in_text),
    (f"{QUESTION}/label", _stand_in_text),
    (f"{QUESTION}/id", _stand_in_name),
    (QUESTION, _stand_in_note),
    *_drop_all("sections/*/", "intro", "relevant"),
    ("sections/*/title", _stand_in_text),
    ("sections/*/id", _stand_in_name),
    ("sections/*", _stand_in_section),
    *_drop_all("", "$schema", "mode", "intro", "publication", "translations"),
    ("title", _stand_in_text),
    ("format", lambda _: 1),
    ("id", lambda damage: damage.id),
    ("version", lambda _: "1.0.0"),
    ("languages", lambda damage: list(damage.languages)),
)

STUDY_REPAIRS: Sequence[tuple[str, Repair]] = (
    *_drop_all("waves/*/", "grace_days", "hold_after", "proof_of_work", "population", "invitations", "known_profile"),
    *_drop_all("waves/*/", "expected"),
    *_drop_all("", "$schema", "description", "audiences", "accessibility_audit", "help_lines", "publication"),
    *_drop_all("", "own_beside_others", "translations"),
    ("title", _stand_in_text),
    ("controller", _stand_in_controller),
    ("retention_days", lambda _: 365),
    ("format", lambda _: 1),
    ("id", lambda damage: damage.id),
    ("languages", lambda damage: list(damage.languages)),
)


def _split(repairs: Sequence[tuple[str, Repair]]) -> Sequence[tuple[Sequence[str], Repair]]:
    return [(pattern.split("/"), repair) for pattern, repair in repairs]


REPAIRS: Mapping[str, Sequence[tuple[Sequence[str], Repair]]] = {
    "questionnaire": _split(QUESTIONNAIRE_REPAIRS),
    "study": _split(STUDY_REPAIRS),
}
