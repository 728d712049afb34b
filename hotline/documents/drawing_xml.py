"""Charts as DrawingML, as a Word document carries them: with their own numbers, without a workbook behind them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hotline.read.report import Chart

_COLOURS = ("1F4F8F", "3A8A8C", "7D8EA3", "5B8FCE")
_SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{space}"'
    for prefix, space in (
        ("c", "drawingml/2006/chart"),
        ("a", "drawingml/2006/main"),
        ("r", "officeDocument/2006/relationships"),
    )
)
_GRID = '<a:ln w="6350"><a:solidFill><a:srgbClr val="DCE2EA"/></a:solidFill></a:ln>'


def chart_xml(chart: Chart) -> bytes:
    """The chart part."""
    line = chart.kind == "line"
    series = "".join(_series(chart, n, line) for n in range(len(chart.series)))
    axes = _val("axId", 1) + _val("axId", 2)
    if line:
        body = _val("grouping", "standard") + _val("varyColors", 0) + series + _val("marker", 1) + axes
        plot = _tag("lineChart", body)
    else:
        body = _val("barDir", "bar") + _val("grouping", "clustered") + _val("varyColors", 0) + series
        plot = _tag("barChart", body + _val("gapWidth", 60) + axes)
    legend = _tag("legend", _val("legendPos", "b") + _val("overlay", 0)) if len(chart.series) > 1 else ""
    area = _tag("plotArea", "<c:layout/>" + plot + _category_axis(line) + _value_axis(line))
    whole = _title(chart.title) + _val("autoTitleDeleted", 0) + area + legend
    whole = _tag("chart", whole + _val("plotVisOnly", 1) + _val("dispBlanksAs", "gap"))
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}<c:chartSpace {_SPACES}>{_val('roundedCorners', 0)}{whole}</c:chartSpace>".encode()


def _val(name: str, value: object) -> str:
    return f'<c:{name} val="{value}"/>'


def _tag(name: str, inner: str) -> str:
    return f"<c:{name}>{inner}</c:{name}>"


def _title(words: str) -> str:
    run = f'<a:r><a:rPr lang="zh-CN" sz="1200"/><a:t>{escape(words)}</a:t></a:r>'
    return _tag("title", _tag("tx", _tag("rich", f"<a:bodyPr/><a:p>{run}</a:p>")) + _val("overlay", 0))


def _series(chart: Chart, n: int, line: bool) -> str:
    name, values = chart.series[n]
    fill = f'<a:solidFill><a:srgbClr val="{_COLOURS[n % len(_COLOURS)]}"/></a:solidFill>'
    if line:
        look = _tag("spPr", f'<a:ln w="22225">{fill}</a:ln>') + _tag("marker", _val("symbol", "none"))
    else:
        hidden = ("showCatName", "showSerName", "showPercent", "showBubbleSize")
        shown = _val("showLegendKey", 0) + _val("showVal", 1) + "".join(_val(each, 0) for each in hidden)
        look = _tag("spPr", fill) + _val("invertIfNegative", 0) + _tag("dLbls", shown)
    labels = "".join(f'<c:pt idx="{i}">{_tag("v", escape(label))}</c:pt>' for i, label in enumerate(chart.labels))
    numbers = "".join(f'<c:pt idx="{i}">{_tag("v", str(v))}</c:pt>' for i, v in enumerate(values) if v is not None)
    categories = _tag("cat", _tag("strLit", _val("ptCount", len(chart.labels)) + labels))
    counted = _tag("formatCode", "General") + _val("ptCount", len(values)) + numbers
    inner = _val("idx", n) + _val("order", n) + _tag("tx", _tag("v", escape(name))) + look + categories
    return _tag("ser", inner + _tag("val", _tag("numLit", counted)) + (_val("smooth", 0) if line else ""))


def _category_axis(line: bool) -> str:
    return _tag(
        "catAx",
        _val("axId", 1)
        + _tag("scaling", _val("orientation", "minMax" if line else "maxMin"))
        + _val("delete", 0)
        + _val("axPos", "b" if line else "l")
        + _val("majorTickMark", "none")
        + _val("minorTickMark", "none")
        + _val("tickLblPos", "low")
        + _val("crossAx", 2)
        + _val("crosses", "autoZero"),
    )


def _value_axis(line: bool) -> str:
    return _tag(
        "valAx",
        _val("axId", 2)
        + _tag("scaling", _val("orientation", "minMax") + ("" if line else _val("min", 0)))
        + _val("delete", 0)
        + _val("axPos", "l" if line else "t")
        + _tag("majorGridlines", _tag("spPr", _GRID))
        + '<c:numFmt formatCode="General" sourceLinked="0"/>'
        + _val("majorTickMark", "none")
        + _val("minorTickMark", "none")
        + _val("tickLblPos", "nextTo")
        + _val("crossAx", 1)
        + _val("crosses", "autoZero" if line else "max"),
    )
