// Toasts: said once in the corner, gone by themselves; an error stays until it is closed.
const patience = 6000; // milliseconds

export function toast(text, kind = "info") {
  const corner = document.getElementById("toasts");
  if (!corner) return;
  const box = document.createElement("div");
  box.className = `toast toast-${["info", "done", "error"].includes(kind) ? kind : "info"}`;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  const said = document.createElement("span");
  said.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.closes = "";
  close.textContent = "✕";
  box.append(said, close);
  box.dataset.module = "toast";
  corner.append(box);
}

export default function (root) {
  const timer = root.classList.contains("toast-error") ? 0 : setTimeout(() => root.remove(), patience);
  root.querySelector("[data-closes]")?.addEventListener("click", () => root.remove());
  return () => clearTimeout(timer);
}
