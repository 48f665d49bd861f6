"""Every view, asked by every role, at home and elsewhere, and by nobody.

What is expected follows from what each view declares (`view.access`); what a
declaration cannot say stands in the tables below, each line with its reason. A new view
is in the matrix by being there.
"""

from contextvars import Context
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.access.services import INSTALLATION
from accounts.roles.models import RoleGrant
from accounts.roles.rules import ROLES, Scope
from accounts.sessions import services as sessions
from ledger.log.models import LedgerEntry
from tests.factories.accounts import NOW, make_user
from tests.factories.people import make_unit
from tests.factories.world import World, make_world

HOME, ELSEWHERE = "330602", "330681"

# Addresses that name something and do not say `within`: why that is right.
UNSCOPED = {
    "competition.draw.download_draw": "a draw is public; its outcome once revealed",
    "competition.draw.list_draws": "as above; hidden while the event is a draft",
    "competition.draw.show_draw": "as above",
    "competition.events.show_event": "events are public once they are no draft",
    "competition.registration.begin": "says what entering asks for",
    "competition.registration.confirm": "own entry, else 404",
    "competition.registration.download_ticket": "own entry, or tickets.print over it",
    "competition.registration.show_entry": "own entry, else 404",
    "competition.registration.show_paper": "own paper, or registration.review over it",
    "competition.registration.show_papers": "own entry, else 404",
    "competition.registration.show_step": "own entry, else 404",
    "competition.registration.show_ticket": "own entry, or tickets.print over it",
    "competition.registration.start": "contestants enter wherever they like",
    "competition.registration.upload_paper": "own entry, else 404",
    "competition.registration.withdraw": "own entry, else 404",
    "scoring.bundle.download_published": "published results are public",
    "scoring.bundle.show_how": "published results are public",
    "scoring.results.download": "published results are public",
    "scoring.results.show_explanation": "published results are public",
    "scoring.results.show_explanation_json": "published results are public",
    "scoring.results.print_explanation": "published results are public",
    "scoring.results.print_public": "published results are public",
    "scoring.results.download_workbook": "one of two permissions: asked in the view",
    "scoring.results.print_review": "one of two permissions: asked in the view",
    "scoring.results.show_public": "published results are public",
    "scoring.results.show_rules": "the rules of a published result are public",
    "scoring.results.show_review": "one of two permissions: asked in the view",
    "scoring.results.show_sheet": "one's own result, or one of two permissions over it",
    "scoring.results.print_work_result": "one of two permissions: asked in the view",
    "scoring.results.show_certainty": "one of two permissions: asked in the view",
    "scoring.results.show_work_result": "one of two permissions: asked in the view",
    "scoring.results.show_work_result_json": "as above",
    "scoring.results_api.show_results": "published results are public",
    "scoring.scheme.show_scheme": "one of four permissions: asked in the view",
    "talentpool.standard.show_standard": "the standard is public",
}

# Views that ask for more than their permission, so that its holder may be refused.
ASKS_MORE = {
    "competition.codes.list_decoded": "403 until two persons have decoded",
    "competition.codes.decode": "two persons",
    "scoring.paper.print_own": "a seat at the event",
    "scoring.paper.print_own_record": "one's own signature",
    "scoring.bundle.download_checkpoint": "404 where there is none of that number",
    "scoring.bundle.make": "409 until the marks are locked",
    "scoring.results.download_workbook": "404 until a result is computed",
    "scoring.results.print_review": "404 until a result is computed",
    "scoring.results.print_work_result": "404 until a result is computed",
    "scoring.results.show_certainty": "404 until a result is computed",
    "scoring.results.show_what_if": "404 until a result is computed",
    "scoring.results.show_work_result": "404 until a result is computed",
    "scoring.results.show_work_result_json": "404 until a result is computed",
    "scoring.results.show_change_report": "404 of a version that replaced none",
    "scoring.sheets.list_works": "a seat at the event",
    "scoring.sheets.mark": "a seat at the event",
    "scoring.sheets.show_state": "a seat at the event",
    "scoring.sheets.sign": "a seat at the event",
    "scoring.sheets.show_alerts": "a seat at the event",
    "scoring.sheets.add_note": "a seat at the event",
    "competition.registration.decide_paper": "404 without the reviewer's form",
    "scoring.marks_api.send_marks": "403 without the header of our own pages",
    "scoring.photos_api.send_photo": "as above",
}

# Views that ask for one of several permissions within the event.
ONE_OF = {
    "scoring.results.download_workbook": {"marks.overview", "results.view"},
    "scoring.results.print_review": {"marks.overview", "results.view"},
    "scoring.results.show_review": {"marks.overview", "results.view"},
    "scoring.results.print_work_result": {"marks.overview", "results.view"},
    "scoring.results.show_certainty": {"marks.overview", "results.view"},
    "scoring.results.show_work_result": {"marks.overview", "results.view"},
    "scoring.results.show_work_result_json": {"marks.overview", "results.view"},
    "scoring.scheme.show_scheme": {
        *("scheme.manage", "scheme.draft", "marks.enter", "marks.overview"),
        "results.view",
    },
}

# What an address needs that is not in the world.
FIXED = {
    "code": "en",
    "filename": "css/app.css",
    "line": "1",
    "number": "0000",
    "sha256": "0" * 64,
    "state": "closed",
    "step": "work",
}
KINDS = {  # what `<kind>` may be, where it is not the kind of a fact
    "competition.registration.upload_paper": {"kind": "photo"},
    "scoring.results.download": {"kind": "csv"},
    "scoring.scheme.download_draft": {"kind": "json"},
    "scoring.scheme.download_scheme": {"kind": "toml"},
    "talentpool.search.export": {"kind": "xlsx"},
}
REFUSED = {401, 403}
ENTRIES = select(func.count()).select_from(LedgerEntry)
ALL_DUTIES = (
    *("committee", "chief_judge", "checkin_officer", "pool_officer", "supervisor"),
    *("coding_officer_1", "coding_officer_2", "coding_officer_3"),
)


class Visitor:
    """Somebody who asks for addresses; what a request changes is undone after it."""

    def __init__(self, app, session, user=None):
        self.session = session
        self.client = FlaskClient(app, app.response_class, use_cookies=True)
        if user is not None:
            token = sessions.start(
                session, user=user, device="test", now=datetime.now(UTC)
            )
            session.flush()
            with self.client.session_transaction() as cookie:
                cookie.update(_user_id=token, _fresh=True)

        self.written = 0  # entries of the log the last request made

    def ask(self, method, url, **body):
        connection = self.session.connection()
        before = connection.scalar(ENTRIES)
        with connection.begin_nested() as undone:
            answer = Context().run(self.client.open, url, method=method, **body)
            self.written = connection.scalar(ENTRIES) - before
            undone.rollback()
        assert answer.status_code < 500, (method, url, answer.status_code)
        return answer

    def is_let_in(self, method, url):
        return is_open(self.ask(method, url))


def is_open(answer):
    to_login = answer.status_code == 302 and "/login" in answer.location
    return answer.status_code not in REFUSED and not to_login


@pytest.fixture
def here(session):
    return make_world(session, HOME)


@pytest.fixture
def there(session, here):
    return make_world(session, ELSEWHERE)


def officer(session, role, scopes):
    user = make_user(session)
    session.add_all(
        RoleGrant(
            user=user,
            role=role,
            scope_kind=scope.kind,
            scope_key=scope.key,
            granted_at=NOW,
            granted_by="tests",
        )
        for scope in scopes
    )
    session.flush()
    return user


def views(app):
    """Yield (endpoint, access, method, rule) of every address but of files."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            access = app.view_functions[rule.endpoint].access
            for method in sorted(rule.methods & {"GET", "POST", "PUT"}):
                yield rule.endpoint, access, method, rule


def address(rule, world):
    values = {**FIXED, **world.values, **KINDS.get(rule.endpoint, {})}
    values["uid"] = world.bare.get(rule.endpoint, "")
    asked = rule.arguments - set(rule.defaults or ())
    return rule.build({name: values[name] for name in asked})[1]


def test_every_named_thing_has_a_scope_or_a_reason(app):
    bare = {
        endpoint
        for endpoint, access, _method, rule in views(app)
        if any(name.endswith("_uid") for name in rule.arguments) and not access.within
    }

    assert bare == set(UNSCOPED)


def test_what_is_public_is_open_to_nobody_in_particular_and_the_rest_is_not(
    app, session, here
):
    nobody = Visitor(app, session)
    wrong = {
        (endpoint, method)
        for endpoint, access, method, rule in views(app)
        if nobody.is_let_in(method, address(rule, here)) != (access.permission == "")
    }

    assert wrong == set()


def test_a_role_opens_what_it_may_at_home_and_nothing_elsewhere(app, session, here):
    # One test for all roles: two of everything is dear to make.
    wrong = [
        (role, *cell)
        for role in sorted(ROLES)
        for cell in _wrong_cells(app, session, here, role)
    ]

    assert wrong == []


def _wrong_cells(app, session, here, role):
    home = Visitor(app, session, officer(session, role, here.scopes))
    stranger = Visitor(app, session, officer(session, role, _elsewhere(here)))
    everywhere = Visitor(app, session, officer(session, role, [Scope("all")]))
    for endpoint, access, method, rule in views(app):
        if access.permission in {"", "login"} and endpoint not in ONE_OF:
            continue
        may = bool(ROLES[role] & ONE_OF.get(endpoint, {access.permission}))
        scoped = bool(access.within) or endpoint in ONE_OF
        asks = [(everywhere, may)]
        if may:  # whoever lacks the permission everywhere lacks it at each place
            asks += [(home, access.within != INSTALLATION), (stranger, not scoped)]
        for visitor, expected in asks:
            answer = visitor.ask(method, address(rule, here))
            got = is_open(answer) and answer.status_code != 404
            excused = expected and endpoint in ASKS_MORE
            if (got != expected and not excused) or (visitor.written and not expected):
                yield method, address(rule, here), expected, answer.status_code


def _elsewhere(world):
    """Another event, competition and district, without anything in them."""
    return [
        Scope("event", world.published.event.uid),
        Scope("competition", world.marked.event.uid),  # no competition's uid
        Scope("district", ELSEWHERE),
        Scope("unit", world.marked.event.uid),
    ]


def test_a_part_of_another_place_is_not_reached_from_ones_own(
    app, session, here, there
):
    """/events/<mine>/judges/<a seat of theirs>/end and all addresses like it."""
    staff = [
        Visitor(app, session, officer(session, role, here.scopes))
        for role in ALL_DUTIES
    ]
    parts = {
        "uid",
        "mark_id",
        "photo_uid",
        "paper_uid",
        "fact_uid",
        "evidence_uid",
        "entry_uid",
    }
    wrong = []
    for endpoint, access, method, rule in views(app):
        names = [name for name in rule.arguments if name in parts]
        owners = rule.arguments & {"event_uid", "craftsman_uid", "publication_uid"}
        if "paper_uid" in names and "entry_uid" in names:
            names, owners = ["paper_uid"], {"entry_uid"}
        if not names or not owners or access.permission in {"", "login"}:
            continue
        mixed = World(**{**vars(here), "values": here.values | _only(there, names)})
        mixed.bare = there.bare
        for visitor in staff:
            answer = visitor.ask(method, address(rule, mixed), data={"reason": "x"})
            if visitor.written or answer.status_code not in {403, 404, 409, 422}:
                wrong.append((endpoint, method, answer.status_code, visitor.written))

    assert wrong == []


def _only(world, names):
    return {name: world.values[name] for name in names if name in world.values}


def test_an_entry_is_its_contestants_own(app, session, here):
    own, other = here.marked.entries
    visitors = {
        "another contestant": Visitor(app, session, other.user),
        "a judge": Visitor(app, session, here.marked.judge("J2")),
        "the chief judge": Visitor(app, session, here.marked.judge("J1")),
        "a committee elsewhere": Visitor(
            app, session, officer(session, "committee", _elsewhere(here))
        ),
        "an official": Visitor(
            app, session, officer(session, "hr_official", [Scope("all")])
        ),
    }
    owner = Visitor(app, session, own.user)
    wrong = []
    for endpoint, access, method, rule in views(app):
        if access.permission != "login" or not rule.arguments & {
            "entry_uid",
            "paper_uid",
        }:
            continue
        if "publication_uid" in rule.arguments:
            continue
        url = address(rule, here)
        if owner.ask(method, url).status_code in {403, 404}:
            wrong.append(("the contestant", endpoint, method))
        for who, visitor in visitors.items():
            if visitor.ask(method, url).status_code != 404 or visitor.written:
                wrong.append((who, endpoint, method))

    assert wrong == []


def test_a_judges_sheet_is_their_own(app, session, here, there):
    event = here.marked.event.uid
    answers = {
        seat: Visitor(app, session, here.marked.judge(seat)).ask(
            "GET", f"/judging/{event}/sheet.json"
        )
        for seat in ("J1", "J2")
    }
    foreign = Visitor(app, session, there.marked.judge("J1"))

    ids = {
        seat: {
            cell["id"]
            for row in a.get_json()["cells"].values()
            for cell in row.values()
        }
        for seat, a in answers.items()
    }

    assert all(ids.values())
    assert not any(mark in answers["J2"].text for mark in ids["J1"])
    assert not any(mark in answers["J1"].text for mark in ids["J2"])
    for page in ("", "/mark", "/sheet.json", "/sign"):
        assert foreign.ask("GET", f"/judging/{event}{page}").status_code == 403


def test_an_explained_result_is_shown_where_its_person_is_at_home(
    app, session, here, there
):
    own, other = here.published.entries
    url = f"/results/sheets/{here.publication_uid}/{own.uid}"
    unit = own.unit
    cases = {
        "the contestant": (own.user, 200),
        "another contestant": (other.user, 403),
        "a judge": (here.published.judge("J2"), 403),
        "their own unit": (
            officer(session, "unit_officer", [Scope("unit", unit.uid)]),
            200,
        ),
        "another unit": (
            officer(session, "unit_officer", [Scope("unit", make_unit(session).uid)]),
            403,
        ),
        "the pool of the place": (
            officer(session, "pool_officer", [Scope("district", unit.district_code)]),
            200,
        ),
        "the pool of another place": (
            officer(session, "pool_officer", [Scope("district", ELSEWHERE)]),
            403,
        ),
    }

    got = {
        who: Visitor(app, session, user).ask("GET", url).status_code
        for who, (user, _status) in cases.items()
    }

    assert got == {who: status for who, (_user, status) in cases.items()}
