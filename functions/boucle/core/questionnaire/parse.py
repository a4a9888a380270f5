"""From the JSON of an author's file to the frozen questionnaire. The file's shape has been checked by lint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from boucle.core.questionnaire.conditions import (
    ORDERINGS,
    And,
    Answered,
    Compare,
    Condition,
    Equals,
    In,
    Includes,
    Not,
    Or,
)
from boucle.core.questionnaire.model import (
    Anchors,
    Block,
    Choice,
    Continuity,
    Date,
    Estimate,
    FreeText,
    Grid,
    Media,
    Multiple,
    Note,
    Number,
    Publication,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Section,
    ShareAtLeast,
    Single,
    YesNo,
)
from boucle.core.questionnaire.translations import available_languages
from boucle.core.strictjson import Json

OTHER_MAX_LENGTH = 200


def parse_questionnaire(source: Json) -> Questionnaire:
    """The questionnaire that a valid file describes."""
    return Questionnaire(
        id=source["id"],
        version=source["version"],
        languages=available_languages(source),
        title=source["title"],
        intro=source.get("intro"),
        sections=tuple(_parse_section(section) for section in source["sections"]),
        publication=_parse_publication(source.get("publication", {})),
        is_guide=source.get("mode") == "interview",
    )


def _parse_section(source: Json) -> Section:
    return Section(
        id=source["id"],
        title=source["title"],
        intro=source.get("intro"),
        relevant=parse_relevant(source),
        blocks=tuple(block for question in source["questions"] for block in _parse_blocks(question)),
    )


def _parse_publication(source: Json) -> Publication:
    return Publication(
        crosstabs=tuple((first, second) for first, second in source.get("crosstabs", ())),
        verbatims=source.get("verbatims", "none"),
    )


def _parse_blocks(source: Json) -> Sequence[Block]:
    if source["type"] == "note":
        return [_parse_note(source)]
    if source["type"] == "grid":
        return [_parse_grid(source)]
    question = QUESTION_PARSERS[source["type"]](source, _parse_common(source))
    return [question, *_make_other_texts(question)]


def _parse_note(source: Json) -> Note:
    return Note(
        id=source["id"], label=source["label"], relevant=parse_relevant(source), media=_parse_media(source.get("media"))
    )


def _parse_grid(source: Json) -> Grid:
    shared = {
        **_parse_common(source),
        "choices": _parse_choices(source),
        "grid": source["id"],
        "hint": None,
        "help": None,
    }
    rows = (
        Single(
            **{
                **shared,
                "id": f"{source['id']}.{row['id']}",
                "label": row["label"],
                "concept": row.get("concept"),
                "theme": row.get("theme", source.get("theme")),
            }
        )
        for row in source["rows"]
    )
    return Grid(
        id=source["id"],
        label=source["label"],
        rows=tuple(rows),
        relevant=parse_relevant(source),
        hint=source.get("hint"),
        help=source.get("help"),
        concept=source.get("concept"),
    )


def _make_other_texts(question: Question) -> Sequence[FreeText]:
    """The text that an "other" choice asks for: a free text of its own, asked when that choice is chosen."""
    match question:
        case Single() | Multiple():
            others = [choice for choice in question.choices if choice.other]
            return [_make_other_text(question, choice) for choice in others]
        case _:
            return []


def _make_other_text(question: Single | Multiple, choice: Choice) -> FreeText:
    chosen: Condition = (
        Includes(question.id, choice.value) if isinstance(question, Multiple) else Equals(question.id, choice.value)
    )
    return FreeText(
        id=f"{question.id}.other",
        label=choice.label,
        relevant=chosen,
        max_length=OTHER_MAX_LENGTH,
        other_of=question.id,
    )


def _parse_common(source: Json) -> dict[str, Any]:
    return {
        "id": source["id"],
        "label": source["label"],
        "required": source.get("required", False),
        "relevant": parse_relevant(source),
        "hint": source.get("hint"),
        "help": source.get("help"),
        "media": _parse_media(source.get("media")),
        "concept": source.get("concept"),
        "theme": source.get("theme"),
        "profile": source.get("profile", False),
        "quasi_identifier": source.get("quasi_identifier", False),
        "continuity": _parse_continuity(source.get("continuity")),
    }


def _parse_single(source: Json, common: dict[str, Any]) -> Single:
    return Single(**common, choices=_parse_choices(source))


def _parse_yes_no(source: Json, common: dict[str, Any]) -> YesNo:
    return YesNo(**common, dont_know=source.get("dont_know", False))


def _parse_multiple(source: Json, common: dict[str, Any]) -> Multiple:
    choices = _parse_choices(source)
    return Multiple(
        **common,
        choices=choices,
        min_choices=source.get("min_choices", 0),
        max_choices=source.get("max_choices", len(choices)),
    )


def _parse_rating(source: Json, common: dict[str, Any]) -> Rating:
    anchors = source.get("anchors")
    return Rating(
        **common,
        minimum=source["min"],
        maximum=source["max"],
        anchors=Anchors(minimum=anchors["min"], maximum=anchors["max"]) if anchors else None,
        dont_know=source.get("dont_know", False),
        estimates=_parse_estimates(source),
    )


def _parse_number(source: Json, common: dict[str, Any]) -> Number:
    return Number(
        **common,
        minimum=source["min"],
        maximum=source["max"],
        decimals=source.get("decimals", 0),
        unit=source.get("unit"),
        bins=tuple(source["bins"]),
        estimates=_parse_estimates(source),
    )


def _parse_date(source: Json, common: dict[str, Any]) -> Date:
    return Date(**common, minimum=source["min"], maximum=source["max"], bins=tuple(source["bins"]))


def _parse_ranking(source: Json, common: dict[str, Any]) -> Ranking:
    choices = _parse_choices(source)
    return Ranking(**common, choices=choices, top=source.get("top", len(choices)))


def _parse_free_text(source: Json, common: dict[str, Any]) -> FreeText:
    limits = {key: source[key] for key in ("long", "min_length", "max_length") if key in source}
    return FreeText(**common, **limits)


QUESTION_PARSERS: Mapping[str, Callable[[Json, dict[str, Any]], Question]] = {
    "single": _parse_single,
    "multiple": _parse_multiple,
    "yes_no": _parse_yes_no,
    "rating": _parse_rating,
    "number": _parse_number,
    "date": _parse_date,
    "ranking": _parse_ranking,
    "text": _parse_free_text,
}


def _parse_choices(source: Json) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=choice["value"],
            label=choice["label"],
            hint=choice.get("hint"),
            media=_parse_media(choice.get("media")),
            exclusive=choice.get("exclusive", False),
            other=choice.get("other", False),
        )
        for choice in source["choices"]
    )


def _parse_media(source: Json | None) -> Media | None:
    return Media(src=source["src"], alt=source["alt"]) if source else None


def _parse_continuity(source: Json | None) -> Continuity | None:
    if source is None:
        return None
    return Continuity(kind=source["kind"], reason=source["reason"], recode=source.get("recode", {}))


def _parse_estimates(source: Json) -> tuple[Estimate, ...]:
    return tuple(
        estimate if isinstance(estimate, str) else ShareAtLeast(threshold=estimate["share_at_least"])
        for estimate in source.get("estimates", ())
    )


def parse_relevant(source: Json) -> Condition | None:
    """The condition under which a question or a section is asked; None when it always is."""
    return parse_condition(source["relevant"]) if "relevant" in source else None


def parse_condition(source: Json) -> Condition:
    """One operation, written as `{operation: operands}`."""
    ((operation, operands),) = source.items()
    if operation in COMBINATIONS:
        return COMBINATIONS[operation](tuple(parse_condition(operand) for operand in operands))
    return _parse_test(operation, operands)


COMBINATIONS: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {
    "and": And,
    "or": Or,
    "not": lambda conditions: Not(*conditions),
}


def _parse_test(operation: str, operands: Sequence[Any]) -> Condition:
    answer = operands[0]["answer"]
    if operation in ORDERINGS:
        return Compare(answer, operation, operands[1])
    match operation:
        case "equals":
            return Equals(answer, operands[1])
        case "in":
            return In(answer, tuple(operands[1]))
        case "includes":
            return Includes(answer, operands[1])
        case _:
            return Answered(answer)
