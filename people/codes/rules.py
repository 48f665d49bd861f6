"""The code tables as they are kept in `people/codes/data`, and certificate numbers.

Words used here:
    trade name: what people call an occupation (工种, the name of a contest event); an
        alias leads from it to the occupation.
    certificate number: 22 characters on a skill level certificate; the 16th gives the
        level, 5 lowest to 1 highest.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EDITION = 2022
DATA = Path(__file__).parent / "data"

Row = dict[str, Any]

# table of code_item: file, column of the code, of the name, of what else is kept
_SMALL_TABLES = {
    "sex": ("gbt2261_1_sex", "code", "name", ""),
    "ethnic": ("gbt3304_ethnic", "code", "name", "alpha"),
    "education": ("gbt4658_education", "code", "name", "group"),
    "politics": ("gbt4762_political", "code", "name", "usual_short"),
    "title": ("gbt8561_title_sample", "code", "name", "level_by_3rd_digit"),
    "industry": ("gbt4754_2017_sections", "section", "name", "divisions"),
    "industry_division": (
        "gbt4754_2017_manufacturing_divisions",
        "division",
        "name",
        "",
    ),
    "unit_category": ("gb32100_dept_category", "prefix", "category", "dept"),
    "certificate_layout": ("cert_number_22", "pos", "field", "values"),
    "occupation_group": ("occupation_2022_groups", "code", "name", "gbm"),
    "common_occupation": ("occupation_2022_common", "code", "name", "mark"),
}
TABLES = frozenset(_SMALL_TABLES)


def level_digit_of_certificate(number: str) -> str:
    """Return the 16th character of a 22-character certificate number, else "".

    It warns only: firms print numbers of their own, and 特级技师 and 首席技师
    certificates have another form.

    Source: rule I-06 in docs/rules/identity.md.
    """
    tidy = "".join(number.split()).upper()
    if len(tidy) != 22 or not tidy.isascii() or not tidy.isalnum():
        return ""
    return tidy[15] if tidy[15] in "12345" else ""


# The scale of five that was printed on certificates before the eight levels, by the
# words found on them. National level 2 was 技师 then as now; nothing moved but names.
OLD_SCALE = ("5", "4", "3", "2", "1")  # 五级 … 一级, lowest first
_FROM_OLD = dict(zip(OLD_SCALE, ("L2", "L3", "L4", "L5", "L6"), strict=True))


def level_of_old_scale(grade: str) -> str | None:
    """Return the code of the eight-level scale a grade of the old five stands for.

    Args:
        grade: "5", the lowest (初级工, 国家职业资格五级), to "1" (高级技师).

    Source: rule I-13 in docs/rules/identity.md; skill_level_8.csv.
    """
    return _FROM_OLD.get(grade)


def issuer_code_of_certificate(number: str) -> str:
    """Return the 13 characters of a certificate number that name who issued it.

    Kind (Y a firm, S an assessment body), number, province and sequence; "" where the
    number has not the form of the 22 characters.
    """
    tidy = "".join(number.split()).upper()
    well_formed = (
        len(tidy) == 22 and tidy[0] in "YS" and tidy.isascii() and tidy[1:].isdigit()
    )
    return tidy[:13] if well_formed else ""


def read_occupations() -> list[Row]:
    """Return the occupations of the 2022 edition."""
    return [
        {
            "edition": EDITION,
            "code": row["code"],
            "name": row["name"],
            "marks": row["mark_L绿色_S数字"].replace("/", ""),
            "major": row["major"],
            "middle": row["middle"],
            "minor": row["minor"],
        }
        for row in _read("occupation_2022_full")
    ]


def read_aliases() -> list[Row]:
    """Return the trade names and the occupations they stand for."""
    return [
        {
            "alias": row["alias"],
            "edition": EDITION,
            "code": row["occupation_code"],
            "note": row["note"],
        }
        for row in _read("trade_alias")
    ]


def read_skill_levels() -> list[Row]:
    """Return the eight levels, lowest first."""
    return [
        {
            "code": row["code"],
            "rank": int(row["rank"]),
            "name": row["name"],
            "national_level": row["national_level"],
            "cert_digit": row["cert_digit16"],
            "is_high_skilled": row["is_high_skilled"] == "Y",
        }
        for row in _read("skill_level_8")
    ]


def read_honours() -> list[Row]:
    """Return the honours, highest level first."""
    return [
        {
            "level": row["level"],
            "name": row["honour"],
            "issuer": row["issuer"],
            "kind": row["kind"],
            "note": row["quota_or_note"],
        }
        for row in _read("honours_catalogue")
    ]


def read_code_items() -> list[Row]:
    """Return the rows of all small tables."""
    return [
        {
            "table": table,
            "code": row[code],
            "name": row[name],
            "extra": row[extra] if extra else "",
        }
        for table, (file, code, name, extra) in _SMALL_TABLES.items()
        for row in _read(file)
    ]


def read_districts() -> list[Row]:
    """Return provinces, cities and counties, each after the place it lies in."""
    rows: list[Row] = [
        {"code": row["code"], "name": row["name"], "parent_code": None}
        for row in _read("gbt2260_provinces")
    ]
    counties = list(_read("gbt2260_sample_cities"))
    rows += [
        {"code": code, "name": name, "parent_code": code[:2] + "0000"}
        for code, name in sorted({(row["city_code"], row["city"]) for row in counties})
    ]
    return rows + [
        {"code": row["code"], "name": row["name"], "parent_code": row["city_code"]}
        for row in counties
    ]


def _read(name: str) -> Iterator[dict[str, str]]:
    path = DATA / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
