"""Proposes what to hide in a text: what names, reaches or places a person. A moderator keeps or drops each proposal.

Rules find what has a form (an address of e-mail, a number with a key); lists find what has none. Both would rather
propose once too often than miss once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a text, and the kind of thing it is."""

    start: int
    end: int
    kind: str


Finder = Callable[[str], Iterator[Span]]

EMAIL = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\barobase\b)\s?[\w-]+(?:\s?(?:\.|\bpoint\b)\s?[\w-]+)+", re.IGNORECASE
)
WEB = re.compile(r"(?:https?://|www\.)\S+|(?<![\w@])@\w{3,}", re.IGNORECASE)
PHONE = re.compile(
    r"(?<![\d])(?:(?:\+|00)\s?33[\s.\-]?(?:\(0\)[\s.\-]?)?|0)[1-9](?:[\s.\-/]{0,2}\d{2}){4}(?!\d)"
    r"|(?<![\d+])\+\d{1,3}(?:[\s.\-]?\d{2,4}){2,5}(?!\d)"
)
NIR = re.compile(
    r"(?<!\d)[1-478][\s.]?\d{2}[\s.]?\d{2}[\s.]?(?:\d{2}|2[ABab])[\s.]?\d{3}[\s.]?\d{3}(?:[\s./-]?\d{2})?(?!\d)"
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,4})?\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\d,.])\d(?:[\s.\-]?\d){6,}[A-Za-z]?(?!\d)")
"""A file number, a number of somebody: seven digits or more. Years and amounts are shorter."""
WAYS = (
    r"rue|avenue|av\.|boulevard|bd|bld|allées?|impasse|chemin|place|quai|cours|route|square|sentier|passage|villa|"
    r"résidence|lotissement|cité|hameau|lieu-dit"
)
ADDRESS = re.compile(
    rf"\b\d{{1,4}}\s?(?:bis|ter|quater)?,?\s+(?:{WAYS})\s+[^,.;:!?\n]{{2,60}}"
    rf"|\b(?:{WAYS})\s+(?:d[eu]s?\s+|de\s+la\s+|de\s+l['’]|d['’])?[A-ZÀ-Ý][\w'’-]+(?:\s+[A-ZÀ-Ý][\w'’-]+)*",
)
POSTCODE = re.compile(
    r"\b(?:F-)?\d{5}\b(?:\s+[A-ZÀ-Ý][\w'’-]+(?:[\s-]+(?:[A-ZÀ-Ý][\w'’-]+|sur|sous|les|lès|en|la|le))*)?"
)
BIRTH = re.compile(r"\b\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)?\d{2}\b")
CAPITAL = r"[A-ZÀ-Ý][\w'’-]*"
TITLED = re.compile(
    rf"\b(?:Monsieur|Madame|Mademoiselle|Mme|Mlle|Mr|Mrs|Ms|M\.|Dr|Docteur|Maître|Me|monsieur|madame|mme|docteur)\.?\s+"
    rf"((?:(?:de|du|la|le|van|ben|el)\s+)?{CAPITAL}(?:[\s-]+{CAPITAL}){{0,2}}|[a-zà-ÿ][\w'’-]{{2,}})"
)
CALLED = re.compile(
    rf"\b(?:je m['’]appelle|il s['’]appelle|elle s['’]appelle|qui s['’]appelle|mon nom est|je suis monsieur|"
    rf"je suis madame|signé|my name is|called|named|اسمي)\s*:?\s+([\w'’-]+(?:\s+{CAPITAL}){{0,2}})",
)
WORD = re.compile(r"[^\W\d_][\w'’-]*")
AFTER_TITLE = frozenset(
    {"la", "le", "les", "des", "qui", "que", "est", "et", "de", "du", "une", "pour", "dans", "avec"}
)


def propose_spans(text: str) -> tuple[Span, ...]:
    """Everything to hide, in the order of the text, without overlaps: the longest wins, then the surest."""
    found = [(rank, span) for rank, finder in enumerate(FINDERS) for span in finder(text)]
    kept: list[Span] = []
    for _, span in sorted(found, key=lambda ranked_span: (ranked_span[1].start - ranked_span[1].end, ranked_span[0])):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def is_social_security_number(text: str) -> bool:
    """Whether the 13 digits of a NIR and its key agree: key = 97 - number modulo 97 (2A is 19, 2B is 18)."""
    compact = re.sub(r"[\s./-]", "", text).upper()
    if len(compact) != 15:
        return False
    number, key = compact[:13].replace("2A", "19").replace("2B", "18"), compact[13:]
    return number.isdigit() and key.isdigit() and 97 - int(number) % 97 == int(key)


def is_iban(text: str) -> bool:
    """Whether an IBAN's check digits agree (ISO 7064, MOD 97-10)."""
    compact = re.sub(r"[ .-]", "", text).upper()
    turned = compact[4:] + compact[:4]
    digits = "".join(str(int(character, 36)) for character in turned)
    return 15 <= len(compact) <= 34 and int(digits) % 97 == 1


def _make_pattern_finder(pattern: re.Pattern[str], kind: str) -> Finder:
    def find(text: str) -> Iterator[Span]:
        for found in pattern.finditer(text):
            group = 1 if pattern.groups else 0
            yield Span(found.start(group), found.end(group), kind)

    return find


def _find_ibans(text: str) -> Iterator[Span]:
    for found in IBAN.finditer(text):
        words = list(re.finditer(r"[A-Za-z0-9]+", found[0]))
        # The pattern may have run into the words that follow: the longest part that checks is the number.
        for last in reversed(words):
            if is_iban(found[0][: last.end()]):
                yield Span(found.start(), found.start() + last.end(), "iban")
                break


def _find_social_security_numbers(text: str) -> Iterator[Span]:
    for found in NIR.finditer(text):
        # With its key it is certain; thirteen digits without one are proposed too.
        digits = re.sub(r"[\s./-]", "", found[0])
        if len(digits) == 13 or is_social_security_number(found[0]):
            yield Span(found.start(), found.end(), "nir")


def _find_titled_names(text: str) -> Iterator[Span]:
    for pattern in (TITLED, CALLED):
        for found in pattern.finditer(text):
            if found[1].lower() not in AFTER_TITLE:
                yield Span(found.start(1), found.end(1), "name")


def _find_listed_names(text: str) -> Iterator[Span]:
    """First names of the list, with the capitalised words that follow."""
    words = list(WORD.finditer(text))
    for index, word in enumerate(words):
        if _normalise(word[0].partition("-")[0]) in _read_list("first_names") or _normalise(word[0]) in _read_list(
            "first_names"
        ):
            end = word.end()
            for following in words[index + 1 : index + 3]:
                if not following[0][0].isupper() or text[end : following.start()].strip(" -"):
                    break
                end = following.end()
            yield Span(word.start(), end, "name")


def _find_places(text: str) -> Iterator[Span]:
    for word in WORD.finditer(text):
        own = _strip_article(word[0])
        if (own[0].isupper() or not own.isascii()) and _normalise(own) in _read_list("places"):
            yield Span(word.end() - len(own), word.end(), "place")


def _find_capitalised_names(text: str) -> Iterator[Span]:
    """A capitalised word inside a sentence names somebody or some place, unless it is a known one."""
    for word in WORD.finditer(text):
        own = _strip_article(word[0])
        start = word.end() - len(own)
        before = text[:start].rstrip(" «\"'’(\u202f\u00a0-")
        inside = bool(before) and before[-1] not in ".!?:\n…;"
        if (
            inside
            and own[0].isupper()
            and _normalise(own) not in _read_list("ordinary")
            and not (own.isupper() and len(own) <= 4)
        ):
            yield Span(start, word.end(), "name")


def _strip_article(word: str) -> str:
    """The word without the elided article before it: d'Angers, l'Yonne."""
    match = re.fullmatch(r"[dlDLjJmMnNsStTcC]['’](.+)|(?:qu|Qu)['’](.+)", word)
    return next(group for group in match.groups() if group) if match else word


def _normalise(word: str) -> str:
    """Lower case and without accents, as the list of first names is."""
    lowered = unicodedata.normalize("NFD", _strip_article(word).lower())
    return "".join(character for character in lowered if not unicodedata.combining(character)) or word


@cache
def _read_list(name: str) -> frozenset[str]:
    content = (files("boucle.moderation") / "lists" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(_normalise(line) for line in content.split())


FINDERS: tuple[Finder, ...] = (
    _make_pattern_finder(EMAIL, "email"),
    _find_social_security_numbers,
    _find_ibans,
    _make_pattern_finder(PHONE, "phone"),
    _make_pattern_finder(WEB, "web"),
    _make_pattern_finder(ADDRESS, "address"),
    _make_pattern_finder(POSTCODE, "address"),
    _make_pattern_finder(BIRTH, "date"),
    _make_pattern_finder(NUMBER, "number"),
    _find_titled_names,
    _find_listed_names,
    _find_places,
    _find_capitalised_names,
)

LABELS: Mapping[str, Mapping[str, str]] = {
    "email": {"fr": "adresse électronique", "en": "e-mail", "ar": "بريد إلكتروني"},
    "web": {"fr": "lien", "en": "link", "ar": "رابط"},
    "phone": {"fr": "téléphone", "en": "phone", "ar": "هاتف"},
    "nir": {"fr": "numéro de sécurité sociale", "en": "social security number", "ar": "رقم الضمان الاجتماعي"},
    "iban": {"fr": "compte bancaire", "en": "bank account", "ar": "حساب بنكي"},
    "address": {"fr": "adresse", "en": "address", "ar": "عنوان"},
    "date": {"fr": "date", "en": "date", "ar": "تاريخ"},
    "number": {"fr": "numéro", "en": "number", "ar": "رقم"},
    "name": {"fr": "nom", "en": "name", "ar": "اسم"},
    "place": {"fr": "lieu", "en": "place", "ar": "مكان"},
    "other": {"fr": "…", "en": "…", "ar": "…"},
}


def hide_spans(text: str, spans: tuple[Span, ...], language: str) -> str:
    """The text with each span replaced by what it was: `[nom]`."""
    pieces, at = [], 0
    for span in sorted(spans):
        if span.start < at:
            at = max(at, span.end)
            continue
        label = LABELS[span.kind].get(language) or LABELS[span.kind]["en"]
        pieces += [text[at : span.start], f"[{label}]"]
        at = span.end
    return "".join([*pieces, text[at:]])


def find_everywhere(text: str, phrase: str) -> tuple[Span, ...]:
    """Every place where these words stand in the text, whatever their case: what a moderator hides by hand."""
    wanted = phrase.strip()
    if not wanted:
        return ()
    return tuple(
        Span(found.start(), found.end(), "other") for found in re.finditer(re.escape(wanted), text, re.IGNORECASE)
    )
