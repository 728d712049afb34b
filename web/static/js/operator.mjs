// operator: the call desk. The text is read while it is typed, the number is looked up when it is whole; both answers
// go to places of their own and never move the field one types in.
import { keyOf } from "./form.mjs";
import { composing, typing } from "./keys.mjs";
import { words } from "./words.mjs";

const pause = 350; // milliseconds without a key before the text is read
const whole = /^(\+?86)?1[3-9]\d{9}$|^0\d{2,3}[2-9]\d{6,7}$/;

function asker(form, place, path, then = () => {}) {
  let running = null;
  return async () => {
    running?.abort();
    const mine = (running = new AbortController());
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    try {
      const answer = await fetch(path, {
        method: "POST",
        body,
        signal: mine.signal,
        headers: { "HX-Request": "true", "X-CSRFToken": form.elements.csrf_token.value },
      });
      const text = await answer.text();
      if (mine.signal.aborted || (!answer.ok && answer.status !== 422)) return;
      const chosen = place.contains(document.activeElement) ? document.activeElement.value : "";
      place.innerHTML = text;
      if (chosen) [...place.querySelectorAll("input")].find((each) => each.value === chosen)?.focus();
      then();
    } catch {
      // The line's lamp tells of a break; what stands there stays.
    }
  };
}

// The same call under the same key, also after the page was loaded anew before the server answered.
function keepKey(form) {
  try {
    const slot = `key:${keyOf(form)}`;
    const kept = form.dataset.fresh && sessionStorage.getItem(keyOf(form));
    const key = sessionStorage.getItem(slot);
    if (kept && key) form.elements.key.value = key;
    else sessionStorage.setItem(slot, form.elements.key.value);
  } catch {
    // a browser that keeps nothing sends once all the same
  }
}

export default function (form) {
  const { content, address, region, phone } = form.elements;
  const suggestion = document.getElementById("suggestion");
  const caller = document.getElementById("caller");
  const read = asker(form, suggestion, form.dataset.suggest, propose);
  const look = asker(form, caller, form.dataset.caller);
  let timer = 0;
  let known = phone.value;
  let quoted = "";
  const note = form.querySelector("[data-quoted]");
  keepKey(form);

  function typed(event) {
    if (event.isComposing) return;
    if (event.target === phone) {
      const digits = phone.value.replace(/[\s\-()（）]/g, "");
      if (digits === known || !whole.test(digits)) return;
      known = digits;
      look();
    } else if ([content, address, region].includes(event.target) || ["category", "picked"].includes(event.target.name)) {
      clearTimeout(timer);
      timer = setTimeout(read, event.target.name === "picked" ? 0 : pause);
    }
  }

  // Enter goes nowhere by itself, in a line or on a choice: a call is sent by its keys only.
  function entered(event) {
    if (composing(event)) return;
    if (event.key === "Enter" && event.target.matches?.("input:not([type=file])") && !event.ctrlKey) {
      event.preventDefault();
      if (event.target === phone) look();
    } else if (event.key === "Escape") {
      const open = form.querySelector("details.call-panel[open]");
      if (!open) return;
      open.open = false;
      content.focus();
    }
  }

  // Alt+1…3 picks while one types and leaves the cursor where it is; elsewhere the bare digit does.
  function digit(event) {
    if (!/^[123]$/.test(event.key) || event.ctrlKey || composing(event) || event.defaultPrevented) return;
    if ((typing(event.target) && !event.altKey) || document.querySelector("dialog[open]")) return;
    const kind = suggestion.querySelectorAll("input[name=picked]")[Number(event.key) - 1];
    if (!kind) return;
    event.preventDefault();
    kind.checked = true;
    kind.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // An item becomes the answer; words that one has written oneself stay before it.
  function quote(event) {
    const item = event.target.closest("[data-quote]");
    if (item) {
      const { answer, knowledge } = form.elements;
      const own = answer.value.trim() && answer.value !== quoted ? `${answer.value.trim()}\n` : "";
      quoted = own + item.dataset.body;
      answer.value = quoted;
      knowledge.value = item.dataset.quote;
      note.hidden = false;
      note.querySelector("[data-quoted-title]").textContent = words.quoted(item.dataset.title);
      const panel = answer.closest("details");
      panel.open = true;
      answer.dispatchEvent(new Event("input", { bubbles: true }));
      answer.focus();
    } else if (event.target.closest("[data-unquote]")) {
      form.elements.knowledge.value = "";
      note.hidden = true;
    }
  }

  // The line that is proposed is chosen while nobody has chosen one, also when the proposal comes after the panel.
  function propose() {
    const wanted = suggestion.querySelector("[data-handover]")?.dataset.handover;
    const targets = [...form.querySelectorAll("details[open] input[name=target]")];
    const target = targets.find((each) => each.value === wanted);
    if (!target || targets.some((each) => each.checked)) return;
    target.checked = true;
    if (targets.includes(document.activeElement)) target.focus();
  }

  function opened(event) {
    if (!event.target.matches?.("details.call-panel") || !event.target.open) return;
    propose();
    const targets = [...event.target.querySelectorAll("input[name=target]")];
    (targets.find((each) => each.checked) ?? targets[0] ?? event.target.querySelector("textarea"))?.focus();
  }

  phone.addEventListener("focus", () => phone.select()); // what is typed next takes the place of the last number
  form.addEventListener("input", typed);
  form.addEventListener("compositionend", (event) => typed({ target: event.target }));
  form.addEventListener("keydown", entered);
  form.addEventListener("click", quote);
  form.addEventListener("toggle", opened, true);
  document.addEventListener("keydown", digit, true);
  if (content.value && !suggestion.querySelector("[data-handover]")) read();
  if (whole.test(phone.value) && !caller.querySelector(".call-head")) look();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", digit, true);
  };
}
