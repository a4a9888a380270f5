"""What the views share: the studies and their readers, the reception, and who makes pages and finds words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from boucle.core.ports import Clock, Doubt
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Acceptance, Study, Wave
from boucle.submissions.submission import Reception, Submission
from boucle.web.errors import Refused
from boucle.web.ports import Renderer, Speaker
from boucle.web.senders import Crowd
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
class Office:
    """Everything that a view may use."""

    studies: Mapping[str, Study]
    versions: Versions
    reception: Reception
    clock: Clock
    renderer: Renderer
    speak: Speaker
    form_key: bytes
    throttle: Throttle
    crowd: Crowd
    demonstration: bool

    def version(self, study: str, questionnaire: str, version: str) -> Version:
        """The version at an address. Raises Refused."""
        try:
            return self.versions[study, questionnaire, version]
        except KeyError:
            raise Refused("unknown") from None

    def open_wave(self, version: Version) -> Wave:
        """The wave that takes answers to this version today. Raises Refused."""
        asked = version.questionnaire
        match version.study.wave_for(asked.id, asked.version, self.clock.now().date()):
            case None:
                raise Refused("unknown")
            case (_, Acceptance.NOT_YET):
                raise Refused("not_open")
            case (_, Acceptance.CLOSED):
                raise Refused("closed")
            case (wave, _):
                return wave

    def judged(self, wave: Wave, sent: Submission, sender: str) -> Submission:
        """The submission, held back if its sender has sent very many lately. Its answers are not looked at."""
        if not self.crowd.is_large(sender, wave.hold_after) or sent.doubt is not None:
            return sent
        return replace(sent, doubt=Doubt.CROWD)

    def study_of(self, study: str, questionnaire: str) -> Study:
        """The study that holds this questionnaire. Raises Refused."""
        found = self.studies.get(study)
        if found is None or questionnaire not in found.questionnaire_ids:
            raise Refused("unknown")
        return found


def all_versions(studies: Mapping[str, Study]) -> Versions:
    """Every version of every study."""
    return {
        (study.id, each.id, each.version): Version(study, each)
        for study in studies.values()
        for each in study.questionnaires
    }
