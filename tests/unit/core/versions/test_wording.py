"""A typo is one slip inside one long word: whatever could change what is asked is none."""

from __future__ import annotations

import pytest

from boucle.core.versions.first_edition import is_first_typo
from boucle.core.versions.wording import is_typo

SLIPS = [
    ("Quel age avez vous", "Quel âge avez-vous ?"),
    ("Comment êtes-vous acompagné ?", "Comment êtes-vous accompagné ?"),
    ("Votre parcuors", "Votre parcours"),
    ("Votre acceuil", "Votre accueil"),
    ("Quelle formaton ?", "Quelle formation ?"),
    ("Un professionel", "Un professionnel"),
    ("L'adresse", "L’addresse"),
    ("plus de 1 500 € nets", "Plus de 1\u202f500 € nets"),
    ("De 1-5 ans", "De 1–5 ans"),
    ("*Merci* de répondre.", "**Merci** de répondre"),
    ("aujourd\u00adhui", "aujourdhui"),
]

OTHER_WORDS = [
    ("Êtes-vous aidé ?", "N'êtes-vous pas aidé ?"),
    ("Depuis 6 mois", "Depuis 12 mois"),
    ("Oui", "Ou"),
    ("Sans aide", "Dans aide"),
    ("Le pire", "Le pied"),
    ("possible", "impossible"),
    ("Un professionnel", "Un professionnels"),
    ("Vous avancez", "Vous avance"),
    ("Êtes-vous aidé ?", "Êtes-vous aidée ?"),
    ("Vous utilisez le bus", "Vous utilisiez le bus"),
    ("Nous mangeons", "Nous mangerons"),
    ("Les salariés", "Les salariées"),
    ("Une prime", "Une prise"),
    ("Une prestation", "Une presentation facile"),
    ("La formation acompagnée", "La formaton accompagnée"),
    ("Le moral", "Le mroal"),
    ("- de 26 ans", "+ de 26 ans"),
    ("+ de 26 ans", "de 26 ans"),
    ("😀", "😡"),
    ("👍🏻", "👍🏿"),
    ("< 1 500 €", "> 1 500 €"),
    ("1 500 €", "1 500 $"),
    ("10 %", "10"),
    ("10 %", "10 ‰"),
    ("1,5 kg", "15 kg"),
    ("1,5 kg", "1.5 kg"),
    ("a = b", "a ≠ b"),
    ("a = b", "a != b"),
    ("C#", "C"),
    ("#1", "1"),
    ("5\u2032", "5\u2033"),
    ("bus et/ou train", "bus et ou train"),
    ("Entre 1-5", "Entre 1 5"),
    ("Au 2e étage", "Au 3e étage"),
    ("हिन्दी कि", "हिन्दी का"),
    ("دَرَسَ", "دَرَّسَ"),
    ("", "Oui"),
]


@pytest.mark.parametrize(("before", "after"), SLIPS)
def test_slips_of_the_pen(before: str, after: str) -> None:
    assert is_typo(before, after)
    assert is_typo(after, before)


@pytest.mark.parametrize(("before", "after"), OTHER_WORDS)
def test_words_numbers_and_signs_that_may_mean_something_else(before: str, after: str) -> None:
    assert not is_typo(before, after)
    assert not is_typo(after, before)


def test_what_was_frozen_before_is_judged_as_it_was_then() -> None:
    assert is_first_typo("- de 26 ans", "+ de 26 ans")
    assert is_first_typo("Êtes-vous aidé ?", "Êtes-vous aidée ?")
    assert is_first_typo("Votre parcuors", "Votre parcours")
    assert not is_first_typo("Depuis 6 mois", "Depuis 12 mois")
    assert not is_first_typo("possible", "impossible")
