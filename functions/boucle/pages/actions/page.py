"""The page of actions: you said, we did, what it changed; each with its figures, and with what they cannot tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from boucle.core.study.actions import Action, Interviews, Stage, loop_time
from boucle.core.study.model import Study
from boucle.core.study.themes import SUFFIX
from boucle.languages.catalogues import in_language, marked, words
from boucle.languages.number_format import Figures
from boucle.pages.actions.figures import Measured, Published, compare, held, held_at_least
from boucle.pages.common import addresses
from boucle.pages.common.markup import inline, plain
from boucle.pages.common.verbatims import NOTHING_SAID, Said
from boucle.pages.forms.fragments import Fragment, environment
from boucle.pages.forms.renderer import Renderer
from boucle.pages.results.columns import Releases, read_releases
from boucle.pages.results.labels import DEMONSTRATION

SHEET = "actions"
STATES: Mapping[Stage, str] = {
    Stage.HEARD: marked("Heard, not decided yet"),
    Stage.DECIDED: marked("Decided"),
    Stage.REFUSED: marked("Decided: no"),
    Stage.SHIPPED: marked("Done"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """One action as the page tells it."""

    id: str
    said: Markup
    heard: str
    state: str
    is_late: bool
    did: tuple[Markup, ...]
    facts: tuple[str, ...]
    changed: tuple[str, ...]


def actions_pages(renderer: Renderer, study: Study, releases: Releases, said: Said, today: date) -> Mapping[str, bytes]:
    """The page in every language, by address in the site; none for a study that has no actions."""
    if not study.actions.listed:
        return {}
    return renderer.pages(
        study,
        study.languages,
        partial(addresses.actions, study),
        lambda language: render_actions(study, language, releases, today, said),
    )


def render_actions(study: Study, language: str, releases: Releases, today: date, said: Said = NOTHING_SAID) -> Fragment:
    """The content of the page, headings and all. Raises UnreadableRelease."""
    read = read_releases({**releases, **said.shares})
    teller = Teller(study, Figures(words(language)), Published(study, read, held(said)), today)
    title = teller.figures.words(
        "What became of your answers: %(study)s", study=plain(in_language(study.title, language))
    )
    content = (
        environment()
        .get_template("actions.html")
        .render(
            _=teller.figures.words,
            title=title,
            stories=[teller.story(each) for each in study.actions.listed],
            loop=list(teller.loop()),
            demonstration=DEMONSTRATION if any(each.demonstration for each in read.values()) else "",
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
class Teller:
    """Tells the actions of one study in one language, on one day."""

    study: Study
    figures: Figures
    published: Published
    today: date

    def story(self, action: Action) -> Story:
        return Story(
            id=action.id,
            said=self._text(action.said),
            heard=" ".join(self._heard(action)),
            state=self._state(action),
            is_late=action.is_overdue(self.today),
            did=tuple(self._did(action)),
            facts=tuple(self._facts(action)),
            changed=tuple(self._changed(action)),
        )

    def loop(self) -> Iterator[str]:
        """How long the loop takes, in the middle of all actions."""
        time = loop_time(self.study.actions.listed)
        if time.to_decide is not None:
            yield self.figures.words("From an answer read to a decision: %(days)s days.", days=time.to_decide)
        if time.to_ship is not None:
            yield self.figures.words("From a decision to something that can be seen: %(days)s days.", days=time.to_ship)

    def _heard(self, action: Action) -> Iterator[str]:
        said = self.figures.words
        if isinstance(action.finding, Interviews):
            yield said("Heard in interviews, which are never counted, on %(day)s.", day=self.figures.day(action.heard))
            yield from held_at_least(self.figures, self.published.held(action.finding))
            return
        measured = self.published.measured(action.finding, action.finding.wave)
        if measured is None:
            yield said("The figure is not published.")
        else:
            yield self._figure(measured, action.finding.wave)
        yield said("Read on %(day)s.", day=self.figures.day(action.heard))

    def _figure(self, measured: Measured, wave: str) -> str:
        return self.figures.words(
            "Wave %(wave)s, %(audience)s: %(share)s, %(margin)s, base %(base)s.",
            wave=wave,
            audience=self._audience(measured),
            share=self.figures.percent(measured.share),
            margin=self.figures.points(measured.margin),
            base=self.figures.number(measured.base),
        )

    def _audience(self, measured: Measured) -> str:
        name = measured.questionnaire.removesuffix(SUFFIX)
        audience = in_language(self.study.audiences.get(name), self.figures.words.language) or name
        counts_texts = name != measured.questionnaire
        return self.figures.words("texts of %(audience)s", audience=audience) if counts_texts else audience

    def _state(self, action: Action) -> str:
        if action.is_overdue(self.today) and action.due:
            return self.figures.words("Late: it was promised for %(day)s", day=self.figures.day(action.due))
        return self.figures.words(STATES[action.stage])

    def _did(self, action: Action) -> Iterator[Markup]:
        if action.decision:
            yield self._text(action.decision.text)
        if action.shipped:
            yield self._text(action.shipped.text)

    def _facts(self, action: Action) -> Iterator[str]:
        said, day = self.figures.words, self.figures.day
        team = in_language(self.study.actions.teams[action.team], said.language)
        yield said("Who answers for it: %(team)s.", team=team)
        if action.decision:
            yield said("Decided on %(day)s.", day=day(action.decision.day))
        if action.due and action.stage is Stage.DECIDED:
            yield said("Promised for %(day)s.", day=day(action.due))
        if action.shipped:
            yield said("There since %(day)s.", day=day(action.shipped.day))

    def _changed(self, action: Action) -> Iterator[str]:
        said = self.figures.words
        if action.stage is not Stage.SHIPPED:
            yield said("Nothing yet.") if action.stage is not Stage.REFUSED else said("Nothing: it was refused.")
        elif isinstance(action.finding, Interviews) or action.remeasured is None:
            yield said("Not measured.")
        else:
            after = self.published.measured(action.finding, action.remeasured)
            before = self.published.measured(action.finding, action.finding.wave)
            if self.published.is_withheld(action.finding, action.remeasured):
                yield said("Measured again: too few gave this answer for a figure to be shown.")
            elif before is None or after is None:
                yield said("Not measured again yet.")
            else:
                yield self._figure(after, action.remeasured)
                yield from self._difference(before, after)

    def _difference(self, before: Measured, after: Measured) -> Iterator[str]:
        said = self.figures.words
        if not self.published.are_comparable(before, after):
            yield said("The question changed between the two waves: their figures cannot be compared.")
            return
        found = compare(before, after)
        points = {
            "points": self._signed(round(100 * found.difference.estimate)),
            "low": self._signed(math.floor(100 * found.difference.low)),
            "high": self._signed(math.ceil(100 * found.difference.high)),
        }
        yield said(COMPARED[found.verdict.value], **points)
        yield said(
            "Other people answered each time, and other things changed meanwhile: figures alone do not prove the cause."
        )

    def _signed(self, points: int) -> str:
        return f"+{points}" if points > 0 else self.figures.number(points)

    def _text(self, text: Mapping[str, str]) -> Markup:
        return inline(in_language(text, self.figures.words.language))


COMPARED = {
    "up": marked("Up: %(points)s points, between %(low)s and %(high)s."),
    "down": marked("Down: %(points)s points, between %(low)s and %(high)s."),
    "cannot_tell": marked(
        "We cannot tell whether it moved: %(points)s points, between %(low)s and %(high)s, may be chance."
    ),
}
