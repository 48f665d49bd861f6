"""Lists that leave the pool: asked for, approved by another person, taken out."""

import secrets

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import record
from talentpool.dossiers.rules import CERTIFICATE_ALPHABET
from talentpool.search.queries.search import count
from talentpool.shortlists.models import ExportDownload, PoolExport
from talentpool.shortlists.queries.lists import request_of
from talentpool.shortlists.rules import (
    APPROVAL_OVER,
    MAY_TAKE,
    MOST_IN_DOCX,
    MOST_IN_XLSX,
    asks_approval,
    asks_reason,
)
from talentpool.shortlists.services.keeping import Asker

_MARK = 10  # characters of a download's mark


class ExportError(DomainError):
    """This list cannot be asked for or taken out so."""

    status = 422


def ask(
    session: Session, asker: Asker, *, kind: str, query: str, reason: str
) -> PoolExport:
    """Ask for a list; up to so many rows it is ready at once. Logged, no commit.

    Raises:
        ExportError: it is empty, too long for a text document, or lacks a reason.
    """
    rows = count(session, request_of(query), scopes=asker.scopes, today=asker.today)
    if not rows:
        raise ExportError(_("The search finds nobody."))
    if kind == "docx" and rows > MOST_IN_DOCX:
        raise ExportError(
            _("A text document holds at most %(most)s rows.", most=MOST_IN_DOCX)
        )
    if kind == "xlsx" and rows > MOST_IN_XLSX:
        raise ExportError(
            _(
                "A workbook holds at most %(most)s rows: choose CSV.",
                most=MOST_IN_XLSX,
            )
        )
    if asks_reason(rows) and not reason:
        raise ExportError(_("Say what the list is for."))
    export = PoolExport(
        user_id=asker.user.id,
        kind=kind,
        query=query,
        count=rows,
        reason=reason,
        state="waiting" if asks_approval(rows) else "ready",
        asked_at=asker.now,
    )
    session.add(export)
    session.flush()
    _log(session, asker, export, "export.asked", {"kind": kind, "reason": reason})
    return export


def decide(
    session: Session, asker: Asker, export: PoolExport, *, approved: bool, answer: str
) -> None:
    """Approve or refuse a list somebody else asked for.

    Raises:
        ExportError: it is one's own, or decided.
    """
    if export.user_id == asker.user.id:
        raise ExportError(_("Somebody else must decide about your own list."))
    if export.state != "waiting":
        raise ExportError(_("This list has been decided about."))
    export.state = "approved" if approved else "refused"
    export.decided_by_id, export.decided_at = asker.user.id, asker.now
    export.answer = answer
    _log(session, asker, export, f"export.{export.state}", {"answer": answer})


def begin_download(
    session: Session, asker: Asker, export: PoolExport
) -> ExportDownload:
    """Note a download of what the search finds now, and give it a mark of its own.

    Raises:
        ExportError: it is not one's own or not approved, or it has grown meanwhile
            beyond what goes without approval.
    """
    if export.user_id != asker.user.id or export.state not in MAY_TAKE:
        raise ExportError(_("This list cannot be taken out."))
    rows = count(
        session, request_of(export.query), scopes=asker.scopes, today=asker.today
    )
    if export.state == "ready" and asks_approval(rows):
        raise ExportError(
            _(
                "The list has more than %(most)s rows by now: ask for it again.",
                most=APPROVAL_OVER,
            )
        )
    mark = "".join(secrets.choice(CERTIFICATE_ALPHABET) for _n in range(_MARK))
    download = ExportDownload(
        export_id=export.id, mark=mark, rows=rows, taken_at=asker.now
    )
    session.add(download)
    session.flush()
    _log(session, asker, export, "export.taken", {"mark": mark, "rows": rows})
    return download


def _log(
    session: Session,
    asker: Asker,
    export: PoolExport,
    action: str,
    body: dict[str, object],
) -> None:
    record(
        session,
        actor=asker.actor,
        action=action,
        subject=f"pool_export:{export.uid}",
        now=asker.now,
        body={"count": export.count, **body},
    )
