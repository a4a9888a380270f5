"""Verbatims to moderate: invented words with planted personal data of every kind, and a store that holds them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256

from boucle.core.identity.free_text import FreeTextAnswer, pad
from boucle.core.ports import NewText
from boucle.core.questionnaire.model import FreeText
from boucle.core.study.model import Series
from boucle.moderation.desk import ModerationDesk
from boucle.moderation.keys import TextKey, generate_text_key
from boucle.moderation.sealing import make_sealer
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support import builders
from support.builders import DEMONSTRATION

CANDIDATES = Series(DEMONSTRATION, "candidats", 1, "2026")

FIRST_NAMES = ("Karim", "Nathalie", "fatou", "Jean-Pierre", "Sofiane", "Mélanie", "thierry", "Aïcha", "Loïc", "Zoé")
SURNAMES = ("Lefebvre", "Benali", "Nguyen", "Kowalczyk", "Traoré", "Da-Silva", "Garcin", "Le Goff")
PLACES = ("Angers", "Saint-Denis", "Roubaix", "Clermont-Ferrand", "Mayotte", "Évry")
STREETS = ("12 rue des Lilas", "3 bis, avenue Jean Jaurès", "107 boulevard Voltaire", "8 impasse du Moulin")
WISHES = (
    "il faudrait un seul interlocuteur",
    "je dois toujours répéter mon histoire",
    "les offres ne correspondent pas à ce que je veux faire",
    "on m'a écouté et j'ai avancé",
    "personne ne m'avait parlé de l'IAE",
)


def invent_phone(chance: random.Random) -> str:
    pairs = [f"{chance.randrange(100):02d}" for _ in range(4)]
    return chance.choice(["06 ", "+33 6 ", "07.", "02-"]) + chance.choice([" ", ".", "-", ""]).join(pairs)


def invent_social_security_number(chance: random.Random) -> str:
    department = chance.choice(["49", "2A", "75", "2B", "97"])
    number = f"{chance.choice('12')}{chance.randrange(40, 99)}{chance.randrange(1, 13):02d}{department}"
    number += f"{chance.randrange(1, 999):03d}{chance.randrange(1, 999):03d}"
    key = 97 - int(number.replace("2A", "19").replace("2B", "18")) % 97
    whole = f"{number}{key:02d}"
    spaced = f"{whole[0]} {whole[1:3]} {whole[3:5]} {whole[5:7]} {whole[7:10]} {whole[10:13]} {whole[13:]}"
    return chance.choice([whole, spaced])


def invent_iban(chance: random.Random) -> str:
    account = "".join(str(chance.randrange(10)) for _ in range(23))
    check = 98 - int(account + "152700") % 97
    whole = f"FR{check:02d}{account}"
    return chance.choice([whole, " ".join(whole[at : at + 4] for at in range(0, 27, 4))])


def invent_email(chance: random.Random) -> str:
    name = chance.choice(FIRST_NAMES).lower()
    return chance.choice(
        [f"{name}.{chance.randrange(99)}@exemple.fr", f"{name}{chance.randrange(99)} arobase mail point fr"]
    )


@dataclass(frozen=True, slots=True)
class PlantedText:
    """A text and the personal data that somebody left in it."""

    text: str
    planted: tuple[str, ...]


def invent_text(chance: random.Random) -> PlantedText:
    """One text, with one or two things in it that must never be published; sometimes none."""
    first, surname, place = chance.choice(FIRST_NAMES), chance.choice(SURNAMES), chance.choice(PLACES)
    wish = chance.choice(WISHES)
    kinds: Sequence[tuple[str, tuple[str, ...]]] = [
        (f"Madame {surname} à {place} m'a bien aidé, mais {wish}.", (surname, place)),
        (f"C'est {first.title()} {surname} qui me suit, {wish}.", (first.title(), surname)),
        (f"avec {first} ça se passe bien, {wish}", (first,)),
        (f"Appelez-moi au {(number := invent_phone(chance))}, {wish}.", (number,)),
        (f"Écrivez à {(mail := invent_email(chance))} : {wish}.", (mail,)),
        (f"Mon numéro de sécu : {(nir := invent_social_security_number(chance))}. {wish}", (nir,)),
        (f"Mon compte {(account := invent_iban(chance))} attend toujours, {wish}.", (account,)),
        (f"J'habite {(street := chance.choice(STREETS))}, 49000 {place}. {wish}", (street, place)),
        (f"Je m'appelle {first.lower()} et {wish}", (first.lower(),)),
        (f"Né le 12/03/1985 à {place}, dossier 1234567K : {wish}", ("12/03/1985", place, "1234567K")),
        (f"{wish.capitalize()}.", ()),
    ]
    return PlantedText(*chance.choice(kinds))


def invent_texts(count: int, seed: int = 7) -> list[PlantedText]:
    chance = random.Random(seed)
    return [invent_text(chance) for _ in range(count)]


def make_stored_text(
    text: str, key: TextKey | None = None, *, number: int = 0, consent: bool = True, language: str = "fr"
) -> NewText:
    """A text as the API stores it."""
    payload = pad(FreeTextAnswer(text, language, consent))
    return NewText(
        key=sha256(f"{number}|{text}".encode()).hexdigest(),
        series=CANDIDATES,
        question="message",
        payload=make_sealer(key.public)(payload) if key else payload,
        expires=date(2028, 1, 1),
    )


@dataclass
class MemoryTextSource:
    """Texts in memory."""

    held: list[NewText] = field(default_factory=list)

    def texts(self) -> Iterator[NewText]:
        return iter(list(self.held))

    def keys(self) -> frozenset[str]:
        return frozenset(text.key for text in self.held)


class ModerationClock:
    """A day in the test's hands."""

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 1, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


KEY = generate_text_key()


STUDY = replace(
    builders.make_study(
        builders.make_questionnaire(FreeText(id="message", label=builders.make_text("Quoi ?")), verbatims="moderated")
    ),
    id=DEMONSTRATION,
)


class ManualSeconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def make_desk(
    book: SqliteBook, text_source: MemoryTextSource, moderator: str = "Ana", seconds: ManualSeconds | None = None
) -> ModerationDesk:
    return ModerationDesk(
        studies={DEMONSTRATION: STUDY},
        text_source=text_source,
        keys=[KEY],
        book=book,
        moderator=moderator,
        clock=ModerationClock(),
        seconds=seconds or ManualSeconds(),
    )


def read_published_quotes(book: SqliteBook) -> list[str]:
    waiting = book.count_waiting(CANDIDATES)
    book.batch(CANDIDATES, 0, range(1, waiting + 1))
    return sorted(quote.text for quote in book.read_published_quotes(CANDIDATES))
