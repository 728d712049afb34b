// appearance: changes the look where one stands, so that nothing typed is lost; without scripts the page comes anew.
const YEAR = 31_536_000;

export default function (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = event.submitter;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${value}; path=/; max-age=${value ? YEAR : 0}; samesite=lax${secure}`;
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
    form.querySelector(value ? ".to-usual" : ".to-elder").focus();
  });
}
