// figures: keeps the numbers of a page fresh. The server sends absolute values with a revision; the newer one stays.
// Cells carry data-figure (or data-rate), data-revision and, for other than the page's unit, data-unit.
import { live } from "./live.mjs";

export function put(cell, value, revision) {
  if (revision <= Number(cell.dataset.revision)) return; // late or twice: the newer value stays
  const text = typeof value === "number" ? value.toLocaleString("en-US") : String(value);
  cell.dataset.revision = revision;
  if (cell.textContent === text) return;
  cell.textContent = text;
  cell.classList.remove("figure-changed");
  requestAnimationFrame(() => cell.classList.add("figure-changed"));
}

export default function (root) {
  const socket = live(root.dataset.namespace ?? "/board");
  if (!socket) return undefined;
  const fresh = ({ key, unit, value, revision }) => {
    for (const cell of root.querySelectorAll(`[data-figure="${CSS.escape(key)}"]`)) {
      if ((cell.dataset.unit ?? root.dataset.unit ?? "") === (unit ?? "")) put(cell, value, revision);
    }
  };
  socket.on("figure", fresh);
  return () => socket.off("figure", fresh);
}
