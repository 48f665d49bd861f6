"""A dossier on paper: what counts today, masked, with a code that checks it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from extensions import LOCAL
from paper import language, make_pdf, page_words, qr_png
from people.persons.queries import open_id_number, open_phone
from people.persons.rules import mask_id, mask_phone
from talentpool.dossiers.models import Craftsman, Evidence, Fact
from talentpool.dossiers.queries import Dossier, load_dossier

_TEMPLATE = "talentpool/life/dossier.typ"


@dataclass(frozen=True, slots=True)
class Words:
    """How facts and codes are said; the forms know it, which stand above services."""

    describe: Callable[[str, Fact], tuple[str, str]]
    labels: Mapping[str, Mapping[str, Any]]

    def code(self, table: str, code: str) -> str:
        """Return the words of a code; an unknown one stays as it is."""
        return str(self.labels[table].get(code, code))


def dossier_pdf(
    session: Session,
    craftsman: Craftsman,
    *,
    now: datetime,
    words: Words,
) -> bytes:
    """Return the dossier as a PDF in the reader's language.

    Args:
        session: where to read.
        craftsman: whose.
        now: the moment of printing; its day stands on the paper.
        words: how facts and codes are said, which the forms know.
    """
    dossier = load_dossier(session, craftsman)
    check = url_for(
        "talentpool.admission.check_certificate",
        number=craftsman.certificate_number,
        _external=True,
    )
    data = {
        "lang": language(),
        "title": _("Dossier of %(name)s", name=craftsman.person.name),
        "name": craftsman.person.name,
        "number": craftsman.certificate_number,
        "state": words.code("state", craftsman.state),
        "line": _line(craftsman, words),
        "facts": _head(craftsman, words),
        "sections": _sections(dossier, words),
        "printed": _(
            "Printed on %(day)s", day=now.astimezone(LOCAL).date().isoformat()
        ),
        "page": page_words(),
        "words": {
            "heading": _("Craftsman's dossier"),
            "number": _("Pool certificate"),
            "masked": _("ID number and phone are masked. The code checks the number."),
        },
    }
    return make_pdf(_TEMPLATE, data, {"check.png": qr_png(check)})


def _line(craftsman: Craftsman, words: Words) -> str:
    unit = craftsman.person.unit
    parts = [
        words.code("level", craftsman.level),
        words.code("pool_class", craftsman.pool_class),
        craftsman.trade,
        unit.name if unit else "",
        craftsman.district.name,
    ]
    return " · ".join(part for part in parts if part)


def _head(craftsman: Craftsman, words: Words) -> list[tuple[str, str]]:
    person = craftsman.person
    phone = open_phone(person)
    occupation = craftsman.occupation
    return [
        (_("Sex"), words.code("sex", person.sex)),
        (_("Born"), _day(person.birth_date)),
        (_("ID number"), mask_id(open_id_number(person))),
        (_("Phone"), mask_phone(phone) if phone else ""),
        (_("Occupation"), f"{occupation.name} ({craftsman.occupation_code})"),
        (_("In the trade since"), _day(craftsman.trade_since)),
        (_("Post"), craftsman.post),
        (_("Kind of post"), words.code("post_kind", craftsman.post_kind)),
        (_("Employment"), words.code("employment", craftsman.employment)),
        (_("Entered the pool"), _day(craftsman.entered_on)),
        (_("To be re-confirmed by"), _day(craftsman.term_ends_on)),
        (_("Last update"), _day(craftsman.updated_at.astimezone(LOCAL).date())),
    ]


def _sections(dossier: Dossier, words: Words) -> list[dict[str, Any]]:
    kinds: list[tuple[str, str, Sequence[Fact]]] = [
        (_("Competition results"), "competition", dossier.competitions),
        (_("Skills"), "certificate", dossier.certificates),
        (_("Achievements"), "achievement", dossier.achievements),
        (_("Honours"), "honour", dossier.honours),
        (_("Studios"), "studio", dossier.studios),
        (_("Service to firms"), "service", dossier.services),
        (_("Posts"), "post", dossier.posts),
        (_("Membership of tiers"), "membership", dossier.memberships),
        (_("Changes of state"), "step", dossier.steps),
    ]
    return [
        {"title": title, "items": [_item(kind, f, dossier, words) for f in facts]}
        for title, kind, facts in kinds
        if facts
    ]


def _item(kind: str, fact: Fact, dossier: Dossier, words: Words) -> dict[str, Any]:
    title, text = words.describe(kind, fact)
    return {
        "title": title,
        "text": text,
        "state": words.code("fact_state", fact.state),
        "papers": [_paper(piece) for piece in dossier.evidence.get(fact.uid, [])],
    }


def _paper(piece: Evidence) -> str:
    return (
        f"{piece.title} · SHA-256 {piece.sha256[:16]}" if piece.sha256 else piece.title
    )


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
