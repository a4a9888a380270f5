"""Forms as a browser without script would send them: just enough of HTML's rules to follow our own pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode


@dataclass
class Form:
    """One form of a page, as it stands when the page opens."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: int = 0

    def encode(self) -> bytes:
        """What the browser sends: line breaks as CRLF."""
        breaks = [(name, value.replace("\r\n", "\n").replace("\n", "\r\n")) for name, value in self.fields]
        return urlencode(breaks).encode()


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.area: tuple[str, list[str]] | None = None
        self.select: str | None = None
        self.option: tuple[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = Form((given.get("method") or "get").lower(), given.get("action") or "")
            self.forms.append(self.inside)
        if self.inside is None:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "button":
            self.inside.buttons += 1
        elif tag == "textarea":
            self.area = (name, [])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.option = (self.select, given.get("value"))
        elif tag == "input" and name and self._is_sent(given):
            self.inside.fields.append((name, value))

    @staticmethod
    def _is_sent(given: dict[str, str | None]) -> bool:
        return given.get("type") not in {"radio", "checkbox"} or "checked" in given

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)
        if self.option and self.inside:
            # An option without a value is sent as its text.
            name, value = self.option
            self.inside.fields.append((name, data if value is None else value))
            self.option = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        if tag == "select":
            self.select = None
        if tag == "textarea" and self.area and self.inside:
            name, written = self.area
            # The first line break of a text area belongs to its writing.
            self.inside.fields.append((name, "".join(written).removeprefix("\n")))
            self.area = None


def read_forms(page: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms


def read_post_forms(page: str) -> list[Form]:
    """The forms of a page that post."""
    return [form for form in read_forms(page) if form.method == "post"]
