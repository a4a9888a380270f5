"""What templates are given: every block of a form with its words, what was typed, and what is wrong with it.

Templates only lay out what stands here. The first input of a question has the question's id, so links to it work.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    src: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A radio, a checkbox, or an item to rank."""

    id: str
    value: str
    label: Markup
    hint: Markup | None = None
    picture: Picture | None = None
    chosen: bool = False
    rank: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One block of the form; which members matter depends on `kind`, the name of its macro."""

    kind: str
    id: str
    label: Markup
    marks: tuple[str, ...] = ()
    obligation: str = ""
    hints: tuple[Markup | str, ...] = ()
    help: Markup | None = None
    picture: Picture | None = None
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    apart: tuple[Option, ...] = ()
    """The choices that stand last, after an "or"."""
    anchors: tuple[str, str] | None = None
    value: str = ""
    unit: str = ""
    minimum: str = ""
    maximum: str = ""
    whole: bool = True
    ranks: tuple[int, ...] = ()
    care: Markup | None = None
    """What to take care of before writing here."""
    consent: bool | None = None
    """Whether quoting was agreed to; None when it is not asked."""
    agree: str = ""
    """What is agreed to, in the words of whoever writes."""
    rows: tuple[Field, ...] = ()

    @property
    def described_by(self) -> str:
        """The ids of the hint and of the errors that belong to the input."""
        named = {"hint": self.hints, "care": self.care, "error": self.errors}
        return " ".join(f"{self.id}--{name}" for name, present in named.items() if present)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """A section."""

    title: Markup
    intro: Markup | None
    marks: tuple[str, ...]
    fields: tuple[Field, ...]
