"""A report as an .xlsx workbook: one sheet per chapter, charts beside their numbers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hotline.read.report import Cell, Chart, Report, Section, Table

_HEAD = PatternFill("solid", fgColor="E6EEF9")
_WIDEST = 42


def write(report: Report, path: Path) -> None:
    """The workbook, whole."""
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet), "a new workbook has a sheet"
    cover.title = "封面"
    for n, (words, size) in enumerate(
        ((report.title, 18), (report.subtitle, 14), (report.issuer, 12), (report.made, 11)), 2
    ):
        cover.cell(n, 2, words).font = Font(size=size, bold=size > 12)
    if report.draft:
        cover.cell(7, 2, "内部稿，未冻结或未发布，不得对外引用").font = Font(color="B8261D", bold=True)
    cover.column_dimensions["B"].width = 80
    for section in report.sections:
        _section(book.create_sheet(section.title[:31]), section)
    book.save(path)


def _section(sheet: Worksheet, section: Section) -> None:
    row = 1
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.cell(row, 1, section.title).font = Font(size=14, bold=True)
    for words in section.words:
        row += 1
        sheet.cell(row, 1, words)
    row += 2
    widths: dict[int, int] = {}
    for table in section.tables:
        row = _table(sheet, table, row, widths) + 2
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, width + 2)
    for chart in section.charts:
        row = _chart(sheet, chart, row) + 2


def _table(sheet: Worksheet, table: Table, row: int, widths: dict[int, int]) -> int:
    sheet.cell(row, 1, table.title).font = Font(bold=True)
    row += 1
    for column, head in enumerate(table.heads, 1):
        cell = sheet.cell(row, column, head)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        widths[column] = max(widths.get(column, 6), min(_WIDEST, _width(head)))
    for values in table.rows:
        row += 1
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, _value(value))
            if isinstance(value, int):
                cell.number_format = "#,##0"
            elif isinstance(value, Decimal):
                cell.number_format = "0.00"
            widths[column] = max(widths.get(column, 6), _width(str(value or "")))
    if table.note:
        row += 1
        sheet.cell(row, 1, table.note).font = Font(italic=True, color="566274")
    return row


def _chart(sheet: Worksheet, chart: Chart, row: int) -> int:
    """The chart with its numbers under it, from which it is drawn."""
    top = row + 18
    sheet.cell(top, 1, chart.title).font = Font(bold=True)
    for column, (name, values) in enumerate(chart.series, 2):
        sheet.cell(top + 1, column, name)
        for n, value in enumerate(values, 2):
            if value is not None:
                sheet.cell(top + n, column, value)
    for n, label in enumerate(chart.labels, 2):
        sheet.cell(top + n, 1, label)
    last = top + 1 + len(chart.labels)
    drawn = LineChart() if chart.kind == "line" else BarChart()
    if isinstance(drawn, BarChart):
        drawn.type, drawn.gapWidth = "bar", 60
        drawn.x_axis.scaling.orientation = "maxMin"
        drawn.y_axis.scaling.min = 0
        drawn.legend = None
    drawn.title, drawn.height, drawn.width = chart.title, 8.5, 18
    drawn.add_data(
        Reference(sheet, min_col=2, max_col=1 + len(chart.series), min_row=top + 1, max_row=last), titles_from_data=True
    )
    drawn.set_categories(Reference(sheet, min_col=1, min_row=top + 2, max_row=last))
    for series in drawn.series if isinstance(drawn, LineChart) else ():
        series.smooth = False
    drawn.x_axis.delete = drawn.y_axis.delete = False
    sheet.add_chart(drawn, f"A{row}")
    return last


def _value(value: Cell) -> str | int | float | None:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return f"'{value}"
    return float(value) if isinstance(value, Decimal) else value


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
