"""From counted marks to published results."""

from blinker import signal

# Sent inside the publishing transaction with `session, publication_uid, event_uid,
# actor, now`; who listens asks `queries.get_publication` for the facts.
results_published = signal("scoring.results.published")
results_withdrawn = signal("scoring.results.withdrawn")
