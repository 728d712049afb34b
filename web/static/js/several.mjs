// several: marks rows for a common step. x marks the row under the focus; the button says how many are marked.
import { composing, typing } from "./keys.mjs";
import { words } from "./words.mjs";

export default function (form) {
  const button = form.querySelector("[data-several]");
  const all = form.querySelector("[data-all]");
  const boxes = () => [...document.querySelectorAll(`input[type="checkbox"][form="${form.id}"]`)];

  function count() {
    form.querySelectorAll("[hidden]").forEach((each) => each.type !== "hidden" && (each.hidden = false)); // needs scripts
    const marked = boxes().filter((box) => box.checked).length;
    button.disabled = !marked;
    button.querySelector("span").textContent = marked
      ? `${button.dataset.several} ${marked} ${words.items}`
      : button.dataset.several;
    all.checked = marked > 0 && marked === boxes().length;
    all.indeterminate = marked > 0 && !all.checked;
  }

  function mark(event) {
    if (event.key !== "x" || composing(event) || typing(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.activeElement?.closest("[data-markable]")?.querySelector('input[type="checkbox"]');
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    count();
  }

  const changed = (event) => {
    if (event.target === all) boxes().forEach((box) => (box.checked = all.checked));
    if (event.target === all || event.target.getAttribute?.("form") === form.id) count();
  };
  document.addEventListener("change", changed);
  document.addEventListener("keydown", mark);
  document.addEventListener("htmx:after:swap", count); // the page's own state came anew
  count();
  return () => {
    document.removeEventListener("change", changed);
    document.removeEventListener("keydown", mark);
    document.removeEventListener("htmx:after:swap", count);
  };
}
