// middle: words cut in their middle show whole while they have the focus.
export default function (root) {
  const short = root.textContent;
  root.addEventListener("focus", () => (root.textContent = root.dataset.whole));
  root.addEventListener("blur", () => (root.textContent = short));
}
