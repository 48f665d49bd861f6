"""The lives of the judges' sheets, told from the rows of signatures and locks."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from scoring.judges.models import JudgeSeat
from scoring.marking import queries as marking
from scoring.marking.models import AGREED
from scoring.marking.rules.history import Locking, Signing, Step, tell_sheet


def list_lives(
    session: Session, event_id: int, seats: Iterable[JudgeSeat]
) -> dict[int, tuple[str, list[Step]]]:
    """Return the state of each seat's sheet and the steps to it, by the seat's id."""
    lockings = [
        Locking(
            round=lock.round,
            digest=lock.digest,
            locked_at=lock.locked_at,
            locked_by=lock.locked_by,
            asked_at=lock.unlock_asked_at,
            asked_by=lock.unlock_asked_by,
            reason=lock.unlock_reason,
            unlocked_at=lock.unlocked_at,
            unlocked_by=lock.unlocked_by,
            asks_check=lock.checks is not None,
        )
        for lock in marking.list_locks(session, event_id)
    ]
    agreed = {
        check.signature_id: check
        for check in marking.list_checks(session, event_id)
        if check.outcome == AGREED
    }
    signings: dict[int, list[Signing]] = {}
    for row in marking.list_every_signature(session, event_id):
        check = agreed.get(row.id)
        signing = Signing(
            round=row.round,
            digest=row.digest,
            marks=row.marks,
            signed_at=row.signed_at,
            returned_at=row.returned_at,
            returned_by=row.returned_by,
            returned_reason=row.returned_reason,
            device=row.device,
            checked_at=check.made_at if check else None,
            checked_by=check.made_by if check else "",
            check_device=check.device if check else "",
        )
        signings.setdefault(row.seat_id, []).append(signing)
    return {seat.id: tell_sheet(signings.get(seat.id, ()), lockings) for seat in seats}
