"""A scheme whose first aspect calls for comments, photos and notes; pictures for it."""

import io

from PIL import Image

from tests.factories.scoring import SCHEME

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
