"""What a dossier shows of a person's innovation projects and training."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.access.services import is_allowed, signed_in_user
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.panels import Panel, panels
from talentpool.growth.forms.innovations import LABELS
from talentpool.growth.forms.trainings import LABELS as TRAINING_LABELS
from talentpool.growth.queries import innovations as queries
from talentpool.growth.queries.awards import list_awards
from talentpool.growth.queries.trainings import list_of_person
from talentpool.growth.queries.trainings import places_of as training_places
from talentpool.growth.rules.trainings import hours_text

_SHOWN = 20


def _panel(session: Session, craftsman: Craftsman, _now: datetime) -> Panel:
    shares = queries.list_of_craftsman(session, craftsman.id, counted=True)
    attended = list_of_person(session, craftsman.person_id)
    return "talentpool/growth/_panel.html", {
        "uid": craftsman.uid,
        "shares": shares[:_SHOWN],
        "seen": {
            share.innovation.uid
            for share in shares[:_SHOWN]
            if is_allowed("pool.view", queries.places_of(share.innovation))
        },
        "awards": list_awards(session, [s.innovation_id for s in shares[:_SHOWN]]),
        "attended": attended[:_SHOWN],
        "minutes": sum(one.minutes for one in attended),
        "trainings": len(attended),
        "open": {
            one.training.uid
            for one in attended[:_SHOWN]
            if is_allowed("pool.view", training_places(one.training))
        },
        "hours": hours_text,
        "is_own": signed_in_user().person_id == craftsman.person_id,
        "labels": {**LABELS, **TRAINING_LABELS},
    }


panels["growth"] = _panel
