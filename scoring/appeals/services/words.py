"""Words for the states, steps and outcomes of appeals."""

from flask_babel import lazy_gettext as _l

STATE_LABELS = {
    "filed": _l("received"),
    "refused": _l("not taken up"),
    "admitted": _l("taken up"),
    "decided": _l("decided"),
    "second": _l("before the second instance"),
    "final": _l("finally decided"),
}
STEP_LABELS = {
    "filed": _l("received"),
    "admitted": _l("taken up"),
    "refused": _l("not taken up"),
    "hearing": _l("hearing"),
    "decided": _l("decided by the event's arbitration group"),
    "second": _l("brought before the second instance"),
    "final": _l("finally decided by the competition's arbitration group"),
}
OUTCOME_LABELS = {"upheld": _l("upheld"), "rejected": _l("rejected")}
WINDOW_LABELS = {
    "event": _l("around the event"),
    "publication": _l("against the published result"),
}
