"""The last part of the thread, on real marks: published, proposed, admitted, found."""

import pytest
from sqlalchemy import select

from scoring.results.services.publish import withdraw
from talentpool.admission.models.proposals import Proposal
from talentpool.dossiers.models import CompetitionRecord
from tests.factories.accounts import make_user
from tests.factories.scoring import actor_of, make_marked_event


@pytest.fixture
def marked(session):
    made = make_marked_event(session, works=3, absent=1)
    made.run_to_decoded()
    return made


def test_a_mark_leads_to_a_dossier_and_back(client, session, sign_in, marked):
    publication = marked.publish()
    proposals = session.scalars(select(Proposal).order_by(Proposal.place)).all()
    sign_in(make_user(session, "pool_officer"))
    url = f"/pool/proposals/{proposals[0].uid}"
    decision = {
        "level": "city",
        "pool_class": "competition",
        "minute_number": "〔2026〕5号",
        "consent_document": "同意书第7号",
        "admit_reason": "名次符合",
    }

    shown = client.get(url)
    admitted = client.post(f"{url}/admit", data=decision)
    dossier = client.get(admitted.location).text

    record = session.scalars(select(CompetitionRecord)).one()
    sheet = f"/results/sheets/{publication.uid}/{record.entry_uid}"
    assert {p.entry.uid for p in proposals} <= {e.uid for e in marked.entries}
    assert shown.status_code == 200
    assert (record.publication_uid, record.place) == (publication.uid, 1)
    assert (record.entry_uid, record.total) == (
        proposals[0].entry.uid,
        proposals[0].total,
    )
    assert sheet in dossier
    assert client.get(sheet).status_code == 200


def test_a_withdrawn_publication_takes_its_proposals_along(session, marked):
    marked.publish()

    withdraw(
        session,
        event=marked.event,
        reason="计分复核",
        actor=actor_of(marked.committee),
        now=marked.later(),
    )

    assert set(session.scalars(select(Proposal.state))) == {"suspended"}
