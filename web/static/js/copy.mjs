// copy: puts data-copies on the clipboard and says so; without a clipboard the button stays away.
import { toast } from "./toast.mjs";
import { words } from "./words.mjs";

export default function (root) {
  if (!navigator.clipboard) return;
  root.hidden = false;
  root.addEventListener("click", () =>
    navigator.clipboard.writeText(root.dataset.copies).then(
      () => toast(words.copied, "done"),
      () => toast(words.notCopied, "error"),
    ),
  );
}
