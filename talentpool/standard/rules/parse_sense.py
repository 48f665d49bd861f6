"""Check what spans a whole profile: names used twice, and names of nothing."""

from collections.abc import Iterable, Iterator

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.profile import GROUPS, STEPS_NEEDED, Profile

_LISTS = (
    *("terms", "classes", "levels", "conditions", "waivers", "procedure", "exits"),
    *("suspensions", "renewals", "re_entries", "purposes", "fields", "principles"),
)
_SINGLE = ("scope", "life", "mentorship", "review", "certificate")
# The key in the file where it is not the attribute's name.
_KEYS = {"re_entries": "re_entry"}


def check_sense(profile: Profile, root: Table) -> None:
    """Report what no part of a profile shows by itself."""
    for path, name in _twice(profile):
        root.fault_at(path, "%(name)s is used twice.", {"name": name})
    _check_conditions(profile, root)
    _check_procedure(profile, root)
    purposes = {purpose.code for purpose in profile.purposes}
    for i, item in enumerate(profile.fields):
        if item.purpose and item.purpose not in purposes:
            root.fault_at(
                f"fields[{i}].purpose",
                "There is no purpose %(name)s.",
                {"name": item.purpose},
            )


def _check_conditions(profile: Profile, root: Table) -> None:
    known = {c.id: c for c in profile.conditions}
    for i, waiver in enumerate(profile.waivers):
        for j, name in enumerate(waiver.waives):
            if name not in known or known[name].group != "all":
                root.fault_at(
                    f"waivers[{i}].waives[{j}]",
                    "%(name)s is no condition of the group all.",
                    {"name": name},
                )
    for group in GROUPS[:2]:
        if profile.conditions and not any(profile.group(group)):
            root.fault_at(
                "conditions", "None is of the group %(group)s.", {"group": group}
            )
    for i, name in enumerate(profile.review.again if profile.review else ()):
        if name not in known:
            root.fault_at(
                f"review.again[{i}]", "There is no condition %(name)s.", {"name": name}
            )


def _check_procedure(profile: Profile, root: Table) -> None:
    kinds = [step.kind for step in profile.procedure if step.kind]
    if not kinds:
        return  # format 1
    for kind in STEPS_NEEDED:
        if kind not in kinds:
            root.fault_at(
                "procedure", "No step is of the kind %(kind)s.", {"kind": kind}
            )
    places = [kinds.index(kind) for kind in STEPS_NEEDED if kind in kinds]
    if places != sorted(places):
        order = ", ".join(STEPS_NEEDED)
        root.fault_at(
            "procedure", "Must come in the order %(order)s.", {"order": order}
        )


def _twice(profile: Profile) -> Iterator[tuple[str, str]]:
    for key, names in (
        ("clause", _clauses(profile)),
        ("id", _each(profile, "conditions", "id")),
        ("id", _each(profile, "procedure", "id")),
        ("cause", _each(profile, "exits", "cause")),
        ("cause", _each(profile, "suspensions", "cause")),
        ("state", _each(profile, "re_entries", "state")),
        ("code", _each(profile, "purposes", "code")),
        ("code", _rewards(profile)),
        ("field", _each(profile, "fields", "field")),
    ):
        yield from _seen_twice(key, names)


def _seen_twice(
    key: str, names: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    times: dict[str, int] = {}
    for path, name in names:
        times[name] = times.get(name, 0) + 1
        if name and times[name] == 2:
            yield f"{path}.{key}", name


def _each(profile: Profile, part: str, key: str) -> Iterator[tuple[str, str]]:
    for i, item in enumerate(getattr(profile, part)):
        yield f"{_KEYS.get(part, part)}[{i}]", getattr(item, key)


def _rewards(profile: Profile) -> Iterator[tuple[str, str]]:
    for i, reward in enumerate(profile.mentorship.rewards):
        yield f"mentorship.rewards[{i}]", reward.code


def _clauses(profile: Profile) -> Iterator[tuple[str, str]]:
    for name in _SINGLE:
        part = getattr(profile, name)
        if part is not None:
            yield name, part.clause
    for name in _LISTS:
        yield from _each(profile, name, "clause")
    for i, quota in enumerate(profile.mentorship.quotas):
        yield f"mentorship.quotas[{i}]", quota.clause
    for i, reward in enumerate(profile.mentorship.rewards):
        yield f"mentorship.rewards[{i}]", reward.clause
    if profile.points is not None:
        yield "points", profile.points.clause
        for name in ("groups", "items", "caps"):
            for i, part in enumerate(getattr(profile.points, name)):
                yield f"points.{name}[{i}]", part.clause
