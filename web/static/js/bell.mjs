// bell: how many messages are unread, in the header. Fetched once the page is open, and when a message comes; what it
// says is shown as a toast. <a data-module="bell" data-from="/inbox/bell" href="/inbox/">
import { live } from "./live.mjs";
import { toast } from "./toast.mjs";

const pause = 500; // milliseconds: messages in quick succession are one fetch

export default function (root) {
  let timer = 0;
  const fetchAnew = () => {
    timer = 0;
    htmx.ajax("GET", root.dataset.from, { source: root, target: root, swap: "innerHTML" });
  };
  const heard = ({ words }) => {
    toast(words, "info");
    timer ||= setTimeout(fetchAnew, pause);
  };
  const socket = live("/desk");
  socket?.on("notice", heard);
  fetchAnew();
  return () => {
    clearTimeout(timer);
    socket?.off("notice", heard);
  };
}
