"""What the views share: the studies and their readers, the use case, and who makes pages and translates messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from boucle.core.ports import Clock
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.intake import Intake, find_intake, list_past_waves
from boucle.core.study.model import Acceptance, Study, Wave
from boucle.submissions.admission import Admission, check_admission
from boucle.submissions.submission import Envelope, InvalidSubmission, build_submission
from boucle.submissions.submit import SubmissionService, SubmitResult
from boucle.web.errors import HttpError
from boucle.web.ports import TranslatorFor, WebRenderer
from boucle.web.rate_limits import Throttle

if TYPE_CHECKING:
    from boucle.submissions.envelope import EnvelopeReader


ACCEPTANCE_CODES = {
    Acceptance.NOT_YET: "not_open",
    Acceptance.CLOSED: "closed",
    Acceptance.OVER: "wave_over",
}
"""The refusal for each way not to be open."""


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

    def find_intake(self, version: Version, named: str | None = None) -> Intake:
        """Where answers to this version go today, `named` being the wave of their form. Raises HttpError."""
        intake = find_intake(version.study, version.questionnaire, self.clock.now().date(), named)
        if intake is None:
            raise HttpError("unknown")
        if intake.acceptance is not Acceptance.OPEN:
            raise HttpError(ACCEPTANCE_CODES[intake.acceptance])
        return intake

    def find_repeat(
        self, version: Version, envelope: Envelope, malformed: Sequence[AnswerIssue] = ()
    ) -> SubmitResult | None:
        """What becomes of answers that some wave has already, even one that takes no more; None if none has.

        Raises StoreUnavailable.
        """
        questionnaire = version.questionnaire
        waves = list_past_waves(version.study, questionnaire, self.clock.now().date())
        try:
            submission = build_submission(questionnaire, envelope, malformed=malformed)
        except InvalidSubmission:
            return None
        return self.submissions.find_repeat(version.study, waves, questionnaire, submission)

    def check_admission(self, version: Version, wave: Wave, typed: str | None) -> Admission:
        """Whether this code of an invitation admits to answer this version in this wave, where one is needed."""
        return check_admission(self.submissions.keyring, version.study, wave, version.questionnaire.id, typed)

    def find_audience(self, path: str) -> tuple[Study, str] | None:
        """The study and the language that an address names, or else the first of each; None where there is no study."""
        parts = path.split("/")
        named = next((part for part in parts if part in self.studies), next(iter(self.studies), None))
        if named is None:
            return None
        study = self.studies[named]
        return study, next((part for part in parts if part in study.languages), study.languages[0])

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
