"""A second calendar, slow and plain: every minute of 2025–2027 is open or shut, and everything is counted by minutes.

Written from the handbook's words alone and sharing nothing with the product, so that both can't be wrong in one way.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone

OFF = {
    2025: "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
    2026: "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
}
MAKEUP = {2025: "01-26 02-08 04-27 09-28 10-11", 2026: "01-04 02-14 02-28 05-09 09-20 10-10"}
ZONE = timezone(timedelta(hours=8))
FIRST = date(2025, 1, 1)
MINUTES = 24 * 60


def _dates(listed: dict[int, str]) -> set[date]:
    found = set()
    for year, text in listed.items():
        for item in text.split():
            first, _, last = item.partition("/")
            on, end = (date.fromisoformat(f"{year}-{part}") for part in (first, last or first))
            while on <= end:
                found.add(on)
                on += timedelta(days=1)
    return found


class SlowCalendar:
    """Counts minutes from 2025-01-01 00:00 local; moments must be whole minutes."""

    def __init__(self) -> None:
        off, makeup = _dates(OFF), _dates(MAKEUP)
        self.open = bytearray()
        on = FIRST
        while on.year < 2028:
            works = on in makeup or (on.weekday() < 5 and on not in off)
            if on.year == 2027 and (on.month, on.day) == (1, 1):
                works = False
            for minute in range(MINUTES):
                morning = 8 * 60 + 30 <= minute < 12 * 60
                begins = 15 if 6 <= on.month <= 9 else 14.5
                afternoon = begins * 60 <= minute < (begins + 3) * 60
                self.open.append(1 if works and (morning or afternoon) else 0)
            on += timedelta(days=1)

    def minute(self, at: datetime) -> int:
        return int((at - datetime.combine(FIRST, time(0), ZONE)).total_seconds()) // 60

    def moment(self, minute: int) -> datetime:
        return (datetime.combine(FIRST, time(0), ZONE) + timedelta(minutes=minute)).astimezone(UTC)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        return timedelta(minutes=sum(self.open[self.minute(start) : self.minute(end)]))

    def works(self, day: int) -> bool:
        return 1 in self.open[day * MINUTES : (day + 1) * MINUTES]

    def due_in_days(self, start: datetime, days: int) -> datetime:
        day = self.minute(start) // MINUTES
        while days:
            day += 1
            days -= self.works(day)
        return self.moment(self.open.rindex(1, day * MINUTES, (day + 1) * MINUTES) + 1)

    def due_in_minutes(self, start: datetime, minutes: int) -> datetime:
        at = self.minute(start)
        while minutes:
            minutes -= self.open[at]
            at += 1
        return self.moment(at)

    def remaining_days(self, today: date, due_on: date) -> int:
        return sum(self.works(day) for day in range((today - FIRST).days + 1, (due_on - FIRST).days + 1))
