"""What the views share: the studies and their readers, the use case, and who makes pages and translates messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from boucle.core.ports import Clock
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Acceptance, Study, Wave
from boucle.submissions.admission import Admission, check_admission
from boucle.submissions.submit import SubmissionService
from boucle.web.errors import HttpError
from boucle.web.ports import TranslatorFor, WebRenderer
from boucle.web.rate_limits import Throttle

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

    def find_version(self, study: str, questionnaire: str, version: str) -> Version:
        """The version at an address. Raises HttpError."""
        try:
            return self.versions[study, questionnaire, version]
        except KeyError:
            raise HttpError("unknown") from None

    def find_open_wave(self, version: Version) -> Wave:
        """The wave that takes answers to this version today. Raises HttpError."""
        questionnaire = version.questionnaire
        match version.study.wave_for(questionnaire.id, questionnaire.version, self.clock.now().date()):
            case None:
                raise HttpError("unknown")
            case (_, Acceptance.NOT_YET):
                raise HttpError("not_open")
            case (_, Acceptance.CLOSED):
                raise HttpError("closed")
            case (wave, _):
                return wave

    def check_admission(self, version: Version, wave: Wave, typed: str | None) -> Admission:
        """Whether this code of an invitation admits to answer this version in this wave, where one is needed."""
        return check_admission(self.submissions.keyring, version.study, wave, version.questionnaire.id, typed)

    def find_study(self, study: str, questionnaire: str) -> Study:
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
