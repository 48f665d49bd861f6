"""Names of what this topic tells the rooms above it."""

from blinker import signal

# Sent with session, user_id, is_new (declared, not withdrawn) and now, inside the
# transaction that changed it.
ties_changed = signal("competition.recusal.ties_changed")
