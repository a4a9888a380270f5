"""The pages of themes: each pillar with its questions from every side, the texts coded under it, and its actions.

The publishing job and the MkDocs plugin both render them here. A quote that is withdrawn leaves at the next run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from markupsafe import Markup

from boucle.core.study.model import Series, Study
from boucle.core.study.themes import Theme
from boucle.languages.catalogues import direction, in_language, words
from boucle.languages.number_format import Figures
from boucle.pages.actions.figures import Published, held, held_at_least
from boucle.pages.actions.page import Story, Teller
from boucle.pages.common import addresses
from boucle.pages.common.markup import blocks, plain
from boucle.pages.common.verbatims import Said, Verbatim, read_verbatims
from boucle.pages.forms.fragments import Fragment, environment
from boucle.pages.forms.renderer import Renderer
from boucle.pages.results.columns import Column, Releases, Row, columns_of, own_row, read_releases, shared_rows
from boucle.pages.results.document import Release
from boucle.pages.results.labels import DEMONSTRATION
from boucle.pages.themes.shares import Share, Shares

INDEX = ""
"""What stands for the page that lists all themes, among their ids."""
AT_FIRST = 6
"""How many texts of one audience are read before one asks for more."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One approved text, in its own language."""

    text: str
    language: str

    @property
    def direction(self) -> str:
        return direction(self.language)


@dataclass(frozen=True, slots=True)
class Voices:
    """What one audience wrote to one question, of what was coded under a theme."""

    at: int
    audience: str
    question: str
    first: tuple[Quote, ...]
    more: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Pillar:
    """One theme as pages show it."""

    id: str
    address: str
    label: str
    definition: Markup
    examples: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    shares: tuple[Share, ...]
    voices: tuple[Voices, ...]
    interviews: tuple[Voices, ...]
    """The same of interviews, which are read and never counted."""
    held: str
    """How many interviews there were, where enough were held to say so."""
    stories: tuple[Story, ...]

    @property
    def figures(self) -> int:
        return sum(len(column.figures) for column in self.columns)

    @property
    def texts(self) -> int:
        return sum(len(each.first) + len(each.more) for each in (*self.voices, *self.interviews))


def themes_pages(renderer: Renderer, study: Study, releases: Releases, said: Said, today: date) -> Mapping[str, bytes]:
    """Every page in every language, by address in the site; none before a first release, nor without themes.

    Until then the built site has its own pages.
    """
    if not study.themes or not any(releases.values()):
        return {}
    return {
        f"{addresses.themes(study, language, id).lstrip('/')}index.html": renderer.page(
            study, language, fragment, partial(addresses.themes, study, theme=id)
        ).encode()
        for language in study.languages
        for id, fragment in theme_fragments(study, language, releases, said, today).items()
    }


def theme_fragments(study: Study, language: str, releases: Releases, said: Said, today: date) -> Mapping[str, Fragment]:
    """The content of each theme's page by its id, and of the page that lists them all under INDEX.

    Raises UnreadableRelease and UnknownLabel.
    """
    writer = Writer(study, language, read_releases(releases), said, today)
    pillars = tuple(writer.pillar(each) for each in study.themes)
    pages = {each.id: writer.page(each, pillars) for each in pillars}
    return {INDEX: writer.index(pillars), **pages} if pillars else {}


@dataclass(frozen=True)
class Writer:
    """Writes the themes of one study in one language."""

    study: Study
    language: str
    read: Mapping[Series, Release]
    said: Said
    today: date

    @property
    def _figures(self) -> Figures:
        return Figures(words(self.language))

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self.study, self.said, self._figures)

    def pillar(self, theme: Theme) -> Pillar:
        """All that is published under one theme."""
        columns = columns_of(
            self.study, self.read, self._figures, lambda question: question is not None and question.theme == theme.id
        )
        rows = (*shared_rows(columns), own_row(columns))
        published = Published(self.study, {**self.read, **self._shares.read}, held(self.said))
        teller = Teller(self.study, self._figures, published, self.today)
        return Pillar(
            id=theme.id,
            address=addresses.themes(self.study, self.language, theme.id),
            label=plain(in_language(theme.label, self.language)),
            definition=blocks(in_language(theme.definition, self.language)),
            examples=tuple(plain(in_language(each, self.language)) for each in theme.examples),
            columns=columns,
            rows=tuple(each for each in rows if any(each.cells)),
            shares=tuple(self._shares.of(theme.id)),
            voices=tuple(self._voices(theme, [(each.id, each.audience) for each in columns])),
            interviews=tuple(self._voices(theme, self._guides(), first=len(columns) + 1)),
            held=" ".join(held_at_least(self._figures, sum(held(self.said).values()))),
            stories=tuple(teller.story(each) for each in self.study.actions.listed if each.theme == theme.id),
        )

    def page(self, pillar: Pillar, pillars: Sequence[Pillar]) -> Fragment:
        title = self._figures.words("%(theme)s: %(study)s", theme=pillar.label, study=self._study)
        return self._rendered("theme.html", title, pillar=pillar, pillars=pillars)

    def index(self, pillars: Sequence[Pillar]) -> Fragment:
        title = self._figures.words("Themes: %(study)s", study=self._study)
        return self._rendered("themes.html", title, pillars=pillars)

    @property
    def _study(self) -> str:
        return plain(in_language(self.study.title, self.language))

    def _rendered(self, template: str, title: str, **context: object) -> Fragment:
        content = (
            environment()
            .get_template(template)
            .render(
                _=self._figures.words,
                study=self._study,
                index=addresses.themes(self.study, self.language),
                results=addresses.results(self.study, self.language),
                actions=addresses.actions(self.study, self.language),
                demonstration=DEMONSTRATION if any(each.demonstration for each in self.read.values()) else "",
                **context,
            )
        )
        return Fragment(title, Markup(content), sheets=("figures", "results", "themes"))  # noqa: S704  autoescaped

    def _guides(self) -> list[tuple[str, str]]:
        """Each guide of interviews, and whom it is for."""
        named = dict.fromkeys(series.questionnaire for series in self.study.interviews)
        return [(each, in_language(self.study.audiences.get(each), self.language) or each) for each in named]

    def _voices(self, theme: Theme, audiences: Sequence[tuple[str, str]], first: int = 1) -> Iterator[Voices]:
        """A group a question, its texts in their published order, which is drawn at random."""
        for at, (id, audience) in enumerate(audiences, start=first):
            by_question: dict[str, list[Quote]] = {}
            for each in self._texts(id):
                if theme.id in each.themes:
                    by_question.setdefault(each.question, []).append(Quote(each.text, each.language))
            for question, quotes in by_question.items():
                shown, more = tuple(quotes[:AT_FIRST]), tuple(quotes[AT_FIRST:])
                yield Voices(at, audience, self._label(id, question), shown, more)

    def _texts(self, questionnaire: str) -> Iterator[Verbatim]:
        """The newest wave's texts first."""
        for series, content in reversed(tuple(self.said.quotes.items())):
            if series.questionnaire == questionnaire:
                yield from read_verbatims(series, content)

    def _label(self, questionnaire: str, question: str) -> str:
        """What was asked, as the newest version that asked it says; empty where none is left."""
        versions = (each for each in reversed(self.study.questionnaires) if each.id == questionnaire)
        asked = next((each.by_id[question] for each in versions if question in each.by_id), None)
        return plain(in_language(asked.label, self.language)) if asked else ""
