"""What the rooms above may listen to, sent inside the transaction that does it."""

from blinker import signal

# An event has taken a step; receivers get `session, event, actor, now`.
event_moved = signal("competition.events.moved")

# A draft was made like an event; receivers get `session, source, copy, actor, now` and
# copy what their own rooms know of the source (scheme, sessions, rules), with times
# moved by `copy.starts_at - source.starts_at`.
event_cloned = signal("competition.events.cloned")

# Days, times or rooms of an event have changed; receivers get `session, event, now`.
event_rescheduled = signal("competition.events.rescheduled")
