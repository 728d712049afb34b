// dialog: closes by its cross, by Esc (the browser's) and by a press beside it.
export default function (root) {
  root.addEventListener("click", (event) => {
    if (event.target === root || event.target.closest("[data-closes]")) root.close();
  });
}
