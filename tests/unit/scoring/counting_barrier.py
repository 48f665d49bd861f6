"""A barrier that is wrong on purpose: it believes what tablets count as waiting.

A tablet whose memory was cleared counts nothing, and its marks would be signed away.
`test_tablet_barrier` shows that this one lets through what the rule stops.
"""

from scoring.tablets.rules.barrier import ATTENTION, WAITING, Fault, TabletState


def list_faults(tablet: TabletState) -> list[Fault]:
    found = {WAITING: tablet.waiting, ATTENTION: tablet.attention}
    return [Fault(code, count) for code, count in found.items() if count]
