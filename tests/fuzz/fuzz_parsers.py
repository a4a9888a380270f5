"""Coverage-guided fuzzing, by atheris, of everything that reads what strangers send or authors write.

`make fuzz` runs it for a minute (SECONDS=600 for ten): atheris is installed apart, for it exists for few systems.
A finding is an input that raises anything but the refusals of the reader, or on which two readers disagree.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import parse_qsl

import atheris

with atheris.instrument_imports(include=["boucle.core", "boucle.submissions", "boucle.authoring"]):
    from boucle.authoring.lint.shape import find_shape_issues
    from boucle.core.questionnaire.parse import parse_questionnaire
    from boucle.core.questionnaire.validation import settle
    from boucle.core.strictjson import NotStandardJson, parse
    from boucle.submissions.envelope import EnvelopeReader
    from boucle.submissions.form import decode_form, group_fields
    from boucle.submissions.quick_reader import QuickReader
    from boucle.submissions.receipt_request import read_receipt_request
    from support.api import EVERY_TYPE

FILE = Path("1.0.0.json")
READER, QUICK = EnvelopeReader("etude", EVERY_TYPE), QuickReader(EVERY_TYPE)


def one(data: bytes) -> None:
    """The first byte says who reads the rest."""
    kind, body = data[:1], data[1:]
    if kind < b"\x40":
        _form(body)
        return
    try:
        document = parse(body)
    except NotStandardJson:
        assert QUICK.read(body) is None  # what a fuzzer looks for
        return
    if kind < b"\x80":
        if not find_shape_issues("questionnaire", document, FILE):
            parse_questionnaire(document)
        return
    read_receipt_request(document)
    envelope = READER.read(document)
    settle(EVERY_TYPE, envelope.answers, envelope.malformed)
    quick = QUICK.read(body)
    assert quick is None or quick == envelope  # as above


def _form(body: bytes) -> None:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=2000)
    except ValueError:
        return
    sent, malformed = decode_form(EVERY_TYPE, group_fields(pairs))
    envelope = READER.read(sent)
    settle(EVERY_TYPE, envelope.answers, (*malformed, *envelope.malformed))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
