"""The life of a batch.

reading → mapping → checking → checked → loading → loaded → undoing → undone; from
mapping and checked it can be discarded, and each step that works may fail.
"""

STATES = (
    *("reading", "mapping", "checking", "checked", "loading", "loaded"),
    *("undoing", "undone", "discarded", "failed"),
)
WORKING = ("reading", "checking", "loading", "undoing")  # a worker is at it
WHOLE = ("loading", "undoing")  # in one transaction: all of it or nothing
WAITING = ("mapping", "checked")  # for a person
ENDED = ("loaded", "undone", "discarded", "failed")
SILENT = 60  # seconds without a sign of life after which a worker is given up
BLOCK = 1000  # rows
MOST_ROWS = 500_000
MOST_BYTES = 200 * 2**20
