"""Changes to dossiers. Each one is logged and announced by `craftsman_changed`."""

from blinker import Signal

# Sent inside the transaction after each change, with the keywords `session` and
# `craftsman_id`; the search index follows it.
craftsman_changed = Signal()
