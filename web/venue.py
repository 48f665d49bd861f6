"""The page `/venue`: how a tablet is told to trust this hall; and what it installs."""

import plistlib
import uuid
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Flask, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from accounts.access.services import public
from competition.registration.services.tickets import qr_svg
from web import authority
from web.authority import Files, Venue

bp = Blueprint("venue", __name__)

_FILE = "jiangcai-hall"


def install(app: Flask) -> None:
    """Add the page; badges name the hall's address where it has one."""
    app.register_blueprint(bp)
    venue = authority.load_venue(authority.files_in(Path(app.config["INSTANCE"])))
    app.config["VENUE_ADDRESS"] = venue.address if venue else ""


@bp.get("/venue")
@public
def show() -> ResponseReturnValue:
    """Say how to install this hall's authority on each kind of tablet."""
    venue = _find_venue()
    if venue is None:
        return render_template("site/venue.html", venue=None), 404
    certificate = authority.load_certificate(_files().authority)
    entrance = f"{venue.entrance}/venue"
    return render_template(
        "site/venue.html",
        venue=venue,
        entrance=entrance,
        qr=qr_svg(entrance),
        fingerprint=authority.fingerprint(certificate),
        serial=f"{certificate.serial_number:x}",
        name=certificate.subject.rfc4514_string(),
        until=certificate.not_valid_after_utc,
    )


@bp.get("/venue/ca.crt")
@public
def download_certificate() -> ResponseReturnValue:
    """Hand out the authority's certificate, as tablets install it."""
    content = _certificate()
    return _send(content, "application/x-x509-ca-cert", f"{_FILE}.crt")


@bp.get("/venue/ca.pem")
@public
def download_pem() -> ResponseReturnValue:
    """Hand out the authority's certificate, as programs read it."""
    _certificate()
    pem = _files().authority.read_bytes()
    return _send(pem, "application/x-pem-file", f"{_FILE}.pem")


@bp.get("/venue/hall.mobileconfig")
@public
def download_profile() -> ResponseReturnValue:
    """Hand out the authority as a configuration profile for iPad and iPhone."""
    profile = make_profile(_certificate(), f"Jiangcai {_get_venue().hosts[0]}")
    return _send(profile, "application/x-apple-aspen-config", f"{_FILE}.mobileconfig")


def make_profile(der: bytes, name: str) -> bytes:
    """Return a configuration profile with one root certificate.

    The identifiers follow from the certificate: installed again it replaces itself.
    """
    inner, outer = (
        uuid.uuid5(uuid.NAMESPACE_OID, f"{part}{der.hex()}") for part in "io"
    )
    common = {"PayloadVersion": 1, "PayloadDisplayName": name}
    root = {
        **common,
        "PayloadType": "com.apple.security.root",
        "PayloadIdentifier": f"jiangcai.hall.{inner}",
        "PayloadUUID": str(inner).upper(),
        "PayloadCertificateFileName": f"{_FILE}.cer",
        "PayloadContent": der,
    }
    return plistlib.dumps(
        {
            **common,
            "PayloadType": "Configuration",
            "PayloadIdentifier": f"jiangcai.hall.{outer}",
            "PayloadUUID": str(outer).upper(),
            "PayloadOrganization": "Jiangcai",
            "PayloadRemovalDisallowed": False,
            "PayloadContent": [root],
        }
    )


def _files() -> Files:
    return authority.files_in(Path(current_app.config["INSTANCE"]))


def _find_venue() -> Venue | None:
    return authority.load_venue(_files())


def _get_venue() -> Venue:
    return _find_venue() or abort(404)


def _certificate() -> bytes:
    _get_venue()
    certificate = authority.load_certificate(_files().authority)
    return certificate.public_bytes(Encoding.DER)


def _send(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
