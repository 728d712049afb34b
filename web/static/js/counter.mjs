// counter: how many characters are left, counted as the server counts (code points).
import { words } from "./words.mjs";

export default function (root) {
  const text = root.querySelector("textarea, input");
  const place = root.querySelector("[data-counter]");
  const limit = Number(root.dataset.limit);
  if (!text || !place) return;
  const count = () => {
    const left = limit - [...text.value].length;
    place.textContent = left < 0 ? words.over(-left) : words.left(left);
    place.toggleAttribute("data-over", left < 0);
  };
  text.addEventListener("input", count);
  count();
}
