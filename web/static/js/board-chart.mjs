// The line chart of the board: today by the hour over what is usual, or the last days of a unit. Colours are roles.
import { words } from "./words.mjs";

const role = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const resized = new WeakMap();

export function draw(element) {
  if (!element || typeof echarts === "undefined") return;
  const data = JSON.parse(element.dataset.chart);
  const chart = echarts.getInstanceByDom(element) ?? echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(data.kind === "hours" ? hours(data) : days(data), true);
  if (!resized.has(element)) {
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(element);
    resized.set(element, watch);
  }
}

export function point(element, key, value) {
  if (!element) return;
  const data = JSON.parse(element.dataset.chart);
  const hour = Number(key.slice(-2));
  if (data.kind !== "hours" || data.today[hour] === value) return;
  for (let n = 0; n <= hour; n += 1) data.today[n] ??= 0; // hours in which nothing came
  data.today[hour] = value;
  element.dataset.chart = JSON.stringify(data);
  draw(element);
}

function frame(labels) {
  const text = { color: role("--text-muted"), fontFamily: role("--font"), fontSize: 12 };
  return {
    animation: false,
    textStyle: text,
    grid: { left: 40, right: 12, top: 12, bottom: 24 },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      backgroundColor: role("--surface-raised"),
      borderWidth: 0,
      textStyle: { ...text, color: role("--text") },
      axisPointer: { lineStyle: { color: role("--line-strong") } },
    },
    xAxis: {
      type: "category",
      boundaryGap: false,
      data: labels,
      axisLabel: text,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: role("--line") } },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      axisLabel: text,
      splitLine: { lineStyle: { color: role("--line") } },
    },
  };
}

function curve(name, data, colour, more = {}) {
  return {
    name,
    type: "line",
    data,
    symbol: "circle",
    showSymbol: false,
    symbolSize: 6,
    lineStyle: { color: colour, width: 2 },
    itemStyle: { color: colour },
    ...more,
  };
}

function hours({ labels, today, low, high, usual }) {
  const option = frame(labels);
  option.series = [];
  if (usual[0] !== null) {
    const bare = { lineStyle: { opacity: 0 }, symbol: "none", stack: "band", tooltip: { show: false }, silent: true };
    option.series.push(
      curve(`${words.range}0`, low, "transparent", bare),
      curve(words.range, high.map((n, at) => n - low[at]), role("--chart-band"), {
        ...bare,
        areaStyle: { color: role("--chart-band"), opacity: 1 },
      }),
      curve(words.usual, usual, role("--chart-3"), { lineStyle: { color: role("--chart-3"), width: 1.5, type: "dashed" } }),
    );
  }
  const last = today.reduce((found, n, at) => (n === null ? found : at), 0);
  option.series.push(
    curve(words.today, today, role("--chart-1"), {
      lineStyle: { color: role("--chart-1"), width: 3 },
      markPoint: {
        symbol: "circle",
        symbolSize: 9,
        itemStyle: { color: role("--chart-1") },
        label: { show: false },
        data: today[last] === null ? [] : [{ coord: [last, today[last]] }],
      },
    }),
  );
  option.tooltip.valueFormatter = (n) => (n === null || n === undefined ? "—" : words.pieces(Math.round(n * 10) / 10));
  return option;
}

function days({ labels, sent, replied }) {
  const option = frame(labels);
  option.series = [
    curve(words.sent, sent, role("--chart-1"), { lineStyle: { color: role("--chart-1"), width: 3 } }),
    curve(words.replied, replied, role("--chart-3"), { lineStyle: { color: role("--chart-3"), width: 2, type: "dashed" } }),
  ];
  option.tooltip.valueFormatter = words.pieces;
  return option;
}
