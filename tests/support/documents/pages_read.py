"""Reads a page as a browser would, and says what a careful reviewer would object to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LABELLED = {"input", "select", "textarea"}
LOADED = ("src", "srcset", "action", "formaction")
REFERENCES = ("aria-describedby", "aria-labelledby", "for")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says, blanks collapsed."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return re.sub(r"[ \n\t]+", " ", " ".join(parts)).strip()

    def all(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """Every element below with this tag and these attributes (`class_` for class), in order."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.below()
            if tag in (None, element.tag) and wanted.items() <= element.attributes.items()
        ]

    def one(self, tag: str | None = None, **attributes: str) -> Element:
        """The only such element. Raises ValueError."""
        (found,) = self.all(tag, **attributes)
        return found

    def below(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.below()

    def above(self) -> Iterator[Element]:
        if self.parent:
            yield self.parent
            yield from self.parent.above()


class _TreeReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("document", {})
        self.misnested: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        if len(element.attributes) < len(attrs):
            self.misnested.append(f"<{tag}> says an attribute twice")
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag or self.here.parent is None:
            self.misnested.append(f"</{tag}> closes <{self.here.tag}>")
        else:
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read_page(page: str) -> Element:
    """The page as a tree. Raises ValueError when its elements are not well nested."""
    reader = _TreeReader()
    reader.feed(page)
    reader.close()
    if reader.misnested or reader.here is not reader.root:
        raise ValueError(f"not well nested: {reader.misnested or reader.here.tag}")
    return reader.root


def find_objections(page: str) -> list[str]:
    """Everything wrong with a page, in words; empty for a good one."""
    tree = read_page(page)
    ids = Counter(node.attributes["id"] for node in tree.below() if "id" in node.attributes)
    return [
        *(f"id said twice: {name}" for name, count in ids.items() if count > 1),
        *(objection for element in tree.below() for objection in _find_objections(element, set(ids))),
        *([] if len(tree.all("h1")) == 1 else ["not exactly one h1"]),
    ]


def _find_objections(element: Element, ids: set[str]) -> Iterator[str]:
    yield from _find_objections_to_kind(element)
    for name, value in element.attributes.items():
        if name == "style" or name.startswith("on"):
            yield f"inline {name} on <{element.tag}>"
        if name in REFERENCES:
            yield from (f"{name} leads nowhere: {reference}" for reference in value.split() if reference not in ids)
        if name == "href" and value.startswith("#") and value[1:] not in ids:
            yield f"link leads nowhere: {value}"
        if (name in LOADED or element.tag == "link") and re.match(r"(https?:)?//", value):
            yield f"third party: {value}"


def _find_objections_to_kind(element: Element) -> Iterator[str]:
    given = element.attributes
    if element.tag == "script" and ("src" not in given or element.text):
        yield "an inline script"
    if element.tag in LABELLED and given.get("type") != "hidden" and not _is_labelled(element):
        yield f"no label: {given.get('id') or given.get('name')}"
    if element.tag == "img" and "alt" not in given:
        yield f"no alt: {given.get('src')}"
    if element.tag == "fieldset" and not element.text.startswith(element.all("legend")[0].text):
        yield "a fieldset whose legend is not first"


def _is_labelled(element: Element) -> bool:
    if any(ancestor.tag == "label" for ancestor in element.above()):
        return True
    root = list(element.above())[-1]
    return any(label.attributes.get("for") == element.attributes.get("id", "-") for label in root.all("label"))
