// place: a list keeps its place from page to page; the row that is open stays in sight.
const storage = (() => {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
})();

export default function (root) {
  const pane = root.closest(".pane");
  if (!pane) return undefined;
  const key = `place:${root.dataset.place}`;
  pane.scrollTop = Number(storage?.getItem(key) ?? 0);
  root.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  const keep = () => storage?.setItem(key, String(Math.round(pane.scrollTop)));
  pane.addEventListener("scroll", keep, { passive: true });
  return () => pane.removeEventListener("scroll", keep);
}
