"""Writes the figures of an article in its language: numbers that lead to their table, and where they all come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from boucle.core.release.document import data_folder, release_name
from boucle.core.release.model import Release
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.articles.article import BoundFigure
from boucle.pages.articles.measured import (
    Chart,
    MeasuredFigure,
    MeasuredNumber,
    NotYet,
    Quotation,
    Subject,
    Unit,
    subjects_of,
)
from boucle.pages.common import addresses
from boucle.pages.forms.fragments import make_environment
from boucle.pages.results.figures import FigurePresenter
from boucle.pages.results.labels import DEMONSTRATION, Labels


@dataclass(frozen=True, slots=True)
class QuotedFigure:
    """One line of the list of figures."""

    name: str
    address: str
    value: str
    margin: str
    base: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A release that the article quotes, and the figures that it quotes from it."""

    title: str
    address: str
    figures: tuple[QuotedFigure, ...]


@dataclass(frozen=True)
class ArticleWriter:
    """Writes figures of one study in one language."""

    study: Study
    language: str

    @property
    def formatter(self) -> NumberFormatter:
        """Numbers in the language of the text."""
        return NumberFormatter(translator_for(self.language))

    def write(self, measured: MeasuredFigure) -> Markup:
        """A figure as it stands in the text."""
        match measured:
            case NotYet():
                return Markup("<i>{}</i>").format(self.formatter.translate("not published yet"))
            case MeasuredNumber():
                value = self.format_value(measured)
                return Markup('<a class="bound" href="{}">{}</a>').format(self._address_of(measured.subjects[0]), value)
            case Chart(subject):
                return self._render_chart(subject)
            case Quotation(_, verbatim):
                quotation = Markup('<blockquote lang="{}" dir="auto"><p>{}</p></blockquote>')
                return quotation.format(verbatim.language, verbatim.text)

    def format_value(self, number: MeasuredNumber) -> str:
        """The number with its unit; a difference without its sign, which the sentence says."""
        match number.unit:
            case Unit.PERCENT:
                return self.formatter.format_percent(int(number.value))
            case Unit.PEOPLE:
                return self.formatter.format_number(number.value)
            case Unit.MARK:
                return self.formatter.format_decimal(number.value)
            case Unit.POINTS:
                return self.formatter.format_gap(round(abs(number.value)))
            case Unit.MARKS:
                return self.formatter.format_decimal(abs(number.value))

    def render_sources(self, figures: Sequence[BoundFigure]) -> Markup:
        """The end of an article: every figure with its margin and base, by release; empty where there is none."""
        measured = list({str(figure.call): figure.measured for figure in figures}.values())
        releases = list(dict.fromkeys(subject.release.series for figure in measured for subject in subjects_of(figure)))
        if not releases:
            return Markup("")
        known = {subject.release.series: subject.release for figure in measured for subject in subjects_of(figure)}
        content = (
            make_environment()
            .get_template("article_sources.html")
            .render(
                _=self.formatter.translate,
                origins=[self._build_origin(known[series], measured) for series in releases],
                demonstration=DEMONSTRATION if any(release.demonstration for release in known.values()) else "",
                results=addresses.results(self.study, self.language),
            )
        )
        return Markup(content)  # noqa: S704  rendered with autoescape on

    def _build_origin(self, release: Release, measured: Sequence[MeasuredFigure]) -> Origin:
        title = self.formatter.translate(
            "%(audience)s: release %(number)s, %(day)s, %(respondents)s answers",
            audience=self._name_audience(release),
            number=release.number,
            day=self.formatter.format_day(release.date),
            respondents=self.formatter.format_number(release.respondents),
        )
        address = f"/{data_folder(release.series)}{release_name(release.number)}"
        quoted = [figure for figure in measured if isinstance(figure, MeasuredNumber) and figure.margin is not None]
        return Origin(title, address, tuple(self._list_quoted_figures(release, quoted)))

    def _list_quoted_figures(self, release: Release, numbers: Sequence[MeasuredNumber]) -> Iterator[QuotedFigure]:
        for number in numbers:
            if number.subjects[0].release.series == release.series:
                yield QuotedFigure(
                    name=self._name_crossing([self._name_figure(subject) for subject in number.subjects]),
                    address=self._address_of(number.subjects[0]),
                    value=self.format_value(number),
                    margin=self._format_margin(number),
                    base="" if number.base is None else self.formatter.format_number(number.base),
                )

    def _name_crossing(self, names: Sequence[str]) -> str:
        if len(names) == 1:
            return names[0]
        return self.formatter.translate("%(first)s × %(second)s", first=names[0], second=names[1])

    def _format_margin(self, number: MeasuredNumber) -> str:
        decimals = 1 if number.unit in (Unit.MARK, Unit.MARKS) else 0
        return self.formatter.format_margin(number.margin or 0, decimals)

    def _name_figure(self, subject: Subject) -> str:
        labels = self._labels_of(subject.release)
        question = labels.title(subject.question or "")
        if subject.is_of_value:
            answer = labels.value(subject.question or "", subject.value)
        elif subject.at_least is not None:
            answer = labels.at_least(subject.question or "", subject.at_least)
        else:
            answer = self.formatter.translate("Mean")
        return self.formatter.translate("%(question)s — “%(answer)s”", question=question, answer=answer)

    def _render_chart(self, subject: Subject) -> Markup:
        labels = self._labels_of(subject.release)
        audience = self._name_audience(subject.release)
        figure = FigurePresenter(labels, audience).present_question(subject.release.by_question[subject.question or ""])
        at = self.study.counted_ids.index(subject.release.series.questionnaire) + 1
        rendered = (
            make_environment()
            .get_template("article_chart.html")
            .render(
                _=self.formatter.translate,
                figure=figure,
                column={"audience": audience, "data": f"/{data_folder(subject.release.series)}"},
                at=at,
                page=addresses.results(self.study, self.language),
            )
        )
        return Markup(rendered)  # noqa: S704  rendered with autoescape on

    def _labels_of(self, release: Release) -> Labels:
        return Labels.of(self.study, release, self.formatter)

    def _name_audience(self, release: Release) -> str:
        audience = in_language(self.study.audiences.get(release.series.questionnaire), self.language)
        return audience or release.series.questionnaire

    def _address_of(self, subject: Subject) -> str:
        """The figure on the page of results."""
        questionnaire = subject.release.series.questionnaire
        anchor = f"{questionnaire}-{subject.question}" if subject.question else questionnaire
        return f"{addresses.results(self.study, self.language)}#{anchor}"
