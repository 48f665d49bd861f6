"""Read what a standard says of life in the pool: term, review, exits, coming back."""

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.profile import (
    ACTIVITIES,
    ACTORS,
    EXIT_STATES,
    RE_ENTRY_WAYS,
    ExitCause,
    Life,
    ReEntry,
    Renewal,
    Review,
    Suspension,
)
from talentpool.standard.rules.reading import (
    choice,
    clause_number,
    closed,
    identifier,
    whole,
    wording,
)


def parse_life(table: Table) -> Life:
    return Life(
        clause=clause_number(table),
        wording=wording(table),
        term_years=whole(table, "term_years", at_least=1, at_most=20),
        update_months=whole(table, "update_months", at_least=1, at_most=60),
        re_entry_years=whole(table, "re_entry_years", at_least=0, at_most=50),
    )


def parse_exit(table: Table) -> ExitCause:
    document = table.table("document")
    return ExitCause(
        clause=clause_number(table),
        wording=wording(table),
        cause=identifier(table, "cause"),
        state=choice(table, "state", EXIT_STATES),
        document=None if document is None else closed(document, wording),
        decided_by=table.one_of("decided_by", ACTORS, ""),
        bar_years=table.whole("bar_years", at_least=0, at_most=50),
    )


def parse_suspension(table: Table) -> Suspension:
    return Suspension(
        clause=clause_number(table),
        wording=wording(table),
        cause=identifier(table, "cause"),
        most_months=whole(table, "most_months", at_least=1, at_most=120),
    )


def parse_review(table: Table) -> Review:
    return Review(
        clause=clause_number(table),
        wording=wording(table),
        due_days=whole(table, "due_days", at_least=1, at_most=366),
        grace_months=whole(table, "grace_months", at_least=1, at_most=60),
        again=tuple(name for name in table.texts("again") if name),
    )


def parse_renewal(table: Table) -> Renewal:
    return Renewal(
        clause=clause_number(table),
        wording=wording(table),
        activity=choice(table, "activity", ACTIVITIES),
        at_least=whole(table, "at_least", at_least=1, at_most=99),
        within_months=whole(table, "within_months", at_least=1, at_most=240),
    )


def parse_re_entry(table: Table) -> ReEntry:
    return ReEntry(
        clause=clause_number(table),
        wording=wording(table),
        state=choice(table, "state", EXIT_STATES),
        years=whole(table, "years", at_least=0, at_most=50),
        way=choice(table, "way", RE_ENTRY_WAYS),
    )
