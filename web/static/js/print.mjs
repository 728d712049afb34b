// print: a button that prints the page; away where scripts do not run.
export default function (root) {
  root.hidden = false;
  root.addEventListener("click", () => window.print());
}
