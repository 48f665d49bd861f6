"""What checks a certificate without us: one page, and a signed list of what ended.

The page is one file with everything in it. Its content policy lets no other script run
and nothing be fetched, so whoever hosts it cannot learn what is checked.
"""

import json
import re
from base64 import b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from config import ROOT
from ledger.log.rules import canonical
from ledger.signatures.services import public_key_hex, sign
from paper import language
from scoring.certificates import queries

LIST_FORMAT = "jiangcai-certificate-list/1"
LIST_PURPOSE = "certificate-list"
_STATIC = ROOT / "static"
_NOBLE = _STATIC / "vendor" / "noble"
_MODULES: Final = {
    "@noble/ed25519": "ed25519.js",
    **{
        f"@noble/hashes/{name}": f"hashes/{name}"
        for name in ("sha2.js", "_md.js", "_u64.js", "utils.js")
    },
}
_RELATIVE = re.compile(r"""(from\s*["'])\./""")

_WORDS = {
    "genuine": _l("Genuine: the issuer signed this certificate."),
    "replaced": _l("Signed by the issuer, but replaced by a newer certificate."),
    "revoked": _l("Signed by the issuer, but revoked. It does not hold any more."),
    "suspended": _l("Signed by the issuer, but its result is being corrected now."),
    "forged": _l("Not genuine: the issuer did not sign this."),
    "unreadable": _l("This is not a certificate's code, or not all of it."),
    "no_code": _l("No QR code was found in this picture."),
    "known": _l("Certificates that ended are known up to {at} (UTC)."),
    "bad_list": _l("This list is not of the issuer and was not taken."),
    "number": _l("Certificate number"),
    "holder": _l("Holder"),
    "award": _l("Award"),
    "event": _l("Event"),
    "competition": _l("Competition"),
    "issuer": _l("Issuer"),
    "issued_on": _l("Date of issue"),
}


def ended_list(session: Session, now: datetime) -> dict[str, str]:
    """Return the signed list of certificates that do not hold now.

    Numbers stand as SHA-256, so that the list names nobody and no number.
    """
    ended = sorted(
        [sha256(number.encode()).hexdigest(), state]
        for number, state, _moment in queries.list_not_valid(session)
    )
    text = canonical(
        {
            "format": LIST_FORMAT,
            "made_at": now.isoformat(timespec="seconds"),
            "ended": ended,
        }
    )
    return {
        "list": text,
        "signature": sign(text.encode(), LIST_PURPOSE).hex(),
        "public_key": public_key_hex(),
    }


def checker_page(session: Session, now: datetime) -> tuple[str, str]:
    """Return the page that checks certificates, and the policy it is sent with."""
    parts = _parts()
    key = public_key_hex()
    data = {
        "key": key,
        "list": ended_list(session, now),
        "words": {name: str(word) for name, word in _WORDS.items()},
    }
    page = render_template(
        "scoring/certificates/checker.html",
        lang="zh-CN" if language() == "zh" else "en",
        key=key,
        address=url_for("scoring.certificates.enter_number", _external=True),
        # Escaped so that no text in it can end the element it stands in.
        data=Markup(  # noqa: S704
            json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        ),
        policy=_policy(),
        **{name: Markup(text) for name, text in parts.items()},  # noqa: S704 - our own
    )
    return page, _policy()


@cache
def _policy() -> str:
    parts = _parts()
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(parts[name].encode()).digest()).decode()}'"
        for name in ("imports", "reader", "script")
    )
    style = b64encode(sha256(parts["style"].encode()).digest()).decode()
    # Modules of the import map are data: addresses in the page itself.
    return (
        f"default-src 'none'; script-src {hashes} data:; "
        f"style-src 'sha256-{style}'; img-src blob: data:; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _parts() -> dict[str, str]:
    """Return what is put into the page: the same for everybody, so it is hashed."""
    imports = {name: _as_address(_NOBLE / file) for name, file in _MODULES.items()}
    return {
        "imports": json.dumps({"imports": imports}),
        "reader": _read(_STATIC / "vendor" / "jsqr" / "jsQR.js"),
        "script": _read(_STATIC / "js" / "certificates" / "checker.js"),
        "style": _read(_STATIC / "css" / "certificate-checker.css"),
    }


def _as_address(path: Path) -> str:
    text = _RELATIVE.sub(r"\1@noble/hashes/", path.read_text(encoding="utf-8"))
    return "data:text/javascript;base64," + b64encode(text.encode()).decode()


def _read(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if "</script" in text or "<!--" in text:
        raise ValueError(f"{path.name} cannot stand inside a page")
    return text
