"""What the views share: the studies and their readers, the reception, and who makes pages and finds words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from boucle.core.ports import Clock, Doubt
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Acceptance, Study, Wave
from boucle.submissions.submission import Submission, SubmissionService
from boucle.web.errors import HttpError
from boucle.web.ports import TranslatorFor, WebRenderer
from boucle.web.rate_limits import VolumeDetector
from boucle.web.throttle import Throttle

if TYPE_CHECKING:
    from boucle.submissions.envelope import EnvelopeReader


@dataclass(frozen=True)
class Version:
    """One questionnaire version, and the schema that reads what is sent for it."""

    study: Study
    questionnaire: Questionnaire

    @cached_property
    def reader(self) -> EnvelopeReader:
        """The schema, built when first something has to be explained."""
        from boucle.submissions.envelope import EnvelopeReader  # with marshmallow, which a cold start can do without

        by_invitation = self.study.invites(self.questionnaire.id)
        return EnvelopeReader(self.study.id, self.questionnaire, by_invitation=by_invitation)


Versions = Mapping[tuple[str, str, str], Version]
"""By study, questionnaire and version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """Everything that a view may use."""

    studies: Mapping[str, Study]
    versions: Versions
    submissions: SubmissionService
    clock: Clock
    renderer: WebRenderer
    translator_for: TranslatorFor
    form_key: bytes
    throttle: Throttle
    volume_detector: VolumeDetector
    demonstration: bool

    def find_version(self, study: str, questionnaire: str, version: str) -> Version:
        """The version at an address. Raises HttpError."""
        try:
            return self.versions[study, questionnaire, version]
        except KeyError:
            raise HttpError("unknown") from None

    def find_open_wave(self, version: Version) -> Wave:
        """The wave that takes answers to this version today. Raises HttpError."""
        asked = version.questionnaire
        match version.study.wave_for(asked.id, asked.version, self.clock.now().date()):
            case None:
                raise HttpError("unknown")
            case (_, Acceptance.NOT_YET):
                raise HttpError("not_open")
            case (_, Acceptance.CLOSED):
                raise HttpError("closed")
            case (wave, _):
                return wave

    def screen_volume(self, wave: Wave, sent: Submission, sender: str) -> Submission:
        """The submission, held back if its sender has sent very many lately. Its answers are not looked at."""
        if not self.volume_detector.is_large(sender, wave.hold_after) or sent.doubt is not None:
            return sent
        return replace(sent, doubt=Doubt.CROWD)

    def study_of(self, study: str, questionnaire: str) -> Study:
        """The study that holds this questionnaire. Raises HttpError."""
        found = self.studies.get(study)
        if found is None or questionnaire not in found.questionnaire_ids:
            raise HttpError("unknown")
        return found


def collect_versions(studies: Mapping[str, Study]) -> Versions:
    """Every version of every study."""
    return {
        (study.id, questionnaire.id, questionnaire.version): Version(study, questionnaire)
        for study in studies.values()
        for questionnaire in study.questionnaires
    }
