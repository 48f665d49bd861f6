"""Two results side by side."""

from fractions import Fraction

from scoring.results.rules.compare import compare
from scoring.results.rules.result import Result
from scoring.results.rules.score import Scoring


def scoring(*rows):
    results = (
        Result(
            entry=entry,
            group=group,
            unit="",
            team="",
            status=status,
            rank=rank,
            total=None if total is None else Fraction(total),
            award=award,
        )
        for entry, group, status, rank, total, award in rows
    )
    return Scoring(results=tuple(results), teams=(), warnings=())


def test_who_moved_and_whose_award_changed():
    before = scoring(
        ("A", "", "present", 1, 90, "gold"),
        ("B", "", "present", 2, 89, ""),
        ("C", "", "present", 3, 80, ""),
        ("D", "", "absent", None, None, ""),
        ("E", "", "present", 4, 70, ""),
    )
    after = scoring(
        ("A", "", "present", 2, 88, ""),
        ("B", "", "present", 1, 89, "gold"),
        ("C", "", "present", 3, 81, ""),
        ("D", "", "absent", None, None, ""),
        ("E", "", "disqualified", None, None, ""),
    )

    rows = {row.entry: row for row in compare(before, after)}

    assert list(rows) == ["B", "A", "C", "E", "D"]
    assert [row.moved for row in rows.values()] == [1, -1, 0, None, None]
    assert [code for code, row in rows.items() if row.is_changed] == ["B", "A", "E"]
    assert [code for code, row in rows.items() if row.award_changed] == ["B", "A"]
    assert rows["C"].total_changed
    assert not rows["B"].total_changed


def test_groups_stand_apart_and_a_missing_entry_has_nothing():
    before = scoring(("X", "b", "present", 1, 9, ""), ("Y", "a", "present", 1, 9, ""))
    after = scoring(("Z", "b", "present", 1, 8, ""), ("Y", "a", "present", 1, 9, ""))

    rows = compare(before, after)

    assert [row.entry for row in rows] == ["Y", "Z", "X"]
    new, gone = rows[1], rows[2]
    assert (new.old_status, new.old_total, new.new_total) == ("", None, Fraction(8))
    assert (gone.old_rank, gone.new_rank, gone.new_status) == (1, None, "")
