"""The facts a verdict rested on, read back from it.

So that what was judged by one version can be judged by another without asking anybody:
the values as they were used, and nothing for what the earlier version did not read.
"""

from typing import Any

from talentpool.standard.rules.evaluate import PersonFacts, Place, Verdict
from talentpool.standard.rules.profile import FIELDS, FLAG, NUMBER, PLACES


def facts_of(verdict: Verdict) -> PersonFacts:
    """Return the facts of a verdict; of competitions only the best is in it."""
    values: dict[str, Any] = {}
    documents: dict[str, str] = {}
    for finding in verdict.findings:
        if finding.value and finding.field in FIELDS:
            values[finding.field] = _value(
                finding.field, finding.value, finding.document
            )
            documents[finding.field] = finding.document
    return PersonFacts(**values, documents=documents)


def _value(field: str, text: str, document: str) -> object:
    kind = FIELDS[field]
    if kind == FLAG:
        return text == "true"
    if kind == NUMBER:
        return int(text)
    if kind == PLACES:
        tier, place, of = text.split(":")
        return (Place(tier=tier, place=int(place), of=int(of), document=document),)
    return text
