"""Certificates: of a published event, as a committee issues them.

make_awarded(session)                an event that is published, its certificates issued
make_certificate(session, marked, publication)      one row, wherever a test needs it
"""

from datetime import date

from scoring.certificates.models import AwardCertificate
from scoring.certificates.services.issue import issue
from tests.factories.accounts import NOW
from tests.factories.scoring import MarkedEvent, actor_of, make_marked_event


def make_awarded(session, **values) -> tuple[MarkedEvent, list[AwardCertificate]]:
    """Make a published event and issue its certificates; values: of the event."""
    marked = make_marked_event(session, **values)
    marked.run_to_decoded()
    marked.publish()
    made = issue(
        session,
        event=marked.event,
        actor=actor_of(marked.committee),
        now=marked.later(),
    )
    return marked, made


def make_certificate(session, marked, publication) -> AwardCertificate:
    """Make a certificate of the first entry of an event, published or not."""
    made = AwardCertificate(
        event=marked.event,
        entry=marked.entries[0],
        publication=publication,
        number=f"JCA-2026-{marked.event.uid}",
        holder="王一",
        award="First",
        issuer="市总工会",
        issued_on=date(2026, 6, 30),
        token="JCA1.x.y",  # noqa: S106 - what a code says, nothing secret
        issued_at=NOW,
        issued_by="tests",
    )
    session.add(made)
    session.flush()
    return made
