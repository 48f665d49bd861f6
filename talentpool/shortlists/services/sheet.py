"""A shortlist as one sheet to be approved: on paper, numbered, in the log."""

import secrets
from collections.abc import Sequence

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.rules import digest
from ledger.log.services import record
from paper import language, make_pdf, page_words
from talentpool.dossiers.rules import CERTIFICATE_ALPHABET
from talentpool.shortlists.models import Shortlist
from talentpool.shortlists.services.keeping import Asker

_TEMPLATE = "talentpool/shortlists/approval_sheet.typ"
_NUMBER = 10  # characters


class EmptyListError(DomainError):
    """Nobody is on the shortlist."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("Put somebody on the shortlist first."))


def approval_sheet(
    session: Session,
    asker: Asker,
    shortlist: Shortlist,
    *,
    facts: Sequence[tuple[str, str]],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> bytes:
    """Return the sheet as a PDF; its number and what it says go into the log.

    Args:
        session: the caller's transaction; no commit.
        asker: who prints it; their name stands behind the text.
        shortlist: whose people.
        facts: what stands above the table.
        headings: of the columns.
        rows: one for each person.

    Raises:
        EmptyListError: nobody is on it.
    """
    if not rows:
        raise EmptyListError
    number = "".join(secrets.choice(CERTIFICATE_ALPHABET) for _n in range(_NUMBER))
    moment = format_datetime(asker.now, "yyyy-MM-dd HH:mm")
    name = asker.user.display_name
    record(
        session,
        actor=asker.actor,
        action="shortlist.printed",
        subject=f"shortlist:{shortlist.uid}",
        now=asker.now,
        body={
            "number": number,
            "count": len(rows),
            "digest": digest({"rows": [list(row) for row in rows]}),
        },
    )
    data = {
        "lang": language(),
        "title": shortlist.name,
        "number": number,
        "watermark": f"{name} · {moment} · {number}",
        "facts": [list(fact) for fact in facts],
        "headings": list(headings),
        "rows": [list(row) for row in rows],
        "signatures": [_("Proposed by"), _("Checked by"), _("Approved by")],
        "foot": _(
            "Printed by %(name)s on %(moment)s, number %(number)s. "
            "Not to be passed on.",
            name=name,
            moment=moment,
            number=number,
        ),
        "page": page_words(),
        "words": {
            "heading": _("Approval sheet of a shortlist"),
            "number": _("Number"),
            "day": _("Day, seal"),
        },
    }
    return make_pdf(_TEMPLATE, data)
