"""The page of actions: you said, we did, what it changed; each with its figures, and with what they cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from boucle.core.release.compare import Verdict, difference
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.study.actions import Action, Interviews, Stage, loop_time
from boucle.core.study.model import Study
from boucle.core.study.themes import THEMES_SUFFIX
from boucle.languages.catalogues import gettext_noop, in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.actions.figures import (
    MeasuredShare,
    PublishedFigures,
    describe_interview_count,
    read_interview_counts,
)
from boucle.pages.common import addresses
from boucle.pages.common.markup import render_inline, to_plain_text
from boucle.pages.forms.fragments import Fragment, make_environment
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.columns import Releases, read_releases
from boucle.pages.results.free_texts import NO_FREE_TEXTS, FreeTextDocuments
from boucle.pages.results.labels import DEMONSTRATION

SHEET = "actions"
STAGE_LABELS: Mapping[Stage, str] = {
    Stage.HEARD: gettext_noop("Heard, not decided yet"),
    Stage.DECIDED: gettext_noop("Decided"),
    Stage.REFUSED: gettext_noop("Decided: no"),
    Stage.SHIPPED: gettext_noop("Done"),
}


@dataclass(frozen=True, slots=True)
class PresentedAction:
    """One action as the page tells it."""

    id: str
    said: Markup
    heard: str
    state: str
    is_late: bool
    did: tuple[Markup, ...]
    facts: tuple[str, ...]
    changed: tuple[str, ...]


def render_actions_pages(
    renderer: PageRenderer, study: Study, releases: Releases, free_texts: FreeTextDocuments, today: date
) -> Mapping[str, bytes]:
    """The page in every language, by address in the site; none for a study that has no actions."""
    if not study.actions.listed:
        return {}
    return renderer.render_pages(
        study,
        study.languages,
        partial(addresses.actions, study),
        lambda language: render_actions(study, language, releases, today, free_texts),
    )


def render_actions(
    study: Study, language: str, releases: Releases, today: date, free_texts: FreeTextDocuments = NO_FREE_TEXTS
) -> Fragment:
    """The content of the page, headings and all. Raises UnreadableRelease."""
    read = read_releases({**releases, **free_texts.shares})
    presenter = ActionPresenter(
        study,
        NumberFormatter(translator_for(language)),
        PublishedFigures(study, read, read_interview_counts(free_texts)),
        today,
    )
    title = presenter.formatter.translate(
        "What became of your answers: %(study)s", study=to_plain_text(in_language(study.title, language))
    )
    content = (
        make_environment()
        .get_template("actions.html")
        .render(
            _=presenter.formatter.translate,
            title=title,
            stories=[presenter.present(action) for action in study.actions.listed],
            loop=list(presenter.describe_loop()),
            demonstration=DEMONSTRATION if any(release.demonstration for release in read.values()) else "",
            results=addresses.results(study, language),
            feed=addresses.actions_file(study, "feed.atom"),
            badges=[
                (in_language(label, language), addresses.actions_file(study, f"badge-{team}.svg"))
                for team, label in study.actions.teams.items()
            ],
            page=addresses.actions(study, language),
        )
    )
    return Fragment(title, Markup(content), sheets=(SHEET,))  # noqa: S704  rendered with autoescape on


@dataclass(frozen=True, slots=True)
class ActionPresenter:
    """Tells the actions of one study in one language, on one day."""

    study: Study
    formatter: NumberFormatter
    published: PublishedFigures
    today: date

    def present(self, action: Action) -> PresentedAction:
        """One action as the page tells it."""
        return PresentedAction(
            id=action.id,
            said=self._render_text(action.said),
            heard=" ".join(self._describe_finding(action)),
            state=self._describe_state(action),
            is_late=action.is_overdue(self.today),
            did=tuple(self._describe_decision(action)),
            facts=tuple(self._describe_facts(action)),
            changed=tuple(self._describe_change(action)),
        )

    def describe_loop(self) -> Iterator[str]:
        """How long the loop takes, in the middle of all actions."""
        time = loop_time(self.study.actions.listed)
        if time.to_decide is not None:
            yield self.formatter.translate("From an answer read to a decision: %(days)s days.", days=time.to_decide)
        if time.to_ship is not None:
            yield self.formatter.translate(
                "From a decision to something that can be seen: %(days)s days.", days=time.to_ship
            )

    def _describe_finding(self, action: Action) -> Iterator[str]:
        translate = self.formatter.translate
        if isinstance(action.finding, Interviews):
            yield translate(
                "Heard in interviews, which are never counted, on %(day)s.", day=self.formatter.format_day(action.heard)
            )
            yield from describe_interview_count(self.formatter, self.published.count_interviews(action.finding))
            return
        measured = self.published.measure(action.finding, action.finding.wave)
        if measured is None:
            yield translate("The figure is not published.")
        else:
            yield self._describe_figure(measured, action.finding.wave)
        yield translate("Read on %(day)s.", day=self.formatter.format_day(action.heard))

    def _describe_figure(self, measured: MeasuredShare, wave: str) -> str:
        return self.formatter.translate(
            "Wave %(wave)s, %(audience)s: %(share)s, %(margin)s, base %(base)s.",
            wave=wave,
            audience=self._name_audience(measured),
            share=self.formatter.format_percent(int(measured.measure.value)),
            margin=self.formatter.format_points(int(measured.measure.margin)),
            base=self.formatter.format_number(measured.base),
        )

    def _name_audience(self, measured: MeasuredShare) -> str:
        name = measured.questionnaire.removesuffix(THEMES_SUFFIX)
        audience = in_language(self.study.audiences.get(name), self.formatter.translate.language) or name
        counts_texts = name != measured.questionnaire
        return self.formatter.translate("texts of %(audience)s", audience=audience) if counts_texts else audience

    def _describe_state(self, action: Action) -> str:
        if action.is_overdue(self.today) and action.due:
            return self.formatter.translate(
                "Late: it was promised for %(day)s", day=self.formatter.format_day(action.due)
            )
        return self.formatter.translate(STAGE_LABELS[action.stage])

    def _describe_decision(self, action: Action) -> Iterator[Markup]:
        if action.decision:
            yield self._render_text(action.decision.text)
        if action.shipped:
            yield self._render_text(action.shipped.text)

    def _describe_facts(self, action: Action) -> Iterator[str]:
        translate, format_day = self.formatter.translate, self.formatter.format_day
        team = in_language(self.study.actions.teams[action.team], translate.language)
        yield translate("Who answers for it: %(team)s.", team=team)
        if action.decision:
            yield translate("Decided on %(day)s.", day=format_day(action.decision.day))
        if action.due and action.stage is Stage.DECIDED:
            yield translate("Promised for %(day)s.", day=format_day(action.due))
        if action.shipped:
            yield translate("There since %(day)s.", day=format_day(action.shipped.day))

    def _describe_change(self, action: Action) -> Iterator[str]:
        translate = self.formatter.translate
        if action.stage is not Stage.SHIPPED:
            yield (
                translate("Nothing yet.")
                if action.stage is not Stage.REFUSED
                else translate("Nothing: it was refused.")
            )
        elif isinstance(action.finding, Interviews) or action.remeasured is None:
            yield translate("Not measured.")
        else:
            after = self.published.measure(action.finding, action.remeasured)
            before = self.published.measure(action.finding, action.finding.wave)
            if self.published.is_withheld(action.finding, action.remeasured):
                yield translate("Measured again: too few gave this answer for a figure to be shown.")
            elif before is None or after is None:
                yield translate("Not measured again yet.")
            else:
                yield self._describe_figure(after, action.remeasured)
                yield from self._compare_waves(before, after)

    def _compare_waves(self, before: MeasuredShare, after: MeasuredShare) -> Iterator[str]:
        translate = self.formatter.translate
        if not self.published.are_comparable(before, after):
            yield translate("The question changed between the two waves: their figures cannot be compared.")
            return
        yield describe_change(before.measure, after.measure, self.formatter)
        yield translate(
            "Other people answered each time, and other things changed meanwhile: figures alone do not prove the cause."
        )

    def _render_text(self, text: Mapping[str, str]) -> Markup:
        return render_inline(in_language(text, self.formatter.translate.language))


CHANGE_MESSAGES: Mapping[Verdict, str] = {
    Verdict.HIGHER: gettext_noop("Up: %(points)s points, between %(low)s and %(high)s."),
    Verdict.LOWER: gettext_noop("Down: %(points)s points, between %(low)s and %(high)s."),
    Verdict.CANNOT_TELL: gettext_noop(
        "We cannot tell whether it moved: %(points)s points, between %(low)s and %(high)s, may be chance."
    ),
}


def describe_change(before: PublishedMeasure, after: PublishedMeasure, formatter: NumberFormatter) -> str:
    """Whether a share moved between two waves, or that nobody can tell; with the difference and its interval."""

    def format_signed(points: float) -> str:
        return f"+{points:.0f}" if points > 0 else formatter.format_number(points)

    change = difference(after, before)
    return formatter.translate(
        CHANGE_MESSAGES[change.verdict],
        points=format_signed(change.value),
        low=format_signed(change.interval.low),
        high=format_signed(change.interval.high),
    )
