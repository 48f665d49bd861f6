"""Names are said as the library says them, without its phrases in memory."""

import json
import os
import subprocess
import sys

from config import ROOT
from pinyin import syllables

ALL = """
import json
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict
print(json.dumps({w: lazy_pinyin(w) for w in phrases_dict if len(w) <= 3}))
"""
KEPT = "import app, sys; print('pypinyin.phrases_dict' in sys.modules)"


def run(code: str) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYPINYIN")}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_every_word_of_two_or_three_characters_is_said_as_the_library_says_it():
    words = json.loads(run(ALL))

    assert len(words) > 20_000
    assert {word: syllables(word) for word in words} == words


def test_the_phrases_stay_out_of_memory():
    assert run(KEPT).strip() == "False"
