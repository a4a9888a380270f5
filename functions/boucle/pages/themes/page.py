"""The pages of themes: each theme with its questions from every side, the texts coded under it, and its actions.

The publishing job and the MkDocs plugin both render them here. A quote that is withdrawn leaves at the next run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from markupsafe import Markup

from boucle.core.release.model import Release
from boucle.core.study.model import Series, Study
from boucle.core.study.themes import Theme
from boucle.languages.catalogues import direction, in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.actions.figures import PublishedFigures, describe_interview_count, read_interview_counts
from boucle.pages.actions.page import ActionPresenter, PresentedAction
from boucle.pages.common import addresses
from boucle.pages.common.markup import render_blocks, to_plain_text
from boucle.pages.forms.fragments import Fragment, make_environment
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.columns import (
    AudienceColumn,
    FigureRow,
    Releases,
    build_own_row,
    build_shared_rows,
    columns_of,
    read_releases,
)
from boucle.pages.results.free_texts import FreeTextDocuments, PublishedFreeText, read_verbatims
from boucle.pages.results.labels import DEMONSTRATION
from boucle.pages.themes.shares import ThemeShare, ThemeShares

INDEX = ""
"""What stands for the page that lists all themes, among their ids."""
MAX_FIRST_QUOTES = 6
"""How many texts of one audience are read before one asks for more."""


@dataclass(frozen=True, slots=True)
class ThemeQuote:
    """One approved text, in its own language."""

    text: str
    language: str

    @property
    def direction(self) -> str:
        return direction(self.language)


@dataclass(frozen=True, slots=True)
class QuoteGroup:
    """What one audience wrote to one question, of what was coded under a theme."""

    at: int
    audience: str
    question: str
    first: tuple[ThemeQuote, ...]
    more: tuple[ThemeQuote, ...]


@dataclass(frozen=True, slots=True)
class PresentedTheme:
    """One theme as pages show it."""

    id: str
    address: str
    label: str
    definition: Markup
    examples: tuple[str, ...]
    columns: tuple[AudienceColumn, ...]
    rows: tuple[FigureRow, ...]
    shares: tuple[ThemeShare, ...]
    voices: tuple[QuoteGroup, ...]
    interviews: tuple[QuoteGroup, ...]
    """The same of interviews, which are read and never counted."""
    held: str
    """How many interviews there were, where enough were held to say so."""
    stories: tuple[PresentedAction, ...]

    @property
    def figures(self) -> int:
        """How many figures there are of it."""
        return sum(len(column.figures) for column in self.columns)

    @property
    def texts(self) -> int:
        """How many texts are quoted."""
        return sum(len(group.first) + len(group.more) for group in (*self.voices, *self.interviews))


def render_themes_pages(
    renderer: PageRenderer, study: Study, releases: Releases, free_texts: FreeTextDocuments, today: date
) -> Mapping[str, bytes]:
    """Every page in every language, by address in the site; none before a first release, nor without themes.

    Until then the built site has its own pages.
    """
    if not study.themes or not any(releases.values()):
        return {}
    return {
        f"{addresses.themes(study, language, id).lstrip('/')}index.html": renderer.render_page(
            study, language, fragment, partial(addresses.themes, study, theme=id)
        ).encode()
        for language in study.languages
        for id, fragment in render_theme_fragments(study, language, releases, free_texts, today).items()
    }


def render_theme_fragments(
    study: Study, language: str, releases: Releases, free_texts: FreeTextDocuments, today: date
) -> Mapping[str, Fragment]:
    """The content of each theme's page by its id, and of the page that lists them all under INDEX.

    Raises UnreadableRelease and UnknownLabel.
    """
    presenter = ThemePresenter(study, language, read_releases(releases), free_texts, today)
    themes = tuple(presenter.present_theme(theme) for theme in study.themes)
    pages = {theme.id: presenter.render_page(theme, themes) for theme in themes}
    return {INDEX: presenter.render_index(themes), **pages} if themes else {}


@dataclass(frozen=True)
class ThemePresenter:
    """Writes the themes of one study in one language."""

    study: Study
    language: str
    releases_by_series: Mapping[Series, Release]
    free_texts: FreeTextDocuments
    today: date

    @property
    def _formatter(self) -> NumberFormatter:
        return NumberFormatter(translator_for(self.language))

    @cached_property
    def _shares(self) -> ThemeShares:
        return ThemeShares(self.study, self.free_texts, self._formatter)

    def present_theme(self, theme: Theme) -> PresentedTheme:
        """All that is published under one theme."""
        columns = columns_of(
            self.study,
            self.releases_by_series,
            self._formatter,
            lambda question: question is not None and question.theme == theme.id,
        )
        rows = (*build_shared_rows(columns), build_own_row(columns))
        published = PublishedFigures(
            self.study,
            {**self.releases_by_series, **self._shares.releases_by_series},
            read_interview_counts(self.free_texts),
        )
        presenter = ActionPresenter(self.study, self._formatter, published, self.today)
        return PresentedTheme(
            id=theme.id,
            address=addresses.themes(self.study, self.language, theme.id),
            label=to_plain_text(in_language(theme.label, self.language)),
            definition=render_blocks(in_language(theme.definition, self.language)),
            examples=tuple(to_plain_text(in_language(example, self.language)) for example in theme.examples),
            columns=columns,
            rows=tuple(row for row in rows if any(row.cells)),
            shares=tuple(self._shares.shares_of(theme.id)),
            voices=tuple(self._group_quotes(theme, [(column.id, column.audience) for column in columns])),
            interviews=tuple(self._group_quotes(theme, self._list_guides(), first=len(columns) + 1)),
            held=" ".join(
                describe_interview_count(self._formatter, sum(read_interview_counts(self.free_texts).values()))
            ),
            stories=tuple(
                presenter.present(action) for action in self.study.actions.listed if action.theme == theme.id
            ),
        )

    def render_page(self, theme: PresentedTheme, themes: Sequence[PresentedTheme]) -> Fragment:
        """The page of one theme, with links to the others."""
        title = self._formatter.translate("%(theme)s: %(study)s", theme=theme.label, study=self._study_title)
        return self._render("theme.html", title, theme=theme, themes=themes)

    def render_index(self, themes: Sequence[PresentedTheme]) -> Fragment:
        """The page of all themes."""
        title = self._formatter.translate("Themes: %(study)s", study=self._study_title)
        return self._render("themes.html", title, themes=themes)

    @property
    def _study_title(self) -> str:
        return to_plain_text(in_language(self.study.title, self.language))

    def _render(self, template: str, title: str, **context: object) -> Fragment:
        content = (
            make_environment()
            .get_template(template)
            .render(
                _=self._formatter.translate,
                study=self._study_title,
                index=addresses.themes(self.study, self.language),
                results=addresses.results(self.study, self.language),
                actions=addresses.actions(self.study, self.language),
                demonstration=DEMONSTRATION
                if any(release.demonstration for release in self.releases_by_series.values())
                else "",
                **context,
            )
        )
        return Fragment(title, Markup(content), sheets=("figures", "results", "themes"))  # noqa: S704  autoescaped

    def _list_guides(self) -> list[tuple[str, str]]:
        """Each guide of interviews, and whom it is for."""
        named = dict.fromkeys(series.questionnaire for series in self.study.interviews)
        return [(guide, in_language(self.study.audiences.get(guide), self.language) or guide) for guide in named]

    def _group_quotes(self, theme: Theme, audiences: Sequence[tuple[str, str]], first: int = 1) -> Iterator[QuoteGroup]:
        """A group a question, its texts in their published order, which is drawn at random."""
        for at, (id, audience) in enumerate(audiences, start=first):
            by_question: dict[str, list[ThemeQuote]] = {}
            for verbatim in self._read_texts(id):
                if theme.id in verbatim.themes:
                    by_question.setdefault(verbatim.question, []).append(ThemeQuote(verbatim.text, verbatim.language))
            for question, quotes in by_question.items():
                shown, more = tuple(quotes[:MAX_FIRST_QUOTES]), tuple(quotes[MAX_FIRST_QUOTES:])
                yield QuoteGroup(at, audience, self._label_question(id, question), shown, more)

    def _read_texts(self, questionnaire: str) -> Iterator[PublishedFreeText]:
        """The newest wave's texts first."""
        for series, content in reversed(tuple(self.free_texts.quotes.items())):
            if series.questionnaire == questionnaire:
                yield from read_verbatims(series, content)

    def _label_question(self, questionnaire: str, question: str) -> str:
        """What was asked, as the newest version that asked it says; empty where none is left."""
        versions = (version for version in reversed(self.study.questionnaires) if version.id == questionnaire)
        asked = next((version.by_id[question] for version in versions if question in version.by_id), None)
        return to_plain_text(in_language(asked.label, self.language)) if asked else ""
