"""Writes the figures of an article in its language: numbers that lead to their table, and where they all come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, words
from boucle.languages.number_format import Figures
from boucle.pages.articles.article import Bound
from boucle.pages.articles.measured import Chart, Measured, NotYet, Number, Quotation, Subject, Unit, subjects_of
from boucle.pages.common import addresses
from boucle.pages.forms.fragments import environment
from boucle.pages.results.document import Release, data_folder
from boucle.pages.results.figures import Draw
from boucle.pages.results.labels import DEMONSTRATION, Labels


@dataclass(frozen=True, slots=True)
class Quoted:
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
    figures: tuple[Quoted, ...]


@dataclass(frozen=True)
class Writer:
    """Writes figures of one study in one language."""

    study: Study
    language: str

    @property
    def figures(self) -> Figures:
        return Figures(words(self.language))

    def write(self, measured: Measured) -> Markup:
        """A figure as it stands in the text."""
        match measured:
            case NotYet():
                return Markup("<i>{}</i>").format(self.figures.words("not published yet"))
            case Number():
                value = self.value(measured)
                return Markup('<a class="bound" href="{}">{}</a>').format(self._address(measured.subjects[0]), value)
            case Chart(subject):
                return self._chart(subject)
            case Quotation(_, verbatim):
                quotation = Markup('<blockquote lang="{}" dir="auto"><p>{}</p></blockquote>')
                return quotation.format(verbatim.language, verbatim.text)

    def value(self, number: Number) -> str:
        """The number with its unit; a difference without its sign, which the sentence says."""
        match number.unit:
            case Unit.PERCENT:
                return self.figures.percent(int(number.value))
            case Unit.PEOPLE:
                return self.figures.number(number.value)
            case Unit.MARK:
                return self.figures.decimal(number.value)
            case Unit.POINTS:
                return self.figures.gap(round(abs(number.value)))
            case Unit.MARKS:
                return self.figures.decimal(abs(number.value))

    def sources(self, bound: Sequence[Bound]) -> Markup:
        """The end of an article: every figure with its margin and base, by release; empty where there is none."""
        measured = list({str(each.call): each.measured for each in bound}.values())
        releases = list(dict.fromkeys(subject.release.series for each in measured for subject in subjects_of(each)))
        if not releases:
            return Markup("")
        known = {subject.release.series: subject.release for each in measured for subject in subjects_of(each)}
        content = (
            environment()
            .get_template("article_sources.html")
            .render(
                _=self.figures.words,
                origins=[self._origin(known[series], measured) for series in releases],
                demonstration=DEMONSTRATION if any(each.demonstration for each in known.values()) else "",
                results=addresses.results(self.study, self.language),
            )
        )
        return Markup(content)  # noqa: S704  rendered with autoescape on

    def _origin(self, release: Release, measured: Sequence[Measured]) -> Origin:
        title = self.figures.words(
            "%(audience)s: release %(number)s, %(day)s, %(respondents)s answers",
            audience=self._audience(release),
            number=release.number,
            day=self.figures.day(release.date),
            respondents=self.figures.number(release.respondents),
        )
        address = f"/{data_folder(release.series)}releases/{release.number}.json"
        quoted = [each for each in measured if isinstance(each, Number) and each.margin is not None]
        return Origin(title, address, tuple(self._quoted(release, quoted)))

    def _quoted(self, release: Release, numbers: Sequence[Number]) -> Iterator[Quoted]:
        for number in numbers:
            if number.subjects[0].release.series == release.series:
                names = [self._name(each) for each in number.subjects]
                yield Quoted(
                    name=names[0] if len(names) == 1 else self.figures.words("%(first)s × %(second)s", first=names[0],
                                                                             second=names[1]),
                    address=self._address(number.subjects[0]),
                    value=self.value(number),
                    margin=self._margin(number),
                    base="" if number.base is None else self.figures.number(number.base),
                )  # fmt: skip

    def _margin(self, number: Number) -> str:
        decimals = 1 if number.unit in (Unit.MARK, Unit.MARKS) else 0
        return self.figures.margin(number.margin or 0, decimals)

    def _name(self, subject: Subject) -> str:
        labels = self._labels(subject.release)
        question = labels.title(subject.question or "")
        if subject.is_of_value:
            answer = labels.value(subject.question or "", subject.value)
        elif subject.at_least is not None:
            answer = labels.at_least(subject.question or "", subject.at_least)
        else:
            answer = self.figures.words("Mean")
        return self.figures.words("%(question)s — “%(answer)s”", question=question, answer=answer)

    def _chart(self, subject: Subject) -> Markup:
        labels = self._labels(subject.release)
        audience = self._audience(subject.release)
        figure = Draw(labels, audience).question(subject.release.by_question[subject.question or ""])
        at = self.study.counted_ids.index(subject.release.series.questionnaire) + 1
        rendered = (
            environment()
            .get_template("article_chart.html")
            .render(
                _=self.figures.words,
                figure=figure,
                column={"audience": audience, "data": f"/{data_folder(subject.release.series)}"},
                at=at,
                page=addresses.results(self.study, self.language),
            )
        )
        return Markup(rendered)  # noqa: S704  rendered with autoescape on

    def _labels(self, release: Release) -> Labels:
        return Labels.of(self.study, release, self.figures)

    def _audience(self, release: Release) -> str:
        audience = in_language(self.study.audiences.get(release.series.questionnaire), self.language)
        return audience or release.series.questionnaire

    def _address(self, subject: Subject) -> str:
        """The figure on the page of results."""
        questionnaire = subject.release.series.questionnaire
        anchor = f"{questionnaire}-{subject.question}" if subject.question else questionnaire
        return f"{addresses.results(self.study, self.language)}#{anchor}"
