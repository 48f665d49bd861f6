"""A deliberately wrong import: it gives carried marks ids of its own.

The marks are all there, and doubled as soon as the tablet is online again. Kept so that
the test that both routes may deliver can be seen to find it.
"""

from scoring.carry.services import parcels
from scoring.marking.services.receive import receive_marks
from tests.factories.scoring import make_id


def take_with_new_ids(session, *, parcel, actor, now):
    contents = parcels.open_contents(session, parcel.event, parcel.file)
    ids = {item["id"]: make_id() for item in contents.marks}
    renamed = [
        {
            **item,
            "id": ids[item["id"]],
            "based_on": ids.get(item["based_on"], item["based_on"]),
        }
        for item in contents.marks
    ]
    answers = receive_marks(
        session, user=contents.seat.user, items=renamed, actor=actor, now=now
    )
    parcel.state = "taken"
    return parcels._rows(contents, answers)  # noqa: SLF001
