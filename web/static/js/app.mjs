// Binds each element with data-module="name …" to static/js/name.mjs, now and after every swap.
// A module exports default (root) => undefined or a function that undoes what it did when the element leaves.
import "./htmx.mjs";
import { startKeys } from "./keys.mjs";

const bound = new WeakMap();

async function bind(root) {
  if (bound.has(root)) return;
  const undo = [];
  bound.set(root, undo);
  for (const name of root.dataset.module.split(/\s+/)) {
    if (!/^[a-z][a-z-]*$/.test(name)) continue;
    try {
      const module = await import(`./${name}.mjs`);
      if (root.isConnected) undo.push(module.default(root));
    } catch (error) {
      console.error(`module ${name}`, error); // one broken behaviour must not take the page with it
    }
  }
}

function release(root) {
  for (const undo of bound.get(root) ?? []) undo?.();
  bound.delete(root);
}

function each(node, act) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  if (node.dataset?.module) act(node);
  node.querySelectorAll("[data-module]").forEach(act);
}

new MutationObserver((changes) => {
  for (const { removedNodes, addedNodes } of changes) {
    removedNodes.forEach((node) => node.isConnected || each(node, release));
    addedNodes.forEach((node) => node.isConnected && each(node, bind));
  }
}).observe(document.body, { childList: true, subtree: true });

const binding = [];
each(document.body, (root) => binding.push(bind(root)));
startKeys();
// From now on the page hears what is done to it; what was typed before is looked at by each module as it binds.
Promise.all(binding).then(() => (document.documentElement.dataset.ready = ""));
