"""The one use case by which answers come in: prove, judge, take. Each of the three stands here once.

Five ways lead to it: the fast path, the JSON route, the form without script, imported rows, and the embedded server,
which parts `prepare` from the writing so that many share one write. On all of them a submission passes five shapes:

1. a *body*, as it was sent: JSON, or a form or a row that was put into the same members;
2. an `Envelope`: each value checked by itself, by the schema or, where nothing is wrong, by the quick reader;
3. a `Submission`: routed by `routing.path`, complete and valid, built by `build_submission` alone;
4. a `PreparedSubmission`: what a store has to put for it, under names that identify nobody, and its receipt;
5. a `SubmitResult`: what became of it.

The first two are apart because one is anybody's and the other is ours; 2 and 3 because a person is told of every
issue at once, whichever question it is of, and only then may something be stored; 3 and 4 because from 4 on nothing
leads back to the submission id; 5 because only the store knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from boucle.core.identity.free_text import FreeTextAnswer, pad
from boucle.core.identity.invitations import key_of_used_invitation, mark_of_used_invitation
from boucle.core.identity.receipts import Keyring, body_digest, normalise_receipt, response_key, text_key
from boucle.core.ports import (
    Clock,
    Doubt,
    KeyInWave,
    NewResponse,
    NewText,
    PutOutcome,
    ResponseStore,
    Standing,
    StoreUnavailable,
    UsedInvitation,
    UsedInvitations,
)
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.intake import NO_OTHER_WAVES, OtherWaves
from boucle.core.study.model import Series, Study, Wave
from boucle.submissions.admission import USED, Admission
from boucle.submissions.proof import is_proven
from boucle.submissions.submission import (
    InvalidSubmission,
    Submission,
    canonical_body,
    free_texts,
    select_closed_answers,
)

TextSealer = Callable[[bytes], bytes]
"""Encrypts a padded free text for those who will moderate it."""


class Volumes(Protocol):
    """How much each sender has sent lately."""

    def count(self, sender: str, max_per_hour: int) -> bool:
        """Count one more; False, and it is not counted, where that would be more than so many an hour (0: no limit)."""

    def take_back(self, sender: str, max_per_hour: int) -> None:
        """Forget one that was counted, since nothing new came of it."""


class NoVolumes:
    """Where nobody unknown sends anything, nothing is counted."""

    def count(self, _sender: str, _max_per_hour: int) -> bool:
        return True

    def take_back(self, _sender: str, _max_per_hour: int) -> None:
        """Nothing was counted."""


NO_VOLUMES = NoVolumes()


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What became of a submission, and its receipt."""

    outcome: PutOutcome
    receipt: str


class SenderLimit(NamedTuple):
    """The network that sends something, and the most that its wave takes of it in an hour before somebody looks."""

    sender: str
    max_per_hour: int


class PreparedSubmission(NamedTuple):
    """Everything that the stores have to put for one submission, and its receipt."""

    response: NewResponse
    texts: Sequence[NewText]
    receipt: str
    invitation: UsedInvitation | None = None
    """The code that is used up by it, where one is needed."""
    counted: SenderLimit | None = None
    """Towards whose volume it is counted; None where that was too large. In memory only."""


@dataclass(frozen=True, slots=True)
class SubmissionService:
    """Takes submissions in, and finds them again by their receipts."""

    store: ResponseStore
    keyring: Keyring
    clock: Clock
    seal_text: TextSealer
    used_invitations: UsedInvitations
    volumes: Volumes = NO_VOLUMES

    def submit(
        self,
        study: Study,
        wave: Wave,
        questionnaire: Questionnaire,
        submission: Submission,
        *,
        others: OtherWaves = NO_OTHER_WAVES,
        sender: str = "",
        needs_proof: bool = True,
    ) -> SubmitResult:
        """Prove, judge, take: store the submission once, however often it is sent, in whichever of these waves.

        Raises InvalidSubmission when it is not proven, or another one used its invitation; and StoreUnavailable.
        """
        prepared = self.prepare(
            study, wave, questionnaire, submission, others=others, sender=sender, needs_proof=needs_proof
        )
        result = self.take(prepared)
        if result.outcome is not PutOutcome.ELSEWHERE:
            return result
        repeated = self.find_repeat(study, others.waves, questionnaire, submission)
        if repeated is None:
            raise StoreUnavailable("what was there a moment ago is gone: it has to be put again")
        return repeated

    def prepare(
        self,
        study: Study,
        wave: Wave,
        questionnaire: Questionnaire,
        submission: Submission,
        *,
        others: OtherWaves = NO_OTHER_WAVES,
        sender: str = "",
        needs_proof: bool = True,
    ) -> PreparedSubmission:
        """Prove and judge; what has to be put, and nothing is stored yet. Raises InvalidSubmission: it is not proven.

        `sender` is the network it came from, "" for this machine. No proof is needed of what a person confirmed on a
        page of ours, nor of what an operator imports.
        """
        if needs_proof and wave.proof_of_work:
            _require_proof(study, wave, questionnaire, submission)
        limit = SenderLimit(sender, wave.hold_after)
        counted = limit if self.volumes.count(*limit) else None
        doubt = submission.doubt or (None if counted else Doubt.CROWD)
        prepared = self._prepare_in(study, wave, questionnaire, submission, doubt)._replace(counted=counted)
        if not others.waves:
            return prepared
        keys = tuple(
            KeyInWave(other.id, self._make_key(study, other, questionnaire, submission)) for other in others.waves
        )
        response = prepared.response._replace(other_keys=keys, is_contested=others.is_contested)
        return prepared._replace(response=response)

    def take(self, prepared: PreparedSubmission) -> SubmitResult:
        """Store what was prepared. Raises InvalidSubmission when the invitation is used, and StoreUnavailable."""
        try:
            outcome = self._redeem_and_put(prepared)
        except Exception:
            self.settle(prepared, None)
            raise
        self.settle(prepared, outcome)
        return SubmitResult(outcome, prepared.receipt)

    def settle(self, prepared: PreparedSubmission, outcome: PutOutcome | None) -> None:
        """Count towards its sender's volume only what is new in the store; None: nothing became of it."""
        if outcome is not PutOutcome.STORED and prepared.counted:
            self.volumes.take_back(*prepared.counted)

    def _redeem_and_put(self, prepared: PreparedSubmission) -> PutOutcome:
        invitation, response = prepared.invitation, prepared.response
        if invitation is not None:
            if self._is_elsewhere(response):  # a repeat: it needs no invitation, and uses none up
                return PutOutcome.ELSEWHERE
            # First the invitation: stopped in between, it is used up for this submission only, and the repeat passes.
            if not self.used_invitations.redeem(invitation):
                raise InvalidSubmission(admission=Admission(issue_code=USED))
        return self.store.put(response, prepared.texts)

    def find_repeat(
        self, study: Study, waves: Sequence[Wave], questionnaire: Questionnaire, submission: Submission
    ) -> SubmitResult | None:
        """What becomes of a submission that one of these waves has already; None if none has. Raises StoreUnavailable.

        Whatever their rules, and whether they are open or not: nothing new is stored.
        """
        for wave in waves:
            key = self._make_key(study, wave, questionnaire, submission)
            if self.store.read_standing(study.id, questionnaire.id, key) is not None:
                prepared = self._prepare_in(study, wave, questionnaire, submission, None)
                return SubmitResult(self.store.put(prepared.response, prepared.texts), prepared.receipt)
        return None

    def _is_elsewhere(self, response: NewResponse) -> bool:
        series = response.series
        return any(
            self.store.read_standing(series.study, series.questionnaire, other.key) is not None
            for other in response.other_keys
        )

    def _make_key(self, study: Study, wave: Wave, questionnaire: Questionnaire, submission: Submission) -> str:
        receipt = self.keyring.make_receipt(study.id, wave.id, submission.id)
        return response_key(study.id, questionnaire.id, receipt)

    def _prepare_in(
        self, study: Study, wave: Wave, questionnaire: Questionnaire, submission: Submission, doubt: Doubt | None
    ) -> PreparedSubmission:
        """What has to be put for it in that wave."""
        receipt = self.keyring.make_receipt(study.id, wave.id, submission.id)
        texts = free_texts(questionnaire, submission.path)
        response = NewResponse(
            series=Series(study.id, questionnaire.id, questionnaire.major, wave.id),
            version=questionnaire.version,
            key=response_key(study.id, questionnaire.id, receipt),
            window=self.clock.now().date(),
            language=submission.language,
            mode=submission.mode,
            answers=select_closed_answers(submission.path, texts),
            digest=body_digest(submission.id, canonical_body(questionnaire.version, submission, texts)),
            expires=study.expiry(wave),
            doubt=doubt,
            file_hash=questionnaire.file_hash,
        )
        sealed = [self._seal_text(submission, response, receipt, question, text) for question, text in texts.items()]
        code = submission.invitation
        used = _make_used_invitation(response, submission.id, code) if code else None
        return PreparedSubmission(response, sealed, receipt, used)

    def read_standing(self, study: Study, questionnaire: str, receipt: str) -> Standing | None:
        """Where the response of a receipt stands; None when there is none. Raises StoreUnavailable."""
        code = normalise_receipt(receipt)
        if code is None:
            return None
        return self.store.read_standing(study.id, questionnaire, response_key(study.id, questionnaire, code))

    def withdraw(self, study: Study, questionnaire: str, receipt: str) -> bool:
        """Withdraw the response of a receipt, and its texts; False when there is none. Raises StoreUnavailable."""
        code = normalise_receipt(receipt)
        if code is None:
            return False
        texts = [
            text_key(study.id, questionnaire, code, question) for question in _find_text_questions(study, questionnaire)
        ]
        return self.store.withdraw(study.id, questionnaire, response_key(study.id, questionnaire, code), texts)

    def _seal_text(
        self, submission: Submission, response: NewResponse, receipt: str, question: str, text: str
    ) -> NewText:
        series = response.series
        answer = FreeTextAnswer(text, submission.language, question in submission.consents)
        return NewText(
            key=text_key(series.study, series.questionnaire, receipt, question),
            series=series,
            question=question,
            payload=self.seal_text(pad(answer)),
            expires=response.expires,
        )


def _require_proof(study: Study, wave: Wave, questionnaire: Questionnaire, submission: Submission) -> None:
    bits = wave.proof_of_work
    if not is_proven(study.id, questionnaire.id, submission.id, submission.proof, bits):
        raise InvalidSubmission(field_issues=(AnswerIssue("proof", "wrong_proof", {"bits": bits}),))


def _make_used_invitation(response: NewResponse, submission_id: str, code: str) -> UsedInvitation:
    series = response.series
    return UsedInvitation(
        key=key_of_used_invitation(series.study, series.questionnaire, series.wave, code),
        mark=mark_of_used_invitation(submission_id, code),
        # As long as the answers, not the wave: one that is prolonged after its end must not take a code twice.
        expires=response.expires,
    )


def _find_text_questions(study: Study, questionnaire: str) -> set[str]:
    # A receipt does not say to which version it belongs.
    versions = (version for version in study.questionnaires if version.id == questionnaire)
    return {question for version in versions for question in version.free_texts}
