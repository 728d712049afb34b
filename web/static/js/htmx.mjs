// What every htmx request of ours carries, and what becomes of its refusals.
// htmx 4 swaps answers with 4xx too: a form that comes back with 422 replaces itself; a refusal of the house names
// the corner of toasts as its target (web/refusals.py).
import { ask } from "./ask.mjs";
import { toast } from "./toast.mjs";
import { words } from "./words.mjs";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", ({ detail }) => {
  if (detail.ctx.request.method !== "GET") detail.ctx.request.headers["X-CSRFToken"] = token();
});

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  ask(ctx.confirm).then((yes) => (yes ? issueRequest() : dropRequest()));
});

document.addEventListener("htmx:error", ({ detail }) => {
  const late = detail.ctx?.request?.signal?.reason === "timeout";
  const sending = detail.ctx && detail.ctx.request.method !== "GET";
  // A background refresh that fails is the line's matter, told by the header; only what people sent is told here.
  if (sending) toast(late ? words.slow : words.failed, "error");
});

document.addEventListener("told", ({ detail }) => toast(detail.words, detail.kind));
