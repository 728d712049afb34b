// files: dropped, pasted or chosen, sent one by one at once, shown small, taken out again. The form only carries what
// the server gave for each; without this script the files travel with the form itself.
import { make } from "./ask.mjs";
import { keyOf } from "./form.mjs";
import { words } from "./words.mjs";

const said = words.files;
const SENT_AT_ONCE = 2;
const waiting = new Map(); // form → what to send on once its files have arrived
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const size = (bytes) => (bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);
const short = (name) => (name.length <= 30 ? name : `${name.slice(0, 18)}…${name.slice(-10)}`);

// Before the form itself hears of it: what is still on its way goes along.
window.addEventListener(
  "submit",
  (event) => {
    const root = event.target.querySelector?.('[data-module~="files"][data-busy]');
    if (!root) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.set(event.target, event.submitter);
    root.querySelector("[data-files-say]").textContent = said.soon;
  },
  true,
);

export default function (root) {
  const form = root.closest("form");
  const list = root.querySelector("[data-files]");
  const input = root.querySelector('input[type="file"]');
  const error = root.querySelector("[data-error-for]");
  const say = root.querySelector("[data-files-say]");
  const { name, to, publishable } = root.dataset;
  const most = Number(root.dataset.most);
  const limit = Number(root.dataset.size);
  const store = form.dataset.draft ? `${keyOf(form)}:files` : "";
  const queue = [];
  let running = 0;

  root.classList.add("files-live");
  root.querySelectorAll(".files-plain").forEach((each) => each.remove());
  root.querySelector(".files-hint").hidden = matchMedia("(pointer: coarse)").matches;

  function fault(sentence) {
    error.textContent = sentence;
  }

  function busy() {
    const on = running > 0 || queue.length > 0;
    root.toggleAttribute("data-busy", on);
    if (on) return;
    say.textContent = "";
    if (!waiting.has(form)) return;
    const submitter = waiting.get(form);
    waiting.delete(form);
    if (list.querySelector(".file-failed")) fault(said.failedOnes);
    else form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  }

  function keep() {
    if (!store) return;
    const kept = [...list.querySelectorAll("[data-file]")].map((row) => row.kept).filter(Boolean);
    try {
      sessionStorage.setItem(store, JSON.stringify(kept));
    } catch {
      // a browser that keeps nothing still sends
    }
    form.dispatchEvent(new Event("input", { bubbles: true })); // the draft is kept with it
  }

  function out(row) {
    const button = make("button", "button button-quiet button-small file-out", said.out);
    button.type = "button";
    button.setAttribute("aria-label", `${said.out} ${row.dataset.called ?? ""}`);
    button.addEventListener("click", () => {
      const at = queue.findIndex((each) => each.row === row);
      if (at >= 0) queue.splice(at, 1);
      row.request?.abort();
      row.remove();
      fault("");
      keep();
      busy();
      input.focus();
    });
    return button;
  }

  function drawn(file) {
    const row = make("li", "file-new");
    row.dataset.called = file.name;
    const photo = file.type?.startsWith("image/") || file.thumb;
    const small = make(photo ? "img" : "span", "file-small", photo ? "" : said.kind(file));
    if (photo) {
      small.alt = "";
      small.src = file.thumb ? root.dataset.thumb.replace("KEY", file.key) : URL.createObjectURL(file);
      small.addEventListener("error", () => small.replaceWith(make("span", "file-small", said.kind(file))), { once: true });
    }
    const about = make("span", "file-said");
    about.append(make("span", "file-name", short(file.name)), make("span", "muted small", size(file.size)));
    row.append(small, about, out(row));
    list.append(row);
    return row;
  }

  // What the server has taken: from now on the form carries it.
  function taken(row, kept, open = false) {
    row.dataset.file = kept.key;
    row.kept = kept;
    const carried = make("input");
    Object.assign(carried, { type: "hidden", name, value: kept.key });
    row.prepend(carried);
    const about = row.querySelector(".file-said");
    about.querySelector(".file-name").textContent = short(kept.name);
    about.querySelector(".muted").textContent = size(kept.size);
    if (!publishable) return;
    const label = make("label", "check small");
    const box = make("input");
    Object.assign(box, { type: "checkbox", name: `${name}_public`, value: kept.key, checked: open });
    label.append(box, make("span", "", said.open));
    about.append(label);
  }

  function failed(row, sentence, again) {
    row.classList.add("file-failed");
    row.querySelector(".file-said .muted").textContent = sentence;
    if (!again) return;
    const button = make("button", "button button-small", said.again);
    button.type = "button";
    button.addEventListener("click", () => {
      row.classList.remove("file-failed");
      button.remove();
      row.querySelector(".file-said .muted").textContent = said.going;
      queue.push({ row, ...again });
      next();
    });
    row.querySelector(".file-said").append(button);
  }

  function next() {
    busy();
    while (running < SENT_AT_ONCE && queue.length) send(queue.shift());
  }

  function send({ row, file, once }) {
    running += 1;
    busy();
    const request = new XMLHttpRequest(); // the one that tells how far it is
    row.request = request;
    const state = row.querySelector(".file-said .muted");
    const body = new FormData();
    body.append("file", file, file.name);
    request.open("POST", to);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Idempotency-Key", once);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      state.textContent = total && loaded < total ? said.part(Math.round((100 * loaded) / total)) : said.looking;
    });
    const end = (then) => () => {
      running -= 1;
      if (row.isConnected) then();
      next();
    };
    request.addEventListener("abort", end(() => {}));
    request.addEventListener("error", end(() => failed(row, said.lost, { file, once })));
    request.addEventListener(
      "load",
      end(() => {
        let told = {};
        try {
          told = JSON.parse(request.responseText);
        } catch {
          // a proxy answered
        }
        if (request.status === 201) {
          taken(row, told);
          keep();
        } else failed(row, told.errors?.[0]?.detail ?? told.detail ?? said.lost, request.status >= 500 || !told.detail ? { file, once } : null);
      }),
    );
    request.send(body);
  }

  function add(files) {
    fault("");
    for (const file of files) {
      if (list.children.length >= most) {
        fault(said.many(most));
        break;
      }
      const row = drawn(file);
      if (file.size > limit) failed(row, said.large(short(file.name), size(file.size), root.dataset.megabytes));
      else if (!file.size) failed(row, said.empty);
      else {
        row.querySelector(".file-said .muted").textContent = said.going;
        // randomUUID exists on secure pages only; an intranet may have no certificate
        queue.push({ row, file, once: [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("") });
      }
    }
    next();
  }

  // A page with several forms: a paste goes where the cursor is, a drop where it falls.
  function pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    add(files);
  }

  function dragged(event) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("files-over", event.type === "dragover");
    if (event.type === "drop") add([...event.dataTransfer.files]);
  }
  const left = (event) => form.contains(event.relatedTarget) || form.classList.remove("files-over");

  // Rows the server drew.
  list.querySelectorAll("[data-file]").forEach((row) => {
    const key = row.dataset.file;
    row.dataset.called = row.querySelector(".file-name").textContent.trim();
    row.append(out(row));
    row.kept = { key, name: row.dataset.called, size: Number(row.dataset.bytes), thumb: Boolean(row.querySelector("img")) };
  });
  // A page that was left by accident: what had arrived is still there, as long as the draft is.
  if (store) {
    const draft = sessionStorage.getItem(keyOf(form));
    if (!draft) sessionStorage.removeItem(store);
    else if (!list.children.length) {
      for (const kept of JSON.parse(sessionStorage.getItem(store) ?? "[]")) taken(drawn(kept), kept);
    }
  }

  function chosen() {
    const files = [...input.files];
    input.value = "";
    add(files);
  }
  input.addEventListener("change", chosen);
  if (input.files.length) chosen(); // somebody was faster than this script
  form.addEventListener("paste", pasted);
  form.addEventListener("dragover", dragged);
  form.addEventListener("drop", dragged);
  form.addEventListener("dragleave", left);
  return () => {
    form.removeEventListener("paste", pasted);
    form.removeEventListener("dragover", dragged);
    form.removeEventListener("drop", dragged);
    form.removeEventListener("dragleave", left);
    waiting.delete(form);
  };
}
