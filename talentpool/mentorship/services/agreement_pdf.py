"""An agreement on paper: its text, every signature, and what the union filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from extensions import LOCAL
from paper import in_groups, language, make_pdf, page_words
from talentpool.mentorship.models import Agreement, Confirmation
from talentpool.mentorship.services.agreements import parties_of

_TEMPLATE = "talentpool/mentorship/agreement.typ"


@dataclass(frozen=True, slots=True)
class Words:
    """How codes are said; the forms know it, which stand above services."""

    labels: Mapping[str, Mapping[str, Any]]

    def code(self, table: str, code: str) -> str:
        """Return the words of a code."""
        return str(self.labels[table][code])


def agreement_pdf(
    agreement: Agreement,
    confirmed: Sequence[Confirmation],
    *,
    names: Mapping[str, str],
    words: Words,
) -> bytes:
    """Return a version of an agreement as a PDF in the reader's language.

    Args:
        agreement: which version.
        confirmed: every signature of the pair; those under other texts are left out.
        names: of accounts, by uid.
        words: how codes are said.
    """
    pair = agreement.pair
    under = {section.code: section for section in agreement.sections}
    signed: dict[str, list[Confirmation]] = {
        party: [] for party in parties_of(agreement)
    }
    for row in confirmed:
        if under[row.section].digest == row.section_digest and row.party in signed:
            signed[row.party].append(row)
    data = {
        "lang": language(),
        "title": _("Agreement of mentor and apprentice"),
        "number": pair.agreement_number or _("not filed yet"),
        "version": agreement.version,
        "people": f"{pair.mentor.person.name} · {pair.apprentice.name}",
        "facts": [
            [_("Mentor"), pair.mentor.person.name],
            [_("Apprentice"), pair.apprentice.name],
            [_("Trade"), pair.trade],
            [
                _("Term"),
                f"{agreement.starts_on.isoformat()} – {agreement.ends_on.isoformat()}",
            ],
            [_("How the pair came about"), words.code("relation", pair.relation)],
            [_("State"), words.code("agreement_state", agreement.state)],
        ],
        "sections": [
            {
                "title": words.code("section", section.code),
                "text": section.text.split("\n"),
                "digest": in_groups(section.digest),
            }
            for section in agreement.sections
        ],
        "signatures": [
            _party(words.code("party", party), rows, names, len(agreement.sections))
            for party, rows in signed.items()
        ],
        "union": _union(agreement, names),
        "digest": {"grouped": in_groups(agreement.digest), "full": agreement.digest},
        "signature": agreement.signature,
        "page": page_words(),
        "words": {
            "version": _("Version"),
            "number": _("Agreement number"),
            "signatures": _("Signatures"),
            "digest": _("Fingerprint of this version (SHA-256)"),
            "seal": _("Signature of the installation (Ed25519)"),
            "how": _(
                "Each party has signed each section in the system with its password, "
                "over the fingerprint of the text."
            ),
        },
    }
    return make_pdf(_TEMPLATE, data)


def _party(
    title: str, rows: Sequence[Confirmation], names: Mapping[str, str], wanted: int
) -> dict[str, str]:
    who = dict.fromkeys(names.get(row.signed_by, "") for row in rows)
    last = max((row.signed_at for row in rows), default=None)
    return {
        "party": title,
        "name": " / ".join(name for name in who if name),
        "text": _("%(count)s of %(all)s sections", count=len(rows), all=wanted),
        "at": _moment(last),
    }


def _union(agreement: Agreement, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "party": _("Filed by the union"),
        "name": names.get(agreement.filed_by, ""),
        "text": agreement.waiver and _("Exception: %(why)s", why=agreement.waiver),
        "at": _moment(agreement.filed_at),
    }


def _moment(at: datetime | None) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if at else ""
