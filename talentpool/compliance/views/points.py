"""The points of a dossier on its page, for experts to see."""

from datetime import datetime

from sqlalchemy.orm import Session

from extensions import LOCAL
from talentpool.compliance.views.common import is_english
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.merits import points_of_craftsman
from talentpool.dossiers.services.panels import Panel, panels
from talentpool.standard.forms import LABELS


def _panel(session: Session, craftsman: Craftsman, now: datetime) -> Panel:
    on = now.astimezone(LOCAL).date()
    found = points_of_craftsman(session, craftsman, on=on)
    return "talentpool/compliance/_points_panel.html", {
        "model": found[0] if found else None,
        "points": found[1] if found else None,
        "labels": LABELS,
        "is_english": is_english(),
    }


panels["points"] = _panel
