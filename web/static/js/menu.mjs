// menu: a details element that closes by Esc and by a press elsewhere.
export default function (root) {
  const away = (event) => {
    if (!root.contains(event.target)) root.open = false;
  };
  const escape = (event) => {
    if (event.key !== "Escape" || !root.open) return;
    root.open = false;
    root.querySelector("summary").focus();
  };
  document.addEventListener("click", away);
  root.addEventListener("keydown", escape);
  return () => document.removeEventListener("click", away);
}
