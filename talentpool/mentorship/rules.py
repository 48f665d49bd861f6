"""The life of a mentor–apprentice pair (师徒) and what one must keep to."""

STATES = (
    "draft",
    "signed",
    "filed",
    "active",
    "due",
    "graduated",
    "extended",
    "terminated",
)
LIVE_STATES = ("draft", "signed", "filed", "active", "due", "extended")
RELATIONS = ("assigned", "mutual", "cross_firm")
CAUSES = ("", "mentor_left", "apprentice_left", "change_of_mentor", "failed", "request")
