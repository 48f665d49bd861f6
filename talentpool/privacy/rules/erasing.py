"""The states of a wish to be erased."""

# declined: a duty to keep the data stands against it; the answer says which.
STATES = ("asked", "confirmed", "done", "declined")
OPEN_STATES = ("asked", "confirmed")
STARS = "***"  # what stands where a name stood
