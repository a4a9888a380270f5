"""What the web needs from whoever makes pages and translates messages, and from a store that writes many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from boucle.core.ports import NewResponse, NewText, PutOutcome, Standing
from boucle.core.questionnaire.form_fields import Typed
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.model import Study, Wave


class BatchStore(Protocol):
    """A store that makes many responses durable in one go, or one at once."""

    def put_now(self, response: NewResponse, texts: Sequence[NewText], /) -> PutOutcome:
        """What became of it, once it is durable. Raises StoreUnavailable rather than wait for others who write."""

    def put_all(self, many: Sequence[tuple[NewResponse, Sequence[NewText]]], /) -> Sequence[PutOutcome | Exception]:
        """What became of each, in the same order, once all are durable. Raises StoreUnavailable: nothing was stored."""


class WebRenderer(Protocol):
    """Makes whole pages; languages are those of the study."""

    @property
    def demonstration(self) -> bool:
        """Whether the answers here are invented, as every page then says."""

    def render_form(
        self,
        study: Study,
        questionnaire: Questionnaire,
        language: str,
        *,
        typed: Typed,
        issues: Sequence[AnswerIssue],
        mode: str,
        wave: Wave,
    ) -> str:
        """The form with what was typed, and what is wrong with it; its answers go to that wave."""

    def render_check(
        self,
        study: Study,
        questionnaire: Questionnaire,
        language: str,
        *,
        path: Path,
        typed: Typed,
        token: str,
        mode: str,
        wave: Wave,
    ) -> str:
        """The answers that will be stored; its first form confirms them, with one button."""

    def render_receipt(self, study: Study, questionnaire: Questionnaire, language: str, code: str) -> str:
        """The code, once the answers are stored."""

    def render_standing(
        self, study: Study, questionnaire: str, language: str, code: str, standing: Standing | None
    ) -> str:
        """Where the answers under a code stand; None when there are none."""

    def render_notice(self, study: Study | None, language: str, kind: str) -> str:
        """A short page that says what happened."""

    def csp(self) -> str:
        """The Content-Security-Policy of every page."""


class WebTranslator(Protocol):
    """The interface in one language."""

    def __call__(self, message: str, /, **values: object) -> str:
        """A message in this language."""

    def describe_issue(self, issue: AnswerIssue) -> str:
        """What to say of a problem with an answer."""


class TranslatorFor(Protocol):
    """Finds the interface in a language."""

    def __call__(self, language: str, /) -> WebTranslator: ...
