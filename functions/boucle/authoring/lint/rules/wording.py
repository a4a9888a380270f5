"""Rules of wording for French and English: few, each with its source. They advise; the author decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.issues import IssueDraft, make_warning_rule
from boucle.core.questionnaire.model import FreeText
from boucle.core.questionnaire.parse import QUESTION_PARSERS

ASKS_ONE_ANSWER = frozenset(QUESTION_PARSERS) - {FreeText.type}

Patterns = Mapping[str, re.Pattern[str]]


def _compile_patterns(**by_language: str) -> Patterns:
    return {language: re.compile(pattern, re.IGNORECASE) for language, pattern in by_language.items()}


TWO_QUESTIONS = _compile_patterns(
    fr=r"\?.*\?|\bet/ou\b|\bet (?:est-ce|qu'|qu’|que |à quel|avez-vous|êtes-vous|pouvez-vous|devez-vous|savez-vous)",
    en=r"\?.*\?|\band/or\b|\band (?:do|did|are|were|have|can|would|will|is|was|how|what|why) ",
)

LEADING = _compile_patterns(
    fr=r"\bne (?:pensez|trouvez|croyez|diriez|souhaitez)-vous pas\b|n['’]est-ce pas\b|n['’]est-il pas\b"
    r"|\b(?:évidemment|bien sûr|bien entendu|comme chacun sait|tout le monde sait)\b",
    en=r"\b(?:don['’]t|wouldn['’]t|shouldn['’]t|isn['’]t|aren['’]t) (?:you|it|they|we)\b"
    r"|\b(?:obviously|of course|everyone knows|as we all know|surely)\b",
)

AGREEMENT = _compile_patterns(
    fr=r"\b(?:êtes|seriez)-vous (?:tout à fait |plutôt )?d['’]accord\b",
    en=r"\bdo you (?:strongly |somewhat )?(?:agree|disagree)\b",
)

DOUBLE_NEGATION = _compile_patterns(
    fr=r"\b(?:ne|n['’]\w+)\b[^.?!]*\b(?:pas|jamais|plus)\b[^.?!]*\b(?:sans|ne|n['’]\w+|aucune?|impossible)\b",
    en=r"\b(?:not|never|no longer|\w+n['’]t)\b[^.?!]*\b(?:not|never|without|impossible|unable)\b",
)

ABSOLUTE = _compile_patterns(
    fr=r"\b(?:toujours|jamais|systématiquement|tous les (?:professionnels|gens))\b",
    en=r"\b(?:always|never|every single)\b",
)


def check_double_barrelled_questions(draft: Draft) -> Iterator[IssueDraft]:
    """A closed question asks one thing: an answer to two says neither.

    Source: J. Converse and S. Presser, "Survey Questions: Handcrafting the Standardized Questionnaire", 1986.
    """
    yield from _check_labels(
        draft, TWO_QUESTIONS, "The question seems to ask two things at once", "Ask them one by one."
    )


def check_leading_questions(draft: Draft) -> Iterator[IssueDraft]:
    """A question does not suggest its answer.

    Source: D. Dillman, J. Smyth and L. Christian, "Internet, Phone, Mail, and Mixed-Mode Surveys", 4th edition, 2014.
    """
    yield from _check_labels(
        draft, LEADING, "The wording suggests an answer", "Ask it neutrally: say both sides, or neither."
    )


def check_agreement_scales(draft: Draft) -> Iterator[IssueDraft]:
    """A question names what it asks about, rather than a statement to agree with.

    Source: W. Saris, M. Revilla, J. Krosnick and E. Shaeffer, "Comparing Questions with Agree/Disagree Response
    Options to Questions with Item-Specific Response Options", Survey Research Methods 4(1), 2010.
    """
    yield from _check_labels(
        draft, AGREEMENT, "People tend to agree, whatever the statement", "Ask how much, how often or how good it is."
    )


def check_double_negation(draft: Draft) -> Iterator[IssueDraft]:
    """No question denies twice.

    Source: J. Krosnick and S. Presser, "Question and Questionnaire Design", in the Handbook of Survey Research, 2010.
    """
    yield from _check_labels(draft, DOUBLE_NEGATION, "The question denies twice", "Say it the positive way.")


def check_absolutes(draft: Draft) -> Iterator[IssueDraft]:
    """A yes or no does not turn on "always" or "never".

    Source: S. Sudman and N. Bradburn, "Asking Questions", 1982: such words make an answer too rare to say much.
    """
    yield from _check_labels(
        draft, ABSOLUTE, "Hardly anybody can answer yes to an absolute", "Ask how often.", frozenset({"yes_no"})
    )


def _check_labels(
    draft: Draft, patterns: Patterns, message: str, remedy: str, types: frozenset[str] = ASKS_ONE_ANSWER
) -> Iterator[IssueDraft]:
    for placed in draft.blocks:
        if placed.json["type"] in types:
            for language, pattern in patterns.items():
                said = pattern.search(placed.json["label"].get(language, ""))
                if said:
                    yield IssueDraft(f"{placed.pointer}/label/{language}", f'{message}: "{said.group()}".', remedy)


RULES = (
    make_warning_rule("double-barrelled", check_double_barrelled_questions),
    make_warning_rule("leading-wording", check_leading_questions),
    make_warning_rule("agree-disagree", check_agreement_scales),
    make_warning_rule("double-negation", check_double_negation),
    make_warning_rule("absolute-wording", check_absolutes),
)
