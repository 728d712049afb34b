// here: in a menu that scrolls, the entry one is at stays in sight.
export default function (root) {
  root.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}
