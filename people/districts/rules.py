"""Places of GB/T 2260: what lies within what.

Words used here:
    code: six digits, two each for province, city and county; 00 closes a code, so
        330000 is a province, 330600 a city in it and 330602 a county of that.
"""


def code_prefix(code: str) -> str:
    """Return what the codes of everything within `code` start with: 330600 → 3306."""
    if code.endswith("0000"):
        return code[:2]
    return code.removesuffix("00")


def is_within(code: str, region: str) -> bool:
    """Tell whether place `code` is `region` or lies in it."""
    return code.startswith(code_prefix(region))


def parent_code(code: str) -> str | None:
    """Return the code one step up by the digits alone; None above a province."""
    if code.endswith("0000"):
        return None
    return code[:2] + "0000" if code.endswith("00") else code[:4] + "00"
