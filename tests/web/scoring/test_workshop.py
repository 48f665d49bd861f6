"""The scheme workshop: drafts, the tree, files, versions, and what a change changes."""

import io
import json
import re

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from scoring.bundle.services.gate import recheck
from scoring.results.queries import find_result
from scoring.scheme.models import SchemeDraft, SchemeVersion
from scoring.scheme.rules.diff import diff_documents
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.services.versions import read_example
from tests.factories.accounts import make_user
from tests.factories.competition import make_event
from tests.factories.scoring import SCHEME, make_marked_event


@pytest.fixture
def event(session):
    return make_event(session)


@pytest.fixture
def expert(session, event, sign_in):
    user = make_user(session, "chief_judge", scope=Scope("event", event.uid))
    sign_in(user)
    return user


def draft_of(session):
    return session.scalars(select(SchemeDraft)).one()


def begin(client, event, name="welding"):
    return client.post(
        f"/events/{event.uid}/scheme/draft/new/example", data={"name": name}
    )


def test_an_expert_builds_a_scheme_node_by_node(client, session, event, expert):
    here = f"/events/{event.uid}/scheme/draft"
    assert client.get(here).location.endswith("/scheme/draft/new")
    client.post(f"{here}/new/empty")
    path = "components[0].criteria[0].aspects[0]"

    client.post(
        f"{here}/node",
        data={
            "node-revision": "1",
            "node-path": path,
            "node-code": "A1.1",
            "node-name": "接头",
            "node-kind": "score",
            "node-max": "viel",
            "then": "add",
        },
    )
    page = client.get(f"{here}?at={path}").text

    draft = draft_of(session)
    [criterion] = read_toml(draft.text)["components"][0]["criteria"]
    assert [a["code"] for a in criterion["aspects"]] == ["A1.1", "A1.2"]
    assert (draft.revision, draft.changed_by) == (2, expert.uid)
    assert 'aria-invalid="true"' in page
    assert f'at={path}#node"' in page.replace("%5B", "[").replace("%5D", "]")
    attached = client.post(f"{here}/attach", data={"revision": "2"})
    assert attached.status_code == 422

    client.post(
        f"{here}/node",
        data={"node-revision": "2", "node-path": path, "node-max": "10"},
    )
    client.post(f"{here}/change", data={"revision": "3", "op": f"up {path[:-3]}[1]"})
    client.post(f"{here}/attach", data={"revision": "4"})

    version = session.scalars(select(SchemeVersion)).one()
    aspects = read_toml(version.text)["components"][0]["criteria"][0]["aspects"]
    assert [a["code"] for a in aspects] == ["A1.2", "A1.1"]
    actions = session.scalars(select(LedgerEntry.action).order_by(LedgerEntry.seq))
    assert [a for a in actions if a.startswith("scheme.")] == [
        "scheme.draft_begun",
        *(["scheme.draft_changed"] * 3),
        "scheme.attached",
    ]


def test_two_editors_do_not_overwrite_each_other(client, session, event, expert):
    begin(client, event)
    here = f"/events/{event.uid}/scheme/draft"
    save = {"node-revision": "1", "node-path": "components[0]"}
    client.post(f"{here}/node", data={**save, "node-name": "First"})

    second = client.post(f"{here}/node", data={**save, "node-name": "Second"})

    assert second.status_code == 409
    assert "Second" in second.text
    assert read_toml(draft_of(session).text)["components"][0]["name"] == "First"
    [again] = re.findall(r'name="node-revision"[^>]*value="(\d+)"', second.text)
    client.post(
        f"{here}/node", data={**save, "node-revision": again, "node-name": "Second"}
    )
    assert read_toml(draft_of(session).text)["components"][0]["name"] == "Second"
    client.post(f"{here}/undo", data={"revision": "3"})
    assert read_toml(draft_of(session).text)["components"][0]["name"] == "First"
    for stale in ("change", "drop"):
        client.post(f"{here}/{stale}", data={"revision": "1", "op": "delete awards[0]"})
    assert draft_of(session).revision == 4


def test_a_real_scheme_comes_from_its_workbook_and_goes_as_any_file(
    client, session, event, expert, count_queries
):
    here = f"/events/{event.uid}/scheme/draft"
    with open("tests/data/cases/worldskills_uk_2024_web_cis.xlsx", "rb") as book:  # noqa: PTH123
        data = book.read()
    client.post(f"{here}/new/file", data={"file": (io.BytesIO(data), "cis.xlsx")})
    document = read_toml(draft_of(session).text)
    aspect = "components[1].criteria[0].aspects[2]"

    with count_queries() as queries:
        page = client.get(f"{here}?at={aspect}").text

    assert len(queries) <= 14
    assert page.count('id="node-') > 10
    assert page.count('class="tree__aspect"') > 200
    for kind in ("json", "xlsx", "toml"):
        answer = client.get(f"{here}.{kind}")
        client.post(
            f"{here}/new/file", data={"file": (io.BytesIO(answer.data), f"a.{kind}")}
        )
        assert not diff_documents(document, read_toml(draft_of(session).text)), kind
    tablet = client.get(f"{here}/tablet?aspect=B1.M1").text
    assert "B1.M1" in tablet
    assert " / 220" in tablet
    assert client.get(f"{here}/sheet.pdf").data.startswith(b"%PDF")
    found = client.get(f"{here}?q=title").text
    assert 0 < found.count('class="tree__aspect"') < 40


def test_text_and_clone_and_what_cannot_be_read(client, session, event, expert):
    here = f"/events/{event.uid}/scheme/draft"
    bad = client.post(f"{here}/new/text", data={"text": "= ="})
    assert bad.status_code == 422
    marked = make_marked_event(session)
    own = make_user(session, "chief_judge", scope=Scope("all"))
    assert own.uid != expert.uid
    client.post(f"{here}/new/text", data={"text": "# kept\n" + SCHEME})
    assert draft_of(session).text.startswith("# kept")
    stays = client.post(f"{here}/text", data={"revision": "1", "text": "x = ["})
    assert stays.status_code == 422
    client.post(f"{here}/text", data={"revision": "1", "text": read_example("turning")})
    assert client.get(f"{here}/text").status_code == 200
    assert draft_of(session).revision == 2
    refused = client.post(f"{here}/new/clone", data={"event": marked.event.uid})
    assert refused.status_code == 422  # not an event of this expert's


CHANGED = SCHEME.replace('name = "First"\ncount = 1', 'name = "First"\ncount = 2')


def ask_change(client, sign_in, marked, text, reason="typing error"):
    sign_in(marked.judge("J1"))
    here = f"/events/{marked.event.uid}/scheme/draft"
    client.post(f"{here}/new/text", data={"text": text})
    [revision] = re.findall(
        r'name="revision"[^>]*value="(\d+)"', client.get(here).text
    )[:1]
    return client.post(f"{here}/attach", data={"revision": revision, "reason": reason})


def seen_of(page):
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page)
    return found[1] if found else ""


@pytest.fixture
def marked(session):
    made = make_marked_event(session)
    scope = Scope("event", made.event.uid)
    chief = made.judge("J1")
    grant = make_user(session, "chief_judge", scope=scope)
    made.fill()
    made.sign_all()
    assert grant.uid != chief.uid
    return made


def test_two_persons_change_a_frozen_scheme(client, session, sign_in, marked):
    event = marked.event
    here = f"/events/{event.uid}/scheme"
    assert ask_change(client, sign_in, marked, CHANGED).status_code == 302
    own = client.get(f"{here}/change").text
    refused = client.post(f"{here}/change/confirm", data={"seen": seen_of(own) or "x"})
    assert refused.status_code == 409
    sign_in(marked.supervisor)
    page = client.get(f"{here}/change").text
    assert "is-changed" in page

    stale = client.post(f"{here}/change/confirm", data={"seen": "0" * 64})
    client.post(f"{here}/change/confirm", data={"seen": seen_of(page)})

    assert stale.status_code == 409
    first, second = session.scalars(
        select(SchemeVersion).order_by(SchemeVersion.version)
    )
    assert second.frozen_by == marked.supervisor.uid
    assert event.scheme_digest == second.digest != first.digest
    report = json.loads(second.report)
    [moved] = report["moved"]
    assert (moved["award"], report["returned_seats"]) == (["", "First"], ["J1", "J2"])
    sign_in(marked.committee)
    assert moved["entry"] in client.get(f"{here}/{second.uid}/report").text
    marked.sign_all()
    marked.lock()


def test_what_no_longer_fits_is_named_and_blocks(client, session, sign_in, marked):
    here = f"/events/{marked.event.uid}/scheme"
    smaller = SCHEME.replace("max = 10", "max = 8", 1)
    ask_change(client, sign_in, marked, smaller)
    sign_in(marked.supervisor)
    page = client.get(f"{here}/change").text
    assert "给了 9：" in page
    assert not seen_of(page)
    client.post(f"{here}/change/decline", data={"reason": "not like this"})
    assert client.get(f"{here}/change").status_code == 302

    start = SCHEME.index('[[components.criteria.aspects]]\ncode = "P1.2"')
    end = SCHEME.index('[[components.criteria.aspects]]\ncode = "P1.3"')
    without = SCHEME[:start] + SCHEME[end:]
    ask_change(client, sign_in, marked, without)
    sign_in(marked.supervisor)
    page = client.get(f"{here}/change").text
    assert "P1.2: 6" in page
    client.post(f"{here}/change/confirm", data={"seen": seen_of(page)})
    marked.sign_all()
    marked.lock()  # the marks of P1.2 stay and do not count
    result = find_result(session, marked.event.id)
    assert result is not None
    assert recheck(session, marked.event, result).differences == ()
    sign_in(marked.judge("J1"))
    locked = ask_change(client, sign_in, marked, CHANGED)
    assert locked.status_code == 409


def test_a_judgement_without_descriptors_is_not_frozen(client, session, sign_in):
    event = make_event(session)
    sign_in(make_user(session, "committee", scope=Scope("event", event.uid)))
    bare = re.sub(r"descriptors = .*\n", "", SCHEME)
    here = f"/events/{event.uid}/scheme"
    client.post(f"{here}/draft/new/text", data={"text": bare})
    client.post(f"{here}/draft/attach", data={"revision": "1"})
    version = session.scalars(select(SchemeVersion)).one()

    refused = client.post(f"{here}/{version.uid}/freeze")

    assert refused.status_code == 422
    assert "P1.3" in refused.text
    assert session.scalars(select(SchemeVersion)).one().frozen_at is None


def test_a_dry_run_compares_and_keeps_nothing(client, session, event, expert):
    begin(client, event, "turning")
    here = f"/events/{event.uid}/scheme/dry-run"
    ask = {"before": "draft", "after": "draft", "marks": "generated", "seed": "7"}

    same = client.post(here, data={**ask, "entries": "12"}).text
    other = client.post(here, data={**ask, "entries": "12", "total": "0"}).text

    assert same.count('data-label="升降"') == 12
    assert 'class="is-changed"' not in same
    assert 'class="is-changed"' in other
    files = {
        "marks_file": (io.BytesIO(b"entry,aspect,judge,value\nX,P1.1,J,9\n"), "m.csv")
    }
    begin_text = {"text": SCHEME}
    client.post(f"/events/{event.uid}/scheme/draft/new/text", data=begin_text)
    page = client.post(here, data={**ask, "marks": "files", **files}).text
    assert page.count('data-label="升降"') == 1
    assert session.scalars(select(SchemeVersion)).all() == []
