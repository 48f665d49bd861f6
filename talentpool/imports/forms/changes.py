"""What a file says otherwise of dossiers, in words."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from people.codes.queries import list_items, list_levels
from talentpool.dossiers.forms import LABELS
from talentpool.imports.forms.faults import title_of
from talentpool.imports.forms.labels import FLAGS
from talentpool.imports.rules.columns import BY_KEY, FIELDS
from talentpool.imports.rules.ready import Change, Shown

CODE_TABLES = {"nation": "ethnic", "education": "education", "politics": "politics"}


def names_of_codes(session: Session) -> dict[str, Mapping[str, str]]:
    """Return by table what the codes of a pool file are called."""
    names: dict[str, Mapping[str, str]] = {
        key: {item.code: item.name for item in list_items(session, table)}
        for key, table in CODE_TABLES.items()
    }
    names["skill"] = {level.code: level.name for level in list_levels(session)}
    names["flag"] = {code: str(name) for code, name in FLAGS.items()}
    for table in {field.table for field in FIELDS} & LABELS.keys():
        names[table] = {code: str(n) for code, n in LABELS[table].items() if code}
    return names


def shower(session: Session) -> Callable[[Change], list[Shown]]:
    """Return what words a change: field, what the pool says, what the file says."""
    names = names_of_codes(session)

    def said(key: str, text: str) -> str:
        return names.get(BY_KEY[key].table, {}).get(text, text)

    def show(change: Change) -> list[Shown]:
        return [
            (title_of(key), said(key, was), said(key, now))
            for key, was, now in change.shown
        ]

    return show
