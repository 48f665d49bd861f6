"""Read what a standard says of dossier fields and of the certificate."""

import re

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.dossier_fields import DOSSIER_FIELDS
from talentpool.standard.rules.profile import (
    PLACEHOLDERS,
    PLACEHOLDERS_NEEDED,
    READERS,
    CertificateText,
    DossierField,
    Purpose,
)
from talentpool.standard.rules.reading import (
    choice,
    choices,
    clause_number,
    identifier,
    inner_wording,
    wording,
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
FOR_GOOD = "for_good"


def parse_purpose(table: Table) -> Purpose:
    return Purpose(
        clause=clause_number(table),
        wording=wording(table),
        code=identifier(table, "code"),
        basis=inner_wording(table, "basis"),
    )


def parse_field(table: Table) -> DossierField:
    return DossierField(
        clause=clause_number(table),
        wording=wording(table),
        field=choice(table, "field", tuple(DOSSIER_FIELDS)),
        is_mandatory=table.flag("mandatory", default=False),
        visible=choices(table, "visible", READERS),
        purpose=identifier(table, "purpose"),
        keep_years=_keep(table),
    )


def _keep(table: Table) -> int | None:
    if table.data.get("keep_years") == FOR_GOOD:
        table.claim("keep_years")
        return None
    if "keep_years" not in table:
        table.fault("keep_years", "Is missing.")
    return table.whole("keep_years", at_least=0, at_most=100)


def parse_certificate(table: Table) -> CertificateText:
    found = CertificateText(
        clause=clause_number(table),
        wording=wording(table),
        title=inner_wording(table, "title"),
        text=inner_wording(table, "text"),
        issuer=inner_wording(table, "issuer"),
    )
    for language in ("zh", "en"):
        text = getattr(found.text, language)
        for name in fill_ins(text):
            if name not in PLACEHOLDERS:
                options = ", ".join(PLACEHOLDERS)
                table.fault_at(
                    f"{table.path}.text.{language}",
                    "{%(name)s} must be one of %(options)s.",
                    {"name": name, "options": options},
                )
        for name in PLACEHOLDERS_NEEDED:
            if text and name not in fill_ins(text):
                where = f"{table.path}.text.{language}"
                table.fault_at(where, "Lacks {%(name)s}.", {"name": name})
    return found


def fill_ins(text: str) -> list[str]:
    """Return the names a text is to be filled in with, in their order."""
    return _PLACEHOLDER.findall(text)
