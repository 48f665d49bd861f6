"""What the rooms above may listen to, sent inside the transaction that does it.

Receivers get `session, publication_uid, event_uid, actor, now` as keywords and ask
`scoring.results.queries.get_publication` for the facts.
"""

from blinker import signal

# These two get `session, event_uid, now`: a panel's sheet was signed, all were locked.
sheet_signed = signal("scoring.sheets.signed")
marks_locked = signal("scoring.marks.locked")

results_published = signal("scoring.results.published")
results_withdrawn = signal("scoring.results.withdrawn")
