"""The verifier's own parts: its scorer against the engine, its signatures, its limits.

`verify.py` is a third way to compute a result, in whole numbers over one denominator;
it shares no code with the engine or with the second scorer.
"""

import ast
import sys
from random import Random  # noqa: TID251 - a seeded generator of test inputs

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config import ROOT
from scoring.bundle import verify
from scoring.marking.rules.facts import Mark
from scoring.results.rules.review import list_review
from scoring.results.rules.score import score
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.test_second_scorer import facts_of

PROGRAM = ROOT / "scoring" / "bundle" / "verify.py"


def assert_agree(seeds):
    for seed in seeds:
        case = Case(seed)
        scheme = parse_scheme(case.text)
        facts = [facts_of(row) for row in case.entries]
        engine = score(scheme, [Mark(*row) for row in case.marks], facts)
        again = verify.Scorer(verify.Scheme(case.text), cells_of(case), case.entries)

        found = again.rows()
        texts = [again.as_text(row) for row in found]
        problems = verify.differences(list_review(scheme, engine), texts)
        assert problems == [], f"seed {seed}\n{case.text}"
        assert teams_of(again, found) == {
            team.team: (format_number(team.total), team.rank) for team in engine.teams
        }, f"seed {seed}"


def cells_of(case):
    cells: verify.Cells = {}
    for entry, aspect, judge, value in case.marks:
        cells.setdefault(entry, {}).setdefault(aspect, []).append((judge, value))
    return cells


def teams_of(scorer, rows):
    return {
        team: (verify.shortest(top, bottom * scorer.q), row["rank"])
        for team, row in scorer.teams(rows).items()
        for top, bottom in [row["total"]]
    }


@pytest.mark.parametrize("start", range(50_000, 52_000, 1000))
def test_its_scorer_agrees_with_the_engine(start):
    assert_agree(range(start, start + 1000))


@pytest.mark.soak
@pytest.mark.parametrize("start", range(100_000, 200_000, 10_000))
def test_its_scorer_agrees_on_many(start):
    assert_agree(range(start, start + 10_000))


def test_a_scheme_with_an_unknown_key_is_not_guessed_at():
    case = Case(1)

    with pytest.raises(verify.BadError, match="does not know"):
        verify.Scheme(case.text + "\n[novelty]\nx = 1\n")


# RFC 8032, section 7.1: public key, message, signature.
VECTORS = {
    "test 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33b"
            "acc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "test 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e1599"
            "6e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "test 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f2"
            "90ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_known_signatures(name):
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[name])

    assert verify.is_signed(key, message, signature)
    assert not verify.is_signed(key, message + b"x", signature)


def test_signatures_as_the_library_makes_them():
    rng = Random(8032)  # noqa: S311
    order = 2**252 + 27742317777372353535851937790883648493
    for _round in range(20):
        private = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = rng.randbytes(rng.randrange(200))
        signature = private.sign(message)
        at, bit = rng.randrange(64), 1 << rng.randrange(8)
        flipped = bytearray(signature)
        flipped[at] ^= bit
        scalar = int.from_bytes(signature[32:], "little") + order
        twin = signature[:32] + scalar.to_bytes(32, "little")

        assert verify.is_signed(key, message, signature)
        assert not verify.is_signed(key, message, bytes(flipped))
        assert not verify.is_signed(key, message, twin)  # RFC 8032: s below the order
    assert not verify.is_signed(b"\xff" * 32, b"", bytes(64))
    assert not verify.is_signed(b"", b"", b"")


def test_it_stands_on_its_own():
    """Nothing but the standard library, and no thought of the network."""
    tree = ast.parse(PROGRAM.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }

    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "ssl", "subprocess", "os"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [("7/9", "0.7777777778"), ("-1/8", "-0.125"), ("40/1", "40"), ("1/40", "0.025")],
)
def test_fractions_are_printed_as_the_results_print_them(text, shown):
    top, bottom = map(int, text.split("/"))

    assert verify.shortest(top * 6, bottom * 6) == shown
