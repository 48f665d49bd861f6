"""The reply to an appeal, as a letter to be sealed and handed over."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from extensions import LOCAL
from ledger.log.queries import list_for_subject
from paper import in_groups, language, make_pdf, page_words
from scoring.appeals import queries, rules
from scoring.appeals.models import Appeal
from scoring.appeals.services.notes import say_step
from scoring.appeals.services.steps import AppealError, read_grounds
from scoring.appeals.services.words import OUTCOME_LABELS, STATE_LABELS

_TEMPLATE = "scoring/appeals/letter.typ"
ANSWERED = (rules.REFUSED, rules.DECIDED, rules.FINAL)


def letter_pdf(session: Session, appeal: Appeal) -> bytes:
    """Return the reply: what was asked, what was decided and why, what may follow.

    Raises:
        AppealError: there is no answer yet.
    """
    if appeal.state not in ANSWERED:
        raise AppealError(_("There is no answer to this appeal yet."))
    newest = next(s for s in reversed(appeal.steps) if s.kind in {*ANSWERED})
    logged = list_for_subject(session, f"appeal:{appeal.uid}")[-1]
    name = appeal.entry.person.name if appeal.entry.person else ""
    data = {
        "lang": language(),
        "title": _("Reply to an appeal"),
        "competition": appeal.event.competition.name,
        "facts": [
            [_("Receipt"), appeal.receipt],
            [_("Event"), appeal.event.name],
            [_("On behalf of"), name],
            [_("Received"), _moment(appeal.filed_at)],
            [
                _("Decision of the appeal"),
                str(
                    OUTCOME_LABELS[newest.outcome]
                    if newest.outcome
                    else STATE_LABELS[appeal.state]
                ),
            ],
        ],
        "grounds": [_("What the appeal says"), read_grounds(appeal)],
        "reason": [_("Reasons of the decision"), newest.reason],
        "effect": [_("What follows"), _effect(session, appeal)],
        "steps": [_("Course of the appeal"), [say_step(s) for s in appeal.steps]],
        "signers": [_("Arbitration group"), _("Organiser (seal)"), _("Date and time")],
        "log": _(
            "Entry %(seq)s of the ledger: %(hash)s",
            seq=logged.seq,
            hash=in_groups(logged.hash),
        ),
        "page": page_words(),
    }
    return make_pdf(_TEMPLATE, data)


def _effect(session: Session, appeal: Appeal) -> list[str]:
    said = []
    correction = queries.find_correction(session, appeal)
    if correction is not None:
        said.append(
            _(
                "Version %(number)s of the result was published with the correction.",
                number=correction.version,
            )
        )
    elif appeal.revises:
        said.append(_("The marks are opened; a new version of the result follows."))
    else:
        said.append(_("The result stays as it is."))
    if appeal.state == rules.FINAL:
        said.append(_("This decision is final."))
    elif appeal.second_until is not None:
        said.append(
            _(
                "The appellant may bring it before the competition's arbitration "
                "group until %(moment)s.",
                moment=_moment(appeal.second_until),
            )
        )
    return said


def _moment(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
