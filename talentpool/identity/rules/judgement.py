"""What people say of two records, and when they are asked again.

Words used here:
    verdict: same, different or unsure, with a reason.
    fingerprint: a keyed digest of everything the comparison looked at. While it stays,
        nobody is asked twice.
"""

VERDICTS = ("same", "different", "unsure")
# gone: what was found once and is not alike any more, before anybody judged.
STATES = ("open", *VERDICTS, "merged", "gone")


def next_state(
    state: str, *, proposed: bool, judged: str | None, fingerprint: str
) -> str:
    """Return the state of a pair after a scan has compared it.

    Args:
        state: as it was.
        proposed: whether it is alike enough to be asked about.
        judged: the fingerprint of the last judgement; None where there is none.
        fingerprint: of what is known now.

    Source: rule I-24 in docs/rules/identity.md.
    """
    if state in {"merged", "same"}:
        return state
    if judged is not None and judged == fingerprint:
        return state
    if proposed:
        return "open"
    return state if judged is not None else "gone"
