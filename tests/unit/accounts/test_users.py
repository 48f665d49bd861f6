import pytest

from accounts.users.rules import normal_username, password_fault, username_fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        pytest.param("焊花飞溅如星辰大海之光", "short", id="eleven characters"),
        pytest.param("焊花飞溅如星辰大海之光芒", None, id="twelve Chinese characters"),
        pytest.param("correct horse battery", None, id="a sentence"),
        pytest.param("lihua-lihua-2026x", "contains_username", id="the user name"),
        pytest.param("aaaabbbbccccdddd", "repeats", id="four different characters"),
        pytest.param("password1234", "common", id="a common word"),
        pytest.param("x1" * 200, "long", id="endless"),
    ],
)
def test_passwords(password, fault):
    assert password_fault(password, "lihua") == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("13805750001", None),
        ("li.hua@example.cn", None),
        ("ab", "shape"),
        ("李", "shape"),
    ],
)
def test_usernames(text, fault):
    assert username_fault(normal_username(text)) == fault
