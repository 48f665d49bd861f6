"""What an application brings in points, by the model of its batch's standard."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from extensions import LOCAL
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules.claims import REFUSED, VERIFIED, read_claim
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.services.merits import merits_of
from talentpool.standard.queries import read_profile
from talentpool.standard.rules.points import Merit, Points, PointsModel, points_of

_PLACES = "competitions"


def points_of_application(
    session: Session, application: Application, now: datetime
) -> tuple[PointsModel, Points] | None:
    """Value an application for those who review it; None where there is no model.

    What counts is the dossier of who has one, the published place that proposes the
    person, and the places that are claimed: one brings points when it is verified and
    says its day.

    Source: rules P-42 to P-46 in docs/rules/pool.md.
    """
    model = read_profile(application.batch.profile_version.toml).points
    if model is None:
        return None
    merits = list(_merits(session, application))
    return model, points_of(model, merits, now.astimezone(LOCAL).date())


def _merits(session: Session, application: Application) -> Iterator[Merit]:
    person_id, proposal = application.person_id, application.proposal
    known = dossiers.find_by_person(session, person_id) if person_id else None
    if known is not None:  # a published place is among its records
        yield from merits_of(session, known)
    elif proposal is not None:
        event = proposal.event
        yield Merit(
            kind="competition",
            title=f"{event.competition.name} {event.name}",
            level=event.competition.tier,
            rank=proposal.place,
            on=event.starts_at.astimezone(LOCAL).date(),
            document=f"publication:{proposal.publication_uid}",
        )
    for claim in queries.list_claims(session, application.id):
        if claim.field == _PLACES and claim.state != REFUSED:
            claimed = read_claim(claim.field, claim.value)
            yield Merit(
                kind="competition",
                title=claim.document,
                level=claimed.tier,
                rank=claimed.place,
                on=claimed.on,
                document=claim.document if claim.state == VERIFIED else "",
            )
