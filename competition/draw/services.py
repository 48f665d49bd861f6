"""Committing to a draw, taking the numbers, deriving, revealing, voiding."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.draw import queries, rules
from competition.draw.models import Draw, DrawContribution
from competition.draw.rules import Contribution, Deal, Lots
from competition.events.models import Event
from competition.stations.rules.placing import StuckError
from competition.stations.rules.proof import Obstacle
from competition.stations.services import tell_obstacle
from errors import DomainError
from extensions import new_uid
from ledger.log.services import Actor, record
from people.vault.services import get_vault


class DrawExistsError(DomainError):
    """A draw for this purpose counts already; it must be voided before a redo."""


class NobodyDrawsError(DomainError):
    """There is nobody, or nothing, to draw for."""


class DrawStepError(DomainError):
    """The draw has not come to this step yet, or is past it."""


class ObstacleError(DomainError):
    """The hard constraints cannot be kept; `reasons` says each, and what to change."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.reasons = [tell_obstacle(obstacle) for obstacle in obstacles]
        super().__init__(" ".join(self.reasons))


class ContributionError(DomainError):
    """A number that was called, or all of them together, will not do."""

    status = 422


def commit_draw(
    session: Session,
    *,
    event: Event,
    purpose: str,
    lots: Lots,
    actor: Actor,
    now: datetime,
) -> Draw:
    """Freeze list and secret, and return the draw with its commitment to announce.

    Raises:
        NobodyDrawsError: the lots hold no items.
        ObstacleError: no arrangement keeps the hard constraints.
        DrawExistsError: this purpose has a draw that counts.
        ValueError: fewer targets than items (a defect of the caller).
    """
    # Hold the event's row, so that two officers cannot commit at the same time.
    session.get_one(Event, event.id, with_for_update={"key_share": True})
    if not lots.items:
        raise NobodyDrawsError(_("There is nobody to draw for yet."))
    if queries.find_live(session, event.id, purpose) is not None:
        raise DrawExistsError(
            _("This draw was made already. Void it, with a reason, to draw again.")
        )
    if not lots.code_length and len(lots.targets) < len(lots.items):
        raise ValueError("There must be a target for each item.")
    obstacles = rules.obstacles_of(lots)
    if obstacles:
        raise ObstacleError(obstacles)
    draw = _sealed(
        Draw(
            uid=new_uid(),
            event=event,
            purpose=purpose,
            attempt=queries.count_attempts(session, event.id, purpose) + 1,
            items=json.dumps(sorted(lots.items), ensure_ascii=False),
            targets=json.dumps(lots.targets, ensure_ascii=False),
            code_length=lots.code_length,
            constraints=lots.constraints,
            committed_at=now,
            committed_by=actor.name,
        )
    )
    session.add(draw)
    body = {
        "purpose": purpose,
        "attempt": draw.attempt,
        "algorithm": draw.algorithm,
        "commitment": draw.commitment,
        "list_digest": draw.list_digest,
        "count": len(lots.items),
    }
    _log(session, draw, "draw.committed", actor, now, body)
    return draw


def contribute(
    session: Session,
    *,
    draw: Draw,
    given: Contribution,
    actor: Actor,
    now: datetime,
    paper: str = "",
) -> None:
    """Keep one number called, or the dice rolled, for a committed draw.

    Args:
        session: the caller's transaction.
        draw: committed, not drawn.
        given: who called it, and the number.
        actor: who enters it.
        now: when.
        paper: number of the sheet it is keyed in from; one sheet holds several.

    Raises:
        DrawStepError: the draw is voided or derived already.
        ContributionError: it is no number, or the dice were rolled before.
    """
    session.get_one(Draw, draw.id, with_for_update=True)
    if draw.drawn_at is not None or draw.voided_at is not None:
        raise DrawStepError(_("Numbers can only be called before the draw is made."))
    before = queries.contributions_of(draw)
    faults = set(rules.contribution_faults((*before, given))) - {"too_few_digits"}
    if faults:
        raise ContributionError(_explain(sorted(faults)))
    draw.contributions.append(
        DrawContribution(
            seq=len(before) + 1,
            kind=given.kind,
            by=given.by,
            value=given.value,
            paper=paper,
        )
    )
    body = {"seq": len(before) + 1, "kind": given.kind, "value": given.value}
    body |= {"paper": paper}
    _log(session, draw, "draw.contributed", actor, now, body)


def derive(
    session: Session, *, draw: Draw, actor: Actor, now: datetime
) -> dict[str, str]:
    """Draw: return which target each item got; the caller keeps it in its own table.

    Raises:
        DrawStepError: the draw is voided or derived already, or its search keeps no
            arrangement; then it is voided, and drawn again under fewer constraints.
        ContributionError: fewer than six digits were called and rolled in all.
    """
    session.get_one(Draw, draw.id, with_for_update=True)
    if draw.drawn_at is not None or draw.voided_at is not None:
        raise DrawStepError(_("This draw was made already."))
    given = queries.contributions_of(draw)
    faults = rules.contribution_faults(given)
    if faults:
        raise ContributionError(_explain(faults))
    seed = rules.seed(open_secret(draw), given)
    try:
        result = rules.outcome(queries.deal_of(draw), seed)
    except StuckError:
        raise DrawStepError(
            _(
                "The search found no arrangement that keeps every hard constraint. "
                "Void this draw and make one of them soft."
            )
        ) from None
    draw.drawn_at, draw.drawn_by = now, actor.name
    draw.result_digest = rules.result_digest(result, seed)
    body = {"result_digest": draw.result_digest, "contributions": len(given)}
    _log(session, draw, "draw.derived", actor, now, body)
    return result


def reveal(session: Session, *, draw: Draw, actor: Actor, now: datetime) -> None:
    """Show secret and seed to the world, for good; a second time changes nothing."""
    if draw.revealed_at is not None:
        return
    secret = open_secret(draw)
    draw.revealed_at, draw.secret = now, secret.hex()
    if draw.drawn_at is not None:
        draw.seed = rules.seed(secret, queries.contributions_of(draw)).hex()
    body = {"secret": draw.secret, "seed": draw.seed}
    _log(session, draw, "draw.revealed", actor, now, body)


def void(
    session: Session,
    *,
    draw: Draw,
    reason: str,
    witness: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a draw out of force for good and reveal it; a new one may be committed.

    It is revealed at once, so that everybody sees what was thrown away.

    Args:
        session: the caller's transaction.
        draw: the draw that counted until now.
        reason: why, for the public record.
        witness: uid of the second person who agreed, with their own password.
        actor: who voids it.
        now: when.

    Raises:
        DrawStepError: it is voided already.
    """
    if draw.voided_at is not None:
        raise DrawStepError(_("This draw was voided already."))
    draw.voided_at, draw.voided_by, draw.void_reason = now, actor.name, reason
    _log(session, draw, "draw.voided", actor, now, {"witness": witness})
    reveal(session, draw=draw, actor=actor, now=now)


def open_secret(draw: Draw) -> bytes:
    """Return the secret; for deriving and revealing only, never for a page."""
    return bytes.fromhex(get_vault().open(draw.secret_sealed, _context(draw)))


def _sealed(draw: Draw) -> Draw:
    secret = secrets.token_bytes(rules.SECRET_BYTES)
    deal: Deal = queries.deal_of(draw)
    draw.algorithm = deal.algorithm
    draw.list_digest = rules.list_digest(deal)
    draw.secret_digest = rules.secret_digest(secret)
    draw.commitment = rules.commitment(deal, draw.secret_digest)
    draw.secret_sealed = get_vault().seal(secret.hex(), _context(draw))
    return draw


def _context(draw: Draw) -> str:
    return f"draw.secret:{draw.uid}"


def _log(
    session: Session,
    draw: Draw,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"draw:{draw.uid}",
        scope=f"event:{draw.event.uid}",
        now=now,
        body=body,
    )


def _explain(faults: Sequence[str]) -> str:
    texts = {
        "not_digits": _("A number may hold digits only, 40 at most."),
        "too_few_digits": _("At least six digits must be called or rolled in public."),
        "two_dice": _("The dice were rolled already; they are rolled once."),
    }
    return " ".join(texts[fault] for fault in faults)
