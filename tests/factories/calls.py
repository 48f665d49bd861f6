"""A scheme whose first aspect calls for comments, photos and notes; pictures for it."""

import hashlib
import io

from PIL import Image

from scoring.evidence.services.photos import Sent, receive_photo
from tests.factories.scoring import SCHEME, actor_of, make_item

CALLS = """kind = "score"
max = 10
comment_below = 6
disagreement = 2
photo = "required"
symbol = "分"
"""
CALLING = SCHEME.replace('kind = "score"\nmax = 10\n', CALLS, 1)


def make_picture(kind="JPEG", colour="red", **more):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, kind, **more)
    return out.getvalue()


def shoot(marked, seat, mark_id, data=None, **more):
    """Send a photo of a mark; more: other fields of what is sent."""
    data = make_picture() if data is None else data
    sent = {
        "mark_id": mark_id,
        "sha256": hashlib.sha256(data).hexdigest(),
        "data": data,
    }
    return receive_photo(
        marked.session,
        user=marked.judge(seat),
        sent=Sent(**{**sent, **more}),
        actor=actor_of(marked.judge(seat)),
        now=marked.later(),
    )


def fill_with_photos(marked, values=("9", "8"), **more):
    """Both judges give P1.1 of every work, with a photo, and everything else."""
    marks = {}
    for seat, value in zip(marked.seats, values, strict=True):
        for work in marked.works:
            items = [make_item(work, code, "1") for code in ("P1.2", "P1.3")]
            first = make_item(work, "P1.1", value, **more)
            marked.send_items(seat, first, *items)
            shoot(marked, seat, first["id"])
            marks[seat, work] = first["id"]
    return marks
