"""How certificates look, and whose signatures they may carry.

A signature is its owner's: the committee asks, the owner says yes with their password
and puts in the picture, and ends it whenever they like. Each print is on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import find_by_username
from accounts.users.services import check_password
from competition.events.models import Competition, Event
from errors import DomainError
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.services import store
from scoring.certificates import queries
from scoring.certificates.models import CertificateDesign, CertificateSigner
from scoring.certificates.rules.standing import list_unknown

PLACES = ("name", "unit", "group", "team", "competition", "event", "award", "year")
MOST_SIGNERS = 3  # that an A4 page has room for


class DesignError(DomainError):
    """The design or a signature cannot be taken so."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignValues:
    """What the committee sets; "" is the text of the house."""

    title: str
    title_en: str
    body: str
    body_en: str
    issuer: str
    is_bilingual: bool
    check_address: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    data: bytes
    file_name: str


def texts(
    design: CertificateDesign | None, language: str, *, names_team: bool = False
) -> tuple[str, str]:
    """Return (title, text) in "zh" or "en"; the house's where none is set.

    Args:
        design: of the competition.
        language: of the text.
        names_team: the house's text is for a member of a team.
    """
    places = {place: f"{{{place}}}" for place in PLACES}
    with force_locale("zh_CN" if language == "zh" else "en"):
        title = _("Certificate of award")
        body = _(
            "%(name)s (%(unit)s) has won %(award)s in the event %(event)s of "
            "%(competition)s. This certificate is given in recognition.",
            **places,
        )
        if names_team:
            body = _(
                "%(name)s (%(unit)s, team %(team)s) has won %(award)s in the event "
                "%(event)s of %(competition)s. This certificate is given in "
                "recognition.",
                **places,
            )
    if design is None:
        return title, body
    if language == "zh":
        return design.title or title, design.body or body
    return design.title_en or title, design.body_en or body


def issuer_of(design: CertificateDesign | None, event: Event) -> str:
    """Return who issues: as the design says, else organiser and undertaker."""
    if design is not None and design.issuer:
        return design.issuer
    found = (event.competition.organiser, event.competition.undertaker)
    return " · ".join(name for name in found if name)


def save_design(
    session: Session,
    *,
    competition: Competition,
    values: DesignValues,
    seal: Upload | None,
    drops_seal: bool,
    actor: Actor,
    now: datetime,
) -> CertificateDesign:
    """Keep how a competition's certificates look; logged, no commit.

    Raises:
        DesignError: a text names what nobody fills in.
        FileRefusedError: the seal is no picture.
    """
    unknown = list_unknown(values.body + values.body_en, PLACES)
    if unknown:
        raise DesignError(
            _(
                "Nobody knows what to put in place of %(unknown)s. Known are: "
                "%(known)s.",
                unknown=", ".join(f"{{{name}}}" for name in unknown),
                known=", ".join(f"{{{name}}}" for name in PLACES),
            )
        )
    design = queries.find_design(session, competition.id) or CertificateDesign(
        competition_id=competition.id
    )
    for name, value in _fields(values).items():
        setattr(design, name, value)
    if drops_seal:
        design.seal = None
    if seal is not None:
        design.seal = _picture(session, seal, "seal", actor, now)
    design.saved_at, design.saved_by = now, actor.name
    session.add(design)
    session.flush()
    record(
        session,
        actor=actor,
        action="certificates.designed",
        subject=f"competition:{competition.uid}",
        scope=f"competition:{competition.uid}",
        now=now,
        body={**_fields(values), "seal": design.seal.sha256 if design.seal else ""},
    )
    return design


def ask_signer(
    session: Session,
    *,
    competition: Competition,
    username: str,
    post: str,
    actor: Actor,
    now: datetime,
) -> CertificateSigner:
    """Ask somebody whether their signature may stand on a competition's certificates.

    Raises:
        DesignError: no such user, asked already, or no room for another one.
    """
    user = find_by_username(session, username.strip())
    if user is None or not user.enabled:
        raise DesignError(_("Nobody signs in by this name."))
    there = queries.list_signers(session, competition.id, states=("asked", "granted"))
    if any(signer.user_id == user.id for signer in there):
        raise DesignError(_("This person was asked already."))
    if len(there) >= MOST_SIGNERS:
        raise DesignError(
            _("A certificate has room for %(count)s signatures.", count=MOST_SIGNERS)
        )
    signer = CertificateSigner(
        competition=competition,
        user=user,
        post=post.strip(),
        state="asked",
        asked_at=now,
        asked_by=actor.name,
    )
    session.add(signer)
    session.flush()
    _log(session, signer, "signature.asked", actor, now)
    return signer


def grant(
    session: Session,
    *,
    signer: CertificateSigner,
    user: User,
    password: str,
    picture: Upload,
    now: datetime,
) -> None:
    """Let a competition print one's signature.

    Raises:
        DesignError: it is not one's own, not asked for, or the password is wrong.
        FileRefusedError: no picture.
    """
    _require_own(signer, user, ("asked",))
    if not check_password(user, password):
        raise DesignError(_("The password is not right. Nothing was granted."))
    actor = Actor("human", user.uid)
    signer.image = _picture(session, picture, "signature", actor, now)
    signer.state, signer.decided_at = "granted", now
    _log(session, signer, "signature.granted", actor, now)


def decline(
    session: Session, *, signer: CertificateSigner, user: User, now: datetime
) -> None:
    """Say no to a competition that asked."""
    _require_own(signer, user, ("asked",))
    signer.state, signer.decided_at = "declined", now
    _log(session, signer, "signature.declined", Actor("human", user.uid), now)


def end(
    session: Session, *, signer: CertificateSigner, user: User, now: datetime
) -> None:
    """End the use of one's signature: from now on nothing is printed with it."""
    _require_own(signer, user, ("granted",))
    signer.state, signer.ended_at = "ended", now
    _log(session, signer, "signature.ended", Actor("human", user.uid), now)


def record_use(
    session: Session,
    signers: Sequence[CertificateSigner],
    *,
    certificates: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Put on record that signatures were printed, and on which certificates."""
    for signer in signers:
        body = {"certificates": list(certificates)}
        _log(session, signer, "signature.used", actor, now, body)


def _require_own(
    signer: CertificateSigner, user: User, states: tuple[str, ...]
) -> None:
    if signer.user_id != user.id:
        raise DesignError(_("Only the person themselves decides about a signature."))
    if signer.state not in states:
        raise DesignError(_("This was decided meanwhile."))


def _picture(
    session: Session, upload: Upload, kind: str, actor: Actor, now: datetime
) -> Attachment:
    if not upload.data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise DesignError(_("Choose a PNG or JPEG picture."))
    return store(
        session,
        data=upload.data,
        file_name=upload.file_name,
        kind=kind,
        uploaded_by=actor.name,
        now=now,
    )


def _fields(values: DesignValues) -> dict[str, object]:
    return {name: getattr(values, name) for name in DesignValues.__slots__}


def _log(
    session: Session,
    signer: CertificateSigner,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object] | None = None,
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"signer:{signer.uid}",
        scope=f"competition:{signer.competition.uid}",
        now=now,
        body={
            "user": signer.user.uid,
            "post": signer.post,
            "image": signer.image.sha256 if signer.image else "",
            **(body or {}),
        },
    )
