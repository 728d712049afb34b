// together: rows marked by x or their box are sent on in one go, if they all go to the same unit; the others of that unit
// are marked by one more key, and rows that go elsewhere stand out.
// The marks outlive the list's own refresh.
import { words } from "./words.mjs";

export default function (form) {
  const pane = form.closest(".pane");
  const told = form.querySelector("[data-told]");
  const button = form.querySelector("button:not([data-alike])");
  const more = form.querySelector("[data-alike]");
  const marked = new Set();
  const boxes = () => [...pane.querySelectorAll('input[name="pick"]')];
  const rowOf = (box) => box.closest(".pick-row").querySelector("[data-row]");
  pane.dataset.select = "";

  function show() {
    const chosen = boxes().filter((box) => box.checked);
    const units = new Set(chosen.map((box) => box.dataset.unit));
    const [first] = units;
    const alike = boxes().filter((box) => box.dataset.unit === first && !box.checked);
    form.hidden = chosen.length === 0;
    button.disabled = units.size !== 1;
    more.hidden = units.size !== 1 || alike.length === 0;
    more.querySelector("span").textContent = words.alike(alike.length);
    boxes().forEach((box) => {
      box.closest(".pick-row").toggleAttribute("data-odd", box.checked && box.dataset.unit !== first);
    });
    told.textContent = units.size > 1 ? words.differ(chosen.length) : words.together(chosen.length, chosen[0]?.dataset.words);
    form.dataset.confirm = words.togetherSure(chosen.length, chosen[0]?.dataset.words);
  }

  function put(box, on) {
    box.checked = on;
    rowOf(box).ariaSelected = String(on);
    marked[on ? "add" : "delete"](box.value);
  }

  function also() {
    const first = boxes().find((box) => box.checked);
    boxes().forEach((box) => put(box, box.dataset.unit === first?.dataset.unit));
    if (first) rowOf(first).focus(); // j, k and x go on from there
    show();
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

  more.addEventListener("click", also);
  pane.addEventListener("change", ticked);
  pane.addEventListener("marked", keyed);
  anew.observe(pane.querySelector(".list"), { childList: true, subtree: true });
  show();
  return () => {
    anew.disconnect();
    more.removeEventListener("click", also);
    pane.removeEventListener("change", ticked);
    pane.removeEventListener("marked", keyed);
  };
}
