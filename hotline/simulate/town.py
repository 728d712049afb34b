"""The people of the simulation: callers, and the desks that serve them. Each loop ends when told to."""

from __future__ import annotations

import collections
import random
import threading
from dataclasses import dataclass, field
from typing import Any

from hotline.simulate.line import Line, Seat, Silent
from hotline.simulate.voices import Voice, parts

WAITING_SHARE = 0.15
"""Share of the tickets that the dispatchers leave for real people to look at."""
RETURN_SHARE = 0.05
PASS_SHARE = 0.94
REASONS = ("result", "attitude", "speed", "not_contacted")
"""Why somebody is not satisfied."""
PAUSE = 0.4
"""Seconds a desk waits when its queue is empty."""
PUBLIC_REPLY = (
    "您好，您反映的问题已收到。我单位已到现场核实，问题属实，已安排处理完毕，感谢您的监督与支持。",
    "您好，经核实，相关情况已按规定办理，后续将加强日常巡查，如仍有问题请再与我们联系。",
    "您好，您咨询的事项已查明，办理所需材料与流程已电话告知，欢迎随时拨打咨询。",
)


@dataclass
class Tally:
    """What has happened so far."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    refused: list[str] = field(default_factory=list)
    """Appeals that were not accepted: channel, status and the sentence."""
    codes: dict[str, str] = field(default_factory=dict)
    """Ticket number → query code, for citizens who come back."""

    def add(self, what: str, n: int = 1) -> None:
        """Count something."""
        with self.lock:
            self.counts[what] += n

    def __getitem__(self, what: str) -> int:
        return self.counts[what]


class Town:
    """Everybody's connection and what they share."""

    def __init__(
        self, url: str, accounts: dict[str, tuple[str, str]], sms_secret: str, rng: random.Random, stop: threading.Event
    ) -> None:
        self.url, self.accounts, self.sms_secret, self.rng, self.stop = url, accounts, sms_secret, rng, stop
        self.tally = Tally()
        self.line = Line(url, stop=stop)
        self._left = set[str]()
        self._versions = dict[str, int]()
        """Number → version of the ticket as it was last seen."""

    def seat(self, username: str) -> Seat:
        """Somebody's desk."""
        return Seat(self.line, username, self.accounts[username][0])

    # -- callers -----------------------------------------------------------------------------------------------------

    def speak(self, voice: Voice, agent: Seat) -> None:
        """Deliver one appeal by its channel; whatever dies meanwhile, it is taken exactly once."""
        match voice.channel:
            case "sms":
                answers = [
                    self.line.ask(
                        "POST", "/gateway/sms/generic", json=part, headers={"X-Gateway-Secret": self.sms_secret}
                    )
                    for part in parts(voice, self.rng)
                ]
                bad = [answer for answer in answers if answer.status_code != 200]
                self._told(voice, (bad or answers)[0].status_code, bad[0].text if bad else "", accepted=not bad)
            case "phone":
                body = {**self._body(voice), "channel": "phone", "call_id": voice.key}
                self._answered(voice, agent.ask("POST", "/api/v1/appeals", json=body))
            case _:
                answer = self.line.ask(
                    "POST", "/api/v1/appeals", json=self._body(voice), headers={"Idempotency-Key": voice.key}
                )
                self._answered(voice, answer)

    def _body(self, voice: Voice) -> dict[str, Any]:
        body = {"content": voice.content, "name": voice.name, "phone": voice.phone}
        return {**body, "title": voice.title} if voice.title else body

    def _answered(self, voice: Voice, answer: Any) -> None:
        accepted = answer.status_code in (200, 201)
        if accepted:
            taken = answer.json()
            with self.tally.lock:
                self.tally.codes[taken["no"]] = taken["query_code"]
        self._told(voice, answer.status_code, "" if accepted else answer.text, accepted=accepted)

    def _told(self, voice: Voice, status: int, words: str, *, accepted: bool) -> None:
        self.tally.add("accepted" if accepted else "refused")
        self.tally.add(f"channel.{voice.channel}")
        if not accepted:
            with self.tally.lock:
                self.tally.refused.append(f"{voice.channel} HTTP {status} {words[:120]}")

    # -- desks -------------------------------------------------------------------------------------------------------

    def _queue(self, seat: Seat, **wanted: str) -> list[dict[str, Any]]:
        answer = seat.ask("GET", "/api/v1/tickets", params={"limit": 50, "sort": "due", **wanted})
        items = list(answer.json()["items"]) if answer.status_code == 200 else []
        self._versions.update({item["no"]: item["version"] for item in items})
        return items

    def _act(self, seat: Seat, no: str, action: str, **fields: Any) -> bool:
        """Take a step at the version last seen; if somebody was faster, look once more."""
        path = f"/api/v1/tickets/{no}"
        answer = seat.ask("POST", f"{path}/actions/{action}", json={**fields, "version": self._versions.get(no, 0)})
        if answer.status_code == 409:
            page = seat.ask("GET", path)
            newer = page.json()["version"] if page.status_code == 200 else None
            if newer not in (None, self._versions.get(no)):
                self._versions[no] = newer
                answer = seat.ask("POST", f"{path}/actions/{action}", json={**fields, "version": newer})
        done = answer.status_code == 200
        if done:
            self._versions[no] = answer.json()["version"]
        self.tally.add(action if done else f"not.{action}")
        return done

    def dispatcher(self) -> None:
        """Accept what came, dispatch it to the first proposal, decide returns; leave some for real people."""
        seat, rng = self.seat("dispatcher"), random.Random(self.rng.random())
        while not self.stop.is_set():
            busy = False
            for item in self._queue(seat, state="SUBMITTED") + self._queue(seat, state="PENDING_DISPATCH"):
                if item["no"] in self._left or self.stop.is_set():
                    continue
                if rng.random() < WAITING_SHARE:
                    self._left.add(item["no"])
                    continue
                busy |= self._send(seat, item)
            for item in self._queue(seat, state="RETURN_REVIEW"):
                agreed = rng.random() < 0.7
                busy |= self._act(seat, item["no"], "OK_RETURN" if agreed else "NO_RETURN", opinion="按职责清单核定")
            if not busy:
                self.stop.wait(PAUSE)

    def _send(self, seat: Seat, item: dict[str, Any]) -> bool:
        page = seat.ask("GET", f"/api/v1/tickets/{item['no']}")
        if page.status_code != 200 or not page.json().get("proposals"):
            return False
        unit = page.json()["proposals"][0]["unit"]
        if item["state"] == "SUBMITTED" and not self._act(seat, item["no"], "ACCEPT"):
            return False
        if self._act(seat, item["no"], "DISPATCH", unit=unit):
            return True
        self._left.add(item["no"])
        return False

    def units(self) -> None:
        """Sign, contact, reply: each ticket by the account of its own unit; now and then "not mine"."""
        overseer, rng = self.seat("lead"), random.Random(self.rng.random())
        by_unit = {unit: name for name, (_, unit) in self.accounts.items() if name.startswith(("u-", "county-"))}
        seats: dict[str, Seat] = {}
        while not self.stop.is_set():
            busy = False
            for state in ("PENDING_SIGN", "PROCESSING"):
                for item in self._queue(overseer, state=state):
                    username = by_unit.get(_unit(item))
                    if username is None or self.stop.is_set():
                        continue
                    seat = seats.setdefault(username, self.seat(username))
                    busy |= self._handle(seat, item, state, rng)
            if not busy:
                self.stop.wait(PAUSE)

    def _handle(self, seat: Seat, item: dict[str, Any], state: str, rng: random.Random) -> bool:
        no = item["no"]
        if state == "PENDING_SIGN":
            if rng.random() < RETURN_SHARE:
                return self._act(seat, no, "REQ_RETURN", reason="NOT_DUTY", basis="三定方案未列明此项职责")
            return self._act(seat, no, "SIGN")
        if rng.random() < 0.5:
            return False
        if not self._act(seat, no, "CONTACT", way="phone", result="已电话联系，了解情况"):
            self._act(seat, no, "RELAY", words="请补充具体位置，方便我们尽快处理", call=False)
        return self._act(
            seat, no, "REPLY", public=rng.choice(PUBLIC_REPLY), internal="已派员处理", solved=rng.random() < 0.85
        )

    def reviewer(self) -> None:
        """Pass replies, send some back; decide about those who are not satisfied."""
        seat, rng = self.seat("reviewer"), random.Random(self.rng.random())
        while not self.stop.is_set():
            busy = False
            for item in self._queue(seat, state="REPLY_REVIEW"):
                if rng.random() < PASS_SHARE:
                    busy |= self._act(seat, item["no"], "PASS")
                else:
                    busy |= self._act(seat, item["no"], "FAIL", opinion="请补充处理时间和结果")
            if not busy:
                self.stop.wait(PAUSE)

    def citizens(self) -> None:
        """Those who were answered rate, by the link that they got."""
        rng = random.Random(self.rng.random())
        seat, rated = self.seat("callback"), set[str]()
        while not self.stop.is_set():
            busy = False
            for item in self._queue(seat, state="CALLBACK"):
                no = item["no"]
                if no in rated or self.stop.is_set():
                    continue
                rated.add(no)
                solved = rng.choices(["solved", "partly", "unsolved"], [0.8, 0.12, 0.08])[0]
                score = rng.choices([5, 4, 3, 2, 1], [45, 30, 15, 6, 4])[0]
                body = {"solved": solved, "score": score} | ({"reason": rng.choice(REASONS)} if score <= 2 else {})
                if code := self.tally.codes.get(no):
                    answer = self.line.ask("POST", f"/api/v1/appeals/{no}/rate", json={**body, "code": code})
                    self.tally.add("RATE" if answer.status_code == 200 else "not.RATE")
                    busy = True
                else:
                    busy |= self._act(seat, no, "RATE", **body)
            if not busy:
                self.stop.wait(PAUSE)

    def guarded(self, loop: Any) -> None:
        """Run one loop; a house that stays silent ends it, and is told in the summary."""
        try:
            loop()
        except Silent as silent:
            if not self.stop.is_set():
                self.tally.add("silent")
                with self.tally.lock:
                    self.tally.refused.append(str(silent))


def _unit(item: dict[str, Any]) -> str:
    unit = item.get("unit")
    return str(unit.get("code", "")) if isinstance(unit, dict) else str(item.get("unit_code") or unit or "")
