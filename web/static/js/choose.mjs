// choose: a form that goes as soon as something else is chosen in it.
export default function (root) {
  const go = () => root.requestSubmit();
  root.addEventListener("change", go);
  return () => root.removeEventListener("change", go);
}
