"""Rules of texts: every language complete, short enough for a phone, and saying again only what is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule, make_warning_rule
from boucle.core.questionnaire.model import Closed, Multiple
from boucle.core.questionnaire.piping import find_piped_questions
from boucle.core.questionnaire.translations import Lack, PlacedText, find_gaps

PHONE_LENGTHS: Mapping[str, int] = {"question": 160, "choice": 80, "title": 80, "anchor": 40, "hint": 240}
"""Characters that stay readable at 360 px and 18 px text, some 38 to a line: about four lines for a question."""

HTML = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|&(?:[a-z]+|#[0-9]+|#x[0-9a-f]+);", re.IGNORECASE)
MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\(https://[^)\s]*\)")
BARE_ADDRESS = re.compile(
    r"\b(?:https?://|mailto:|www\.)[^\s<>\"»)]*[^\s<>\"»).,;:!?]|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}",
    re.IGNORECASE,
)


def check_source_missing(draft: Draft) -> Iterator[IssueDraft]:
    """Every text is there in the language that the author writes in."""
    for placed in draft.texts:
        if draft.original not in placed.text:
            message = f"The text is missing in {draft.original}, the first of the languages."
            yield IssueDraft(placed.pointer, message, f'Add "{draft.original}".')


def check_interface_languages(draft: Draft) -> Iterator[IssueDraft]:
    """The interface speaks every language of the questionnaire."""
    spoken = sorted(folder.name for folder in (files("boucle.languages") / "locale").iterdir() if folder.is_dir())
    for index, language in enumerate(draft.json["languages"]):
        if language not in spoken:
            message = f'The buttons and messages of the form are not translated into "{language}".'
            remedy = f"They are in {', '.join(spoken)}: translate locale/{language} of the package first."
            yield IssueDraft(f"/languages/{index}", message, remedy)


def check_undeclared_languages(draft: Draft) -> Iterator[IssueDraft]:
    """No text is in a language that the file does not declare."""
    declared = set(draft.json["languages"])
    for placed in draft.texts:
        for language in sorted(placed.text.keys() - declared):
            message = f'The text is in "{language}" too, which is not among the languages.'
            yield IssueDraft(
                f"{placed.pointer}/{language}", message, f'Add "{language}" to the languages, or remove it.'
            )


def check_missing_translations(draft: Draft) -> Iterator[IssueDraft]:
    """A language is complete, or it is not offered."""
    yield from _check_gaps(draft, Lack.MISSING, "missing in")


def check_stale_translations(draft: Draft) -> Iterator[IssueDraft]:
    """A translation is as old as its source, or its language is not offered."""
    yield from _check_gaps(draft, Lack.STALE, f"changed in {draft.original} since it was translated into")


def _check_gaps(draft: Draft, lack: Lack, what: str) -> Iterator[IssueDraft]:
    found = sorted((gap for gap in find_gaps(draft.json) if gap.lack is lack), key=lambda gap: gap.language)
    for language, listed in groupby(found, key=lambda gap: gap.language):
        lacking = list(listed)
        first = lacking[0].placed
        count = "One text is" if len(lacking) == 1 else f"{len(lacking)} texts are"
        if lack is Lack.STALE:
            count = "One text has" if len(lacking) == 1 else f"{len(lacking)} texts have"
        message = f"{count} {what} {language}, from {first.name} on: pages leave {language} out."
        yield IssueDraft(_place(first, lack, language), message, _describe_remedy(draft.file, lack, language))


def _place(first: PlacedText, lack: Lack, language: str) -> str:
    return first.pointer if lack is Lack.MISSING else f"{first.pointer}/{language}"


def _describe_remedy(file: Path, lack: Lack, language: str) -> str:
    if lack is Lack.STALE:
        return describe_stale_remedy(file, language)
    return f"Translate it: boucle translate export {file} {language}"


def describe_stale_remedy(file: Path, language: str) -> str:
    """What to do about translations of sentences that have changed."""
    return (
        f"Translate it anew where it says something else by now; then confirm that the {language} texts say the same: "
        f"boucle translate confirm {file} {language}"
    )


def check_long_labels(draft: Draft) -> Iterator[IssueDraft]:
    """A text can be read at a glance on a phone."""
    for placed in draft.texts:
        limit = PHONE_LENGTHS.get(_kind(placed))
        if limit is not None:
            for language, text in placed.text.items():
                if len(text) > limit:
                    message = f"{len(text)} characters fill a phone's screen; a {_kind(placed)} has {limit} at most."
                    yield IssueDraft(
                        f"{placed.pointer}/{language}", message, "Shorten it, or move a part to hint or help."
                    )


def _kind(placed: PlacedText) -> str:
    if placed.role == "label":
        return "choice" if "/choices/" in placed.pointer else "question"
    return "anchor" if placed.role in ("min", "max") else placed.role


def check_html(draft: Draft) -> Iterator[IssueDraft]:
    """A text is plain or a little Markdown: HTML would be shown as it is typed."""
    for pointer, text in _list_readings(draft):
        found = HTML.search(text)
        if found:
            message = f'"{found[0]}" is HTML, which people would read as it stands.'
            yield IssueDraft(
                pointer, message, "Take it out; *emphasis*, lists and [words](https://...) are understood."
            )


def check_bare_addresses(draft: Draft) -> Iterator[IssueDraft]:
    """An address is a link with words that say where it leads: alone, it can neither be followed nor read aloud."""
    for pointer, text in _list_readings(draft):
        found = BARE_ADDRESS.search(MARKDOWN_LINK.sub("", text))
        if found:
            remedy = "Say in words where it leads: [words](https://...), in a hint, a help or an introduction."
            yield IssueDraft(pointer, f'"{found[0]}" is an address, and no link.', remedy)


def _list_readings(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every text in each of its languages, and where it stands."""
    return ((f"{placed.pointer}/{language}", text) for placed in draft.texts for language, text in placed.text.items())


def check_unknown_pipes(draft: Draft) -> Iterator[IssueDraft]:
    """A text says again the answer of an earlier closed question only."""
    for placed in draft.texts:
        for language, text in placed.text.items():
            if "{answer" in text:
                yield from _check_pipes(draft, placed, language, text)


def _check_pipes(draft: Draft, placed: PlacedText, language: str, text: str) -> Iterator[IssueDraft]:
    place = f"{placed.pointer}/{language}"
    names = list(find_piped_questions(text))
    if len(names) < text.count("{answer"):
        yield IssueDraft(place, "A brace does not close, or a colon is missing.", "Write {answer:id}.")
    for name in names:
        question = draft.questionnaire.by_id.get(name)
        if question is None:
            yield IssueDraft(place, f'No question is called "{name}".', "Name an earlier closed question.")
        elif not isinstance(question, (Closed, Multiple)):
            yield IssueDraft(
                place, f'"{name}" is a {question.type} question.', "Only closed answers can be said again."
            )
        elif draft.order[name] >= _count_asked_before(draft, placed.pointer):
            yield IssueDraft(place, f'"{name}" has not been answered yet there.', "Name an earlier question.")


def _count_asked_before(draft: Draft, pointer: str) -> int:
    """How many questions have been asked where a text stands."""
    here = [block.position for block in draft.blocks if f"{pointer}/".startswith(f"{block.pointer}/")]
    parts = pointer.split("/")
    if not here and parts[1] == "sections":
        here = [block.position for block in draft.blocks if block.section == int(parts[2])]
    return min(here, default=0)


def check_unpiped_translations(draft: Draft) -> Iterator[IssueDraft]:
    """A translation says again the same answers as its source."""
    for placed in draft.texts:
        if any("{answer" in text for text in placed.text.values()):
            wanted = set(find_piped_questions(placed.text.get(draft.original, "")))
            for language, text in placed.text.items():
                if set(find_piped_questions(text)) != wanted:
                    expected = ", ".join(f"{{answer:{name}}}" for name in sorted(wanted)) or "no answer"
                    message = f"The {language} text says other answers again than the {draft.original} one."
                    yield IssueDraft(f"{placed.pointer}/{language}", message, f"Use {expected}.")


RULES = (
    make_error_rule("source-missing", check_source_missing),
    make_error_rule("interface-language", check_interface_languages),
    make_warning_rule("undeclared-language", check_undeclared_languages),
    make_warning_rule("translation-missing", check_missing_translations),
    make_warning_rule("translation-stale", check_stale_translations),
    make_warning_rule("too-long-for-a-phone", check_long_labels),
    make_warning_rule("html-in-text", check_html),
    make_warning_rule("bare-address", check_bare_addresses),
    make_error_rule("unknown-answer", check_unknown_pipes),
    make_error_rule("translation-answers", check_unpiped_translations),
)
