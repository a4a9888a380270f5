"""Encodings: certain, declared, or refused."""

from __future__ import annotations

import codecs

import pytest

from boucle.imports.answers.decoding import BadEncoding, decode

FRENCH = "À Béziers, l\u2019œuvre coûte 3 €"


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        (b"plain", "UTF-8", "plain"),
        (FRENCH.encode(), "UTF-8", FRENCH),
        (codecs.BOM_UTF8 * 2 + b"a", "UTF-8", "a"),
        (FRENCH.encode("utf-16"), "UTF-16", FRENCH),
        (codecs.BOM_UTF16_BE + "é;b".encode("utf-16-be"), "UTF-16", "é;b"),
        ("a;é".encode("utf-16-le"), "UTF-16-LE", "a;é"),
        ("a;é".encode("utf-16-be"), "UTF-16-BE", "a;é"),
        ("a;é".encode("utf-32"), "UTF-32", "a;é"),
        (FRENCH.encode("cp1252"), "Windows-1252", FRENCH),
        ("Déjà vu".encode("latin-1"), "Windows-1252", "Déjà vu"),
        (b"", "UTF-8", ""),
    ],
)
def test_what_is_certain_is_found_out(content: bytes, encoding: str, text: str) -> None:
    assert decode(content) == (encoding, text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("3 € le café, cœur", "iso-8859-15"),
        ("À Béziers, l\u2019accueil était très bien", "mac-roman"),
        ("déjà vu", "cp850"),
        ("نعم، السلام", "cp1256"),
        ("Да, спасибо", "cp1251"),
    ],
)
def test_what_several_encodings_read_differently_is_refused_until_one_is_declared(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    with pytest.raises(BadEncoding, match='say "encoding" in the mapping'):
        decode(content)
    assert decode(content, encoding) == (encoding, text)


@pytest.mark.parametrize(
    ("content", "declared", "message"),
    [
        ("é".encode(), "iso-8859-15", "is UTF-8, and not iso-8859-15"),
        ("é".encode("latin-1"), "utf-8", "is of another encoding, and not utf-8"),
        ("l\u2019été".encode("cp1252"), "iso-8859-15", "in which all of its bytes are characters"),
        ("é".encode("utf-16"), "utf-8", "is UTF-16, and not utf-8"),
        ("é".encode("utf-8-sig"), "utf-16", "is UTF-8, and not utf-16"),
        (b"a", "latin-9000", "no encoding is called"),
        (b"a", "hex", "no encoding is called"),
    ],
)
def test_a_declaration_that_the_bytes_contradict_is_refused(content: bytes, declared: str, message: str) -> None:
    with pytest.raises(BadEncoding, match=message):
        decode(content, declared)


@pytest.mark.parametrize("declared", ["utf-8", "UTF-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(declared: str) -> None:
    assert decode("é".encode("utf-8-sig"), declared) == (declared, "é")
