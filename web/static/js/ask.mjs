// ask(sentence): a promise of yes or no, in a dialog of ours instead of the browser's.
import { words } from "./words.mjs";

export function make(tag, cls, text) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  if (text) element.textContent = text;
  return element;
}

export function dialogOf(title, ...content) {
  const dialog = make("dialog", "dialog");
  dialog.setAttribute("aria-label", title);
  const head = make("header", "dialog-head");
  const close = make("button", "button button-quiet", "✕");
  close.type = "button";
  close.setAttribute("aria-label", words.close);
  close.addEventListener("click", () => dialog.close());
  head.append(make("h2", "", title), close);
  dialog.append(head, ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  return dialog;
}

export function ask(sentence) {
  return new Promise((resolve) => {
    const body = make("div", "dialog-body", sentence);
    const foot = make("footer", "dialog-foot");
    const no = make("button", "button", words.no);
    const yes = make("button", "button button-primary", words.yes);
    no.type = yes.type = "button";
    foot.append(no, yes);
    const dialog = dialogOf(words.sure, body, foot);
    let answer = false;
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => resolve(answer));
    // A double click on what asked lands beside the buttons: Enter still means yes.
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === dialog) yes.click();
    });
    dialog.showModal();
    yes.focus();
  });
}
