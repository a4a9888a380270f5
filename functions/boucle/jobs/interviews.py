"""Says how many interviews were held, in steps of five: a number that moved by one would say who was met that day."""

from __future__ import annotations

from datetime import date

from boucle.core.ports import Pending, SealingStore, Sink
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import path
from boucle.core.study.model import Study
from boucle.jobs.publish import build_heading, data_address, encode_document, write_changed
from boucle.pages.results.free_texts import INTERVIEWS, read_interviews

STEP = 5


def publish_interviews(study: Study, *, store: SealingStore, sink: Sink, today: date) -> None:
    """Write each guide's number where it has grown. Raises BoucleError."""
    for series, guides in study.interviews.items():
        versions = {guide.version: guide for guide in guides}
        held = sum(
            _has_consent(versions[interview.version], interview) for interview in store.read_pending(series, today)
        )
        published, address = held // STEP * STEP, data_address(series, INTERVIEWS)
        # It never falls: what was withdrawn or deleted later was held all the same.
        if published > read_interviews(series, sink.read(address)):
            document = {
                **build_heading(study, series),
                "at_least": published,
            }
            write_changed(sink, {address: encode_document(document)})


def _has_consent(guide: Questionnaire, interview: Pending) -> bool:
    """Whether notes could be kept of it: a meeting without consent leaves an answer and no note."""
    asked = path(guide, interview.answers).asked
    return any(question in asked for question in guide.free_texts)
