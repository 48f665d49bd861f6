"""Certificates on paper: A4, one page each, with seal, signatures and a signed code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Competition, Event
from paper import language, make_pdf, qr_png
from people.attachments.models import Attachment
from people.attachments.services import read_bytes
from scoring.certificates import queries
from scoring.certificates.models import (
    AwardCertificate,
    CertificateDesign,
    CertificateSigner,
)
from scoring.certificates.rules.standing import fill
from scoring.certificates.services.design import PLACES, issuer_of, texts
from scoring.results.queries import read_publication

_TEMPLATE = "scoring/certificates/certificate.typ"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What one certificate says, printed or sample."""

    holder: str
    unit: str
    group: str
    team: str  # "" in an event for individuals
    award: str
    event: str
    competition: str
    issuer: str
    number: str
    issued_on: date
    code: str


def list_printed_signers(
    session: Session, competition_id: int
) -> list[CertificateSigner]:
    """Return whose signature is printed now: only who has granted it and not ended."""
    return queries.list_signers(session, competition_id, states=("granted",))


def certificates_pdf(
    session: Session, certificates: Sequence[AwardCertificate]
) -> bytes:
    """Return certificates of one competition, a page each, in their order."""
    competition = certificates[0].event.competition
    teams = _teams_of(session, certificates)
    words = [
        _Words(
            holder=c.holder,
            unit=c.unit_name,
            group=c.group_name,
            team=teams.get(c.entry_id, ""),
            award=c.award,
            event=c.event.name,
            competition=competition.name,
            issuer=c.issuer,
            number=c.number,
            issued_on=c.issued_on,
            code=c.token,
        )
        for c in certificates
    ]
    return _make(session, competition, words, is_sample=False)


def sample_pdf(session: Session, competition: Competition, today: date) -> bytes:
    """Return a certificate nobody holds, to look at the design."""
    design = queries.find_design(session, competition.id)
    first = competition.events[0] if competition.events else None
    words = _Words(
        holder=_("Name of the holder"),
        unit=_("Name of the unit"),
        group="",
        team="",
        award=_("First prize"),
        event=first.name if first else _("Name of the event"),
        competition=competition.name,
        issuer=issuer_of(design, first or Event(competition=competition)),
        number=f"JCA-{today.year}-{'-'.join(['00000'] * 5)}",
        issued_on=today,
        code="",
    )
    return _make(session, competition, [words], is_sample=True)


def _teams_of(
    session: Session, certificates: Sequence[AwardCertificate]
) -> dict[int, str]:
    """Return the names of teams by entry, as the results they rest on say."""
    teams: dict[int, str] = {}
    for publication in {c.publication_id: c.publication for c in certificates}.values():
        rows = read_publication(session, publication).rows
        by_uid = {row.entry_uid: row.team for row in rows if row.team}
        if by_uid:
            ids = queries.list_entry_ids(session, publication.event_id)
            teams |= {ids[uid]: team for uid, team in by_uid.items()}
    return teams


def _make(
    session: Session,
    competition: Competition,
    words: Sequence[_Words],
    *,
    is_sample: bool,
) -> bytes:
    design = queries.find_design(session, competition.id)
    address = _address(design)
    files: dict[str, bytes] = {}
    pages = []
    for at, said in enumerate(words):
        files[f"qr-{at}.png"] = qr_png(
            f"{address}#{said.code}" if said.code else address
        )
        pages.append({**_page(design, said), "qr": f"qr-{at}.png"})
    if design is not None and design.seal is not None:
        files["seal"] = read_bytes(design.seal)
    signers = []
    for at, signer in enumerate(
        queries.list_signers(session, competition.id, states=("asked", "granted"))
    ):
        picture = ""
        if signer.state == "granted" and signer.image is not None:
            picture = f"signature-{at}"
            files[picture] = read_bytes(signer.image)
        signers.append(
            {
                "file": picture,
                "format": _format(signer.image) if picture else "",
                "name": signer.user.display_name,
                "post": signer.post,
            }
        )
    data = {
        "lang": language(),
        "title": pages[0]["title"],
        "pages": pages,
        "signers": signers,
        "seal": "seal" if "seal" in files else "",
        "seal_format": _format(design.seal) if design and "seal" in files else "",
        "sample": _("SAMPLE") if is_sample else "",
        "words": {
            "number": _("Certificate number"),
            "scan": _("Scan to check, also without a network"),
        },
    }
    return make_pdf(_TEMPLATE, data, files)


def _page(design: CertificateDesign | None, said: _Words) -> dict[str, str]:
    main = language()
    second = {"zh": "en", "en": "zh"}[main]
    page = _texts(design, main, said)
    other = {"title": "", "body": "", "day": ""}
    if design is not None and design.is_bilingual:
        other = _texts(design, second, said)
    return {
        **page,
        "second_title": other["title"],
        "second_body": other["body"],
        "second_day": other["day"],
        "name": said.holder,
        "number": said.number,
        "issuer": said.issuer,
    }


def _texts(design: CertificateDesign | None, lang: str, said: _Words) -> dict[str, str]:
    title, body = texts(design, lang, names_team=bool(said.team))
    values = (
        *(said.holder, said.unit, said.group, said.team, said.competition),
        *(said.event, said.award, str(said.issued_on.year)),
    )
    with force_locale("zh_CN" if lang == "zh" else "en"):
        day = format_date(said.issued_on, "long")
    return {
        "title": title,
        "body": fill(body, dict(zip(PLACES, values, strict=True))),
        "day": day,
    }


def _address(design: CertificateDesign | None) -> str:
    if design is not None and design.check_address:
        return design.check_address
    return url_for("scoring.certificates.show_checker", _external=True)


def _format(attachment: Attachment | None) -> str:
    kind = attachment.content_type if attachment else ""
    return "jpg" if kind == "image/jpeg" else "png"
