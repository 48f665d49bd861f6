"""Who leads a panel, and who checks whose sheet.

Words used here:
    panel: judges who mark together, under a letter or a short word; "A" by default.
    chair: the judge who leads a panel (组长). A panel may be without one: then the
        chief judge leads it.
    checker: who countersigns a signed sheet. Never the person who signed it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A seat, as far as panels are concerned."""

    seat: str
    panel: str
    is_chair: bool = False
    is_chief: bool = False


def list_checkers(places: Sequence[Place], signer: str) -> list[str]:
    """Return the seats that may check the sheet of `signer`, in the given order.

    The chair of the signer's panel. Where that is the signer, or the panel has none:
    the chair of another panel or the chief judge. Where there is no such person either:
    anybody else of the panel, and where the signer is alone in it, any other seat.

    Source: rule C-02 in docs/rules/chain.md.
    """
    panel = next(place.panel for place in places if place.seat == signer)
    others = [place for place in places if place.seat != signer]
    own = [place for place in others if place.panel == panel]
    steps = (
        [place for place in own if place.is_chair],
        [place for place in others if place.is_chair or place.is_chief],
        own,
        others,
    )
    return [place.seat for place in next((step for step in steps if step), [])]


def list_led(places: Iterable[Place], seat: str) -> list[str]:
    """Return the panels a seat leads, sorted.

    The chair leads the own panel, the chief judge every panel without a chair.
    """
    known = list(places)
    me = next(place for place in known if place.seat == seat)
    chaired = {place.panel for place in known if place.is_chair}
    led = {me.panel} if me.is_chair else set()
    if me.is_chief:
        led |= {place.panel for place in known} - chaired
    return sorted(led)


def list_without_checker(places: Sequence[Place], signers: Iterable[str]) -> list[str]:
    """Return the signers whose sheet nobody could check."""
    return [seat for seat in signers if not list_checkers(places, seat)]
