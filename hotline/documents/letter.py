"""A report as a .docx letter: headings, words, tables, charts that Word can edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from hotline.documents.drawing_xml import chart_xml
from hotline.read.report import Chart, Report, Table, words_of

_FONT = "宋体"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WIDTH, _HEIGHT = Cm(24), Cm(8.5)
_MOST = 60
"""Rows of a table in the letter; the workbook has all of them."""


def write(report: Report, path: Path) -> None:
    """The letter, whole."""
    document = Document()
    _page(document)
    title = document.add_paragraph(report.title)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _style(title.runs[0], 22, bold=True)
    for words, size in ((report.subtitle, 14), (report.issuer, 12), (report.made, 10.5)):
        line = document.add_paragraph(words)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _style(line.runs[0], size)
    if report.draft:
        line = document.add_paragraph("内部稿，未冻结或未发布，不得对外引用")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _style(line.runs[0], 10.5, bold=True, colour=RGBColor(0xB8, 0x26, 0x1D))
    charts = 0
    for n, section in enumerate(report.sections):
        heading = document.add_heading(f"{'一二三四五六七八九十'[n]}、{section.title}", level=1)
        _style(heading.runs[0], 16, bold=True)
        for words in section.words:
            paragraph = document.add_paragraph(words)
            paragraph.paragraph_format.first_line_indent = Pt(24)
            _style(paragraph.runs[0], 12) if paragraph.runs else None
        for table in section.tables:
            _table(document, table)
        for chart in section.charts:
            charts += 1
            _chart(document, chart, charts)
    document.core_properties.title = report.title
    document.core_properties.author = report.issuer
    document.save(str(path))


def _page(document: Any) -> None:
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)


def _style(run: Any, size: float, *, bold: bool = False, colour: RGBColor | None = None) -> None:
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, _FONT
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    run.font.color.rgb = colour or RGBColor(0x1A, 0x23, 0x30)


def _table(document: Any, table: Table) -> None:
    caption = document.add_paragraph(table.title)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(8)
    _style(caption.runs[0], 11, bold=True)
    shown = table.rows[:_MOST]
    grid = document.add_table(rows=1, cols=len(table.heads), style="Light Grid Accent 1")
    for n, (cell, head) in enumerate(zip(grid.rows[0].cells, table.heads, strict=True)):
        _cell(cell, head, bold=True, right=table.numbers(n))
    header = grid.rows[0]._tr.get_or_add_trPr()
    header.append(parse_xml('<w:tblHeader xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'))
    for values in shown:
        for n, (cell, value) in enumerate(zip(grid.add_row().cells, values, strict=True)):
            _cell(cell, words_of(value), right=table.numbers(n))
    note = table.note
    if len(table.rows) > len(shown):
        note = f"{note}其余 {len(table.rows) - len(shown)} 行见电子表格。"
    if note:
        _style(document.add_paragraph(note).runs[0], 9)


def _cell(cell: Any, words: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    _style(paragraph.add_run(words), 9, bold=bold)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _chart(document: Any, chart: Chart, n: int) -> None:
    part = Part(PackURI(f"/word/charts/chart{n}.xml"), _CHART, chart_xml(chart), document.part.package)
    found = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    run = document.add_paragraph().add_run()
    run._element.append(
        parse_xml(
            '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
            'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
            'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/>'
            f'<wp:docPr id="{1000 + n}" name="图 {n}"/><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
            f'r:id="{found}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
        )
    )
