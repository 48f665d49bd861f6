"""Recording, handing in and deciding on innovation projects; nobody commits here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from errors import DomainError
from ledger.log.services import record
from people.attachments.services import store
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.growth.models.innovations import (
    Innovation,
    InnovationPaper,
    InnovationShare,
)
from talentpool.growth.rules import innovations as rules
from talentpool.growth.rules.innovations import Part, Work
from talentpool.growth.services.by import By
from talentpool.growth.services.posting import post, take_back


class ProjectError(DomainError):
    """This cannot be done with the project as it stands."""

    status = 422


class ProjectStateError(DomainError):
    """The project has moved on meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The project has moved on meanwhile. Open it again."))


class ProjectFaultsError(DomainError):
    """The project lacks something; `codes` say what, see `rules.innovations.faults`."""

    status = 422

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectValues:
    """What is recorded of a project, without its people and papers."""

    kind: str
    title: str
    trade: str
    text: str
    number: str
    began_on: date | None
    finished_on: date
    benefit_yuan: int | None
    benefit_from: date | None
    benefit_to: date | None
    benefit_confirmed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """Somebody who took part."""

    craftsman: Craftsman
    role: str
    method_name: str = ""


def begin(
    session: Session,
    values: ProjectValues,
    *,
    lead: NewPart,
    unit: Unit | None,
    by: By,
) -> Innovation:
    """Begin a project as a draft, with its lead; it lies where the unit does.

    Args:
        session: the caller's transaction.
        values: what is known of it.
        lead: the first of its people.
        unit: whose it is; the lead's own place counts where there is none.
        by: who records it.
    """
    place = unit.district_code if unit else lead.craftsman.district_code
    made = Innovation(
        **_columns(values),
        unit=unit,
        district_code=place,
        state="draft",
        recorded_by=by.actor.name,
        recorded_at=by.now,
    )
    made.shares.append(
        InnovationShare(
            craftsman=lead.craftsman,
            role="lead",
            position=1,
            method_name=lead.method_name,
        )
    )
    session.add(made)
    body = {"kind": made.kind, "lead": lead.craftsman.uid}
    _log(session, made, "innovation.begun", by, body)
    return made


def change(
    session: Session, innovation: Innovation, values: ProjectValues, *, by: By
) -> None:
    """Change what is recorded of a project that is not handed in.

    Raises:
        ProjectStateError: it was handed in meanwhile.
    """
    _hold(session, innovation, rules.OPEN_STATES)
    new = _columns(values)
    changed = sorted(name for name, v in new.items() if getattr(innovation, name) != v)
    if not changed:
        return
    for name in changed:
        setattr(innovation, name, new[name])
    _log(session, innovation, "innovation.changed", by, {"fields": changed})


def add_part(session: Session, innovation: Innovation, new: NewPart, *, by: By) -> None:
    """Name somebody who took part.

    Raises:
        ProjectStateError: it was handed in meanwhile.
        ProjectError: the person is named already, there is a lead, or too many people.
    """
    _hold(session, innovation, rules.OPEN_STATES)
    shares = innovation.shares
    if any(share.craftsman_id == new.craftsman.id for share in shares):
        raise ProjectError(_("This person is named already."))
    if new.role == "lead" and any(share.role == "lead" for share in shares):
        raise ProjectError(_("The project has a lead. Take that person out first."))
    if len(shares) >= rules.MOST_PEOPLE:
        raise ProjectError(
            _("A project names at most %(m)s people.", m=rules.MOST_PEOPLE)
        )
    shares.append(
        InnovationShare(
            craftsman=new.craftsman,
            role=new.role,
            position=len(shares) + 1,
            method_name=new.method_name,
        )
    )
    _rank(session, innovation)
    body = {"craftsman": new.craftsman.uid, "role": new.role}
    _log(session, innovation, "innovation.part_added", by, body)


def remove_part(session: Session, share: InnovationShare, *, by: By) -> None:
    """Take somebody out of a project that is not handed in."""
    innovation = share.innovation
    _hold(session, innovation, rules.OPEN_STATES)
    body = {"craftsman": share.craftsman.uid, "role": share.role}
    session.delete(share)
    session.flush()
    session.expire(innovation, ["shares"])
    _rank(session, innovation)
    _log(session, innovation, "innovation.part_removed", by, body)


def add_paper(
    session: Session, innovation: Innovation, *, data: bytes, file_name: str, by: By
) -> InnovationPaper:
    """Put a file to a project, with its digest.

    Raises:
        FileRefusedError: the file is of no use.
        ProjectError: too many papers, or this very file is there.
        ProjectStateError: the project was handed in meanwhile.
    """
    _hold(session, innovation, rules.OPEN_STATES)
    if len(innovation.papers) >= rules.MOST_PAPERS:
        raise ProjectError(
            _("A project has at most %(m)s papers.", m=rules.MOST_PAPERS)
        )
    attachment = store(
        session,
        data=data,
        file_name=file_name,
        kind="pool_evidence",
        uploaded_by=by.user.uid,
        now=by.now,
    )
    if any(paper.sha256 == attachment.sha256 for paper in innovation.papers):
        raise ProjectError(_("This file is there already."))
    made = InnovationPaper(
        attachment=attachment,
        title=attachment.file_name[:120],
        sha256=attachment.sha256,
        added_by=by.actor.name,
        added_at=by.now,
    )
    innovation.papers.append(made)
    body = {"sha256": made.sha256}
    _log(session, innovation, "innovation.paper_added", by, body)
    return made


def submit(session: Session, innovation: Innovation, *, by: By) -> None:
    """Hand a project in.

    Raises:
        ProjectStateError: it was handed in meanwhile.
        ProjectFaultsError: it lacks something; names all at once.
    """
    _hold(session, innovation, rules.OPEN_STATES)
    codes = rules.faults(work_of(innovation), by.today)
    if codes:
        raise ProjectFaultsError(codes)
    innovation.state, innovation.reason = "submitted", ""
    _log(session, innovation, "innovation.submitted", by, {})


def verify(session: Session, innovation: Innovation, *, by: By) -> None:
    """Say that a project was checked; it goes into every participant's dossier.

    Raises:
        ProjectStateError: it was decided meanwhile.
        ProjectError: whoever recorded it, or took part, decides.

    Source: rules G-03 and G-04 in docs/rules/growth.md.
    """
    _decide(session, innovation, "verified", "", by)
    facts = post(session, innovation, actor=by.actor, now=by.now)
    _log(session, innovation, "innovation.verified", by, {"facts": facts})


def send_back(session: Session, innovation: Innovation, *, reason: str, by: By) -> None:
    """Return a project to who recorded it, with the reason."""
    _decide(session, innovation, "returned", reason, by)
    _log(session, innovation, "innovation.returned", by, {"reason": reason})


def revoke(session: Session, innovation: Innovation, *, reason: str, by: By) -> None:
    """Take a verified project back; its facts stay in the dossiers, disputed."""
    _decide(session, innovation, "revoked", reason, by)
    take_back(session, innovation, reason=reason, actor=by.actor, now=by.now)
    _log(session, innovation, "innovation.revoked", by, {"reason": reason})


def work_of(innovation: Innovation) -> Work:
    """Return a project as the rules read it."""
    return Work(
        kind=innovation.kind,
        parts=[
            Part(
                name=share.craftsman.person.name,
                role=share.role,
                method_name=share.method_name,
            )
            for share in innovation.shares
        ],
        papers=len(innovation.papers),
        began_on=innovation.began_on,
        finished_on=innovation.finished_on,
        benefit_yuan=innovation.benefit_yuan,
        benefit_from=innovation.benefit_from,
        benefit_to=innovation.benefit_to,
        benefit_confirmed_by=innovation.benefit_confirmed_by,
    )


def may_decide(innovation: Innovation, user: User) -> bool:
    """Tell whether a user stands outside of a project: neither recorder nor part."""
    persons = {share.craftsman.person_id for share in innovation.shares}
    return innovation.recorded_by != user.uid and user.person_id not in persons


def _decide(
    session: Session, innovation: Innovation, to: str, reason: str, by: By
) -> None:
    _hold(session, innovation, [s for s in rules.STATES if to in rules.NEXT[s]])
    if not may_decide(innovation, by.user):
        raise ProjectError(
            _("Whoever recorded a project or took part in it cannot decide on it.")
        )
    innovation.state, innovation.reason = to, reason
    innovation.decided_by, innovation.decided_at = by.actor.name, by.now


def _hold(session: Session, innovation: Innovation, states: Collection[str]) -> None:
    session.flush()
    session.refresh(innovation, ["state"], with_for_update=True)
    if innovation.state not in states:
        raise ProjectStateError


def _rank(session: Session, innovation: Innovation) -> None:
    shares = sorted(innovation.shares, key=lambda share: share.position)
    order = rules.ranked([share.role for share in shares])
    for position, place in enumerate(order, start=1):
        shares[place].position = position
    session.flush()
    session.expire(innovation, ["shares"])


def _columns(values: ProjectValues) -> dict[str, object]:
    return {name: getattr(values, name) for name in ProjectValues.__slots__}


def _log(
    session: Session,
    innovation: Innovation,
    action: str,
    by: By,
    body: Mapping[str, object],
) -> None:
    session.flush()
    record(
        session,
        actor=by.actor,
        action=action,
        subject=f"innovation:{innovation.uid}",
        now=by.now,
        body={**body, "state": innovation.state},
    )
