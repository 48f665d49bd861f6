"""The certificate of entry (入库证书) as a PDF with a QR code anybody can check."""

from collections.abc import Mapping

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from paper import language, make_pdf, qr_png
from people.persons.rules import mask_name
from scoring.certificates.queries import register_lookup
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import find_by_certificate
from talentpool.dossiers.rules import LIVE_STATES
from talentpool.standard.queries import read_profile, read_shipped
from talentpool.standard.rules.profile import CertificateText

_TEMPLATE = "talentpool/admission/certificate.typ"


def listen() -> None:
    """Have the pool's certificates checked under the address of all certificates."""
    register_lookup("pool", _check, _address)


def _check(session: Session, number: str) -> dict[str, object] | None:
    craftsman = find_by_certificate(session, number)
    if craftsman is None:
        return None
    return {
        "number": craftsman.certificate_number,
        "name": mask_name(craftsman.person.name),
        "level": craftsman.level,
        "trade": craftsman.trade,
        "entered_on": craftsman.entered_on.isoformat(),
        "state": craftsman.state,
        "valid": craftsman.state in LIVE_STATES,
    }


def _address(number: str) -> str:
    return url_for("talentpool.admission.check_certificate", number=number)


def certificate_pdf(
    craftsman: Craftsman, labels: Mapping[str, Mapping[str, object]]
) -> bytes:
    """Return the certificate of a craftsman, in the reader's language.

    What it says is the standard's own text, of the version the entry rests on; one
    without such a text takes the shipped one's.

    Args:
        craftsman: in the pool.
        labels: words for the codes of level and class.
    """
    address = url_for(
        "talentpool.admission.check_certificate",
        number=craftsman.certificate_number,
        _external=True,
    )
    return make_pdf(_TEMPLATE, _data(craftsman, labels), {"qr.png": qr_png(address)})


def _data(
    craftsman: Craftsman, labels: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    text, version = _text(craftsman)
    words, unit = str(get_locale()), craftsman.person.unit
    day = craftsman.entered_on.isoformat()
    filled = {
        "name": craftsman.person.name,
        "unit": unit.name if unit else "—",
        "trade": craftsman.trade,
        "level": str(labels["level"][craftsman.level]),
        "pool_class": str(labels["pool_class"][craftsman.pool_class]),
        "entered_on": day,
        "number": craftsman.certificate_number,
        "version": version,
    }
    return {
        "lang": language(),
        "title": text.title.text(words),
        "name": craftsman.person.name,
        "number": craftsman.certificate_number,
        "text": text.text.text(words).format_map(_Known(filled)),
        "facts": [
            [_("Certificate number"), craftsman.certificate_number],
            [_("Entered the pool"), day],
            [
                _("Term ends"),
                craftsman.term_ends_on.isoformat() if craftsman.term_ends_on else "",
            ],
            [_("Standard"), version],
        ],
        "scan": _("Scan to check"),
        "issuer": text.issuer.text(words),
        "day": day,
    }


class _Known(dict[str, str]):
    """What a text may name; a name we do not know stays as it is written."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _text(craftsman: Craftsman) -> tuple[CertificateText, str]:
    version = craftsman.profile_version
    shipped = read_shipped()
    profile = read_profile(version.toml) if version else shipped
    found = profile.certificate or shipped.certificate
    assert found is not None  # noqa: S101 - the shipped profile has one
    return found, profile.title.text(str(get_locale()))
