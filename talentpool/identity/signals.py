"""What a merge tells the rooms above it."""

from blinker import signal

# Sent inside the transaction of a merge or a split, after the rows have moved, with the
# keywords `session`, `rows` (table name → ids), `actor` and `now`.
rows_moved = signal("talentpool.identity.rows_moved")
