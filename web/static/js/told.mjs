// told: why a step was refused comes into sight, however far down one was when one sent it.
export default function (root) {
  root.scrollIntoView({ block: "nearest" });
}
