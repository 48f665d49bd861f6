"""Editing a draft, and telling what differs between two."""

import pytest

from scoring.scheme.rules import draft
from scoring.scheme.rules.diff import Change, KeyChange, diff_documents
from scoring.scheme.rules.parse import examine, parse_document, read_toml
from scoring.scheme.services.versions import list_examples, read_example


@pytest.fixture
def welding():
    return read_toml(read_example("welding"))


def codes(document, level):
    return [node["code"] for _, node in draft.walk(document, level)]


def test_a_new_draft_is_a_scheme_that_can_be_used():
    parse_document(draft.new_document("试"))


def test_nodes_are_added_with_the_next_code(welding):
    before = codes(welding, "aspects")
    parent = "components[1].criteria[0]"
    stem = draft.find_node(welding, parent)["code"]

    changed, path = draft.add_node(welding, parent, "aspects")

    new = draft.find_node(changed, path)["code"]
    assert draft.parent_of(path) == parent
    assert new.startswith(f"{stem}.")
    assert new not in before
    assert codes(welding, "aspects") == before


def test_a_copy_has_codes_of_its_own_and_can_be_used(welding):
    for path in ("components[1]", "components[1].criteria[0]"):
        changed, twin = draft.duplicate_node(welding, path)

        for level in ("components", "criteria", "aspects"):
            found = codes(changed, level)
            assert len(set(found)) == len(found)
        old, new = draft.find_node(changed, path), draft.find_node(changed, twin)
        assert old == draft.find_node(welding, path)
        assert old["name"] == new["name"]
        assert not [f for f in examine(changed)[1] if "code" in f.where]


def test_the_inner_codes_of_a_copied_criterion_follow_it():
    document, _ = draft.add_node(draft.new_document("试"), "components[0]", "criteria")

    changed, path = draft.duplicate_node(document, "components[0].criteria[0]")

    assert draft.find_node(changed, path)["code"] == "A3"
    assert codes(changed, "aspects") == ["A1.1", "A3.1", "A2.1"]


def test_nodes_move_and_stay_within_their_list(welding):
    first = "components[0]"
    moved, path = draft.shift_node(welding, first, 1)
    back, again = draft.shift_node(moved, path, -1)
    ends, end = draft.shift_node(welding, first, -1)

    assert (path, again, end) == ("components[1]", first, first)
    assert back == welding == ends
    assert codes(moved, "components") == codes(welding, "components")[::-1]


def test_an_aspect_goes_to_another_criterion(welding):
    path = "components[1].criteria[0].aspects[0]"
    code = draft.find_node(welding, path)["code"]

    changed, new = draft.rehome_node(welding, path, "components[0].criteria[0]")

    assert draft.find_node(changed, new)["code"] == code
    assert sorted(codes(changed, "aspects")) == sorted(codes(welding, "aspects"))
    [change] = diff_documents(welding, changed)
    assert (change.what, change.code) == ("moved", code)


def test_the_last_one_deleted_leaves_no_empty_list(welding):
    changed = draft.delete_node(welding, "penalties[0]")
    changed = draft.delete_node(changed, "penalties[0]")
    assert "penalties" not in changed
    assert "rounding" not in draft.delete_node(changed, "rounding")


@pytest.mark.parametrize(
    "path",
    ["components[9]", "components", "x", "components[0].aspects[0]", "a b", "title"],
)
def test_what_is_not_there_cannot_be_changed(welding, path):
    for act in (
        lambda: draft.change_node(welding, path, {"name": "x"}),
        lambda: draft.shift_node(welding, path, 1),
        lambda: draft.delete_node(welding, path),
        lambda: draft.add_node(welding, path, "aspects"),
    ):
        with pytest.raises(draft.NoNodeError):
            act()


@pytest.mark.parametrize(
    ("where", "owner"),
    [
        (
            "components[0].criteria[1].aspects[2].max",
            "components[0].criteria[1].aspects[2]",
        ),
        ("components[3].criteria", "components[3]"),
        ("ranking.ties[0]", "ranking"),
        ("penalties[1].applies_to", "penalties[1]"),
        ("full", ""),
        ("teams.points", "teams"),
        ("12", ""),
        ('components[0]."a.b"', "components[0]"),
    ],
)
def test_a_fault_lies_in_a_node(where, owner):
    assert draft.owner_of(where) == owner


@pytest.mark.parametrize("name", list_examples())
def test_nothing_differs_from_itself(name):
    document = read_toml(read_example(name))
    assert diff_documents(document, document) == []


def test_all_that_differs_is_told_once(welding):
    changed = draft.change_node(welding, "components[0]", {"weight": 1, "pass": None})
    changed = draft.change_node(changed, "ranking", {"ties": ["time asc"]})
    changed, _ = draft.add_node(changed, "components[1]", "criteria")
    changed = draft.delete_node(changed, "penalties[0]")
    changed = draft.change_node(changed, "medals", {"tolerance": 2})

    changes = diff_documents(welding, changed)

    told = [(c.what, c.level, c.code) for c in changes]
    old = draft.find_node(welding, "components[0]")
    assert told == [
        ("changed", "ranking", ""),
        ("added", "medals", ""),
        ("changed", "components", old["code"]),
        ("added", "criteria", codes(changed, "criteria")[-1]),
        ("removed", "penalties", welding["penalties"][0]["code"]),
    ]
    assert changes[2].keys == (
        KeyChange(key="weight", old=str(old["weight"]), new=""),
        KeyChange(key="pass", old=str(old["pass"]), new=""),
    )
    back = diff_documents(changed, welding)
    assert sorted(c.level for c in back) == sorted(c.level for c in changes)


def test_defaults_and_spellings_do_not_differ():
    plain = draft.new_document("试")
    same = draft.change_node(plain, "components[0]", {"weight": 1, "name": "A"})
    same = draft.change_node(same, "components[0].criteria[0]", {"factor": 1})
    same = draft.change_node(same, "ranking", {"compare": None})
    assert diff_documents(plain, same) == []


def test_another_order_is_told_at_the_parent(welding):
    moved, _ = draft.shift_node(welding, "components[0]", 1)
    assert diff_documents(welding, moved) == [
        Change(what="reordered", level="components", code="", name="")
    ]
