"""The dossier frozen at each submission, sealed, with its digest in the log."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from people.persons.queries import open_id_number
from people.persons.rules import mask_id
from people.vault.services import get_vault
from talentpool.admission.models.applications import Application, Snapshot
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules.snapshot import Difference, differences
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Fact
from talentpool.dossiers.services.facts import fact_digest
from talentpool.standard.rules.evaluate import verdict_from_json

_CONTEXT = "application.snapshot"


def take_snapshot(
    session: Session, application: Application, now: datetime
) -> Snapshot:
    """Freeze what is submitted now; the caller logs its digest."""
    text = json.dumps(
        state_of(session, application), ensure_ascii=False, sort_keys=True
    )
    snapshot = Snapshot(
        application=application,
        round=application.round,
        content_sealed=get_vault().seal(text, _CONTEXT),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        taken_at=now,
    )
    session.add(snapshot)
    session.flush()
    return snapshot


def read_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Return what was frozen."""
    text = get_vault().open(snapshot.content_sealed, _CONTEXT)
    content: dict[str, Any] = json.loads(text)
    return content


def is_as_frozen(snapshot: Snapshot) -> bool:
    """Tell whether a frozen copy is still what its digest says."""
    text = get_vault().open(snapshot.content_sealed, _CONTEXT)
    return hashlib.sha256(text.encode()).hexdigest() == snapshot.digest


def changes_since(
    session: Session, application: Application, snapshot: Snapshot
) -> list[Difference]:
    """Return how the person and the application differ today from what was frozen."""
    now = json.loads(json.dumps(state_of(session, application)))
    return differences(read_snapshot(snapshot), now)


def state_of(session: Session, application: Application) -> dict[str, Any]:
    """Return everything a reviewer is shown of an application, as it is now."""
    return {
        "person": _person(application),
        "work": {
            "unit": application.unit.name if application.unit else "",
            "trade": application.trade,
            "occupation": application.occupation_code or "",
            "post": application.post,
            "district": application.district_code or "",
        },
        "recommended": {
            "way": application.way,
            "nominator": application.nominator,
            "text": application.recommendation,
        },
        "claims": {
            claim.field: {
                "value": claim.value,
                "document": claim.document,
                "scan": claim.attachment.sha256 if claim.attachment else "",
            }
            for claim in queries.list_claims(session, application.id)
        },
        "standard": _standard(application),
        "dossier": _dossier(session, application),
    }


def _person(application: Application) -> dict[str, str]:
    person = application.person
    if person is None:
        return {}
    return {
        "name": person.name,
        "sex": person.sex,
        "birth_date": person.birth_date.isoformat(),
        "id_number": mask_id(open_id_number(person)),
        "unit": person.unit.name if person.unit else "",
    }


def _standard(application: Application) -> dict[str, str]:
    if not application.verdict:
        return {}
    verdict = verdict_from_json(application.verdict)
    clauses = {f.clause: f.status for f in verdict.findings}
    return {"version": verdict.profile_version, "outcome": verdict.outcome, **clauses}


def _dossier(session: Session, application: Application) -> dict[str, str]:
    """Return the dossier of somebody who is in the pool already, fact by fact."""
    if application.person_id is None:
        return {}
    craftsman = dossiers.find_by_person(session, application.person_id)
    if craftsman is None:
        return {}
    whole = dossiers.load_dossier(session, craftsman)
    facts: Iterable[Fact] = chain(
        whole.certificates,
        whole.honours,
        whole.competitions,
        whole.achievements,
        whole.studios,
    )
    return {
        "level": craftsman.level,
        "state": craftsman.state,
        **{fact.uid: f"{fact.state} {fact_digest(fact)[:16]}" for fact in facts},
    }
