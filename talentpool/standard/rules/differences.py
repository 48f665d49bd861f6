"""Where two versions of a standard differ, clause by clause."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from talentpool.standard.rules.profile import Profile, Wording

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_SINGLE = ("scope", "life", "review", "mentorship", "certificate")
_LISTS = (
    *("terms", "classes", "levels", "conditions", "waivers", "procedure", "exits"),
    *("suspensions", "renewals", "re_entries", "principles", "purposes", "fields"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause that only one version has, or that says something else in the other."""

    clause: str
    kind: str  # added | removed | changed
    before: Wording | None
    after: Wording | None


def differences(before: Profile, after: Profile) -> list[Difference]:
    """Return every clause that differs, by its number."""
    old, new = dict(_items(before)), dict(_items(after))
    found = []
    for number in sorted({*old, *new}, key=_order):
        if number not in old:
            found.append(Difference(number, ADDED, None, _wording(new[number])))
        elif number not in new:
            found.append(Difference(number, REMOVED, _wording(old[number]), None))
        elif old[number] != new[number]:
            both = _wording(old[number]), _wording(new[number])
            found.append(Difference(number, CHANGED, *both))
    return found


def _items(profile: Profile) -> Iterator[tuple[str, object]]:
    for name in _SINGLE:
        item = getattr(profile, name)
        if name == "mentorship":
            # Each of these is a clause by itself.
            item = replace(item, quotas=(), rewards=())
        if item is not None:
            yield item.clause, item
    for name in _LISTS:
        yield from ((item.clause, item) for item in getattr(profile, name))
    yield from ((item.clause, item) for item in profile.mentorship.quotas)
    yield from ((item.clause, item) for item in profile.mentorship.rewards)
    if profile.points is not None:
        model = profile.points
        yield model.clause, (model.wording, model.cap, model.window_months)
        for part in (model.groups, model.items, model.caps):
            yield from ((item.clause, item) for item in part)


def _wording(item: object) -> Wording:
    if isinstance(item, tuple):
        return item[0]  # type: ignore[no-any-return]
    return getattr(item, "wording")  # type: ignore[no-any-return] # noqa: B009


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))
