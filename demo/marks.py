"""Believable marks: better works get better marks, and judges differ a little.

Chance makes what the judges saw; it never touches what is computed from it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from accounts.users.models import User
from appshell import MOST_MARKS
from ledger.log.services import Actor
from scoring.judges.models import JudgeSeat
from scoring.marking.services.receive import receive_marks
from scoring.scheme.rules.tree import Aspect


@dataclass(slots=True, kw_only=True)
class Truth:
    """How good each work is, and what there is to see at each aspect of it."""

    chance: np.random.Generator
    quality: dict[str, float] = field(default_factory=dict)
    seen: dict[tuple[str, str], float] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)  # works alike to the last mark

    def value(self, work: str, aspect: Aspect, seat: str) -> str:
        """Return what the judge in `seat` enters for an aspect of a work."""
        work = self.twins.get(work, work)
        key = (work, aspect.code)
        if key not in self.seen:
            worth = self.quality.setdefault(work, self._draw(0.8, 0.1))
            self.seen[key] = self._draw(worth, 0.12)
        # A twin gets the very marks of the other: the eye of a seat is steady.
        own = np.random.default_rng(hash_of(f"{work}|{aspect.code}|{seat}"))
        return _entered(aspect, self.seen[key], own)

    def _draw(self, middle: float, spread: float) -> float:
        return float(np.clip(self.chance.normal(middle, spread), 0.05, 0.995))


def hash_of(text: str) -> int:
    """Return a number that is the same for the same text in every process."""
    return int.from_bytes(sha256(text.encode()).digest()[:15])


def _entered(aspect: Aspect, seen: float, own: np.random.Generator) -> str:
    most, least = float(aspect.max), float(aspect.min)
    agreed = aspect.aggregate == "agreed"
    match aspect.kind:
        case "yes_no":
            return "1" if seen > 0.55 else "0"
        case "score":
            shift = 0.0 if agreed else float(own.normal(0, 0.04))
            raw = least + (most - least) * min(max(seen + shift, 0), 1)
            return f"{round(raw * 2) / 2:g}"
        case "deduction":
            return str(int((1 - seen) * 6))
        case "choice":
            slip = 0 if agreed else int(own.random() < 0.15)
            return _label(aspect, seen, slip)
        case "judgement":
            return str(min(int(seen * 3.3) + int(own.random() < 0.3), 3))
    return _measured(aspect, seen)


def _label(aspect: Aspect, seen: float, slip: int) -> str:
    labels = sorted(aspect.options, key=lambda label: -aspect.options[label])
    return labels[min(int((1 - seen) * len(labels) * 1.4) + slip, len(labels) - 1)]


def _measured(aspect: Aspect, seen: float) -> str:
    low, high = aspect.lower, aspect.upper
    if low is None and high is None:
        return "0"
    if low is None or high is None:
        edge = low if high is None else high
        away = (0.9 - seen) * float(aspect.unit) * 6
        return f"{float(edge or 0) + (away if low is None else -away):.2f}"
    middle, half = float(low + high) / 2, float(high - low) / 2
    # A good work lies well inside; a poor one a few steps outside.
    return (
        f"{middle + half * (1.9 - 1.8 * seen) * (1 if seen * 1000 % 2 > 1 else -1):.2f}"
    )


@dataclass(slots=True, kw_only=True)
class Tablet:
    """One judge's tablet: makes marks and sends them in batches."""

    session: Session
    user: User
    seat: JudgeSeat
    now: datetime
    sent: int = 0
    outbox: list[dict[str, object]] = field(default_factory=list)

    def mark(
        self,
        work: str,
        aspect: str,
        value: str,
        *,
        based_on: str | None = None,
        reason: str = "",
    ) -> str:
        """Make a mark, or with a reason and no value withdraw one; return its id."""
        self.sent += 1
        seconds = timedelta(seconds=7 * self.sent)
        number = hash_of(f"{self.seat.uid}|{self.sent}")
        mark_id = str(UUID(int=number, version=4))
        self.outbox.append(
            {
                "id": mark_id,
                "entry": work,
                "aspect": aspect,
                "value": value,
                "kind": "mark" if value else "void",
                "based_on": based_on,
                "reason": reason,
                "device": f"demo-{self.user.username}",
                "device_seq": self.sent,
                "marked_at": (self.now + seconds).isoformat(timespec="milliseconds"),
            }
        )
        return mark_id

    def send(self) -> None:
        """Send what waits; every mark has to be taken."""
        actor = Actor("human", self.user.uid)
        for start in range(0, len(self.outbox), MOST_MARKS):
            answers = receive_marks(
                self.session,
                user=self.user,
                items=self.outbox[start : start + MOST_MARKS],
                actor=actor,
                now=self.now + timedelta(seconds=7 * self.sent),
            )
            wrong = [a for a in answers if a["status"] != "stored"]
            if wrong:
                raise RuntimeError(
                    f"The demonstration's mark was not taken: {wrong[0]}"
                )
        self.outbox.clear()
