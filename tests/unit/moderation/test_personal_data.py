"""What names, reaches or places a person is proposed to be hidden, and what only sounds like it is left."""

from __future__ import annotations

import random

import pytest

from boucle.moderation.personal_data import (
    Span,
    find_everywhere,
    hide_spans,
    is_iban,
    is_social_security_number,
    propose_spans,
)
from support import free_texts as verbatims


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Appelez Mme Dupont au 06 12 34 56 78.", "Appelez Mme [nom] au [téléphone]."),
        ("+33 (0)6.12.34.56.78", "[téléphone]"),
        ("écrire à jean.dupont@exemple.fr svp", "écrire à [adresse électronique] svp"),
        ("pierre arobase mail point fr", "[adresse électronique]"),
        ("mon conseiller Marc Lefebvre est bien", "mon conseiller [nom] est bien"),
        ("je suis de Saint-Denis", "je suis de [lieu]"),
        ("j'ai vu monsieur benali hier", "j'ai vu monsieur [nom] hier"),
        ("Je m'appelle sofiane", "Je m'appelle [nom]"),
        ("12 bis rue des Lilas, 49000 Angers", "[adresse], [adresse]"),
        ("compte FR76 3000 6000 0112 3456 7890 189 merci", "compte [compte bancaire] merci"),
        ("sécu 2 55 08 14 168 025 38 merci", "sécu [numéro de sécurité sociale] merci"),
        ("dossier 1234567K", "dossier [numéro]"),
        ("né le 12/03/1985", "né le [date]"),
        ("شكرا محمد", "شكرا [nom]"),
    ],
)
def test_personal_data_is_proposed(text: str, published: str) -> None:
    assert hide_spans(text, propose_spans(text), "fr") == published


@pytest.mark.parametrize(
    "text",
    [
        "Pôle Emploi et la CAF ne se parlent pas. France Travail non plus.",
        "Un diagnostic partagé nous ferait gagner un temps fou.",
        "En 2025 j'ai eu 3 conseillers en 12 mois, et 1 500 euros de frais.",
        "Il faudrait une heure par mois pour se parler entre partenaires.",
        "Faire avec la personne, pas à sa place.",
    ],
)
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert propose_spans(text) == ()


@pytest.mark.parametrize("number", ["255081416802538", "1 51 02 46 102 043 25"])
def test_a_social_security_number_with_its_key_is_one(number: str) -> None:
    assert is_social_security_number(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_social_security_number(wrong)


def test_corsican_numbers_have_their_own_arithmetic() -> None:
    chance = random.Random(1)
    numbers = [verbatims.invent_social_security_number(chance) for _ in range(200)]
    assert any("2A" in number.replace(" ", "") for number in numbers)
    assert all(map(is_social_security_number, numbers))


def test_an_iban_is_known_by_its_check_digits() -> None:
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert is_iban("FR7630006000011234567890189")
    assert not is_iban("FR7630006000011234567890188")


def test_nothing_planted_survives_the_proposals_in_four_hundred_texts() -> None:
    for planted_text in verbatims.invent_texts(400, seed=11):
        shown = hide_spans(planted_text.text, propose_spans(planted_text.text), "fr")
        assert [planted for planted in planted_text.planted if planted in shown] == [], planted_text.text


def test_words_hidden_by_hand_are_hidden_wherever_they_stand() -> None:
    text = "La boulangère du village, oui la Boulangère."
    assert hide_spans(text, find_everywhere(text, "boulangère"), "fr") == "La […] du village, oui la […]."
    assert find_everywhere(text, "  ") == ()


def test_spans_that_overlap_hide_their_union() -> None:
    text = "abcdef"
    assert hide_spans(text, (Span(0, 3, "name"), Span(2, 5, "place")), "fr") == "[nom]f"


def test_what_was_hidden_is_said_in_the_language_of_the_text() -> None:
    assert hide_spans("Karim", (Span(0, 5, "name"),), "en") == "[name]"
    assert hide_spans("Karim", (Span(0, 5, "name"),), "de") == "[name]"
