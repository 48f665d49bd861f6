"""A graph as boxes and lines: one layout for the page, the SVG and the PDF."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from talentpool.lineage.rules.layout import place_boxes
from talentpool.lineage.services.lineage import Lineage

BOX_WIDTH, BOX_HEIGHT = 176, 46  # as the page's pixels; paper scales them
COLUMN, ROW, EDGE = 232, 58, 12  # from one box to the next, and around all
TITLE_WIDE, SUB_WIDE = 20, 26  # half-width characters that fit into a box

Leads = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What stands in one box."""

    key: str
    title: str
    sub: str = ""
    kind: str = "person"  # middle, person, unnamed, more, studio, alliance
    url: str = ""
    x: float = 0
    y: float = 0

    @property
    def short_title(self) -> str:
        return shortened(self.title, TITLE_WIDE)

    @property
    def short_sub(self) -> str:
        return shortened(self.sub, SUB_WIDE)


@dataclass(frozen=True, slots=True)
class Line:
    """A tie from the right edge of one box to the left edge of another."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_live: bool

    @property
    def bend(self) -> float:
        """Return where the curve's handles stand."""
        return (self.x1 + self.x2) / 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing; x to the right, y downwards, from the top left corner."""

    width: float
    height: float
    boxes: Sequence[Box]
    lines: Sequence[Line]
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(
    middle: str,
    above: Leads,
    below: Leads,
    *,
    box: Callable[[str], Box],
    lines: Iterable[tuple[str, str, bool]],
) -> Picture:
    """Return a picture.

    Args:
        middle: key of the box in the middle.
        above: for every box on the left, the box it hangs on.
        below: the same on the right.
        box: says what stands in a box.
        lines: left box, right box, and whether the line is drawn as going on.
    """
    placed: dict[str, Box] = {}
    for place in place_boxes(middle, above, below):
        made = box(place.key)
        placed[place.key] = Box(
            key=made.key,
            title=made.title,
            sub=made.sub,
            kind=made.kind,
            url=made.url,
            x=EDGE + place.column * COLUMN,
            y=EDGE + place.row * ROW,
        )
    return Picture(
        width=max(one.x for one in placed.values()) + BOX_WIDTH + EDGE,
        height=max(one.y for one in placed.values()) + BOX_HEIGHT + EDGE,
        boxes=list(placed.values()),
        lines=[
            _line(placed[left], placed[right], is_live=is_live)
            for left, right, is_live in lines
        ],
    )


def draw_lineage(
    lineage: Lineage, *, url: Callable[[str], str], level: Callable[[str], str]
) -> Picture:
    """Return the picture of a lineage.

    Args:
        lineage: what is shown.
        url: the address of a dossier's lineage, by its uid.
        level: the words for a level of the pool.
    """
    below = {_key(person): _key(lead) for person, lead in lineage.below.items()}
    below |= {f"more{mentor}": _key(mentor) for mentor in lineage.more}
    lines = [(_key(t.mentor), _key(t.apprentice), t.is_live) for t in lineage.ties]
    lines += [
        (lead, key, False) for key, lead in below.items() if key.startswith("more")
    ]

    def box(key: str) -> Box:
        if key.startswith("more"):
            mentor = int(key.removeprefix("more"))
            return Box(
                key=key,
                title=more_words(lineage.more[mentor]),
                kind="more",
                url=_more_url(lineage, mentor, url),
            )
        person = int(key.removeprefix("p"))
        return person_box(lineage, person, url=url, level=level)

    return draw(
        _key(lineage.middle),
        {_key(person): _key(lead) for person, lead in lineage.above.items()},
        below,
        box=box,
        lines=lines,
    )


def person_box(
    lineage: Lineage,
    person: int,
    *,
    url: Callable[[str], str],
    level: Callable[[str], str],
) -> Box:
    """Return what stands for a person; who is not named keeps trade and line."""
    someone = lineage.people[person]
    is_named = person in lineage.named
    parts = [someone.trade, level(someone.level) if someone.level else ""]
    is_middle = person == lineage.middle
    return Box(
        key=_key(person),
        title=someone.name if is_named else _("Name withheld"),
        sub=" · ".join(part for part in parts if part),
        kind="middle" if is_middle else "person" if is_named else "unnamed",
        url=url(someone.craftsman_uid)
        if lineage.is_open(person) and not is_middle
        else "",
    )


def more_words(count: int) -> str:
    """Return how a folded group is named."""
    return str(ngettext("+%(num)s more", "+%(num)s more", count))


def shortened(text: str, wide: int) -> str:
    """Return as much of a text as `wide` half-width characters hold."""
    used = 0
    for at, character in enumerate(text):
        used += 1 if character.isascii() else 2
        if used > wide:
            return text[: max(at - 1, 1)] + "…"
    return text


def _more_url(lineage: Lineage, mentor: int, url: Callable[[str], str]) -> str:
    if mentor == lineage.middle or not lineage.is_open(mentor):
        return ""
    return url(lineage.people[mentor].craftsman_uid)


def _key(person: int) -> str:
    return f"p{person}"


def _line(left: Box, right: Box, *, is_live: bool) -> Line:
    middle = BOX_HEIGHT / 2
    return Line(left.x + BOX_WIDTH, left.y + middle, right.x, right.y + middle, is_live)
