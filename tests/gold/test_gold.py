"""Five hundred searches of the demonstration pool, each with exactly who it must find.

The answers are data, made once by the plain scan of `tests/gold/plain.py`. When the
demonstration pool changes:

    GOLD=write pytest tests/gold -k sqlite
"""

import json
import os
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime
from pathlib import Path
from zlib import compress, decompress

import numpy as np
import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE
from app import create_app
from demo.cast import Casting
from demo.pool import Village, fill_pool
from extensions import db
from ledger.log.services import SYSTEM
from people.units.services import register_unit
from talentpool.dossiers.models import Craftsman
from talentpool.search import services
from talentpool.search.rules.request import parse
from talentpool.standard.services import ensure_in_force
from tests import databases
from tests.gold import plain

GOLD = Path(__file__).parent / "gold.jsonl"
NOW = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 5, 1)


@pytest.fixture(scope="module")
def pool(database, tmp_path_factory):
    """The demonstration's craftsmen alone, as one would find them on a fixed day."""
    folder = tmp_path_factory.mktemp(f"gold-{database.kind}")
    with database.copy() as url:
        app = create_app(databases.settings(url, folder))
        with app.app_context():
            session = db.session()
            ensure_in_force(session, now=NOW)
            casting = Casting(seed=1)
            units = [
                register_unit(
                    session,
                    name=firm.name,
                    credit_code=firm.credit_code,
                    district_code=firm.district_code,
                    industry=firm.industry,
                    now=NOW,
                    actor=SYSTEM,
                )
                for firm in casting.firms(40)
            ]
            session.flush()
            fill_pool(
                Village(
                    session=session, casting=casting, units=units, actor=SYSTEM, now=NOW
                )
            )
            services.reindex(session)
            session.commit()
            yield session
            db.session.remove()
            db.engine.dispose()


def find(session, text):
    asked, faults = parse({"q": [text]})
    assert faults == [], (text, faults)
    return services.list_found(session, asked, scopes=[EVERYWHERE], today=TODAY)


def wrong_answers(session, answers, search):
    """Return the texts whose answer is not exactly the one kept."""
    ids = session.scalars(select(Craftsman.id).order_by(Craftsman.id)).all()
    numbers = {craftsman_id: number for number, craftsman_id in enumerate(ids)}
    return [
        text
        for text, expected in answers.items()
        if sorted(numbers[one] for one in search(session, text)) != expected
    ]


def read_gold():
    found = {}
    for line in GOLD.read_text("utf-8").splitlines():
        row = json.loads(line)
        bits = np.frombuffer(decompress(b64decode(row["who"])), np.uint8)
        found[row["q"]] = np.flatnonzero(np.unpackbits(bits)).tolist()
        assert len(found[row["q"]]) == row["count"]
    return found


def write_gold(session):
    dossiers = plain.read_dossiers(session)
    lines = {}
    for text, asks in plain.questions(dossiers):
        who = plain.answer(dossiers, asks)
        bits = np.zeros(len(dossiers), np.uint8)
        bits[who] = 1
        packed = b64encode(compress(np.packbits(bits).tobytes(), 9)).decode()
        lines[text] = {"q": text, "count": len(who), "who": packed}
    rows = (json.dumps(line, ensure_ascii=False) for line in lines.values())
    GOLD.write_text("\n".join(rows) + "\n", "utf-8")


def test_every_search_finds_exactly_who_it_must(pool):
    if os.environ.get("GOLD") == "write":
        write_gold(pool)
    answers = read_gold()

    assert len(answers) >= 500
    assert wrong_answers(pool, answers, find) == []


def test_the_gold_set_finds_a_wrong_search_out(pool):
    """Bigrams without the look at the text: what is near is taken for what is asked."""

    def careless(session, text):
        pieces = [text[i : i + 2] for i in range(max(1, len(text) - 1))]
        is_word = text.isalnum() and not text.isascii() and len(text) > 2
        return find(session, " ".join(pieces[:8]) if is_word else text)

    assert wrong_answers(pool, read_gold(), careless)
