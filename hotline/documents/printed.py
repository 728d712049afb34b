"""A report as a PDF, by ReportLab with the CID font that every PDF reader brings for Chinese (STSong-Light)."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from hotline.read.report import Chart, Report, Table, words_of

_FONT = "STSong-Light"
_BLUES = tuple(colors.HexColor(each) for each in ("#1f4f8f", "#3a8a8c", "#7d8ea3"))
_WIDTH = landscape(A4)[0] - 4 * cm
_MOST = 60
"""Rows of a table in print; the workbook has all of them."""
_AIRY = 1.5
"""So much wider than its words a table may be, where the page has room."""
_ACROSS = 4
"""So many narrow tables stand beside each other."""
_TALL = 22
"""A table of more rows than this stands alone, since what stands beside others isn't broken over pages."""
_BESIDE = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]


def write(report: Report, path: Path) -> None:
    """The PDF, whole."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    styles = {
        name: ParagraphStyle(name, fontName=_FONT, fontSize=size, leading=size * 1.6, wordWrap="CJK", **more)
        for name, size, more in (
            ("title", 22, {"alignment": TA_CENTER, "spaceAfter": 6}),
            ("centred", 11, {"alignment": TA_CENTER}),
            ("warning", 11, {"alignment": TA_CENTER, "textColor": colors.HexColor("#b8261d")}),
            ("heading", 15, {"spaceBefore": 12, "spaceAfter": 4, "textColor": _BLUES[0], "keepWithNext": 1}),
            ("caption", 11, {"spaceBefore": 8, "spaceAfter": 3, "keepWithNext": 1}),
            ("body", 11, {"firstLineIndent": 22}),
            ("cell", 9, {}),
            ("right", 9, {"alignment": TA_RIGHT}),
            ("note", 8, {"textColor": colors.HexColor("#566274")}),
        )
    }
    story: list[Any] = [
        Paragraph(escape(report.title), styles["title"]),
        *(Paragraph(escape(words), styles["centred"]) for words in (report.subtitle, report.issuer, report.made)),
    ]
    if report.draft:
        story.append(Paragraph("内部稿，未冻结或未发布，不得对外引用", styles["warning"]))
    for n, section in enumerate(report.sections):
        story.append(Paragraph(f"{'一二三四五六七八九十'[n]}、{escape(section.title)}", styles["heading"]))
        story += [Paragraph(escape(words), styles["body"]) for words in section.words]
        for beside, tables in groupby(section.tables, key=_narrow):
            found = [_table(table, styles, _WIDTH / _ACROSS - 12 if beside else _WIDTH) for table in tables]
            if beside and len(found) > 1:
                rows = [found[at : at + _ACROSS] for at in range(0, len(found), _ACROSS)]
                story += [Grid([row], colWidths=_WIDTH / _ACROSS, hAlign="LEFT", style=_BESIDE) for row in rows]
            else:
                story += [flowable for table in found for flowable in table]
        story += [KeepTogether([Spacer(1, 8), _chart(chart)]) for chart in section.charts]

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(_FONT, 8)
        canvas.setFillColor(colors.HexColor("#566274"))
        canvas.drawString(2 * cm, 1 * cm, f"{report.issuer}　{report.made}")
        canvas.drawRightString(landscape(A4)[0] - 2 * cm, 1 * cm, f"第 {document.page} 页")

    document = SimpleDocTemplate(
        str(path),
        pagesize=landscape(A4),
        leftMargin=2 * cm,
        rightMargin=2 * cm,
        topMargin=1.8 * cm,
        bottomMargin=1.8 * cm,
        title=report.title,
        author=report.issuer,
    )
    document.build(story, onFirstPage=foot, onLaterPages=foot)


def _table(table: Table, styles: dict[str, ParagraphStyle], room: float) -> list[Any]:
    shown = table.rows[:_MOST]
    heads = [
        Paragraph(escape(head), styles["right" if table.numbers(n) else "cell"]) for n, head in enumerate(table.heads)
    ]
    rows = [
        [
            words_of(value) if table.numbers(n) else Paragraph(escape(words_of(value)), styles["cell"])
            for n, value in enumerate(values)
        ]
        for values in shown
    ]
    grid = Grid([heads, *rows], colWidths=_widths(table, room), repeatRows=1, hAlign="LEFT")
    grid.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), _FONT, 9),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e6eef9")),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#dce2ea")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            *(("ALIGN", (n, 1), (n, -1), "RIGHT") for n in range(len(table.heads)) if table.numbers(n)),
        ]
    )
    note = table.note
    if len(table.rows) > len(shown):
        note = f"{note}其余 {len(table.rows) - len(shown)} 行见电子表格。"
    after = [Spacer(1, 3), Paragraph(escape(note), styles["note"])] if note else []
    return [Paragraph(escape(table.title), styles["caption"]), grid, *after]


def _narrow(table: Table) -> bool:
    """A name and a number: four of them fill the page's width."""
    return len(table.heads) == 2 and len(table.rows) <= _TALL


def _widths(table: Table, room: float) -> list[float]:
    """Columns in proportion to what stands in them, within the room there is."""
    wide = [
        max(4, min(36, max(_letters(words_of(row[n])) for row in [table.heads, *table.rows[:_MOST]])))
        for n in range(len(table.heads))
    ]
    natural = [width * 5.2 + 12 for width in wide]
    return [width * min(_AIRY, room / sum(natural)) for width in natural]


def _letters(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _chart(chart: Chart) -> Drawing:
    height = 6.5 * cm if chart.kind == "line" else max(4.0, 0.62 * len(chart.labels) + 1.6) * cm
    drawing = Drawing(_WIDTH, height)
    drawing.add(String(0, height - 12, chart.title, fontName=_FONT, fontSize=11))
    drawn = HorizontalLineChart() if chart.kind == "line" else HorizontalBarChart()
    drawn.x, drawn.y = (30 if chart.kind == "line" else 130), 22
    drawn.width, drawn.height = _WIDTH - drawn.x - 40, height - 50
    drawn.data = [tuple(values) for _, values in chart.series]
    drawn.categoryAxis.categoryNames = list(chart.labels)
    drawn.categoryAxis.labels.fontName = drawn.valueAxis.labels.fontName = _FONT
    drawn.categoryAxis.labels.fontSize = drawn.valueAxis.labels.fontSize = 8
    if isinstance(drawn, HorizontalBarChart):
        drawn.categoryAxis.reverseDirection = 1
        drawn.valueAxis.valueMin = 0
        drawn.bars[0].fillColor, drawn.bars[0].strokeColor = _BLUES[0], None
        drawn.barLabels.fontName, drawn.barLabels.fontSize = _FONT, 8
        drawn.barLabelFormat = "%g"
        drawn.barLabels.dx = 16
    else:
        for n in range(len(chart.series)):
            drawn.lines[n].strokeColor, drawn.lines[n].strokeWidth = _BLUES[n % len(_BLUES)], 1.6
            drawing.add(
                String(
                    _WIDTH - 200 + 100 * n,
                    height - 12,
                    f"— {chart.series[n][0]}",
                    fontName=_FONT,
                    fontSize=8,
                    fillColor=_BLUES[n % len(_BLUES)],
                )
            )
    drawing.add(drawn)
    return drawing
