"""What the rooms above may listen to, sent inside the transaction that does it."""

from blinker import signal

# Receivers get `session, event_uid, now`; whose work is whose may be asked from now on.
codes_decoded = signal("competition.codes.decoded")
