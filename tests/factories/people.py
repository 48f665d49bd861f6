"""Persons, units and files. The numbers are right by their check digits and made up."""

import io
from datetime import UTC, date, datetime
from itertools import count

from PIL import Image

from ledger.log.services import SYSTEM
from people.attachments.models import Attachment
from people.attachments.services import store
from people.persons.models import Person
from people.persons.rules import id_check_character
from people.persons.services import register_person
from people.units.models import Unit
from people.units.rules import ALPHABET, credit_code_check_character
from people.units.services import register_unit

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
_numbers = count(1)


def made_up_id(
    number: int, *, born: date = date(1990, 3, 7), region: str = "330602"
) -> str:
    """Return the ID number of the `number`th person born that day in that region."""
    body = f"{region}{born:%Y%m%d}{number % 1000:03d}"
    return body + id_check_character(body)


def made_up_credit_code(number: int) -> str:
    """Return the credit code of the `number`th company of Shaoxing."""
    tail = "".join(ALPHABET[(number // 31**place) % 31] for place in range(3))
    body = f"91330600MA2{tail[::-1]}000"
    return body + credit_code_check_character(body)


def make_unit(session, **values) -> Unit:
    """Make a unit; values: name, credit_code, district_code, industry."""
    number = next(_numbers)
    values.setdefault("name", f"绍兴第{number}机械有限公司")
    values.setdefault("credit_code", made_up_credit_code(number))
    values.setdefault("district_code", "330602")
    return register_unit(session, now=NOW, actor=SYSTEM, **values)


def make_person(session, **values) -> Person:
    """Make a person; values: name, id_number, phone, unit, born."""
    number = next(_numbers)
    born = values.pop("born", date(1970 + number // 1000 % 30, 3, 7))
    values.setdefault("name", f"张{chr(0x4E00 + number % 20000)}")
    values.setdefault("id_number", made_up_id(number, born=born))
    values.setdefault("phone", f"138{number % 10**8:08d}")
    values.setdefault("unit", None)
    return register_person(session, now=NOW, actor=SYSTEM, **values)


def picture(width: int = 40, height: int = 50, form: str = "JPEG", **save) -> bytes:
    """Return the bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(out, form, **save)
    return out.getvalue()


def make_attachment(session, **values) -> Attachment:
    """Store a file; values: data, file_name, kind, uploaded_by."""
    values.setdefault("data", picture())
    values.setdefault("file_name", "照片.jpg")
    values.setdefault("kind", "photo")
    values.setdefault("uploaded_by", "0190a0a0-0000-7000-8000-000000000001")
    return store(session, now=NOW, **values)
