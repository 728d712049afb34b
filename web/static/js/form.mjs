// form: sent once, asked first if it says so, and what is typed is kept until the server has taken it.
import { ask, make } from "./ask.mjs";
import { words } from "./words.mjs";

const storage = (() => {
  try {
    return window.sessionStorage;
  } catch {
    return null; // a browser that keeps nothing still sends
  }
})();

const keeps = (field) =>
  field.name && field.name !== "csrf_token" && !["hidden", "password", "file"].includes(field.type);
const ours = (form) => form.dataset?.module?.split(/\s+/).includes("form");
// By where it is sent to: a refused form comes back under another address than the page it was written on.
export const keyOf = (form) => `draft:${form.getAttribute("action") ?? location.pathname}:${form.dataset.draft}`;

// Before anything else sees the submit: the second press, and the question.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!ours(form)) return;
    if (form.classList.contains("busy")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (form.dataset.confirm && !form.dataset.confirmed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form.dataset.confirm).then((yes) => {
        if (!yes) return;
        form.dataset.confirmed = "1";
        form.requestSubmit(event.submitter);
      });
    } else {
      delete form.dataset.confirmed;
      form.classList.add("busy");
      if (form.dataset.draft) storage?.setItem("drafts-sent", JSON.stringify([keyOf(form), ...lookedAt]));
    }
  },
  true,
);

// A page that came after a submit and refuses nothing means: taken. On a page where a change is only looked at
// (data-looked) what was typed is kept until the form there has been taken, so that the way back leads to it.
const page = document.documentElement.dataset;
const sent = JSON.parse(storage?.getItem("drafts-sent") ?? "[]");
const lookedAt = "looked" in page ? sent : [];
storage?.removeItem("drafts-sent");
if (!("refused" in page || "looked" in page) && !document.querySelector('[aria-invalid="true"]')) {
  sent.forEach((key) => storage?.removeItem(key));
}

// Giving up what is looked at (data-forgets) gives up what was typed for it.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-forgets]")) lookedAt.forEach((key) => storage?.removeItem(key));
});

window.addEventListener("pageshow", () => document.querySelectorAll("form.busy").forEach(rest));

function rest(form) {
  form.classList.remove("busy");
}

export default function (form) {
  const key = form.dataset.draft ? keyOf(form) : "";
  let touched = false;
  let moving = false;

  function keep() {
    touched = true;
    if (!key) return;
    const kept = {};
    for (const field of form.elements) {
      if (!keeps(field)) continue;
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.checked) (kept[field.name] ??= []).push(field.value);
      } else kept[field.name] = field.value;
    }
    storage?.setItem(key, JSON.stringify(kept));
  }

  function restore() {
    const kept = JSON.parse(storage?.getItem(key) ?? "null");
    if (!kept) return;
    let changed = false;
    for (const field of form.elements) {
      if (!keeps(field)) continue;
      if (field.type === "radio" || field.type === "checkbox") {
        const on = (kept[field.name] ?? []).includes(field.value);
        changed ||= on !== field.checked;
        field.checked = on;
      } else if (typeof kept[field.name] === "string" && field.value === (field.defaultValue ?? "")) {
        changed ||= field.value !== kept[field.name];
        field.value = kept[field.name];
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    if (changed) form.prepend(note());
  }

  function note() {
    const line = make("p", "draft-note", `${words.restored} `);
    const discard = make("button", "button button-quiet button-small", words.discard);
    discard.type = "button";
    discard.addEventListener("click", () => {
      form.reset();
      forget();
      line.remove();
    });
    line.append(discard);
    return line;
  }

  function forget() {
    touched = false;
    if (key) storage?.removeItem(key);
  }

  // The sentences of a refusal, each under its field.
  function refused({ detail }) {
    const fields = detail.fields ?? {};
    form.querySelectorAll("[data-error-for]").forEach((line) => {
      const said = fields[line.dataset.errorFor];
      line.textContent = said ?? "";
      const input = form.elements[line.dataset.errorFor];
      (input instanceof RadioNodeList ? [...input] : input ? [input] : []).forEach((each) =>
        said ? each.setAttribute("aria-invalid", "true") : each.removeAttribute("aria-invalid"),
      );
    });
    form.querySelector('[aria-invalid="true"]')?.focus();
  }

  function finished({ detail }) {
    rest(form);
    const status = detail.ctx?.response?.status ?? 0;
    if (status >= 200 && status < 400) forget();
  }

  function leaving(event) {
    if (touched && !moving && !form.classList.contains("busy") && form.dataset.draft) event.preventDefault();
  }

  // Going on inside our pages loses nothing: the draft is kept in this tab.
  function onward(event) {
    const link = event.target.closest?.("a[href]");
    moving = Boolean(link && link.origin === location.origin);
  }

  // What the server refused it gives back whole, choices that no key made as well.
  if (key && !form.querySelector('[aria-invalid="true"]')) restore();
  form.addEventListener("input", keep);
  form.addEventListener("submit", keep);
  form.addEventListener("refused", refused);
  form.addEventListener("htmx:finally:request", finished);
  window.addEventListener("beforeunload", leaving);
  document.addEventListener("click", onward, true);
  form.querySelector('[aria-invalid="true"]')?.focus();
  return () => {
    window.removeEventListener("beforeunload", leaving);
    document.removeEventListener("click", onward, true);
  };
}
