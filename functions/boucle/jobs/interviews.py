"""Says how many interviews were held, in steps of five: a number that moved by one would say who was met that day."""

from __future__ import annotations

from datetime import date

from boucle.core.ports import Pending, SealingDesk, Sink
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import path
from boucle.core.study.model import Study
from boucle.jobs.publish import data_address, heading, write_changed, written
from boucle.pages.common.verbatims import INTERVIEWS, read_interviews

STEP = 5


def publish_interviews(study: Study, *, desk: SealingDesk, sink: Sink, today: date, demonstration: bool) -> None:
    """Write each guide's number where it has grown. Raises Refusal."""
    for series, guides in study.interviews.items():
        versions = {each.version: each for each in guides}
        held = sum(_agreed(versions[each.version], each) for each in desk.read_pending(series, today))
        told, address = held // STEP * STEP, data_address(series, INTERVIEWS)
        # It never falls: what was withdrawn or deleted later was held all the same.
        if told > read_interviews(series, sink.read(address)):
            document = {
                **heading(series, demonstration),
                "at_least": told,
            }
            write_changed(sink, {address: written(document)})


def _agreed(guide: Questionnaire, interview: Pending) -> bool:
    """Whether notes could be kept of it: a meeting without consent leaves an answer and no note."""
    asked = path(guide, interview.answers).asked
    return any(each in asked for each in guide.free_texts)
