"""Check medals, promotions, honours and carried components against the whole scheme."""

from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import Eligibility, Scheme


def check_outcomes(scheme: Scheme, root: Table) -> None:
    """Report what cannot be right; the faults go to the table's list."""
    _check_components(scheme, root)
    _check_medals(scheme, root)
    _check_groupings(scheme, root)
    for key, rows in (("promotions", scheme.promotions), ("honours", scheme.honours)):
        for i, row in enumerate(rows):
            _check_eligibility(scheme, root, f"{key}[{i}]", row)


def _check_components(scheme: Scheme, root: Table) -> None:
    if scheme.components and all(part.carried for part in scheme.components):
        _fault(root, "components", "At least one component must be marked here.")
    if scheme.components and all(part.bonus for part in scheme.components):
        _fault(root, "components", "At least one component must not be a bonus.")


def _check_medals(scheme: Scheme, root: Table) -> None:
    if scheme.medals is None:
        return
    if scheme.medals.of == "scale" and scheme.scale is None:
        _fault(root, "medals.of", "Is the scale, and the scheme has no [scale].")
    for i, award in enumerate(scheme.awards):
        if award.name in scheme.medals.all_names:
            _fault(root, f"awards[{i}].name", "%(code)s is a medal.", code=award.name)


def _check_groupings(scheme: Scheme, root: Table) -> None:
    seen: set[str] = set()
    for i, grouping in enumerate(scheme.groupings):
        if grouping.name in seen:
            path = f"rankings[{i}].name"
            _fault(root, path, "%(code)s is used twice.", code=grouping.name)
        seen.add(grouping.name)


def _check_eligibility(
    scheme: Scheme, root: Table, path: str, row: Eligibility
) -> None:
    for index, name in enumerate(row.awards):
        if name not in scheme.award_names:
            _fault(
                root,
                f"{path}.awards[{index}]",
                "Nothing in this scheme is called %(code)s.",
                code=name,
            )


def _fault(root: Table, path: str, template: str, **params: object) -> None:
    root.fault_at(path, template, params)
