// picker: a field that finds an entry of a long list while one types: by name, short name or code; several with "、".
// The list is fetched once per page and kind. Without this script the server looks up what was typed.
import { make } from "./ask.mjs";
import { composing } from "./keys.mjs";

const most = 8;
const lists = new Map();
const between = /[,，、;；]/;
let count = 0;

function load(from) {
  if (!lists.has(from)) {
    const coming = fetch(from, { headers: { Accept: "application/json" } }).then((answer) =>
      answer.ok ? answer.json() : [],
    );
    lists.set(from, coming.catch(() => (lists.delete(from), [])));
  }
  return lists.get(from);
}

// 城管局 finds 鼓楼区城市管理局: the characters in their order, others between them.
function within(typed, name) {
  let at = -1;
  return typed.length > 1 && [...typed].every((character) => (at = name.indexOf(character, at + 1)) >= 0);
}

// Every word typed must occur; entries that begin with it, in their name or another name, come first.
export function matching(entries, typed) {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!parts.length) return [];
  const rank = ([words, also]) => {
    const names = [words, ...also.split(" ")].map((name) => name.toLowerCase());
    if (!parts.every((part) => names.some((name) => name.includes(part)))) {
      return parts.every((part) => within(part, names[0])) ? 0.5 : -1;
    }
    if (names.includes(parts[0])) return 3;
    return names.some((name) => name.startsWith(parts[0])) ? 2 : 1;
  };
  return entries
    .map((entry) => [rank(entry), entry])
    .filter(([score]) => score > 0)
    .sort((one, other) => other[0] - one[0] || one[1][0].length - other[1][0].length)
    .slice(0, most)
    .map(([, entry]) => entry);
}

export default function (root) {
  const input = root.querySelector("input");
  const several = root.dataset.several !== undefined;
  const box = make("ul", "picker-box");
  box.id = `picker-${++count}`;
  box.setAttribute("role", "listbox");
  box.hidden = true;
  root.append(box);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", box.id]]) {
    input.setAttribute(name, value);
  }
  let at = -1;
  let found = [];
  let told = input.value; // what the rest of the form has heard of

  const segment = () => (several ? input.value.split(between).pop().trim() : input.value.trim());
  const close = () => {
    box.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  function point(to) {
    at = to;
    [...box.children].forEach((each, n) => each.setAttribute("aria-selected", String(n === at)));
    const chosen = box.children[at];
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    }
  }

  function choose(n) {
    const words = found[n]?.[0];
    if (!words) return;
    const before = several ? input.value.split(between).slice(0, -1).map((each) => each.trim()).filter(Boolean) : [];
    input.value = [...before, words].join("、") + (several ? "、" : "");
    close();
    tell();
  }

  function tell() {
    told = input.value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Enter pressed before the list came: the first match, as if it had been there.
  async function take() {
    const typed = segment();
    const entries = await load(root.dataset.from);
    if (typed !== segment() || input.value === told) return;
    found = matching(entries, typed);
    if (found.length) choose(0);
    else tell();
  }

  async function look() {
    const typed = segment();
    const entries = await load(root.dataset.from);
    if (typed !== segment() || input.value === told) return;
    found = matching(entries, typed);
    if (!found.length || (found.length === 1 && found[0][0] === typed)) return close();
    box.replaceChildren(
      ...found.map(([words, also], n) => {
        const line = make("li", "picker-choice");
        line.id = `${box.id}-${n}`;
        line.setAttribute("role", "option");
        line.append(make("span", "", words), make("span", "muted small cut", also.split(" ")[0]));
        return line;
      }),
    );
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
    point(0);
  }

  input.addEventListener("input", (event) => composing(event) || look());
  input.addEventListener("compositionend", look);
  input.addEventListener("change", () => (told = input.value));
  input.addEventListener("focus", () => load(root.dataset.from), { once: true });
  // Whoever comes back to a chosen entry types another in its place; a second click sets the cursor.
  let fresh = false;
  const whole = () => !several && input.value && input.value === told && input.select();
  input.addEventListener("focus", () => ((fresh = true), whole()));
  input.addEventListener("click", () => (fresh && whole(), (fresh = false)));
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (box.hidden) {
      // Enter sends no form that has not heard of the words yet; a second one does.
      if (event.key !== "Enter" || input.value === told) return;
      event.preventDefault();
      take();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) point((at + step + found.length) % found.length);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) choose(at);
    else if (event.key === "Escape") close();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("mousedown", (event) => {
    event.preventDefault();
    choose([...box.children].indexOf(event.target.closest("li")));
  });
  // Typed before this module had come.
  if (document.activeElement === input && !input.readOnly) {
    told = input.defaultValue;
    look();
  }
  return () => box.remove();
}
