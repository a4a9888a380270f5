"""`boucle recordings`: what to read aloud, and taking the files in."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.rules.recordings import LOST_RULE
from boucle.authoring.lint.run import lint
from boucle.authoring.recordings import accept_recordings, list_texts_to_record
from boucle.authoring.writing import as_file
from boucle.cli.options import EXISTING_FILE
from boucle.content.surveys import read_recordings, read_study, recording_file, recordings_file
from boucle.core.study.model import Study
from boucle.core.study.recordings import as_json, find_unrecorded


@click.group("recordings", epilog="Example: boucle recordings list surveys/my-study/users/1.0.0.json fr")
def recordings_group() -> None:
    """Let a questionnaire be heard where a phone has no voice for its language.

    Recordings are Opus files in the questionnaire's folder: audio/fr/NAME.opus. The names are those that `list` gives.
    """


@recordings_group.command("list", epilog="Example: boucle recordings list surveys/my-study/users/1.0.0.json fr")
@click.argument("file", type=EXISTING_FILE)
@click.argument("language")
@click.option("--all", "everything", is_flag=True, help="Those that are recorded too.")
def list_command(file: Path, language: str, everything: bool) -> None:
    """Write what is still to be read aloud, a line a text: the file's name, a tab, the text."""
    texts = _read_texts(file, language)
    recorded = {} if everything else read_recordings(_study_folder(file), file.parent.name).get(language, {})
    for line in list_texts_to_record(texts, find_unrecorded(texts, recorded)):
        click.echo(line)


@recordings_group.command("accept", epilog="Example: boucle recordings accept surveys/my-study/users/1.0.0.json fr")
@click.argument("file", type=EXISTING_FILE)
@click.argument("language")
@click.option("--still-right", "again", multiple=True, help="A NAME whose old file reads the new text too.")
def accept_command(file: Path, language: str, again: tuple[str, ...]) -> None:
    """Take in the files of audio/LANGUAGE, and write down which text each of them reads: that of FILE, as it is now."""
    folder, questionnaire = _study_folder(file), file.parent.name
    texts = _read_texts(file, language)
    before = read_recordings(folder, questionnaire)
    taken = accept_recordings(
        recording_file(folder, questionnaire, language, "").parent, texts, before.get(language, {}), frozenset(again)
    )
    listed = recordings_file(folder, questionnaire)
    listed.parent.mkdir(exist_ok=True)
    listed.write_text(as_file(as_json({**before, language: taken.recordings})), encoding="utf-8")
    for name in taken.changed:
        click.echo(f"  {name}: its text has changed since. Record it again, or say --still-right {name}")
    for name in taken.unknown:
        click.echo(f"  {name}: nothing is called so, and no page will play it")
    left = len(find_unrecorded(texts, taken.recordings))
    click.echo(f"{listed}: {len(taken.recordings)} recordings, {len(taken.new)} of them new; {left} texts have none.")


def _read_texts(file: Path, language: str) -> dict[str, str]:
    from boucle.pages.forms.spoken import list_spoken_texts

    study = _read_sound_study(file)
    version = study.by_version.get((file.parent.name, file.stem))
    if version is None or language not in version.languages:
        spoken_in = ", ".join(version.languages) if version else "nothing: it is no version of a questionnaire"
        raise click.UsageError(f"{file} speaks {spoken_in}.")
    return dict(list_spoken_texts(study, version, language))


def _read_sound_study(file: Path) -> Study:
    folder = _study_folder(file)
    if any(issue.rule != LOST_RULE for issue in lint([folder]).of(Severity.ERROR)):
        raise click.ClickException(f"{folder} has mistakes. Mend first what this lists: boucle lint {folder}")
    return read_study(folder)


def _study_folder(file: Path) -> Path:
    return file.absolute().parent.parent


COMMAND = recordings_group
