"""A studio, its alliance, its people, and the studios their apprentices lead."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from talentpool.dossiers.models import Studio
from talentpool.lineage.queries import studios as reading
from talentpool.lineage.queries import walk
from talentpool.lineage.queries.people import Someone, load_people
from talentpool.lineage.queries.studios import House
from talentpool.lineage.rules.graph import MOST_NODES
from talentpool.lineage.services.lineage import Sight
from talentpool.lineage.services.picture import Box, Picture, draw, more_words

MOST_PEOPLE = 60
MOST_ALLIED = 80  # studios of an alliance
MOST_LED = MOST_NODES - MOST_PEOPLE - MOST_ALLIED - 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioView:
    """What is shown of a studio."""

    studio: Studio
    people: list[Studio]
    people_folded: int
    alliances: Mapping[str, tuple[list[House], int]]  # studios, and how many folded
    led: list[tuple[int, Studio]]  # a person of the studio, their apprentice's studio
    known: Mapping[int, Someone]  # by person

    def name_of(self, fact: Studio) -> str:
        """Return the person's name where the caller may know it, else ""."""
        someone = self.known.get(fact.craftsman.person_id)
        if someone is None or someone.is_hidden or not someone.is_in_places:
            return ""
        return someone.name


def load_studio(session: Session, studio: Studio, sight: Sight) -> StudioView:
    """Return a studio's surroundings, at most `MOST_NODES` boxes.

    Source: rule L-07 in docs/rules/matching.md.
    """
    people = reading.list_people(session, studio.name, most=MOST_PEOPLE)
    alliances = {}
    names = reading.list_alliances(session, studio.name)[:3]
    for name in names:
        houses, total = reading.list_allied(
            session, name, most=MOST_ALLIED // len(names)
        )
        others = [house for house in houses if house.name != studio.name]
        alliances[name] = (others, total - len(houses))
    led = _led(session, people, sight)
    persons = {fact.craftsman.person_id for fact in people}
    persons |= {fact.craftsman.person_id for _person, fact in led}
    return StudioView(
        studio=studio,
        people=people,
        people_folded=reading.count_people(session, studio.name) - len(people),
        alliances=alliances,
        led=[(person, fact) for person, fact in led if fact.name != studio.name],
        known=load_people(session, persons, sight.scopes),
    )


def draw_studio(
    view: StudioView,
    *,
    words: Callable[[str, str], str],
    withheld: str,
    url: Callable[[str, str], str],
) -> Picture:
    """Return the picture of a studio.

    Args:
        view: what is shown.
        words: says a code of a table.
        withheld: what stands for a name that is not shown.
        url: the address of a craftsman's studio, by both uids.
    """
    boxes = {"s": _studio_box("s", view.studio.name, view.studio, words, "middle")}
    above: dict[str, str] = {}
    below: dict[str, str] = {}
    for number, (alliance, (houses, folded)) in enumerate(view.alliances.items()):
        key = f"a{number}"
        boxes[key] = Box(key=key, title=alliance, kind="alliance")
        above[key] = "s"
        for at, house in enumerate(houses):
            one = f"{key}h{at}"
            boxes[one] = _studio_box(one, house.name, house, words, "studio")
            above[one] = key
        if folded:
            boxes[f"{key}more"] = _more_box(f"{key}more", folded)
            above[f"{key}more"] = key
    keys: dict[int, str] = {}
    for fact in view.people:
        key = f"p{fact.id}"
        keys[fact.craftsman.person_id] = key
        boxes[key] = Box(
            key=key,
            title=view.name_of(fact) or withheld,
            sub=words("studio_role", fact.role),
            kind="person" if view.name_of(fact) else "unnamed",
        )
        below[key] = "s"
    if view.people_folded > 0:
        boxes["more"] = _more_box("more", view.people_folded)
        below["more"] = "s"
    for person, fact in view.led:
        key = f"l{fact.id}"
        box = _studio_box(key, fact.name, fact, words, "studio")
        if view.name_of(fact):
            target = url(fact.craftsman.uid, fact.uid)
            box = Box(key=key, title=box.title, sub=box.sub, kind="studio", url=target)
        boxes[key], below[key] = box, keys[person]
    lines = [(key, lead, True) for key, lead in above.items()]
    lines += [(lead, key, True) for key, lead in below.items()]
    return draw("s", above, below, box=boxes.__getitem__, lines=lines)


def _led(
    session: Session, people: Iterable[Studio], sight: Sight
) -> list[tuple[int, Studio]]:
    masters = [fact.craftsman.person_id for fact in people]
    pairs, _totals = walk.list_apprentices(session, masters, day=sight.day, most=40)
    master_of = {apprentice: mentor for mentor, apprentice in reversed(pairs)}
    found = reading.list_led(session, list(master_of), most=MOST_LED)
    return [(master_of[fact.craftsman.person_id], fact) for fact in found]


def _studio_box(
    key: str,
    name: str,
    said: Studio | House,
    words: Callable[[str, str], str],
    kind: str,
) -> Box:
    sub = f"{words('studio', said.kind)} · {words('level', said.level)}"
    return Box(key=key, title=name, sub=sub, kind=kind)


def _more_box(key: str, count: int) -> Box:
    return Box(key=key, title=more_words(count), kind="more")
