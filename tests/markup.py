"""What a page of HTML consists of, and what is badly made in it."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}
# Never inside a paragraph: browsers end it there.
BLOCKS = {"div", "dl", "fieldset", "form", "ol", "p", "section", "table", "ul"}
CONTROLS = {"input", "select", "textarea"}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    around: list["Element"]
    pieces: list[str] = field(default_factory=list)

    def __str__(self):
        said = {name: self[name] for name in ("id", "name", "href") if self[name]}
        return " ".join([self.tag, *(f"{name}={said[name]}" for name in said)])

    def __getitem__(self, name):
        return self.attributes.get(name) or ""

    @property
    def text(self):
        return " ".join("".join(self.pieces).split())


class Markup(HTMLParser):
    """The elements of a page in their order, with the text inside each."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.unbalanced = [], [], []
        self.feed(html)
        self.close()
        self.unbalanced += [f"{one} is never closed" for one in self.open]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes), list(self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)
        if tag == "img":
            self.handle_data(element["alt"])

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1].tag != tag:
            self.unbalanced.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element.pieces.append(data)

    def all(self, *tags):
        return [one for one in self.elements if one.tag in tags]

    @property
    def ids(self):
        return [one["id"] for one in self.elements if "id" in one.attributes]

    @property
    def title(self):
        return self.titles[0].text if self.titles else ""

    @property
    def titles(self):
        """What names the window; a drawing names its parts by the same word."""
        return [one for one in self.all("title") if not is_drawn(one)]


def faults_of(page, language):
    """Name everything that is badly made in a page."""
    yield from page.unbalanced
    for one in page.all(*BLOCKS):
        if "p" in {outer.tag for outer in one.around}:
            yield f"inside a paragraph: {one}"
    if len(page.titles) != 1:
        yield f"{len(page.titles)} × title"
    for tag in ("h1", "header", "main"):
        if len(page.all(tag)) != 1:
            yield f"{len(page.all(tag))} × {tag}"
    if [one["lang"] for one in page.all("html")] != [language]:
        yield "html says another language"
    where, dash, _product = page.title.partition(" – ")
    if not (where.strip() and dash):
        yield f"the title does not say where one is: {page.title!r}"
    yield from faults_of_names(page)
    yield from faults_of_references(page)


def is_drawn(element):
    return "svg" in {outer.tag for outer in element.around}


def faults_of_names(page):
    labels = {one["for"] for one in page.all("label") if one.text}
    for one in page.all(*CONTROLS):
        inside = any(outer.tag == "label" and outer.text for outer in one.around)
        named = inside or one["aria-label"] or one["id"] in labels
        if not named and one["type"] not in {"hidden", "submit"}:
            yield f"no label: {one}"
    for one in page.all("a", "button", "summary", "h1", "h2", "h3", "th", "legend"):
        if not (one.text or one["aria-label"]):
            yield f"no text: {one}"
    named = [one["aria-label"] or one["aria-labelledby"] for one in page.all("nav")]
    if "" in named or len(set(named)) < len(named):
        yield f"navigations are not told apart: {named}"


def faults_of_references(page):
    """Identifiers that are there twice, or are spoken of and not there."""
    ids = Counter(page.ids)
    yield from (f"{n} × id={one}" for one, n in ids.items() if n > 1 or not one)
    for one in page.elements:
        wanted = [word for name in REFERENCES for word in one[name].split()]
        if one["href"].startswith("#"):
            wanted.append(one["href"][1:])
        yield from (f"{one} speaks of no #{w}" for w in wanted if w not in ids)
