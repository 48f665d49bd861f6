"""Codes of certificates: what they say, and a hundred thousand that say it falsely."""

import json
import subprocess
from base64 import urlsafe_b64encode
from datetime import date
from hashlib import sha256
from random import Random  # noqa: TID251 - forgeries, no draw of lots

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask_babel import Babel

from config import ROOT
from ledger.log.rules import canonical
from ledger.signatures.services import public_key_hex, sign
from scoring.certificates.rules.numbers import ALPHABET, RANDOM, certificate_number
from scoring.certificates.rules.standing import Held, fill, list_lost, list_unknown
from scoring.certificates.rules.token import (
    Claim,
    TokenError,
    pack,
    split_token,
    token_text,
    unpack,
)
from scoring.certificates.services.issue import read_token
from scripts.install import find_node

CLAIM = Claim(
    number="JCA-2026-AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    holder="王小明",
    award="一等奖",
    event="焊工",
    competition="第三届职工职业技能大赛",
    issuer="市总工会",
    issued_on=date(2026, 6, 30),
)
OTHER = Claim("N", "李", "二等奖", "车工", "大赛", "总工会", date(2026, 7, 1))
FORGED = 100_000
FRAME = b"jiangcai/certificate\0"


@pytest.fixture(scope="module")
def signer():
    app = Flask("signer")
    app.config["SIGNING_KEY"] = bytes(range(32))
    Babel(app)
    with app.app_context():
        yield app


def genuine(claim=CLAIM, purpose="certificate"):
    payload = pack(claim)
    return token_text(payload, sign(payload, purpose))


def test_what_is_packed_comes_out_again():
    assert unpack(pack(CLAIM)) == CLAIM


def test_a_genuine_code_is_read_with_an_address_in_front(signer):
    assert read_token(f" https://host/certificates/checker#{genuine()}\n") == CLAIM


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: b"\x02" + p[1:], id="another version"),
        pytest.param(lambda p: p[:-1], id="cut short"),
        pytest.param(lambda p: p + b"\x00\x01x", id="one text more"),
        pytest.param(lambda p: p + b"x", id="followed by something"),
        pytest.param(lambda p: p[:1] + b"\xff" * 4 + p[5:], id="a day that is none"),
        pytest.param(lambda p: p.replace(b"JCA", b"\xff\xff\xff"), id="no text"),
    ],
)
def test_even_signed_a_code_of_another_form_is_refused(signer, change):
    payload = change(pack(CLAIM))

    with pytest.raises(TokenError):
        read_token(token_text(payload, sign(payload, "certificate")))


def test_of_a_hundred_thousand_forged_codes_none_is_accepted(signer):
    chance = Random(20261121)  # noqa: S311 - the same forgeries each time
    taken = 0
    for number, text in enumerate(forge(chance)):
        try:
            read_token(text)
        except TokenError:
            continue
        taken += 1
        assert False, (number, text)  # noqa: B011, PT015
    assert number + 1 == FORGED
    assert taken == 0


def forge(chance):
    """Yield codes nobody issued: bits turned, parts mixed, other keys and purposes."""
    known = [
        genuine(),
        genuine(Claim("N", "李", "二等奖", "车工", "赛", "会", date.max)),
    ]
    parts = [split_token(text) for text in known]
    others = [Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)) for _ in "123"]
    tickets = [sign(parts[0][0], "ticket"), sign(parts[0][0], "result")]
    order = 2**252 + 27742317777372353535851937790883648493
    for number in range(FORGED):
        # Every kind of forgery of both certificates; tickets are of the first.
        payload, signature = parts[0 if number % 8 == 5 else number // 8 % 2]
        match number % 8:
            case 0 | 1:  # a bit of what is said
                text = token_text(turn(payload, chance), signature)
            case 2:  # a bit of the signature
                text = token_text(payload, turn(signature, chance))
            case 3:  # another's name over the same signature
                name = chr(chance.randrange(0x4E00, 0x9FA5)) * 3
                text = token_text(
                    payload.replace("王小明".encode(), name.encode()) + b"",
                    parts[1 - number // 8 % 2][1],
                )
            case 4:  # signed by somebody else, as ours is
                key = chance.choice(others)
                text = token_text(
                    payload, key.sign(b"jiangcai/certificate\0" + payload)
                )
            case 5:  # signed by us for another purpose, or with s + L
                s = int.from_bytes(signature[32:], "little") + order
                again = signature[:32] + s.to_bytes(32, "little")
                text = token_text(
                    payload,
                    chance.choice([*tickets, again]) if number % 2 == 0 else again,
                )
            case 6:  # any signature at all
                text = token_text(payload, chance.randbytes(64))
            case _:  # the same bytes written otherwise
                text = rewrite(known[number // 8 % 2], chance)
        yield text


def turn(data, chance):
    at = chance.randrange(len(data) * 8)
    changed = bytearray(data)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


def rewrite(text, chance):
    prefix, payload, signature = text.split(".")
    return chance.choice(
        [
            f"{prefix}.{payload}.{signature}=",
            f"{prefix}.{payload}=.{signature}",
            f"{prefix.lower()}.{payload}.{signature}",
            f"{prefix}.{payload}.{signature}.",
            f"{prefix}.{payload}.{signature[:-2]}",
            f"{prefix}.{signature}.{payload}",
            f"{prefix}.{payload}\n.{signature}",
            f"{prefix}.{payload[:-1]}.{signature}",
            urlsafe_b64encode(text.encode()).decode(),
            text[: chance.randrange(len(text))],
        ]
    )


def test_the_static_page_comes_to_the_same_with_and_without_the_browsers_own(signer):
    """The page's script in Node: WebCrypto, and the package it falls back on."""
    ended = {"format": "jiangcai-certificate-list/1", "made_at": "2026-07-01T00:00:00Z"}
    revoked = Claim("JCA-2026-R", "赵", "一等奖", "焊工", "赛", "会", date(2026, 6, 30))
    digest = sha256(revoked.number.encode()).hexdigest()
    text = canonical({**ended, "ended": [[digest, "revoked"]]})
    other = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    payload, signature = split_token(genuine())
    codes = {
        "genuine": [genuine(), f"https://host/x#{genuine()}"],
        "revoked": [genuine(revoked)],
        "forged": [
            token_text(turn(payload, Random(number)), signature)  # noqa: S311
            for number in range(20)
        ]
        + [
            genuine(purpose="ticket"),
            token_text(payload, other.sign(FRAME + payload)),
            token_text(payload, bytes(64)),
            "JCA1.." + "A" * 86,
        ],
        "unreadable": ["", "JCA1", "JC1.x.y", f"{genuine()}="],
    }
    listed = sign(text.encode(), "certificate-list").hex()
    wrong = sign(text.encode(), "certificate").hex()
    given = {
        "key": public_key_hex(),
        "list": {
            "list": text,
            "signature": listed,
        },
        "codes": codes,
        "wrong_list": {
            "list": text,
            "signature": wrong,
        },
    }

    said = run_in_node(given)

    for force in ("", "noble"):
        assert said[force]["wrong_list"] == "refused"
        for verdict, texts in codes.items():
            assert said[force][verdict] == [verdict] * len(texts), (force, verdict)
    assert said[""]["claim"]["holder"] == CLAIM.holder
    assert said[""]["claim"]["issuedOn"] == "2026-06-30"


def run_in_node(given):
    # Node finds the packages by their names where they are installed.
    source = (ROOT / "static/js/certificates/checker.js").read_text("utf-8")
    program = (
        source
        + """
const given = JSON.parse((await import("node:fs")).readFileSync(0, "utf8"));
const said = {};
for (const force of ["", "noble"]) {
  const list = await readList(given.list, given.key, force);
  said[force] = { wrong_list: "taken" };
  await readList(given.wrong_list, given.key, force).catch(() => {
    said[force].wrong_list = "refused";
  });
  for (const [verdict, texts] of Object.entries(given.codes)) {
    said[force][verdict] = [];
    for (const text of texts) {
      const found = await checkCode(text, given.key, list, force);
      said[force][verdict].push(found.verdict);
      if (verdict === "genuine") said[force].claim = found.claim;
    }
  }
}
process.stdout.write(JSON.stringify(said));
"""
    )
    done = subprocess.run(
        [str(find_node()), "--input-type=module", "-e", program],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_number_is_not_found_by_guessing():
    number = certificate_number(2026, ALPHABET[:RANDOM])

    assert number == "JCA-2026-23456-789AB-CDEFG-HJKMN-PQRST"
    assert len(set(ALPHABET)) ** RANDOM > 2**122


def test_only_certificates_whose_award_changed_are_lost():
    held = [Held("a", "1", "First"), Held("b", "2", "First"), Held("c", "3", "Second")]

    lost = list_lost(held, {"1": "First", "2": "Second", "4": "First"})

    assert [c.uid for c in lost] == ["b", "c"]


def test_braces_are_filled_once_and_unknown_ones_are_named():
    assert (
        fill("{name}: {award}{x", {"name": "{award}", "award": "A"}) == "{award}: A{x"
    )
    assert list_unknown("{name} {nam} {award", ("name", "award")) == ["nam", "award"]
