// better: a press on data-better puts the better sentence in place of the one it concerns.
export default function (root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-better]");
    const text = root.closest("form")?.elements.public;
    if (!button || !text) return;
    text.value = text.value.replace(button.dataset.said, () => button.dataset.better);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}
