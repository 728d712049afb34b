// Shortcuts. An element with data-key="F9" is pressed (or focused, if it is typed into) by that key; ? lists them.
// Several keys are separated by a blank. Keys are dead while a Chinese input method composes, plain letters also while
// one types.
import { dialogOf, make } from "./ask.mjs";
import { words } from "./words.mjs";

export const composing = (event) => event.isComposing || event.keyCode === 229;

export const typing = (element) =>
  element?.isContentEditable ||
  ["TEXTAREA", "SELECT"].includes(element?.tagName) ||
  (element?.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(element.type));

// "Ctrl+K", "F9", "x", "Enter", "Ctrl+Enter": as event.key says it, with the modifiers in this order.
export function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey && event.key.length > 1;
  return [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", shifted ? "Shift" : "", key]
    .filter(Boolean)
    .join("+");
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
const plain = (name) => name.length === 1 || name === "Enter" || /^Arrow/.test(name);
const named = (element, name) => element.dataset.key.split(" ").some((key) => same(key, name));
const top = () => [...document.querySelectorAll("dialog[open]")].pop() ?? document;
const shown = (element) =>
  !element.disabled && (element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0);

function pressed(event) {
  if (event.defaultPrevented || composing(event) || event.key === "Process" || !event.key) return;
  const name = nameOf(event);
  if (plain(name) && (typing(event.target) || (name === "Enter" && event.target !== document.body))) return;
  const target = [...top().querySelectorAll("[data-key]")].find((e) => named(e, name) && shown(e));
  if (target) {
    event.preventDefault();
    if (event.repeat) return; // a key held down is one press
    target.focus();
    if (!typing(target)) target.click();
  } else if (name === "?") {
    event.preventDefault();
    showKeys();
  }
}

function labelOf(element) {
  const bearer = element.labels?.[0] ?? element; // what is typed into bears its label's words
  const text = element.getAttribute("aria-label") ?? bearer.querySelector("span")?.textContent ?? bearer.textContent;
  return text.trim();
}

export function showKeys() {
  if (document.querySelector("dialog[open]")) return;
  const list = make("dl", "dialog-body keys-list");
  const add = (key, text) => {
    const term = make("dt");
    term.append(make("kbd", "kbd", key.replace(/\+[a-z]$/, (last) => last.toUpperCase())));
    list.append(term, make("dd", "", text));
  };
  document.querySelectorAll("[data-key]").forEach((e) => shown(e) && add(e.dataset.key, labelOf(e)));
  if (document.querySelector("[data-row]")) {
    add("j", words.nextRow);
    add("k", words.previousRow);
    add("Enter", words.openRow);
  }
  add("?", words.thisList);
  dialogOf(words.keys, list).showModal();
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shows-keys]")) showKeys();
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  });
}
