"""The editable roadmap as a Word document: real styles, headings, tables and alternative texts.

A4, no macros, no links out, no fields but the page number; the same content gives the same bytes.
"""

import datetime as dt
import io
import re
import zipfile
from typing import Any

from django.utils import translation
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from assessments.exchange.out_drawing import quadrant_png
from assessments.exchange.out_story import (
    Block,
    Bullets,
    Front,
    Grid,
    Heading,
    Picture,
    Story,
    Text,
    tell,
)
from assessments.reports.paper.edition import Edition
from assessments.results.canvas import COLOURS

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHORT, LONG, MARGIN = Mm(210), Mm(297), Mm(19)
# Fonts that Word and LibreOffice have for each script; what is missing is replaced by a like one.
LATIN, EAST_ASIAN, ARABIC = "Calibri", "Yu Gothic", "Tahoma"
_REGIONS = {"en": "en-GB", "ja": "ja-JP", "fa": "fa-IR"}
_TOGETHER = 10  # rows that stay on one page
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLES = {
    "plain": "Normal",
    "sentence": "Sentence",
    "source": "Source",
}


def document(edition: Edition) -> bytes:
    """The document of an edition, in its language."""
    with translation.override(edition.language):
        story = tell(edition)
        writer = _Writer(story, edition)
        return writer.write()


class _Writer:
    """Writes one story into one document."""

    def __init__(self, story: Story, edition: Edition) -> None:
        self.story = story
        self.language = edition.language
        self.date = edition.date
        self.rtl = translation.get_language_bidi()
        self.document = Document()
        self.wide = False

    def write(self) -> bytes:
        self._properties()
        self._page(self.document.sections[0])
        self._styles()
        self._front(self.story.front)
        for block in self.story.blocks:
            self._block(block)
        self._foot()
        file = io.BytesIO()
        self.document.save(file)
        return _settled(file)

    # ---- frame ---------------------------------------------------------------------------------

    def _properties(self) -> None:
        known = self.document.core_properties
        made = dt.datetime.combine(self.date, dt.time(), dt.UTC) if self.date else _EPOCH
        known.title, known.subject = _fit(self.story.title), _fit(self.story.subject)
        known.author = known.last_modified_by = ""
        known.comments = known.keywords = known.category = ""
        known.language = _REGIONS.get(self.language, self.language)
        known.created = known.modified = made
        known.revision = 1

    def _page(self, section: Any) -> None:
        width, height = (LONG, SHORT) if self.wide else (SHORT, LONG)
        section.orientation = WD_ORIENT.LANDSCAPE if self.wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = width, height
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, MARGIN)
        if self.rtl and section._sectPr.find(qn("w:bidi")) is None:  # noqa: SLF001 -- no public way
            _add(section._sectPr, "w:bidi")  # noqa: SLF001

    @property
    def _line(self) -> int:
        return int((LONG if self.wide else SHORT) - 2 * MARGIN)

    def _styles(self) -> None:
        styles = self.document.styles
        ink, muted, brand = COLOURS["ink"], COLOURS["muted"], COLOURS["brand"]
        self._style("Normal", size=10, colour=ink, before=0, after=5)
        self._style("Title", size=30, colour=brand, bold=True, before=6, after=6)
        self._style("Subtitle", size=16, colour=ink, before=0, after=4)
        self._style("Heading 1", size=18, colour=brand, bold=True, before=2, after=6)
        self._style("Heading 2", size=12.5, colour=ink, bold=True, before=10, after=3)
        self._style("Heading 3", size=10, colour=muted, bold=True, before=6, after=2)
        self._style("List Bullet", size=10, colour=ink, before=0, after=3)
        self._style("Caption", size=9, colour=muted, before=2, after=8)
        for name in ("Kicker", "Sentence", "Source", "Cell", "Cell Head", "Gap"):
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        self._style("Kicker", size=9.5, colour=muted, bold=True, before=0, after=0)
        styles["Kicker"].paragraph_format.keep_with_next = True
        self._style("Sentence", size=12, colour=ink, before=0, after=8)
        self._style("Source", size=9, colour=muted, before=4, after=8)
        self._style("Cell", size=9.5, colour=ink, before=0.5, after=0.5)
        self._style("Cell Head", size=9, colour=muted, bold=True, before=1, after=1)
        self._style("Gap", size=4, colour=ink, before=0, after=0)
        for name in ("Heading 1", "Heading 2", "Heading 3"):
            styles[name].paragraph_format.keep_with_next = True

    def _style(
        self,
        name: str,
        *,
        size: float,
        colour: str,
        before: float,
        after: float,
        bold: bool = False,
    ) -> None:
        """Set one style out; fonts, language and direction are those of the document's language."""
        style = self.document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before),
            Pt(after),
        )
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
        run = style.element.get_or_add_rPr()
        for old in ("w:rFonts", "w:lang", "w:spacing", "w:kern"):
            for found in run.findall(qn(old)):
                run.remove(found)
        fonts = {"ascii": LATIN, "hAnsi": LATIN, "eastAsia": EAST_ASIAN, "cs": ARABIC}
        run.insert(0, _element("w:rFonts", fonts))
        _put(run, "w:szCs", {"val": str(int(size * 2))})
        _put(run, "w:bCs", {"val": "1" if bold else "0"})
        _put(run, "w:iCs", {"val": "0"})
        region = _REGIONS.get(self.language, self.language)
        languages = {"val": region, "eastAsia": region, "bidi": region}
        _put(run, "w:lang", languages)
        if self.rtl:
            style.element.get_or_add_pPr().insert_element_before(
                _element("w:bidi", {}), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc"
            )
            _put(run, "w:rtl", {})

    def _foot(self) -> None:
        """What the document is, and the page's number, on every page."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.style = self.document.styles["Source"]
        paragraph.add_run(_fit(f"{self.story.foot} · "))
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = paragraph.add_run()
            if kind:
                run._r.append(_element("w:fldChar", {"fldCharType": kind}))  # noqa: SLF001
            else:
                field = _element("w:instrText", {})
                field.text = text
                run._r.append(field)  # noqa: SLF001

    # ---- blocks --------------------------------------------------------------------------------

    def _front(self, front: Front) -> None:
        kicker = self._paragraph(front.kicker, "Kicker")
        kicker.paragraph_format.space_before = Pt(120)
        self._paragraph(front.title, "Title")
        for line in front.lines:
            self._paragraph(line, "Subtitle")
        for label in front.labels:
            run = self._paragraph("", "Sentence").add_run(_fit(label))
            _embolden(run)
            run.font.color.rgb = RGBColor.from_string(COLOURS["error"][1:])
        self._paragraph("", "Normal").paragraph_format.space_after = Pt(60)
        self._grid(front.facts)
        self._paragraph(front.small_print, "Source")

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Text():
                paragraph = self._paragraph("", _STYLES[block.style])
                if block.lead:
                    _embolden(paragraph.add_run(_fit(f"{block.lead} ")))
                paragraph.add_run(_fit(block.text))
            case Bullets():
                for text in block.texts:
                    self._paragraph(text, "List Bullet")
            case Grid():
                self._grid(block)
            case Picture():
                self._picture(block)

    def _paragraph(self, text: str, style: str) -> Any:
        return self.document.add_paragraph(_fit(text), style=style)

    def _heading(self, heading: Heading) -> None:
        """Each part begins a page, and turns it where it needs the width."""
        if heading.level == 1:
            turn = heading.wide != self.wide and (heading.wide or heading.upright)
            if turn:
                self.wide = heading.wide
                self._page(self.document.add_section(WD_SECTION.NEW_PAGE))
            kicker = self._paragraph(heading.kicker, "Kicker")
            kicker.paragraph_format.page_break_before = not turn
        self._paragraph(heading.text, f"Heading {heading.level}")

    def _picture(self, picture: Picture) -> None:
        paragraph = self._paragraph("", "Normal")
        paragraph.paragraph_format.keep_with_next = True
        image = io.BytesIO(quadrant_png(picture.chart))
        shape = paragraph.add_run().add_picture(image, width=Mm(84))
        known = shape._inline.docPr  # noqa: SLF001 -- no public way to the alternative text
        known.set("descr", _fit(picture.chart.label))
        known.set("name", "quadrant")
        self._paragraph(picture.caption, "Caption")

    def _grid(self, grid: Grid) -> None:
        """A table whose header stands again on every page and whose rows are never cut."""
        rows = len(grid.rows) + bool(grid.columns)
        table = self.document.add_table(rows=rows, cols=len(grid.widths))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        self._describe(table, grid)
        widths = [Emu(int(self._line * share)) for share in grid.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        lines = list(table.rows)
        if grid.columns:
            head = lines.pop(0)
            _add(head._tr.get_or_add_trPr(), "w:tblHeader")  # noqa: SLF001 -- no public way
            for cell, text, width in zip(head.cells, grid.columns, widths, strict=True):
                self._cell(cell, (text,), width, style="Cell Head")
                _shade(cell, COLOURS["bg"])
        for place, (line, texts) in enumerate(zip(lines, grid.rows, strict=True)):
            _add(line._tr.get_or_add_trPr(), "w:cantSplit")  # noqa: SLF001
            self._row(list(line.cells), texts, widths, grid, place)
        if rows <= _TOGETHER:
            _hold_together(table)
        self.document.add_paragraph(style="Gap")  # else the next table would grow onto this one

    def _row(
        self,
        cells: list[Any],
        texts: tuple[tuple[str, ...], ...],
        widths: list[Any],
        grid: Grid,
        place: int,
    ) -> None:
        """The first cell names the row; a row that matters most is tinted.

        Where a row has fewer cells than the table, its last one takes the rest of the line.
        """
        if len(texts) < len(cells):
            cells[len(texts) - 1].merge(cells[-1])
        for column, (cell, parts) in enumerate(zip(cells, texts, strict=False)):
            style = "Cell" if grid.columns or column else "Cell Head"
            self._cell(cell, parts, widths[column], style=style, bold=column == 0)
            if place in grid.strong:
                _shade(cell, COLOURS[f"{self.story.tone}-tint"])

    def _describe(self, table: Any, grid: Grid) -> None:
        """Hairlines, a description for who does not see the table, and its direction."""
        properties = table._tbl.tblPr  # noqa: SLF001 -- no public way
        borders = _element("w:tblBorders", {})
        colour = COLOURS["hairline"][1:]
        for side in ("top", "bottom", "insideH"):
            line = {"val": "single", "sz": "4", "space": "0", "color": colour}
            borders.append(_element(f"w:{side}", line))
        properties.append(borders)
        look = properties.find(qn("w:tblLook"))
        if look is not None:
            properties.remove(look)
        properties.append(
            _element(
                "w:tblLook",
                {"firstRow": "1" if grid.columns else "0", "firstColumn": "1", "noHBand": "1"},
            )
        )
        properties.append(_element("w:tblDescription", {"val": _fit(grid.name)}))
        if self.rtl:
            table.table_direction = 1

    def _cell(
        self, cell: Any, parts: tuple[str, ...], width: Any, *, style: str, bold: bool = False
    ) -> None:
        if cell.grid_span == 1:
            cell.width = width
        first = cell.paragraphs[0]
        for place, text in enumerate(parts or ("",)):
            paragraph = first if place == 0 else cell.add_paragraph()
            paragraph.style = self.document.styles[style]
            run = paragraph.add_run(_fit(text))
            if bold and place == 0:
                _embolden(run)


# ---- XML that python-docx has no words for -----------------------------------------------------


def _element(name: str, attributes: dict[str, str]) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _add(parent: Any, name: str) -> None:
    parent.append(_element(name, {}))


# Those of a run's properties that styles here may have, in the order in which they must stand.
_RUN_ORDER = ("rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "rtl", "cs", "lang")


def _put(run: Any, name: str, attributes: dict[str, str]) -> None:
    """Set one property of a run in its place; an older one gives way."""
    for old in run.findall(qn(name)):
        run.remove(old)
    place = _RUN_ORDER.index(name.removeprefix("w:"))
    followers = {qn(f"w:{after}") for after in _RUN_ORDER[place + 1 :]}
    made = _element(name, attributes)
    for child in run:
        if child.tag in followers:
            child.addprevious(made)
            return
    run.append(made)


def _embolden(run: Any) -> None:
    """Bold in every script; those that join letters have a property of their own."""
    run.font.bold = run.font.cs_bold = True


def _hold_together(table: Any) -> None:
    """Keep a short table on one page."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _shade(cell: Any, colour: str) -> None:
    shade = {"val": "clear", "color": "auto", "fill": colour.removeprefix("#")}
    cell._tc.get_or_add_tcPr().append(_element("w:shd", shade))  # noqa: SLF001


def _fit(text: str) -> str:
    """Text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def _settled(file: io.BytesIO) -> bytes:
    """The same package with fixed times, so that equal documents are equal files."""
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            place = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            place.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(place, old.read(info))
    return made.getvalue()
