"""Translations out to gettext `.po` files and back, so that translators use the tools that they have.

Each text's name is its message context. A stale translation goes out marked fuzzy; what comes back fuzzy, empty, or
made from a sentence that has changed meanwhile stays out.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.translations import PlacedText, collect_texts, source_hash
from boucle.core.strictjson import Json


class UnreadableCatalogue(BoucleError):
    """A file is no `.po` file, or of another language."""


@dataclass(frozen=True, slots=True)
class Import:
    """An author's file with translations in it, and the names of its texts by what the catalogue held for them."""

    source: Json
    taken: tuple[str, ...]
    fuzzy: tuple[str, ...]
    empty: tuple[str, ...]
    outdated: tuple[str, ...]
    """Translated from a sentence that is another by now."""
    unknown: tuple[str, ...]
    """Names that the file does not have, or no longer."""


def export_po(source: Json, language: str, now: datetime) -> bytes:
    """A `.po` file with every text of an author's file, and its translation where there is one."""
    catalogue = Catalog(
        locale=_parse_locale(language),
        domain=source["id"],
        project=source["id"],
        version=source.get("version", "1"),
        charset="utf-8",
        creation_date=now,
        revision_date=now,
        fuzzy=False,
    )
    for placed, sentence in _list_sentences(source):
        translation = placed.text.get(language, "")
        stale = bool(translation) and _is_stale(source, placed, language, sentence)
        message = catalogue.add(sentence, translation, context=placed.name, auto_comments=[placed.pointer])
        if stale and message is not None:
            message.flags.add("fuzzy")
    written = BytesIO()
    write_po(written, catalogue, width=0)
    return written.getvalue()


def import_po(source: Json, language: str, content: bytes) -> Import:
    """Take from a `.po` file what was translated from today's sentences. Raises UnreadableCatalogue."""
    messages = {str(message.context): message for message in _read_catalogue(content, language) if message.id}
    changed: dict[str, Any] = deepcopy(dict(source))
    outcomes: dict[str, list[str]] = {kind: [] for kind in ("taken", "fuzzy", "empty", "outdated")}
    for placed, sentence in _list_sentences(changed):
        message = messages.pop(placed.name, None)
        outcome = _classify(message, sentence)
        outcomes[outcome].append(placed.name)
        if outcome == "taken" and message is not None:
            _put(changed, placed, language, str(message.string))
    if language not in changed["languages"]:
        changed["languages"] = [*changed["languages"], language]
    return Import(changed, unknown=tuple(messages), **{name: tuple(names) for name, names in outcomes.items()})


def confirm(source: Json, language: str) -> Json:
    """The file with every translation of a language declared to be of today's sentences."""
    changed: dict[str, Any] = deepcopy(dict(source))
    for placed, _ in _list_sentences(changed):
        if language in placed.text:
            _put(changed, placed, language, placed.text[language])
    return changed


def _classify(message: Message | None, sentence: str) -> str:
    if message is None or not message.string:
        return "empty"
    if message.fuzzy:
        return "fuzzy"
    return "taken" if message.id == sentence else "outdated"


def _put(source: dict[str, Any], placed: PlacedText, language: str, translation: str) -> None:
    text: Any = placed.text  # a member of the copied file, so writing here writes there
    hashes = source.setdefault("translations", {}).setdefault(language, {})
    hashes[placed.name] = source_hash(text[source["languages"][0]])
    text[language] = translation


def _list_sentences(source: Json) -> list[tuple[PlacedText, str]]:
    original = source["languages"][0]
    return [(placed, placed.text[original]) for placed in collect_texts(source) if original in placed.text]


def _is_stale(source: Json, placed: PlacedText, language: str, sentence: str) -> bool:
    recorded = source.get("translations", {}).get(language, {}).get(placed.name)
    return recorded is not None and recorded != source_hash(sentence)


def _read_catalogue(content: bytes, language: str) -> Catalog:
    try:
        catalogue = read_po(BytesIO(content), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise UnreadableCatalogue(f"This is no .po file: {error}. Export it again and translate that.") from None
    if catalogue.locale is not None and catalogue.locale.language != language:
        said = catalogue.locale.language
        raise UnreadableCatalogue(
            f'The .po file says that it is in "{said}", not in "{language}": choose the right one.'
        )
    return catalogue


def _parse_locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except UnknownLocaleError:
        return None
