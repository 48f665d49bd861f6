"""A search in words, as lists, files and letters name it."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentpool.search.forms.labels import FACETS, SORTS, label
from talentpool.search.queries.names import read_names
from talentpool.search.rules.request import SearchRequest


def spoken(session: Session, asked: SearchRequest) -> str:
    """Return what a search asks for, without a code in it; a page says no more.

    The order is named where it was chosen; the whole pool has words of its own.
    """
    names = read_names(session, dict(asked.chosen))
    parts = [asked.text] if asked.text else []
    for facet, values in asked.chosen.items():
        chosen = _(", ").join(label(facet, value, names) for value in values)
        parts.append(_("%(name)s: %(values)s", name=FACETS[facet], values=chosen))
    if not parts:
        parts = [_("the whole pool")]
    if asked.sort != "relevance":
        parts.append(
            _("%(name)s: %(values)s", name=_("Order"), values=SORTS[asked.sort])
        )
    return " · ".join(parts)
