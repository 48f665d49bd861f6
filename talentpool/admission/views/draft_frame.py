"""What the steps of a draft share: which one it is, the frame around it, the way on."""

from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _

from accounts.access.services import signed_in_user
from talentpool.admission.models.applications import Application
from talentpool.admission.rules import applications as rules
from talentpool.admission.services import drafts
from talentpool.admission.views.common import LABELS, application_or_404
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.profile import Profile

STEPS = ("person", "work", "evidence", "check")


def editable_or_404(uid: str) -> Application | None:
    """Return one's own application where it can be changed, None where it cannot."""
    application, user = application_or_404(uid), signed_in_user()
    if not drafts.is_owner(application, user):
        abort(404)
    return application if application.state in rules.EDITABLE else None


def name_of(application: Application) -> str:
    """Return whom an application is about, as far as it says."""
    if application.person is not None:
        return application.person.name
    return drafts.answers_of(application).name


def profile_of(application: Application) -> Profile:
    """Return the standard of an application's batch."""
    return read_profile(application.batch.profile_version.toml)


def frame(application: Application, step: str) -> dict[str, Any]:
    """Return what the template around every step shows."""
    words = {
        "person": _("Person"),
        "work": _("Work"),
        "evidence": _("Evidence"),
        "check": _("Check and submit"),
    }
    return {
        "application": application,
        "labels": LABELS,
        "steps": [
            {
                "label": words[name],
                "url": url_of_step(application, name),
                "is_here": name == step,
                "is_done": STEPS.index(name) < STEPS.index(step),
            }
            for name in STEPS
        ],
    }


def url_of_step(application: Application, step: str) -> str:
    """Return the address of a step of the draft."""
    uid = application.uid
    if step == "evidence":
        return url_for(".show_evidence", application_uid=uid)
    if step == "check":
        return url_for(".check_application", application_uid=uid)
    return url_for(".edit_application", application_uid=uid, step=step)
