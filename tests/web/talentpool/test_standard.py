"""The standard as anybody can read it."""

from datetime import UTC, datetime

import pytest

from talentpool.standard.services import ensure_in_force

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("stored", [False, True])
def test_shows_every_clause_in_both_languages(client, session, stored):
    if stored:
        ensure_in_force(session, now=NOW)

    page = client.get("/pool/standard").text

    for text in (
        *("4.1.5", "从事本职业", "At least 5 years", "7.1", "退休返聘"),
        *("6.4.1", "9.2.4", "身份证件号码", "入选{level}工匠人才库", "45 / 40 / 35"),
        *("10 / 8.7 / 7.4", "11.4.1", "至少：", "5 个工作日"),
    ):
        assert text in page


def test_an_earlier_version_stays_readable(client, session):
    version = ensure_in_force(session, now=NOW)

    assert client.get(f"/pool/standard/{version.uid}").status_code == 200
    assert client.get("/pool/standard/none").status_code == 404
