"""Mutual choice (双向选择): two that look, two wishes, one match.

Words used here:
    offer: somebody says that they look for an apprentice or for a mentor in a trade.
        It is shown to those of the other side who look themselves, and to nobody else.
    wish: one who looks names one of the other side. Wishes both ways are a match.
"""

MENTOR_SIDE, APPRENTICE_SIDE = SIDES = ("mentor", "apprentice")
# "asked": after a pair that ended, the apprentice has yet to say that they look again.
ASKED, LOOKING, CLOSED = OFFER_STATES = ("asked", "looking", "closed")
MOST_WISHES = 9


def other_side(side: str) -> str:
    """Return the side that a side looks for."""
    return APPRENTICE_SIDE if side == MENTOR_SIDE else MENTOR_SIDE
