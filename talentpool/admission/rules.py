"""The life of a proposal for the pool (入库建议).

    open → admitted | refused
    open → suspended (the publication was withdrawn) → open | replaced

A proposal that was decided stays decided; what changes afterwards happens to the
dossier, and is logged there.
"""

OPEN = "open"
SUSPENDED = "suspended"
ADMITTED = "admitted"
REFUSED = "refused"
REPLACED = "replaced"
STATES = (OPEN, SUSPENDED, ADMITTED, REFUSED, REPLACED)
