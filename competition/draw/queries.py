"""Draws as they stand."""

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from competition.draw.models import Draw
from competition.draw.rules import Contribution, Deal, PublicDraw, outcome


def find_draw(session: Session, uid: str) -> Draw | None:
    """Return one draw with what was called for it, voided ones too."""
    return session.scalar(
        select(Draw).where(Draw.uid == uid).options(selectinload(Draw.contributions))
    )


def find_live(session: Session, event_id: int, purpose: str) -> Draw | None:
    """Return the draw of an event that counts, whatever it has come to."""
    return session.scalar(
        select(Draw)
        .where(
            Draw.event_id == event_id,
            Draw.purpose == purpose,
            Draw.voided_at.is_(None),
        )
        .options(selectinload(Draw.contributions))
    )


def list_draws(session: Session, event_id: int) -> list[Draw]:
    """Return every draw of an event, voided ones too, in the order committed."""
    return list(
        session.scalars(
            select(Draw)
            .where(Draw.event_id == event_id)
            .options(selectinload(Draw.contributions))
            .order_by(Draw.id)
        )
    )


def list_voided(session: Session, event_id: int, purpose: str) -> list[Draw]:
    """Return the draws for one purpose that do not count, oldest first."""
    return list(
        session.scalars(
            select(Draw)
            .where(
                Draw.event_id == event_id,
                Draw.purpose == purpose,
                Draw.voided_at.is_not(None),
            )
            .order_by(Draw.attempt)
        )
    )


def count_attempts(session: Session, event_id: int, purpose: str) -> int:
    """Count the draws committed for one purpose, voided ones too."""
    return (
        session.scalar(
            select(func.count()).where(
                Draw.event_id == event_id, Draw.purpose == purpose
            )
        )
        or 0
    )


def deal_of(draw: Draw) -> Deal:
    """Return what was frozen by the draw's commitment."""
    return Deal(
        subject=f"{draw.event.uid}/{draw.purpose}/{draw.attempt}",
        items=tuple(json.loads(draw.items)),
        targets=tuple(json.loads(draw.targets)),
        code_length=draw.code_length,
        constraints=draw.constraints,
    )


def contributions_of(draw: Draw) -> tuple[Contribution, ...]:
    """Return what was called and rolled, in order."""
    return tuple(Contribution(c.kind, c.by, c.value) for c in draw.contributions)


def public_draw(draw: Draw) -> PublicDraw:
    """Return a draw as it can be checked; before the reveal without its outcome."""
    deal = deal_of(draw)
    result = outcome(deal, bytes.fromhex(draw.seed)) if draw.seed else {}
    return PublicDraw(
        deal=deal,
        algorithm=draw.algorithm,
        secret_digest=draw.secret_digest,
        commitment=draw.commitment,
        contributions=contributions_of(draw),
        result_digest=draw.result_digest,
        secret=draw.secret,
        seed=draw.seed,
        result=result,
    )
