"""What stands where in a PDF: lengths in points, heights from the top of the page."""

import io
import re
import unicodedata
from dataclasses import dataclass

from pdfminer.converter import PDFPageAggregator
from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTCurve, LTTextContainer, LTTextLine
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser


@dataclass(frozen=True)
class Line:
    page: int
    words: str
    fonts: frozenset[str]
    size: float
    left: float
    right: float
    baseline: float


class Pdf:
    """What a PDF holds: lengths in points, heights from the top of the page."""

    def __init__(self, content):
        self.content = content
        params = LAParams(boxes_flow=None)
        self.pages = list(extract_pages(io.BytesIO(content), laparams=params))
        self.lines = [
            line for page in self.pages for line in self._lines_of(page, page)
        ]
        self.document = PDFDocument(PDFParser(io.BytesIO(content)))

    def _lines_of(self, page, found):
        for one in found:
            if isinstance(one, LTTextLine):
                yield line_of(page, one)
            elif isinstance(one, LTTextContainer):
                yield from self._lines_of(page, one)

    def line(self, words):
        """Give the one line with these words, whose letters are all of one style."""
        (line,) = [line for line in self.lines if line.words == words]
        return line

    def on(self, page):
        lines = [line for line in self.lines if line.page == page]
        return sorted(lines, key=lambda line: (line.baseline, line.left))

    def rules_below(self, line):
        """Give the widths of what is drawn close below a line of words."""
        page = self.pages[line.page - 1]
        return [
            round(one.width, 1)
            for one in page
            if isinstance(one, LTCurve)
            and 0 < page.height - one.y0 - line.baseline < 15
            and one.x0 < (line.left + line.right) / 2 < one.x1
        ]

    def drawn(self, page):
        """Give the letters of a page in the order they are drawn, without spaces."""
        manager = PDFResourceManager()
        device = PDFPageAggregator(manager)
        sheets = list(PDFPage.create_pages(self.document))
        PDFPageInterpreter(manager, device).process_page(sheets[page - 1])
        drawn = device.get_result()
        return [
            one for one in drawn if isinstance(one, LTChar) and one.get_text().strip()
        ]


def line_of(page, line):
    letters = [one for one in line if isinstance(one, LTChar)]
    inked = [one for one in letters if one.get_text().strip()] or letters
    return Line(
        page=page.pageid,
        words=line.get_text().strip(),
        fonts=frozenset(one.fontname.split("+")[1] for one in inked),
        size=round(max(one.size for one in inked), 1),
        left=inked[0].x0,
        right=inked[-1].x1,
        baseline=page.height - inked[0].matrix[5],
    )


def squeezed(words):
    return re.sub(r"\s", "", unicodedata.normalize("NFC", words))
