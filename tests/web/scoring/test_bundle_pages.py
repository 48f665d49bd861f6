"""Bundles and checkpoints on pages: who gets them, and what the public is told."""

import io
import json
import zipfile

from sqlalchemy import select

from ledger.log.models import LedgerEntry
from ledger.signatures.services import public_key_hex
from scoring.bundle import verify
from tests.factories.accounts import make_user
from tests.factories.bundle import make_audited
from tests.factories.scoring import make_marked_event


def test_the_supervisor_takes_bundle_and_checkpoint(session, client, sign_in):
    marked = make_audited(session)
    session.commit()
    sign_in(marked.supervisor)
    page = client.get(f"/events/{marked.event.uid}/bundle")
    assert page.text.count("裁判签字") == 5
    assert public_key_hex() in page.text

    data = take(client, marked.event)

    made = select(LedgerEntry).where(LedgerEntry.action == "bundle.made")
    [row] = session.scalars(made).all()
    kept = client.get(f"/events/{marked.event.uid}/bundle")
    published = kept.text.split("/bundle/checkpoints/")[1].split('"')[0]
    point = client.get(f"/events/{marked.event.uid}/bundle/checkpoints/{published}")
    options = verify.Options(
        public_key=public_key_hex(), checkpoints=[("usb", json.loads(point.data))]
    )
    report = verify.check_file(io.BytesIO(data), options)
    assert report.problems() == []
    assert "witness" in report.checked
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = verify.sha(archive.read("manifest.json"))
    assert json.loads(row.body) == {"manifest": manifest, "names": False}


def test_names_are_for_those_who_may_see_them(session, client, sign_in):
    marked = make_audited(session)
    auditor = make_user(session, "audit_admin")
    session.commit()

    sign_in(auditor)
    url = f"/events/{marked.event.uid}/bundle"
    assert client.post(url, data={"names": "y"}).status_code == 403
    assert "names.jsonl" not in names_in(take(client, marked.event))
    sign_in(marked.committee)
    assert "names.jsonl" in names_in(take(client, marked.event, names="y"))


def test_nothing_is_taken_away_while_marks_are_given(session, client, sign_in):
    marked = make_marked_event(session)
    session.commit()
    sign_in(marked.committee)

    page = client.get(f"/events/{marked.event.uid}/bundle")

    assert "评分锁定后才能领取" in page.text
    answer = client.post(f"/events/{marked.event.uid}/bundle", data={})
    assert answer.status_code == 409


def test_the_public_is_told_how_to_verify(session, client):
    marked = make_audited(session)
    session.commit()
    uid = marked.event.uid

    assert f"/results/{uid}/verify" in client.get(f"/results/{uid}").text
    page = client.get(f"/results/{uid}/verify").text
    point = json.loads(client.get(f"/results/{uid}/checkpoint.json").data)
    program = client.get("/verify.py").data

    assert public_key_hex() in page
    assert f"{point['seq']} : {point['hash'][:8]}" in page
    assert verify.sha(program) in page
    assert verify.is_checkpoint_signed(point)


def test_an_unpublished_event_tells_the_public_nothing(session, client):
    marked = make_audited(session, publish=False)
    session.commit()

    for path in ("verify", "checkpoint.json"):
        assert client.get(f"/results/{marked.event.uid}/{path}").status_code == 404


def take(client, event, **data):
    answer = client.post(f"/events/{event.uid}/bundle", data=data)
    assert answer.status_code == 200
    found = answer.get_data()
    answer.close()
    return found


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()
