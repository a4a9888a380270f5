"""Promises of articles: their numbers are those of the data, and a text that the data left behind is not built."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from boucle.content.surveys import read_study
from boucle.core.study.model import Opening, Study
from boucle.jobs.quotes import build_verbatims_document
from boucle.moderation.ports import PublishedQuote
from boucle.pages.articles.approval import approval_path, build_approval_document, read_approval
from boucle.pages.articles.article import Article, ArticleReader, NotAnArticle
from boucle.pages.articles.calls import find_places, parse, parse_call_at
from boucle.pages.articles.issues import InvalidArticle, UnboundFigure
from boucle.pages.articles.measured import NotYet
from boucle.pages.articles.published import PublishedData, make_reader
from boucle.pages.articles.writing import ArticleWriter
from support.builders import DEMONSTRATION, SURVEYS
from support.documents.published_folders import publish_documents, verbatims_file
from support.release_samples import PUBLISHED, Shares, make_release, series_of

FRONT = '---\nstudy: parcours-de-qualite\nwave: "2026"\n---\n\n# Titre\n\n'
LINE = 8
"""Of the first line below the title."""

ACCOMPAGNE = '{{ share("candidats", "accompagne", "yes") }}'
MOVED: Mapping[str, Shares] = {**PUBLISHED, "accompagne": {"yes": 70, "no": 30}}
SMALL: Mapping[str, Shares] = {**PUBLISHED, "connait_iae": {"yes": 100, "no": 0}}


@dataclass(frozen=True)
class Bench:
    """A text and the files that it quotes."""

    folder: Path
    study: Study

    @property
    def file(self) -> Path:
        return self.folder / "article.md"

    @property
    def data(self) -> Path:
        return self.folder / "published"

    def publish(self, questionnaire: str = "candidats", shares: Mapping[str, Shares] = PUBLISHED,
                respondents: int = 669, **changes: object) -> Bench:  # fmt: skip
        publish_documents(self.data, make_release(self.study, questionnaire, respondents, shares, **changes))  # type: ignore[arg-type]  # its own options
        return self

    def read(self, text: str, *, study: Study | None = None, against_approval: bool = True) -> Article:
        self.file.write_text(FRONT + text, "utf-8")
        reader = ArticleReader({self.study.id: study or self.study}, PublishedData(make_reader(str(self.data))))
        return reader.read(self.file, against_approval=against_approval)

    def write(self, text: str, language: str = "fr") -> str:
        article = self.read(text)
        writer = ArticleWriter(article.study, language)
        written = article.rewrite(lambda bound: writer.write(bound.measured))
        return re.sub("<[^>]*>", "", written).replace("\u202f", " ").strip().removeprefix("# Titre").strip()

    def approve(self, text: str) -> Bench:
        figures = self.read(text, against_approval=False).to_approved_figures()
        approval_path(self.file).write_bytes(build_approval_document(figures))
        return self

    def find_issues(self, text: str, study: Study | None = None) -> str:
        with pytest.raises(InvalidArticle) as refused:
            self.read(text, study=study)
        return str(refused.value)


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(SURVEYS / DEMONSTRATION)


@pytest.fixture
def bench(tmp_path: Path, study: Study) -> Bench:
    return Bench(tmp_path, study)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ('share("candidats", "accompagne", "yes")', "77 %"),
        ("share('candidats','accompagne','yes', wave='2026')", "77 %"),
        ('share("candidats", "note", at_least=8)', "55 %"),
        ('base("candidats")', "669"),
        ('base("candidats", "note")', "515"),
        ('mean("candidats", "note")', "7,2"),
    ],
)
def test_a_figure_is_written_as_it_is_published(bench: Bench, figure: str, said: str) -> None:
    assert bench.publish().write(f"Soit {{{{ {figure} }}}}.") == f"Soit {said}."


def test_each_language_writes_the_figure_its_own_way(bench: Bench) -> None:
    assert bench.publish().write(ACCOMPAGNE, "en") == "77%"


def test_a_number_leads_to_its_table(bench: Bench, study: Study) -> None:
    article = bench.publish().read(ACCOMPAGNE)
    written = ArticleWriter(study, "fr").write(article.figures[0].measured)
    assert 'href="/parcours-de-qualite/results/#candidats-accompagne"' in written


def test_the_difference_of_two_series_is_said_without_a_sign(bench: Bench) -> None:
    low: Mapping[str, Shares] = {"qualite": {5: 70, 8: 27, None: 3}}
    bench.publish().publish("professionnels", low, 367)
    one, other = 'share("candidats", "note", at_least=8)', 'share("professionnels", "qualite", at_least=8)'
    assert bench.write(f"{{{{ difference({one}, {other}) }}}}") == "28 points"
    assert bench.write(f"{{{{ difference({other}, {one}) }}}}") == "28 points"


def test_a_chart_is_the_figure_of_the_results_page(bench: Bench, study: Study) -> None:
    article = bench.publish().read('{{ chart("candidats", "connait_iae") }}')
    chart = ArticleWriter(study, "fr").write(article.figures[0].measured)
    assert "<table>" in chart
    assert "Base" in chart


def test_a_quotation_is_that_of_the_approved_texts(bench: Bench, study: Study) -> None:
    bench.publish()
    quote(bench, "On m'écoute <b>enfin</b>.", "On me rappelle.")
    article = bench.read("""{{ verbatim("candidats", "On m'écoute") }}""")
    assert "On m&#39;écoute &lt;b&gt;enfin&lt;/b&gt;." in ArticleWriter(study, "fr").write(article.figures[0].measured)


def test_before_a_first_release_nothing_is_wrong_and_no_number_is_said(bench: Bench) -> None:
    bench.publish("professionnels", respondents=367)
    assert bench.write(f"Soit {ACCOMPAGNE}.") == "Soit pas encore publié."
    assert bench.read(ACCOMPAGNE).not_yet == ("parcours-de-qualite/candidats/v1/2026",)
    difference = (
        '{{ difference(share("candidats", "note", at_least=8), share("professionnels", "qualite", at_least=8)) }}'
    )
    assert isinstance(bench.read(difference).figures[0].measured, NotYet)


def test_figures_in_code_are_shown_as_they_are(bench: Bench) -> None:
    text = f"`{ACCOMPAGNE}` et\n\n```\n{ACCOMPAGNE}\n```\n"
    assert bench.publish().read(text).figures == ()


def test_an_approved_text_is_built_again_while_its_figures_stay_within_their_margins(bench: Bench) -> None:
    bench.publish().approve(ACCOMPAGNE)
    nearer: Mapping[str, Shares] = {**PUBLISHED, "accompagne": {"yes": 74, "no": 26}}
    bench.publish(shares=nearer, number=4)
    assert bench.write(ACCOMPAGNE) == "74 %"


def test_how_many_answered_follows_the_data_freely(bench: Bench) -> None:
    bench.publish().approve('{{ base("candidats") }}')
    assert bench.publish(respondents=900, number=4).write('{{ base("candidats") }}') == "900"


def test_what_is_approved_does_not_depend_on_how_the_figure_is_spaced_or_quoted(bench: Bench) -> None:
    bench.publish().approve(ACCOMPAGNE)
    assert bench.read("{{share('candidats',  'accompagne','yes')}}").is_approved


# The planted faults: each breaks the build, and says the file, the line, the figure and why.


def plant(bench: Bench, text: str, study: Study | None = None) -> str:
    """What is said of a text whose only fault is on its third line."""
    said = bench.find_issues(f"Un.\n\n{text}", study)
    place = f"article.md:{LINE + 2}: {{{{ "
    assert place in said
    assert said.count(".md:") == 1
    return said


def test_fault_a_figure_moved_beyond_its_margin(bench: Bench) -> None:
    bench.publish().approve(ACCOMPAGNE).publish(shares=MOVED, number=4)
    said = plant(bench, ACCOMPAGNE)
    assert 'share("candidats", "accompagne", "yes")' in said
    assert "it was 77 ± 4 when the text was approved, and it is 70 now" in said


def test_fault_a_cell_under_the_threshold(bench: Bench) -> None:
    assert "fewer than 5 people" in plant(bench.publish(shares=SMALL), '{{ share("candidats", "connait_iae", "no") }}')


def test_fault_a_base_too_small(bench: Bench) -> None:
    assert "fewer than 20 people" in plant(bench.publish(respondents=15), ACCOMPAGNE)


def test_fault_an_answer_that_does_not_exist(bench: Bench) -> None:
    said = plant(bench.publish(), '{{ share("candidats", "accompagne", "oui") }}')
    assert "no answer 'oui': it has 'yes', 'no'" in said


def test_fault_a_question_that_does_not_exist(bench: Bench) -> None:
    assert "has no question 'accompagné'" in plant(bench.publish(), '{{ share("candidats", "accompagné", "yes") }}')


def test_fault_a_questionnaire_that_does_not_exist(bench: Bench) -> None:
    said = plant(bench.publish(), '{{ base("candidat") }}')
    assert "no questionnaire 'candidat': it has candidats, professionnels" in said


def test_fault_a_wave_that_does_not_exist(bench: Bench) -> None:
    assert "no wave '2025'" in plant(bench.publish(), '{{ base("candidats", wave="2025") }}')


def test_fault_a_version_that_the_wave_does_not_have(bench: Bench) -> None:
    said = plant(bench.publish(), '{{ base("candidats", version=2) }}')
    assert "has no version 2: its versions are 1" in said


def test_fault_another_version_since_the_approval(bench: Bench, study: Study) -> None:
    bench.publish().approve(ACCOMPAGNE)
    two = second_version(study)
    bench.publish(major=2, versions=["2.0.0"])
    said = plant(bench, ACCOMPAGNE, two)
    assert "approved with version 1 of candidats, and this figure is of version 2" in said
    pinned = '{{ share("candidats", "accompagne", "yes", version=1) }}'
    assert bench.approve(pinned).read(pinned, study=two).is_approved


def test_fault_an_estimate_that_is_not_declared(bench: Bench) -> None:
    said = plant(bench.publish(), '{{ mean("candidats", "consideration") }}')
    assert "does not publish mean: declare it" in said


def test_fault_a_difference_that_could_be_chance(bench: Bench) -> None:
    bench.publish().publish("professionnels", {"redemander": {"toujours": 18, "souvent": 79, None: 3}}, 367)
    bench.publish(shares={"raconter": {"toujours": 17, "souvent": 80, None: 3}})
    one, other = 'share("candidats", "raconter", "toujours")', 'share("professionnels", "redemander", "toujours")'
    said = plant(bench, f"{{{{ difference({one}, {other}) }}}}")
    assert "holds zero. Do not claim it" in said


def test_fault_a_difference_of_the_same_people(bench: Bench) -> None:
    figure = '{{ difference(share("candidats", "accompagne", "yes"), share("candidats", "accompagne", "no")) }}'
    assert "come from the same people" in plant(bench.publish(), figure)


def test_fault_a_quotation_that_was_taken_back(bench: Bench) -> None:
    quote(bench.publish(), "On me rappelle.")
    assert "taken it back" in plant(bench, '{{ verbatim("candidats", "Merci") }}')


def test_fault_words_that_begin_several_quotations(bench: Bench) -> None:
    quote(bench.publish(), "On me rappelle.", "On me le dit.")
    assert "2 published texts begin" in plant(bench, '{{ verbatim("candidats", "On me") }}')


def test_fault_a_figure_added_since_the_approval(bench: Bench) -> None:
    bench.publish().approve('{{ base("candidats") }}')
    assert "added since the text was approved" in plant(bench, ACCOMPAGNE)


def test_fault_invented_answers_replaced_by_real_ones(bench: Bench) -> None:
    bench.publish().approve(ACCOMPAGNE).publish(demonstration=False)
    assert "approved with invented answers, and these are real" in plant(bench, ACCOMPAGNE)


def test_fault_older_data_than_those_approved(bench: Bench) -> None:
    bench.publish().approve(ACCOMPAGNE).publish(number=2)
    assert "approved with release 3, and the newest is 2" in plant(bench, ACCOMPAGNE)


def test_fault_a_release_that_cannot_be_read(bench: Bench) -> None:
    bench.publish()
    next(bench.data.rglob("latest.json")).write_bytes(b"{")
    assert "not a release document" in plant(bench, ACCOMPAGNE)


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ("{{ shares() }}", "there is no such figure: write one of share"),
        ('{{ share("candidats", "accompagne") }}', "a share is of one answer"),
        ('{{ share("candidats", ) + 1 }}', "there is no such figure"),
        ('{{ share("candidats" "accompagne" }}', "this cannot be read"),
        ("{{ base(open) }}", "in quotes, or as numbers"),
        ('{{ base("candidats", **{}) }}', "say each option by its name"),
        ('{{ base("candidats", colour="red") }}', "unexpected keyword argument 'colour': write it as base("),
        ('{{ difference("a", "b") }}', "a difference is of two figures"),
        ('{{ difference(base("candidats"), chart("candidats", "note")) }}', "of two shares, or of two means"),
        ('{{ base("candidats") }', "this figure does not end"),
    ],
)
def test_fault_a_figure_that_is_miswritten(bench: Bench, figure: str, reason: str) -> None:
    assert reason in plant(bench.publish(), figure)


def test_all_faults_of_a_text_are_said_at_once(bench: Bench) -> None:
    said = bench.publish().find_issues('{{ base("x") }}\n\n{{ base("y") }}')
    assert [line.split(":")[1] for line in said.splitlines()] == [str(LINE), str(LINE + 2)]


def test_a_page_that_names_no_study_of_the_site_is_refused(bench: Bench) -> None:
    bench.file.write_text("---\nstudy: ailleurs\n---\n", "utf-8")
    with pytest.raises(NotAnArticle, match=r"`study: parcours-de-qualite`; it says 'ailleurs'"):
        ArticleReader({bench.study.id: bench.study}, PublishedData(make_reader(""))).read(bench.file)


def test_the_approval_holds_each_figure_once_with_its_source(bench: Bench) -> None:
    kept = read_approval(bench.publish().approve(f"{ACCOMPAGNE} {ACCOMPAGNE}").file)
    assert kept is not None
    (one,) = kept.values()
    assert (one.value, one.margin, one.sources[0].release, one.sources[0].demonstration) == (77, 4, 3, True)


@pytest.mark.parametrize("source", ["1()", "share", "(lambda: 1)()", "share(f'{x}')", "__import__('os')", "(" * 400])
def test_a_figure_is_never_run(source: str) -> None:
    with pytest.raises(UnboundFigure):
        parse(source)


def test_a_forgotten_end_is_not_taken_for_a_long_figure() -> None:
    (place,) = find_places("{{ share(" + "a" * 1000 + "}}")
    with pytest.raises(UnboundFigure, match="does not end"):
        parse_call_at(place)


def quote(bench: Bench, *texts: str) -> None:
    """Publish these texts of candidates, in the file that the job writes."""
    quotes = [PublishedQuote(question="message", language="fr", text=text, themes=()) for text in texts]
    document = build_verbatims_document(bench.study, series_of(bench.study, "candidats"), quotes)
    verbatims_file(bench.data, bench.study, "candidats").write_text(json.dumps(document), "utf-8")


def second_version(study: Study) -> Study:
    """The same study, with a second major version of the candidates' questionnaire in its wave."""
    first = study.by_version["candidats", "1.0.0"]
    wave = study.waves[0]
    openings = (*wave.openings["candidats"], Opening(version="2.0.0", opens=wave.opens))
    return replace(
        study,
        questionnaires=(*study.questionnaires, replace(first, version="2.0.0")),
        waves=(replace(wave, openings={**wave.openings, "candidats": openings}),),
    )
