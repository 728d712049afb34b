// board: keeps the leader's board fresh. Values come absolute, with a revision: what is not newer is ignored. Whenever
// the line comes up (also at the start), at midnight and once a minute the page fetches its panels anew, so a hint that
// was lost does no harm. When the line is down the page turns grey and says since when.
import { make } from "./ask.mjs";
import { draw, point } from "./board-chart.mjs";
import { put } from "./figures.mjs";
import { live } from "./live.mjs";

const minute = 60000;
const grace = 4000; // as in line.mjs
const soon = 1500;
const pause = 15000; // between two fetches because of something that was not listed yet
const listed = /^intake\.(channel|category)\./;
const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short" });
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", timeStyle: "medium", hour12: false });

export default function (root) {
  const panels = root.querySelector("#board-live");
  const asOf = root.querySelector("[data-as-of]");
  const watching = "watching" in root.dataset;
  let shownDay = panels.querySelector("[data-day]")?.dataset.day;
  let fetching = null;
  let wanted = 0;
  let lost = 0;
  let fetched = 0;

  const stand = (at) => {
    if (!asOf) return;
    asOf.dateTime = at.toISOString();
    asOf.textContent = clock.format(at);
  };

  async function fetchAnew() {
    clearTimeout(wanted);
    wanted = 0;
    fetched = Date.now();
    fetching?.abort();
    fetching = new AbortController();
    try {
      const answer = await fetch(root.dataset.from, { signal: fetching.signal, headers: { "HX-Request": "true" } });
      if (answer.status === 401 || answer.status === 403) location.reload(); // signed out: the server says what to do
      if (!answer.ok) return;
      const html = await answer.text();
      replace(new DOMParser().parseFromString(html, "text/html").body);
    } catch {
      // The line says that it is down; the next connection fetches again.
    }
  }

  // The chart stays where it is and is only drawn anew, so that nothing flickers.
  function replace(body) {
    for (const fresh of body.querySelectorAll("[data-keep]")) {
      const kept = panels.querySelector(`#${fresh.id}`);
      if (!kept) continue;
      kept.dataset.chart = fresh.dataset.chart;
      fresh.replaceWith(kept);
    }
    const focused = document.activeElement?.closest?.("[data-figure], [data-rate]");
    const name = focused && panels.contains(focused) ? selector(focused) : "";
    panels.replaceChildren(...body.childNodes);
    if (name) panels.querySelector(name)?.focus({ preventScroll: true });
    const state = panels.querySelector("[data-as-of-now]");
    shownDay = state?.dataset.day ?? shownDay;
    if (state) stand(new Date(state.dataset.asOfNow));
    draw(panels.querySelector("#chart"));
  }

  function selector(cell) {
    const { figure, rate, unit } = cell.dataset;
    return rate ? `[data-rate="${CSS.escape(rate)}"]` : `[data-figure="${CSS.escape(figure)}"][data-unit="${CSS.escape(unit)}"]`;
  }

  const fetchSoon = () => {
    // Thousands of walls must not ask in the same moment.
    wanted ||= setTimeout(fetchAnew, Math.max(fetched + pause - Date.now(), soon) + Math.random() * soon);
  };

  function figure({ key, unit, value, revision }) {
    if (typeof value === "object") return rate(key, unit, value, revision);
    const cells = panels.querySelectorAll(`[data-figure="${CSS.escape(key)}"][data-unit="${CSS.escape(unit)}"]`);
    for (const cell of cells) {
      put(cell, value, revision);
      if (cell.dataset.label) cell.setAttribute("aria-label", `${cell.dataset.label} ${cell.textContent}`);
      const lit = cell.closest("[data-lit]");
      if (lit) lit.dataset.lit = value && key !== "open" ? key : "";
      measure(cell.closest("[data-bars]"));
    }
    if (unit === root.dataset.unit && key.startsWith("intake.hour.")) point(panels.querySelector("#chart"), key, value);
    else if (!cells.length && value && missing(key, unit)) fetchSoon();
    return undefined;
  }

  // Whether it should be listed here and is not: a unit's first lamp, or the first of a channel while there is room.
  function missing(key, unit) {
    if (unit !== root.dataset.unit) return key !== "open";
    const [family] = key.match(listed) ?? [];
    const bars = family && panels.querySelector(`[data-bars="${family}"]`);
    return Boolean(family) && !(bars?.children.length >= Number(bars?.dataset.most));
  }

  function rate(key, unit, { hits, total, percent }, revision) {
    if (unit !== root.dataset.unit) return;
    const cell = panels.querySelector(`[data-rate="${CSS.escape(key)}"]`);
    if (!cell || revision <= Number(cell.dataset.revision)) return;
    if (percent === null || !cell.querySelector(".unit")) return fetchSoon(); // the first one, or the last one gone
    cell.dataset.revision = revision;
    cell.querySelector("[data-percent]").textContent = percent.toFixed(2).replace(/\.00$/, "");
    cell.querySelector("[data-pair]").textContent = `${hits.toLocaleString("en-US")} / ${total.toLocaleString("en-US")}`;
    const box = cell.closest("[data-target]");
    box?.toggleAttribute("data-below", percent < Number(box.dataset.target));
    return undefined;
  }

  function measure(bars) {
    if (!bars) return;
    const rows = [...bars.querySelectorAll("li")].map((row) => [row, Number(row.querySelector("[data-figure]").textContent.replace(/,/g, ""))]);
    const longest = Math.max(...rows.map(([, n]) => n), 1);
    for (const [row, n] of rows) row.querySelector("[data-bar]").setAttribute("width", n ? Math.max((n * 100) / longest, 1) : 0);
  }

  function line({ no, at, time, region, category, type, unit, state }) {
    const list = panels.querySelector("#ticker");
    if (!list) return;
    list.querySelector(`[data-no="${CSS.escape(no)}"]`)?.remove();
    list.querySelector(":scope > .muted")?.remove();
    const row = make("li");
    row.dataset.no = no;
    const moment = make("time", "", time);
    moment.dateTime = at;
    const what = [region, category, type].filter(Boolean).join(" · ");
    row.append(moment, make("span", "ticker-what", unit ? `${what} → ${unit}` : what), make("span", "ticker-state", state));
    list.prepend(row);
    while (list.children.length > Number(list.dataset.keepLines)) list.lastElementChild.remove();
  }

  draw(panels.querySelector("#chart"));
  const socket = live("/board");
  const events = {
    connect: () => {
      clearTimeout(lost);
      lost = 0;
      delete root.dataset.stale;
      fetchAnew();
    },
    disconnect: () => {
      lost ||= setTimeout(() => (root.dataset.stale = ""), grace);
    },
    connect_error: () => {
      lost ||= setTimeout(() => (root.dataset.stale = ""), grace);
    },
  };
  if (watching) {
    Object.assign(events, {
      figure: (value) => figure(value),
      figures: (values) => {
        for (const value of values) figure(value);
        stand(new Date());
      },
      ticket: line,
    });
  }
  for (const [name, act] of Object.entries(events)) socket?.on(name, act);
  if (socket?.connected) fetchAnew();
  const rounds = setInterval(fetchAnew, minute + Math.random() * 5000);
  const midnight = setInterval(() => {
    if (shownDay && day.format(new Date()) !== shownDay) {
      shownDay = day.format(new Date());
      fetchSoon();
    }
  }, 1000);
  return () => {
    clearInterval(rounds);
    clearInterval(midnight);
    clearTimeout(wanted);
    clearTimeout(lost);
    fetching?.abort();
    for (const [name, act] of Object.entries(events)) socket?.off(name, act);
  };
}
