"""Every page of the pool on a phone, a tablet and a desk: nothing cut off, axe content.

The pages are found in the application itself: a new one is looked at by being there.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from accounts.roles.models import RoleGrant
from accounts.roles.rules import EVERYWHERE
from extensions import db
from ledger.log.services import Actor
from talentpool.admission.models.applications import Application
from talentpool.dossiers.models import Craftsman
from talentpool.imports.models import ImportBatch
from talentpool.mentorship.models import Assessment, Pair
from talentpool.search.services import reindex
from talentpool.shortlists.services import exports, keeping
from tests.factories.accounts import NOW, make_user
from tests.factories.world import make_world

PREFIXES = ("/pool", "/privacy")
WIDTHS = (1280, 820, 360)
OVERFLOWS = (
    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
)
NOT_PAGES = {  # what answers with a file or with JSON
    "talentpool.search.complete",
    "talentpool.dossiers.show_evidence",
    "talentpool.admission.show_scan",
    "talentpool.admission.show_objection_document",
    "talentpool.growth.show_paper",
    "talentpool.mentorship.show_log_photo",
    "talentpool.mentorship.show_milestone_file",
    "talentpool.mentorship.show_test_file",
}
NOT_NOW = {  # what the world is not in the state for, and the page one comes to then
    "talentpool.admission.mark_application": 404,  # not before the experts
    "talentpool.admission.close_panel": 200,  # leads to the review
    "talentpool.growth.mark_innovation": 404,  # no expert of the round
    "talentpool.identity.show_split": 404,
    "talentpool.privacy.show_consent": 200,
}
AXE_ELSEWHERE = {  # tests/browser/test_admission.py has axe look at these
    f"talentpool.admission.{view}"
    for view in (
        *("list_reviews", "show_review", "show_proposal", "show_notice", "show_desk"),
        *("ask_objection", "show_objection", "show_evidence", "check_application"),
        "check_certificate",
    )
}
ROLES = (
    *("pool_officer", "hr_official", "unit_officer", "association_officer"),
    *("pool_expert", "audit_admin"),
)
FIXED = {
    "field": "front_line",
    "purpose": "pool",
    "step": "work",
    "kind": "honour",
}


@pytest.fixture
def city(own_app):
    """All there is in the pool, and somebody who may see nearly all of it."""
    with own_app.app_context():
        session = db.session()
        world = make_world(session, "330602")
        user = make_user(session)
        session.add_all(
            RoleGrant(
                user=user,
                role=role,
                scope_kind="all",
                granted_at=NOW,
                granted_by="tests",
            )
            for role in ROLES
        )
        session.flush()
        craftsman = _find(session, Craftsman, world.values["craftsman_uid"])
        user.person = craftsman.person
        application = _find(session, Application, world.values["application_uid"])
        application.submitter = user
        _find(session, ImportBatch, world.values["batch_uid"]).user = user
        reindex(session)
        values = {
            **FIXED,
            **world.values,
            **_keep_lists(session, user),
            "assessment_uid": _plan_assessment(session, world.values["pair_uid"]),
            "figure_id": "pool.members",
            "number": craftsman.certificate_number,
        }
        session.commit()
        session.refresh(user)
        session.expunge_all()
        return values, user


def _find(session, model, uid):
    return session.scalars(select(model).where(model.uid == uid)).one()


def _plan_assessment(session, pair_uid):
    pair = _find(session, Pair, pair_uid)
    planned = Assessment(pair=pair, kind="year", due_on=pair.starts_on)
    session.add(planned)
    session.flush()
    return planned.uid


def _keep_lists(session, user):
    """Keep a search, begin a shortlist and ask for a list."""
    who = keeping.Asker(
        user=user,
        scopes=[EVERYWHERE],
        actor=Actor("human", user.uid),
        now=datetime.now(UTC),
    )
    query, craftsman = "level=city", session.scalars(select(Craftsman)).first()
    saved = keeping.save_search(session, who, name="焊工", query=query)
    shortlist = keeping.make_shortlist(
        session, who, name="援藏焊工", purpose="帮扶", query=query
    )
    keeping.shortlist_person(
        session, who, shortlist, craftsman_uid=craftsman.uid, reason="技术过硬"
    )
    export = exports.ask(session, who, kind="xlsx", query=query, reason="调研")
    return {
        "saved_uid": saved.uid,
        "shortlist_uid": shortlist.uid,
        "export_uid": export.uid,
    }


def test_every_page_of_the_pool_fits_every_screen(
    own_app, city, page_at, assert_accessible, expected_console
):
    """Axe looks at each page once, at one width after the other: it takes its time."""
    expected_console.append("404")
    values, user = city
    page = page_at(WIDTHS[0], 800, user=user)
    wrong = []

    for number, (endpoint, path) in enumerate(_pages(own_app, values)):
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        response = page.goto(path)
        if response.status != NOT_NOW.get(endpoint, 200):
            wrong.append(f"{path}: {response.status}")
            continue
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(OVERFLOWS):
                wrong.append(f"{path} is wider than {width} px")
        if endpoint in AXE_ELSEWHERE:
            continue
        page.set_viewport_size({"width": WIDTHS[number % 3], "height": 800})
        try:
            assert_accessible(page)
        except AssertionError as error:
            wrong.append(str(error))

    assert not wrong, "\n".join(wrong)


def _pages(app, values):
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or not rule.rule.startswith(PREFIXES):
            continue
        if rule.endpoint in NOT_PAGES or "." in rule.rule.rsplit("/", 1)[-1]:
            continue
        asked = rule.arguments - set(rule.defaults or ())
        yield rule.endpoint, rule.build({name: values[name] for name in asked})[1]
