"""A search said in words, without a code in it."""

import pytest

from talentpool.search.forms.spoken import spoken
from talentpool.search.rules.request import SearchRequest


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param({}, "整个人才库", id="everybody"),
        pytest.param({"text": "焊工"}, "焊工", id="text"),
        pytest.param(
            {"text": "焊工", "chosen": {"district": ("330602",), "skill": ("L5",)}},
            "焊工 · 区县：越城区 · 技能等级：技师",
            id="codes by name",
        ),
        pytest.param(
            {"chosen": {"level": ("city", "district")}, "sort": "name"},
            "工匠级别：市级、县区级 · 排序：姓名（拼音）",
            id="several values and an order",
        ),
    ],
)
def test_a_search_in_words(app, session, asked, words):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert spoken(session, SearchRequest(**asked)) == words
