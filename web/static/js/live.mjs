// One Socket.IO connection for the page, shared by its namespaces: live("/desk"), live("/board").
// WebSocket only: several server processes share no polling sessions. A board names the unit it shows; the server
// decides whether this person may hear it.
const sockets = new Map();

export function live(namespace = "/desk") {
  if (typeof io === "undefined") return null; // the page works without the line, only not by itself
  if (!sockets.has(namespace)) {
    const board = document.getElementById("board");
    const auth = board?.dataset.unit ? { unit: board.dataset.unit, batched: true } : {};
    sockets.set(namespace, io(namespace, { transports: ["websocket"], reconnectionDelayMax: 10000, auth }));
  }
  return sockets.get(namespace);
}
