// together: rows marked by x or their box are sent on in one go, if they all go to the same unit.
// The marks outlive the list's own refresh.
import { words } from "./words.mjs";

export default function (form) {
  const pane = form.closest(".pane");
  const told = form.querySelector("[data-told]");
  const button = form.querySelector("button");
  const marked = new Set();
  const boxes = () => [...pane.querySelectorAll('input[name="pick"]')];
  const rowOf = (box) => box.closest(".pick-row").querySelector("[data-row]");
  pane.dataset.select = "";

  function show() {
    const chosen = boxes().filter((box) => box.checked);
    const units = new Set(chosen.map((box) => box.dataset.unit));
    form.hidden = chosen.length === 0;
    button.disabled = units.size !== 1;
    told.textContent = units.size > 1 ? words.differ(chosen.length) : words.together(chosen.length, chosen[0]?.dataset.words);
    form.dataset.confirm = words.togetherSure(chosen.length, chosen[0]?.dataset.words);
  }

  function put(box, on) {
    box.checked = on;
    rowOf(box).ariaSelected = String(on);
    marked[on ? "add" : "delete"](box.value);
  }

  const ticked = (event) => {
    if (event.target.name !== "pick") return;
    put(event.target, event.target.checked);
    show();
  };
  const keyed = () => {
    boxes().forEach((box) => put(box, rowOf(box).ariaSelected === "true"));
    show();
  };
  const anew = new MutationObserver(() => {
    boxes().forEach((box) => put(box, marked.has(box.value)));
    show();
  });

  pane.addEventListener("change", ticked);
  pane.addEventListener("marked", keyed);
  anew.observe(pane.querySelector(".list"), { childList: true, subtree: true });
  show();
  return () => {
    anew.disconnect();
    pane.removeEventListener("change", ticked);
    pane.removeEventListener("marked", keyed);
  };
}
