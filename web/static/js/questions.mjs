// questions: digits answer one question after the other, Backspace takes the last answer back.
// A question with data-when="score:1,2" is asked only after one of these answers to that one.
import { composing, typing } from "./keys.mjs";

export default function (root) {
  const all = [...root.querySelectorAll("[data-question]")];
  const chosen = (question) => question.querySelector("input:checked");

  function wanted(question) {
    const [name, values] = (question.dataset.when ?? "").split(":");
    if (!name) return true;
    const answer = root.querySelector(`input[name="${CSS.escape(name)}"]:checked`);
    return Boolean(answer && values.split(",").includes(answer.value));
  }

  function show() {
    let asked = false;
    for (const question of all) {
      const on = wanted(question);
      question.hidden = !on;
      if (!on) question.querySelectorAll("input:checked").forEach((input) => (input.checked = false));
      const here = on && !asked && !chosen(question);
      question.toggleAttribute("data-asked", here);
      asked ||= here;
    }
  }

  const changed = () => root.dispatchEvent(new Event("input", { bubbles: true }));

  function pressed(event) {
    if (composing(event) || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const open = all.filter((question) => !question.hidden);
    if (event.key === "Backspace") {
      const last = open.filter(chosen).pop();
      if (!last) return;
      event.preventDefault();
      chosen(last).checked = false;
    } else {
      const now = open.find((question) => !chosen(question));
      const answer = now?.querySelector(`input[data-digit="${CSS.escape(event.key)}"]`);
      if (!answer) return;
      event.preventDefault();
      answer.checked = true;
    }
    show();
    changed();
  }

  root.addEventListener("change", show);
  document.addEventListener("keydown", pressed);
  show();
  return () => document.removeEventListener("keydown", pressed);
}
