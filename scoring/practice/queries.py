"""Reading practice rounds."""

from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from outbox import VOID
from scoring.exemplars.queries import read_exemplars
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_aspects, list_seats
from scoring.practice.models import PracticeMark, PracticeReference, PracticeRound
from scoring.practice.rules import Cell, Comparison, Practised, compare
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme
from scoring.sheets.queries import list_aspect_data


def list_rounds(session: Session, event_id: int) -> list[PracticeRound]:
    """Return an event's practice rounds, newest first."""
    return list(
        session.scalars(
            select(PracticeRound)
            .where(PracticeRound.event_id == event_id)
            .order_by(PracticeRound.number.desc())
        )
    )


def find_last(session: Session, event_id: int) -> PracticeRound | None:
    """Return the newest round of an event, open or closed."""
    return session.scalar(
        select(PracticeRound)
        .where(PracticeRound.event_id == event_id)
        .order_by(PracticeRound.number.desc())
        .limit(1)
    )


def list_waiting(session: Session, user_id: int) -> list[JudgeSeat]:
    """Return a judge's seats at events with an open practice."""
    return list(
        session.scalars(
            select(JudgeSeat)
            .join(PracticeRound, PracticeRound.event_id == JudgeSeat.event_id)
            .options(joinedload(JudgeSeat.event))
            .where(
                JudgeSeat.user_id == user_id,
                JudgeSeat.ended_at.is_(None),
                JudgeSeat.covers != "",
                PracticeRound.closed_at.is_(None),
            )
            .order_by(JudgeSeat.id)
        )
    )


def find_round(session: Session, event_id: int, uid: str) -> PracticeRound | None:
    """Return a round of an event by its uid."""
    return session.scalar(
        select(PracticeRound).where(
            PracticeRound.event_id == event_id, PracticeRound.uid == uid
        )
    )


def get_scheme(session: Session, found: PracticeRound) -> Scheme:
    """Return the scheme a round is marked by."""
    version = schemes.find_version(session, found.event_id, found.scheme_version)
    if version is None:  # frozen versions are never deleted
        raise LookupError(f"scheme version {found.scheme_version} is gone")
    return schemes.load_scheme(version)


def list_references(session: Session, round_id: int) -> dict[Cell, str]:
    """Return the experts' values by sample and aspect."""
    rows = session.scalars(
        select(PracticeReference).where(PracticeReference.round_id == round_id)
    )
    return {(row.work, row.aspect): row.value for row in rows}


def list_marks(
    session: Session, round_id: int, seat_id: int | None = None
) -> list[PracticeMark]:
    """Return the newest mark of each cell, voids too, in the server's order."""
    statement = (
        select(PracticeMark, JudgeSeat.seat)
        .join(JudgeSeat, JudgeSeat.id == PracticeMark.seat_id)
        .where(PracticeMark.round_id == round_id)
        .order_by(PracticeMark.seq)
    )
    if seat_id is not None:
        statement = statement.where(PracticeMark.seat_id == seat_id)
    heads: dict[tuple[int, str, str], PracticeMark] = {}
    for mark, _seat in session.execute(statement):
        heads[mark.seat_id, mark.work, mark.aspect] = mark
    return sorted(heads.values(), key=lambda mark: mark.seq)


def last_seq(session: Session, round_id: int) -> int:
    """Return the number of a round's newest mark, 0 where there is none."""
    return (
        session.scalar(
            select(func.max(PracticeMark.seq)).where(PracticeMark.round_id == round_id)
        )
        or 0
    )


def count_by_seat(
    session: Session, found: PracticeRound
) -> list[tuple[JudgeSeat, int, int]]:
    """Return each marking seat with the marks it gave and those it is to give."""
    scheme, seats = get_scheme(session, found), list_seats(session, found.event_id)
    done: dict[int, int] = {}
    for mark in list_marks(session, found.id):
        done[mark.seat_id] = done.get(mark.seat_id, 0) + (mark.kind != VOID)
    works = len(found.list_works())
    return [
        (seat, done.get(seat.id, 0), works * len(list_aspects(scheme, seat, seats)))
        for seat in seats
        if seat.covers
    ]


def compare_round(session: Session, found: PracticeRound) -> Comparison:
    """Compare a round's marks; show it only when the round is closed."""
    seats = {
        row.id: row.seat
        for row in session.scalars(
            select(JudgeSeat).where(JudgeSeat.event_id == found.event_id)
        )
    }
    return compare(
        get_scheme(session, found).aspects,
        [
            Practised(
                work=m.work, aspect=m.aspect, seat=seats[m.seat_id], value=m.value
            )
            for m in list_marks(session, found.id)
            if m.kind != VOID
        ],
        list_references(session, found.id),
        tolerance=Fraction(found.tolerance, 100),
    )


def practice_sheet(
    session: Session, found: PracticeRound, seat: JudgeSeat
) -> dict[str, Any]:
    """Return a judge's practice sheet with the keys of a real one (`sheet_data`)."""
    scheme = get_scheme(session, found)
    aspects = list_aspects(scheme, seat, list_seats(session, found.event_id))
    heads = list_marks(session, found.id, seat.id)
    cells: dict[str, dict[str, Any]] = {}
    for mark in heads:
        if mark.kind != VOID:
            cells.setdefault(mark.work, {})[mark.aspect] = {
                "id": mark.id,
                "value": mark.value,
                "seq": mark.seq,
                "reason": mark.reason,
            }
    return {
        "event": seat.event.uid,
        "name": seat.event.name,
        "judge": seat.user.uid,
        "shape": found.uid,
        "seat": seat.seat,
        "round": found.number,
        "open": found.closed_at is None,
        "signed": False,
        "works": [code for code, _name in found.list_works()],
        "excused": [],
        "aspects": [
            # A photo proves something about a real work; here it proves nothing.
            aspect | {"photo": ""}
            for aspect in list_aspect_data(
                scheme, aspects, read_exemplars(session, found.event_id)
            )
        ],
        "cells": cells,
        "emptied": [[m.work, m.aspect, m.id, m.seq] for m in heads if m.kind == VOID],
        "pending": [],
        "rescores": [],
        "disputes": [],
        "photos": [],
    }
