"""Rules of single questions: choices, scales, limits, bins, pictures, and a way out where one is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from boucle.authoring.lint.drafts import Draft, PlacedBlock
from boucle.authoring.lint.issues import IssueDraft, make_error_rule, make_warning_rule
from boucle.core.questionnaire.model import (
    Date,
    FreeText,
    Grid,
    Multiple,
    Number,
    Question,
    Ranking,
    Rating,
    ShareAtLeast,
    Single,
)
from boucle.core.questionnaire.routing import sources
from boucle.core.questionnaire.values import DONT_KNOW

MAX_POINTS = 11

WAYS_OUT = frozenset({DONT_KNOW, "ne_sait_pas", "nsp", "sans_avis", "aucun", "aucune", "none", "rien", "no_opinion"})
"""Values by which a choice lets people say that they do not know, or that none applies."""


def check_exclusive_last(draft: Draft) -> Iterator[IssueDraft]:
    """A choice that cannot go with any other stands last, so that it is read after them."""
    for placed, question in _list_questions(draft):
        if isinstance(question, Multiple):
            flags = [choice.exclusive for choice in question.choices]
            for index, (here, following) in enumerate(pairwise(flags)):
                if here and not following:
                    value = question.choices[index].value
                    message = f'The exclusive choice "{value}" stands before others.'
                    yield IssueDraft(f"{placed.pointer}/choices/{index}", message, "Move it to the end of the list.")


def check_exclusive_elsewhere(draft: Draft) -> Iterator[IssueDraft]:
    """Only a choice of a multiple choice can be exclusive, and only one of a single or multiple choice can be other."""
    for placed in draft.blocks:
        for index, choice in enumerate(placed.json.get("choices", ())):
            kind = placed.json["type"]
            if choice.get("exclusive") and kind != "multiple":
                yield _make_useless_issue(placed, index, "exclusive", kind)
            if choice.get("other") and kind not in ("single", "multiple"):
                yield _make_useless_issue(placed, index, "other", kind)


def _make_useless_issue(placed: PlacedBlock, index: int, key: str, kind: str) -> IssueDraft:
    place = f"{placed.pointer}/choices/{index}/{key}"
    return IssueDraft(place, f'"{key}" means nothing in a {kind} question.', f'Remove "{key}".')


def check_several_others(draft: Draft) -> Iterator[IssueDraft]:
    """A question has one "other" choice at most: its text is called `question.other`."""
    for placed in draft.blocks:
        others = [index for index, choice in enumerate(placed.json.get("choices", ())) if choice.get("other")]
        for index in others[1:]:
            place = f"{placed.pointer}/choices/{index}/other"
            yield IssueDraft(place, "The question has an other choice already.", 'Keep "other" on one choice.')


def check_impossible_limits(draft: Draft) -> Iterator[IssueDraft]:
    """Limits leave some answer possible."""
    for placed, question in _list_questions(draft):
        match question:
            case Multiple():
                yield from _check_selection(placed, question)
            case Rating(minimum=least, maximum=most) | Number(minimum=least, maximum=most):
                yield from _check_order(placed, "min", least, "max", most, strictly=True)
            case Date(minimum=first, maximum=last):
                yield from _check_order(placed, "min", first, "max", last, strictly=True)
            case FreeText(min_length=shortest, max_length=longest):
                yield from _check_order(placed, "min_length", shortest, "max_length", longest)
            case Ranking(top=top) if top > len(question.choices):
                message = f"The first {top} of {len(question.choices)} choices are asked for."
                yield IssueDraft(f"{placed.pointer}/top", message, f"Write at most {len(question.choices)}.")


def _check_selection(placed: PlacedBlock, question: Multiple) -> Iterator[IssueDraft]:
    together = sum(not choice.exclusive for choice in question.choices)
    yield from _check_order(placed, "min_choices", question.min_choices, "max_choices", question.max_choices)
    if question.min_choices > together:
        message = f"{question.min_choices} choices are wanted where {together} can go together."
        yield IssueDraft(f"{placed.pointer}/min_choices", message, f"Write at most {together}.")
    elif question.max_choices > len(question.choices):
        message = f"Up to {question.max_choices} of {len(question.choices)} choices are admitted."
        yield IssueDraft(f"{placed.pointer}/max_choices", message, f"Write at most {len(question.choices)}.")


def _check_order(
    placed: PlacedBlock, low: str, least: float | str, high: str, most: float | str, strictly: bool = False
) -> Iterator[IssueDraft]:
    if least > most or (strictly and least == most):  # type: ignore[operator]  # both are numbers, or both are days
        yield IssueDraft(
            f"{placed.pointer}/{low}", f"{low} is {least} and {high} is {most}.", f"Make {high} the larger one."
        )


def check_unreachable_choices(draft: Draft) -> Iterator[IssueDraft]:
    """Every choice can be part of a valid answer."""
    for placed, question in _list_questions(draft):
        if isinstance(question, Multiple) and question.min_choices > 1:
            for index, choice in enumerate(question.choices):
                if choice.exclusive:
                    message = f'"{choice.value}" excludes the others, and {question.min_choices} choices are wanted.'
                    remedy = "Lower min_choices to 1, or let the choice go with others."
                    yield IssueDraft(f"{placed.pointer}/choices/{index}", message, remedy)


def check_long_scales(draft: Draft) -> Iterator[IssueDraft]:
    """A rating has at most 11 points."""
    for placed, question in _list_questions(draft):
        if isinstance(question, Rating) and question.maximum - question.minimum >= MAX_POINTS:
            points = question.maximum - question.minimum + 1
            message, remedy = f"The scale has {points} points.", "Keep it to 11 points, or ask for a number."
            yield IssueDraft(f"{placed.pointer}/max", message, remedy)


def check_broken_bins(draft: Draft) -> Iterator[IssueDraft]:
    """Bins ascend from the smallest answer, and none lies beyond the largest."""
    for placed, question in _list_questions(draft):
        if isinstance(question, (Number, Date)) and question.minimum < question.maximum:  # type: ignore[operator]  # both are numbers, or both are days
            bins: Sequence[float | str] = question.bins
            if bins[0] != question.minimum:
                message = f"The first bin starts at {bins[0]}, and answers at {question.minimum}."
                yield IssueDraft(f"{placed.pointer}/bins/0", message, f"Start at {question.minimum}.")
            yield from _check_ascending(placed, bins)
            if bins[-1] > question.maximum:  # type: ignore[operator]  # a number's bins are numbers, a date's are days
                message = f"No answer reaches the bin {bins[-1]}: the largest is {question.maximum}."
                yield IssueDraft(f"{placed.pointer}/bins/{len(bins) - 1}", message, "Remove the bin, or raise max.")


def _check_ascending(placed: PlacedBlock, bins: Sequence[float | str]) -> Iterator[IssueDraft]:
    for index, (here, following) in enumerate(pairwise(bins), start=1):
        if here >= following:  # type: ignore[operator]  # a number's bins are numbers, a date's are days
            message = f"The bin {following} does not lie above {here}."
            yield IssueDraft(f"{placed.pointer}/bins/{index}", message, "Write the bins in ascending order.")


def check_misplaced_estimates(draft: Draft) -> Iterator[IssueDraft]:
    """A threshold lies on its scale, and a net promoter score is asked from 0 to 10."""
    for placed, question in _list_questions(draft):
        if isinstance(question, (Rating, Number)):
            for index, estimate in enumerate(question.estimates):
                place = f"{placed.pointer}/estimates/{index}"
                on_scale = f"a scale from {question.minimum} to {question.maximum}"
                if isinstance(estimate, ShareAtLeast) and not _on_scale(estimate.threshold, question):
                    message = f"The threshold {estimate.threshold} tells nothing apart on {on_scale}."
                    yield IssueDraft(
                        place, message, "Choose a point of the scale above its lowest, or the start of a bin."
                    )
                elif estimate == "nps" and (question.minimum, question.maximum) != (0, 10):
                    message = f"A net promoter score is defined from 0 to 10, not on {on_scale}."
                    yield IssueDraft(place, message, "Ask from 0 to 10, or estimate the mean.")


def _on_scale(threshold: int, question: Rating | Number) -> bool:
    cells = question.bins if isinstance(question, Number) else range(question.minimum, question.maximum + 1)
    return threshold in cells and threshold > question.minimum


def check_missing_media(draft: Draft) -> Iterator[IssueDraft]:
    """Every picture is a file of the site's pages."""
    if draft.pages is None:
        return
    for placed in draft.blocks:
        owners = [(placed.pointer, placed.json)]
        owners += [(f"{placed.pointer}/choices/{n}", choice) for n, choice in enumerate(placed.json.get("choices", ()))]
        for pointer, owner in owners:
            if "media" in owner and not (draft.pages / owner["media"]["src"]).is_file():
                src = owner["media"]["src"]
                yield IssueDraft(f"{pointer}/media/src", f"There is no site/pages/{src}.", "Put the picture there.")


def check_missing_none(draft: Draft) -> Iterator[IssueDraft]:
    """A multiple choice that must be answered has a "none" or an "other" choice."""
    for placed, question in _list_questions(draft):
        if isinstance(question, Multiple) and question.required and not _has_none(question):
            message = f'Somebody to whom no choice applies cannot answer "{question.id}".'
            yield IssueDraft(
                placed.pointer, message, 'Add an exclusive "none of these", or make the question optional.'
            )


def _has_none(question: Multiple) -> bool:
    return any(choice.exclusive or choice.other for choice in question.choices)


def check_missing_dont_know(draft: Draft) -> Iterator[IssueDraft]:
    """A fact that must be told can also be unknown.

    Ratings are left out: offering "don't know" for attitudes lowers effort without better data (Krosnick and others,
    "The Impact of 'No Opinion' Response Options on Data Quality", Public Opinion Quarterly 66, 2002). So is a yes or
    no, and a question that decides what comes next: there the author means to have one or the other.
    """
    steering = {source for target in draft.questionnaire.questions for source in sources(draft.questionnaire, target)}
    for placed, question in _list_questions(draft):
        if question.required and question.id not in steering and not _has_way_out(question):
            message = f'Somebody who does not know cannot answer "{question.id}".'
            yield IssueDraft(placed.pointer, message, 'Offer "I don\'t know", or make the question optional.')


def _has_way_out(question: Question) -> bool:
    match question:
        case Single():
            return any(choice.other or choice.value in WAYS_OUT for choice in question.choices)
        case Number() | Date():
            return False
        case _:
            return True


def _list_questions(draft: Draft) -> Iterator[tuple[PlacedBlock, Question]]:
    """Each block's question; of a grid, whose rows are alike, the first."""
    for placed in draft.blocks:
        match placed.block:
            case Question():
                yield placed, placed.block
            case Grid(rows=rows):
                yield placed, rows[0]


RULES = (
    make_error_rule("exclusive-not-last", check_exclusive_last),
    make_error_rule("useless-flag", check_exclusive_elsewhere),
    make_error_rule("several-others", check_several_others),
    make_error_rule("impossible-limits", check_impossible_limits),
    make_error_rule("unreachable-choice", check_unreachable_choices),
    make_error_rule("long-scale", check_long_scales),
    make_error_rule("broken-bins", check_broken_bins),
    make_error_rule("misplaced-estimate", check_misplaced_estimates),
    make_error_rule("missing-media", check_missing_media),
    make_warning_rule("no-none", check_missing_none),
    make_warning_rule("no-dont-know", check_missing_dont_know),
)
