// clock: date and time for a wall, in the city's zone whatever the screen's computer believes.
const zone = { timeZone: "Asia/Shanghai" };
const day = new Intl.DateTimeFormat("zh-CN", { ...zone, month: "long", day: "numeric" });
const weekday = new Intl.DateTimeFormat("zh-CN", { ...zone, weekday: "long" });
const time = new Intl.DateTimeFormat("zh-CN", {
  ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});

export default function (root) {
  const tick = () => {
    const now = new Date();
    root.textContent = `${day.format(now)} ${weekday.format(now)} ${time.format(now)}`;
  };
  tick();
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
