"""Words of paths."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: Mapping[str, Mapping[str, Any]] = {
    "step": {
        "training": _l("Training and exchange"),
        "practice": _l("Practice on the job"),
        "contest": _l("Contest"),
        "promotion": _l("Skill certificate"),
        "leader": _l("Leads others"),
    },
    "record": {
        "training": _l("Course"),
        "practice": _l("Practice on the job"),
        "exchange": _l("Technical exchange"),
        "contest": _l("Contest"),
        "certificate": _l("Skill certificate"),
        "studio": _l("Leads a studio"),
        "method": _l("A method named after them"),
        "pair": _l("Mentor of an apprentice"),
    },
    "missing": {
        "training": _l("No training that was held is on record."),
        "practice": _l("No practice on the job is on record."),
        "contest": _l("No place in a competition is on record."),
        "promotion": _l("No skill certificate is on record."),
        "leader": _l("Leads no studio, no apprentice, and no method has the name."),
    },
}
