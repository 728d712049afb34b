// rows: j and k walk the rows of a list, Enter opens (they are links), x marks for a common step: the row one has
// walked to, else the open one.
import { composing, typing } from "./keys.mjs";

export default function (root) {
  const rows = () => [...root.querySelectorAll("[data-row]")];

  function walk(event) {
    if (composing(event) || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const step = { j: 1, k: -1 }[event.key];
    const all = rows();
    if (!all.length) return;
    const focused = all.indexOf(document.activeElement);
    const current = focused >= 0 ? focused : all.findIndex((row) => row.ariaCurrent === "true");
    if (step) {
      event.preventDefault();
      const next = Math.min(all.length - 1, Math.max(0, current + step));
      all[next].focus();
      all[next].scrollIntoView({ block: "nearest" });
    } else if (event.key === "x" && current >= 0 && root.dataset.select !== undefined) {
      event.preventDefault();
      all[current].ariaSelected = all[current].ariaSelected === "true" ? "false" : "true";
      root.dispatchEvent(new CustomEvent("marked", { bubbles: true }));
    }
  }

  document.addEventListener("keydown", walk);
  return () => document.removeEventListener("keydown", walk);
}
