// watermark: who prints and when, over the whole paper; and the house is told that a ticket was printed.
// Folds that belong on paper are open while it is printed.
export default function (root) {
  let opened = [];
  const printing = () => {
    opened = [...document.querySelectorAll(".folded-printed:not([open])")];
    for (const fold of opened) fold.open = true;
    const at = new Date().toLocaleString("zh-CN", { hour12: false });
    root.replaceChildren(
      ...Array.from({ length: 40 }, () => {
        const mark = document.createElement("span");
        mark.textContent = `${root.dataset.who} ${at}`;
        return mark;
      }),
    );
    if (!root.dataset.url) return;
    const sent = new FormData();
    sent.append("csrf_token", document.querySelector('meta[name="csrf-token"]')?.content ?? "");
    navigator.sendBeacon(root.dataset.url, sent);
  };
  const printed = () => {
    for (const fold of opened) fold.open = false;
  };
  window.addEventListener("beforeprint", printing);
  window.addEventListener("afterprint", printed);
  return () => {
    window.removeEventListener("beforeprint", printing);
    window.removeEventListener("afterprint", printed);
  };
}
