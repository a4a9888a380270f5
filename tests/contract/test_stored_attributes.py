"""What a store may know of a response. A new attribute has to be written here, and argued for, first."""

from __future__ import annotations

from boucle.pages.study.stored import STORED
from support.bench_ports import StoreBench

SERIES = {"study", "questionnaire", "major", "wave"}

ALLOWED = {
    # `window` is a day and leaves with `digest` at the seal; a tombstone keeps key, series, expiry and cohort.
    # `held` says why somebody has to decide whether it counts, and leaves when they have.
    "responses": SERIES
    | {"key", "version", "window", "language", "mode", "answers", "digest", "cohort", "held", "expires"},
    # No window, no language, no consent, and no key of a response.
    "texts": SERIES | {"key", "question", "payload", "expires"},
    "closed_days": SERIES | {"first_open"},
    # Neither day nor order of use, and no key of a response; `expires` is one day for a whole wave.
    "spent": {"key", "mark", "expires"},
    # Of the questionnaire alone; neither the day of its first answer, nor whose that was.
    "locked_versions": {"study", "questionnaire", "version", "file_hash"},
}


def test_nothing_is_stored_but_what_is_allowed(bench: StoreBench) -> None:
    assert {item: set(attributes) for item, attributes in bench.read_attributes().items()} == ALLOWED


def test_the_anonymity_sheet_names_every_attribute_that_is_stored(bench: StoreBench) -> None:
    """And no other: each row of the sheet is something that this store holds."""
    named = {item: set(attributes) for item, attributes in STORED.items()}
    assert {item: set(attributes) for item, attributes in bench.read_attributes().items()} == named
