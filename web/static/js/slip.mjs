// slip: what is read aloud after a call; Esc or Enter takes it away, and the cursor stands on the next call's desk.
export default function (root) {
  root.close();
  root.showModal();
  root.querySelector("[data-closes]")?.focus(); // Enter takes the next call, whatever else could be done
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes]")) event.preventDefault(); // the desk is here already
  });
  root.addEventListener("close", () => {
    history.replaceState(null, "", root.dataset.back);
    document.querySelector("textarea[name=content]")?.focus();
  });
}
