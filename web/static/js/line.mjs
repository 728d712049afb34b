// line: says in the header whether the page is being kept fresh, and what is safe while it is not.
import { make } from "./ask.mjs";
import { live } from "./live.mjs";
import { words } from "./words.mjs";

const shapes = {
  green: '<circle cx="6" cy="6" r="5"/>',
  none: '<path fill-rule="evenodd" d="M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z"/>',
  red: '<path d="M1 1h10v10H1Z"/>',
};
const looks = { live: "green", wait: "none", down: "red" };
const grace = 4000; // milliseconds: a short break is nobody's business

export default function (root) {
  const socket = live(root.dataset.namespace);
  const onBoard = root.dataset.namespace === "/board";
  if (!socket) {
    root.hidden = true;
    return undefined;
  }
  let banner = null;
  let timer = 0;

  function show(state) {
    clearTimeout(timer);
    timer = 0;
    root.dataset.state = state;
    const lamp = make("span", `lamp lamp-${looks[state]}`);
    lamp.innerHTML = `<svg class="lamp-shape" viewBox="0 0 12 12" aria-hidden="true">${shapes[looks[state]]}</svg>`;
    lamp.append(make("span", "", (onBoard ? words.board : words)[state]));
    root.replaceChildren(lamp);
    if (state === "down" && !banner) {
      banner = make("div", "line-banner", onBoard ? words.board.banner : words.downBanner);
      banner.setAttribute("role", "alert");
      document.getElementById("main")?.prepend(banner);
    } else if (state === "live") {
      banner?.remove();
      banner = null;
    }
  }

  const lost = () => {
    if (timer || root.dataset.state === "down") return; // each further try fails too: the first one counts
    show("wait");
    timer = setTimeout(() => show("down"), grace);
  };
  const events = { connect: () => show("live"), disconnect: lost, connect_error: lost };
  for (const [name, act] of Object.entries(events)) socket.on(name, act);
  if (socket.connected) show("live");
  return () => {
    clearTimeout(timer);
    for (const [name, act] of Object.entries(events)) socket.off(name, act);
  };
}
