"""What the dossiers tell the rooms above them."""

from blinker import signal

# Sent inside the transaction after each change to a dossier, with the keywords
# `session` and `craftsman_id`; the search index follows it.
craftsman_changed = signal("talentpool.dossiers.craftsman_changed")
