// fresh: fetches its own fragment anew when the desk says that a queue has changed, and after a break of the line.
// <div data-module="fresh" data-queue="dispatch" data-from="/dispatch/list">; the answer replaces the inside.
// Several queues are told apart by blanks.
// Hints in quick succession are one fetch, and nothing moves under a hand that types.
import { typing } from "./keys.mjs";
import { live } from "./live.mjs";

const pause = 800; // milliseconds

export default function (root) {
  const socket = live("/desk");
  if (!socket) return undefined;
  let timer = 0;
  let first = true;

  const fetchAnew = () => {
    if (root.contains(document.activeElement) && typing(document.activeElement)) {
      timer = setTimeout(fetchAnew, 4 * pause);
      return;
    }
    timer = 0;
    htmx.ajax("GET", root.dataset.from, { source: root, target: root, swap: "innerMorph" });
  };
  const soon = () => {
    timer ||= setTimeout(fetchAnew, pause);
  };
  const changed = ({ queue }) => root.dataset.queue.split(" ").includes(queue) && soon();
  const connected = () => {
    if (!first) soon(); // what was missed while the line was down
    first = false;
  };
  socket.on("changed", changed);
  socket.on("connect", connected);
  return () => {
    clearTimeout(timer);
    socket.off("changed", changed);
    socket.off("connect", connected);
  };
}
