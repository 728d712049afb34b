// One Socket.IO connection for the page, shared by its namespaces: live("/desk"), live("/board").
// WebSocket only: several server processes share no polling sessions.
const sockets = new Map();

export function live(namespace = "/desk") {
  if (typeof io === "undefined") return null; // the page works without the line, only not by itself
  if (!sockets.has(namespace)) {
    sockets.set(namespace, io(namespace, { transports: ["websocket"], reconnectionDelayMax: 10000 }));
  }
  return sockets.get(namespace);
}
