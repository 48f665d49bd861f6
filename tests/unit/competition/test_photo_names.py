"""Whose photo a file is, told by its name alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competition.bulk.rules.photos import (
    Candidate,
    is_hidden,
    mask_file,
    match_files,
)

FIRST, SECOND, TWIN = "33060219900101123X", "330602199002021234", "330602199003031235"
PEOPLE = [
    Candidate(1, FIRST, "王秉元"),
    Candidate(2, SECOND, "阿依古丽·买买提"),
    Candidate(3, TWIN, "李伟"),
    Candidate(4, "330602199004041236", "李伟"),
]


@pytest.mark.parametrize(
    ("file", "entry_id", "fault"),
    [
        (f"{FIRST}.jpg", 1, ""),
        (f"照片/{FIRST.lower()}.JPEG", 1, ""),
        (f"王秉元_{FIRST}.jpg", 1, ""),
        (f"{SECOND} 王秉元.jpg", 2, ""),
        (f"李伟-{TWIN}.png", 3, ""),
        ("王 秉元.jpg", 1, ""),
        ("阿依古丽·买买提.webp", 2, ""),
        ("李伟.jpg", None, "ambiguous"),
        ("王秉.jpg", None, "unknown"),
        ("王秉元2.jpg", None, "unknown"),
        ("330602199001011299.jpg", None, "unknown"),
        (f"1{FIRST}.jpg", None, "unknown"),
        (f"{FIRST}_{SECOND}.jpg", None, "unknown"),
        ("王秉元 330602199001011299.jpg", None, "unknown"),
    ],
)
def test_a_name_says_whose_photo_it_is(file, entry_id, fault):
    [match] = match_files([file], PEOPLE)

    assert (match.entry_id, match.fault) == (entry_id, fault)


def test_two_files_for_one_person_are_both_refused():
    files = ["王秉元.jpg", f"{SECOND}.jpg", f"{FIRST}.png"]

    found = match_files(files, PEOPLE)

    assert [(m.entry_id, m.fault) for m in found] == [
        (None, "twice"),
        (2, ""),
        (None, "twice"),
    ]


@given(st.lists(st.text(max_size=30), max_size=12))
def test_nobody_gets_two_photos_whatever_files_are_called(files):
    found = match_files(files, PEOPLE)

    given_to = [m.entry_id for m in found if m.entry_id is not None]
    assert [m.file for m in found] == files
    assert len(given_to) == len(set(given_to))
    assert all((m.entry_id is None) == bool(m.fault) for m in found)


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("a/", True),
        ("__MACOSX/._a.jpg", True),
        ("a/.DS_Store", True),
        ("a/b.jpg", False),
        ("a\\b.jpg", False),
    ],
)
def test_what_systems_leave_in_archives_is_not_looked_at(path, hidden):
    assert is_hidden(path) is hidden


def test_numbers_are_masked_where_a_file_is_named():
    shown = mask_file(f"x/王秉元_{FIRST}.jpg")

    assert FIRST not in shown
    assert shown.startswith("王秉元_330602")
