"""Names and values of a dossier's columns, as a reader sees them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentpool.life.forms.labels import LABELS

_FIELDS = {
    "level": _l("Level"),
    "pool_class": _l("Class"),
    "state": _l("State"),
    "trade": _l("Trade"),
    "trade_since": _l("In the trade since"),
    "post": _l("Post"),
    "post_kind": _l("Kind of post"),
    "employment": _l("Employment"),
    "worker_type": _l("Kind of worker"),
    "front_line": _l("Front line"),
    "union_member": _l("Union member"),
    "willing_to_serve": _l("Willing to serve"),
    "district_code": _l("District"),
    "occupation_code": _l("Occupation"),
    "entered_on": _l("Entered the pool"),
    "term_ends_on": _l("To be re-confirmed by"),
    "certificate_number": _l("Pool certificate"),
    "unit": _l("Unit"),
    "unit_name": _l("Unit"),
    "phone": _l("Phone"),
    "name": _l("Name"),
    "education": _l("Education"),
    "politics": _l("Political status"),
    "level_code": _l("Skill level"),
    "printed_level": _l("Level of the old scale"),
    "number": _l("Number"),
    "issuer": _l("Issued by"),
    "issued_on": _l("Date of issue"),
    "valid_from": _l("From"),
    "valid_to": _l("Until"),
    "document": _l("Number of the document"),
    "revocation": _l("Document of the revocation"),
    "title": _l("Title"),
    "text": _l("Details"),
    "kind": _l("Kind"),
    "tier": _l("Tier"),
    "place": _l("Place"),
    "of_count": _l("Of how many"),
    "award": _l("Award"),
    "total": _l("Total marks"),
    "author_rank": _l("Rank among the authors"),
    "benefit_yuan": _l("Benefit (yuan)"),
    "role": _l("Role"),
    "cause": _l("Cause"),
    "decision": _l("Number of the decision"),
    "competition_name": _l("Competition"),
    "event_name": _l("Event"),
    "held_on": _l("Date"),
    "awarded_on": _l("Date"),
    "achieved_on": _l("Date"),
    "founded_on": _l("Founded on"),
    "served_on": _l("Date"),
    "alliance": _l("Alliance"),
    "honour_id": _l("Honour of the catalogue"),
    "named_after_person": _l("Named after the person"),
    "firm": _l("Firm"),
    "photo": _l("Photo"),
    "visits": _l("Visits"),
    "firms": _l("Firms"),
    "problems": _l("Problems solved"),
    "trained": _l("People trained"),
}
# The head as it is shown for a day, in this order.
HEAD_SHOWN = (
    *("state", "level", "pool_class", "trade", "occupation_code", "trade_since"),
    *("post", "post_kind", "employment", "worker_type", "front_line"),
    *("union_member", "district_code", "willing_to_serve", "entered_on"),
    *("term_ends_on", "certificate_number"),
)
_CODED = {
    "tier": "level",
    **{
        name: name
        for name in (
            *("level", "pool_class", "state", "post_kind", "employment"),
            "worker_type",
        )
    },
    "cause": "step_cause",
    "kind": "fact_kind",
    "role": "studio_role",
    "printed_level": "old_level",
}


def field_label(name: str) -> str:
    """Return the name of a column; one without a name of its own shows its code."""
    return str(_FIELDS.get(name, name))


def show_value(name: str, value: str) -> str:
    """Return a value that was kept as text in words; "" is nothing."""
    if value in ("", "None"):
        return ""
    if value in ("True", "False"):
        return str(_("yes") if value == "True" else _("no"))
    if name == "photo":  # kept as the identifier of a file
        return str(_("another photo"))
    table = LABELS.get(_CODED.get(name, ""), {})
    return str(table.get(value, value))
