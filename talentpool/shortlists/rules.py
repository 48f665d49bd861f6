"""Taking lists out of the pool: what is asked for by how many rows.

Words used here:
    saved search: a search somebody comes back to; its digest is who meets it now and
        did not when they last looked.
    shortlist: people chosen out of a search for a purpose, each with the reason.
    export: a list as a file. Each download carries its own mark.
"""

REASON_OVER = 100  # rows: more, and a reason is asked
APPROVAL_OVER = 1000  # rows: more, and another person approves
MOST_IN_DOCX = 5000  # rows; longer lists are for a spreadsheet
MOST_IN_XLSX = 1_048_500  # rows; a sheet has 1,048,576, and longer lists are for CSV
KINDS = ("xlsx", "csv", "docx")
STATES = ("ready", "waiting", "approved", "refused")
MAY_TAKE = ("ready", "approved")
MOST_SAVED = 20  # saved searches of one person
MOST_SHORTLISTED = 500  # people on one shortlist


def asks_reason(count: int) -> bool:
    """Tell whether a list of so many rows is taken out with a reason only."""
    return count > REASON_OVER


def asks_approval(count: int) -> bool:
    """Tell whether another person must approve a list of so many rows."""
    return count > APPROVAL_OVER
