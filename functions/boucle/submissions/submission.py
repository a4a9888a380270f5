"""A submission that is complete and valid, ready to be stored, and how the store's items are made from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.identity.free_text import FreeTextAnswer, pad
from boucle.core.identity.invitations import key_of_used_invitation, mark_of_used_invitation
from boucle.core.identity.receipts import Keyring, body_digest, normalise_receipt, response_key, text_key
from boucle.core.ports import (
    Clock,
    Doubt,
    NewResponse,
    NewText,
    PutOutcome,
    ResponseStore,
    Standing,
    UsedInvitation,
    UsedInvitations,
)
from boucle.core.questionnaire.model import FreeText, Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Series, Study, Wave
from boucle.submissions.admission import InvitationUsed

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""What names a submission, in lower case."""

CLIENT_SIGNS = (Doubt.TRAP, Doubt.HASTE)
"""The signs of a program that the form's own script tells; only a submission that has one carries them."""

TextSealer = Callable[[bytes], bytes]
"""Encrypts a padded free text for those who will moderate it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One person's settled answers to one questionnaire version."""

    id: str
    language: str
    mode: str
    path: Path
    consents: frozenset[str]
    invitation: str | None = None
    """The code that admitted it. It is neither stored with the answers nor part of their digest."""
    proof: str = ""
    """The work that was done for it, where a wave asks for some."""
    doubt: Doubt | None = None
    """Why somebody has to decide whether it counts."""


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What became of a submission, and its receipt."""

    outcome: PutOutcome
    receipt: str


@dataclass(frozen=True, slots=True)
class PreparedSubmission:
    """Everything that a store has to put for one submission, and its receipt."""

    response: NewResponse
    texts: Sequence[NewText]
    receipt: str


@dataclass(frozen=True, slots=True)
class SubmissionService:
    """Takes submissions in, and finds them again by their receipts."""

    store: ResponseStore
    keyring: Keyring
    clock: Clock
    seal_text: TextSealer
    used_invitations: UsedInvitations

    def submit(self, study: Study, wave: Wave, questionnaire: Questionnaire, sent: Submission) -> SubmitResult:
        """Store the submission once, however often it is sent. Raises StoreUnavailable and InvitationSpent."""
        prepared = self.prepare(study, wave, questionnaire, sent)
        # First the invitation: stopped in between, it is spent for this submission only, and the repeat passes.
        if sent.invitation and not self.used_invitations.redeem(
            _make_used_invitation(study, wave, questionnaire, sent.id, sent.invitation)
        ):
            raise InvitationUsed("this invitation was used by another submission")
        return SubmitResult(self.store.put(prepared.response, prepared.texts), prepared.receipt)

    def prepare(self, study: Study, wave: Wave, questionnaire: Questionnaire, sent: Submission) -> PreparedSubmission:
        """What has to be put for this submission; nothing is stored yet."""
        receipt = self.keyring.make_receipt(study.id, wave.id, sent.id)
        series = Series(study.id, questionnaire.id, questionnaire.major, wave.id)
        response = NewResponse(
            series=series,
            version=questionnaire.version,
            key=response_key(study.id, questionnaire.id, receipt),
            window=self.clock.now().date(),
            language=sent.language,
            mode=sent.mode,
            answers=select_closed_answers(questionnaire, sent.path),
            digest=body_digest(sent.id, canonical_body(questionnaire, sent)),
            expires=study.expiry(wave),
            doubt=sent.doubt,
        )
        return PreparedSubmission(response, list(self._seal_texts(questionnaire, sent, response, receipt)), receipt)

    def read_standing(self, study: Study, questionnaire: str, receipt: str) -> Standing | None:
        """Where the response of a receipt stands; None when there is none. Raises StoreUnavailable."""
        code = normalise_receipt(receipt)
        return (
            self.store.read_standing(study.id, questionnaire, response_key(study.id, questionnaire, code))
            if code
            else None
        )

    def withdraw(self, study: Study, questionnaire: str, receipt: str) -> bool:
        """Withdraw the response of a receipt, and its texts; False when there is none. Raises StoreUnavailable."""
        code = normalise_receipt(receipt)
        if code is None:
            return False
        texts = [
            text_key(study.id, questionnaire, code, question) for question in _find_text_questions(study, questionnaire)
        ]
        return self.store.withdraw(study.id, questionnaire, response_key(study.id, questionnaire, code), texts)

    def _seal_texts(
        self, questionnaire: Questionnaire, sent: Submission, response: NewResponse, receipt: str
    ) -> Iterator[NewText]:
        for question, text in free_texts(questionnaire, sent.path).items():
            verbatim = FreeTextAnswer(text, sent.language, question in sent.consents)
            yield NewText(
                key=text_key(response.series.study, questionnaire.id, receipt, question),
                series=response.series,
                question=question,
                payload=self.seal_text(pad(verbatim)),
                expires=response.expires,
            )


def _make_used_invitation(
    study: Study, wave: Wave, questionnaire: Questionnaire, submission_id: str, code: str
) -> UsedInvitation:
    return UsedInvitation(
        key=key_of_used_invitation(study.id, questionnaire.id, wave.id, code),
        mark=mark_of_used_invitation(submission_id, code),
        # As long as the answers, not the wave: one that is prolonged after its end must not take a code twice.
        expires=study.expiry(wave),
    )


def select_closed_answers(questionnaire: Questionnaire, path: Path) -> Answers:
    """What is stored with the response: every answer on the path but free texts."""
    texts = questionnaire.free_texts
    return {question: answer for question, answer in path.answers.items() if question not in texts}


def free_texts(questionnaire: Questionnaire, path: Path) -> Mapping[str, str]:
    """The free texts on the path, which are stored apart."""
    return {question: str(path.answers[question]) for question in questionnaire.free_texts if question in path.answers}


def canonical_body(questionnaire: Questionnaire, sent: Submission) -> Mapping[str, object]:
    """What must be the same for one submission to be a replay of another: what counts of it, and nothing else."""
    texts = free_texts(questionnaire, sent.path)
    return {
        "version": questionnaire.version,
        "language": sent.language,
        "mode": sent.mode,
        "answers": sent.path.answers,
        "consent": sorted(sent.consents & set(texts)),
    }


def _find_text_questions(study: Study, questionnaire: str) -> set[str]:
    # A receipt does not say to which version it belongs.
    versions = (version for version in study.questionnaires if version.id == questionnaire)
    return {question.id for version in versions for question in version.questions if isinstance(question, FreeText)}
