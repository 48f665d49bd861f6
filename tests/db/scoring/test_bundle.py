"""An audit bundle shows every change, and says where it was made."""

import io
import json
import subprocess
import sys
import zipfile
from random import Random  # noqa: TID251 - a seeded generator of test inputs

import pytest

from ledger.log.services import SYSTEM, make_checkpoint, record
from ledger.signatures.services import public_key_hex
from scoring.bundle import verify
from scoring.bundle.services.make import BundleError
from tests import databases
from tests.db.scoring.mutations import mutate
from tests.factories.bundle import MADE, bundle_of, make_audited, pack, unpack
from tests.factories.scoring import make_marked_event
from tests.web.scoring.test_carried import EARLIER, make_final
from tests.web.scoring.test_carried import decode as decode_carried

MUTATIONS = 1000
CHUNKS = 2


@pytest.fixture
def audited(session):
    return make_audited(session)


def check(files, **known):
    return verify.verify(verify.MemorySource(files), verify.Options(**known))


def faults(report):
    return {claim: fault.where for claim, fault in report.faults.items()}


def point_of(session):
    made = make_checkpoint(session, now=MADE)
    return {name: getattr(made, name) for name in made.__slots__}


def is_found(files, mutation, **known):
    """Tell whether a change is found and its first bad row named."""
    report = check(mutation.files, **known)
    named = [fault.where for fault in report.faults.values()]
    return any(w.startswith(p) for w in named for p in mutation.where)


def test_a_whole_life_verifies(session, audited):
    data = bundle_of(session, audited.event, names=True)

    report = verify.check_file(io.BytesIO(data))

    assert report.problems() == []
    assert set(report.checked) == set(verify.CLAIMS) - {"key", "witness"}


def test_the_same_state_gives_the_same_bytes(session, audited):
    assert bundle_of(session, audited.event) == bundle_of(session, audited.event)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_mutation_is_found(session, audited, database, chunk):
    # Each kind of database takes its share: together they are all of them.
    kinds = databases.kinds()
    share = kinds.index(database.kind) * CHUNKS + chunk
    files = unpack(bundle_of(session, audited.event))
    known = {"public_key": public_key_hex()}
    assert check(files, **known).holds

    for number in range(share, MUTATIONS, CHUNKS * len(kinds)):
        mutation = mutate(files, Random(number))  # noqa: S311
        report = check(mutation.files, **known)
        assert is_found(files, mutation, **known), (
            f"{number}: {mutation.what}: {faults(report)}"
        )


def test_a_weaker_verifier_misses_mutations(session, audited, monkeypatch):
    """The test above would not pass without these checks: it can fail."""
    files = unpack(bundle_of(session, audited.event))
    mutations = [mutate(files, Random(number)) for number in range(80)]  # noqa: S311
    known = {"public_key": public_key_hex()}
    assert all(is_found(files, mutation, **known) for mutation in mutations)

    def missed():
        return sum(not is_found(files, mutation, **known) for mutation in mutations)

    with monkeypatch.context() as weak:  # signatures are not looked at
        weak.setattr(verify, "is_signed", lambda *_parts: True)
        assert missed() > 0
    with monkeypatch.context() as weak:  # marks are not compared with the chain
        weak.setattr(
            verify.Replay,
            "_mark",
            lambda self, at, row, _l, told: self._settle(at, row, told[1]),
        )
        assert missed() > 0
    with monkeypatch.context() as weak:  # the chain is not computed
        weak.setattr(
            verify.Replay, "_hash", staticmethod(lambda link, **_k: link["hash"])
        )
        assert missed() > 0


def test_only_a_witness_shows_that_the_end_was_cut(session):
    marked = make_audited(session, publish=False)
    early = unpack(bundle_of(session, marked.event))
    marked.decode()
    marked.publish()
    point = point_of(session)
    late = unpack(bundle_of(session, marked.event))
    printed = [(point["seq"], point["hash"][:8])]

    assert check(early).holds  # whoever holds the key can hand out an older state
    assert faults(check(early, checkpoints=[("usb.json", point)])) == {
        "witness": "usb.json"
    }
    assert not check(early, printed=printed).holds
    assert not check(late, printed=[(point["seq"], "0" * 8)]).holds
    # The later bundle lacks real draws' decoding, which is no matter of this test.
    told = check(late, checkpoints=[("usb.json", point)], printed=printed)
    assert "witness" not in told.faults


def test_a_checkpoint_shows_that_all_was_written_anew(session):
    before = session.begin_nested()
    marked = make_audited(session, value="5")
    point, honest = point_of(session), unpack(bundle_of(session, marked.event))
    before.rollback()
    session.expire_all()
    forged = unpack(bundle_of(session, make_audited(session, value="5.5").event))
    printed = [(point["seq"], point["hash"][:8])]

    # With the installation's own key another history is as good as the first.
    assert check(forged, public_key=public_key_hex()).holds
    assert check(honest, checkpoints=[("cp", point)], printed=printed).holds
    assert faults(check(forged, checkpoints=[("cp", point)])) == {"witness": "cp"}
    assert "witness" in faults(check(forged, printed=printed))


def test_a_forged_checkpoint_is_no_witness(session, audited):
    files = unpack(bundle_of(session, audited.event))
    point = point_of(session)

    for change in ({"hash": "0" * 64}, {"at": "2026-01-01T00:00:00.000000+00:00"}):
        told = check(files, checkpoints=[("cp", point | change)])
        assert told.faults["witness"].en == "its signature is wrong"


def test_it_runs_alone(session, audited, tmp_path):
    """Isolated Python without the app, its packages or a database: same verdict."""
    data = bundle_of(session, audited.event)
    program, bundle = tmp_path / "verify.py", tmp_path / "b.zip"
    program.write_bytes(unpack(data)["verify.py"])
    bundle.write_bytes(data)
    point = tmp_path / "cp.json"
    point.write_text(json.dumps(point_of(session)))

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-I", "-S", program, *arguments],
            cwd=tmp_path,
            env={"LC_ALL": "C"},
            capture_output=True,
            check=False,
        )

    good = run("--checkpoint", point, "--public-key", public_key_hex(), bundle)
    assert (good.returncode, good.stderr) == (0, b"")
    assert "PASS  results     成绩可重新算出" in good.stdout.decode()

    files = unpack(data)
    files["marks.jsonl"] = files["marks.jsonl"].replace(
        b'"value":"6.5"', b'"value":"6.6"'
    )
    bundle.write_bytes(pack(files))
    bad = run(bundle)
    assert bad.returncode == 1
    assert "marks.jsonl:2 (seq 2)" in bad.stdout.decode()

    bundle.write_bytes(b"no zip")
    assert run(bundle).returncode == 2


def test_names_stay_out_unless_asked_for(session, audited):
    people = [entry.person.name for entry in audited.entries]
    units = [entry.unit.name for entry in audited.entries if entry.unit]
    bare = unpack(bundle_of(session, audited.event))
    named = unpack(bundle_of(session, audited.event, names=True))
    text = b"".join(data for name, data in bare.items() if name != "verify.py").decode()

    assert not any(secret in text for secret in (*people, *units))
    assert all(name in named["names.jsonl"].decode() for name in people)
    told = json.loads(named["names.jsonl"].splitlines()[0])
    named["names.jsonl"] = named["names.jsonl"].replace(
        told["name"].encode(), "别人".encode(), 1
    )
    assert check(named).faults["names"].where == "names.jsonl:1"


def test_the_published_file_can_be_checked_with_it(session, audited):
    files = unpack(bundle_of(session, audited.event))
    named = unpack(bundle_of(session, audited.event, names=True))
    snapshot = json.loads(named["publications.jsonl"])["snapshot"].encode()

    assert check(files, published=[("r.json", snapshot)]).holds
    other = snapshot.replace(b'"rank":1', b'"rank":2', 1)
    assert faults(check(files, published=[("r.json", other)])) == {
        "published": "r.json"
    }


def test_no_other_event_is_told(session):
    other = make_audited(session, works=4)
    marked = make_audited(session)
    ledger = unpack(bundle_of(session, marked.event, whole_log=True))["ledger.jsonl"]
    rows = [json.loads(line) for line in ledger.splitlines()]

    assert rows[0]["seq"] == 1
    assert check(unpack(bundle_of(session, marked.event, whole_log=True))).holds
    foreign = [row for row in rows if other.event.uid in row["scope"]]
    assert foreign
    assert not any("body" in row for row in foreign)
    assert not any(
        "body" in row for row in rows if row["action"].startswith("registration.")
    )


def test_points_carried_in_are_part_of_it(session):
    """Without real draws, which is no matter of this test."""
    earlier = make_marked_event(session, works=2, name=EARLIER)
    earlier.run_to_decoded()
    earlier.publish()
    final = make_final(session, earlier)
    final.lock()
    record(
        session,
        actor=SYSTEM,
        action="codes.decoded",
        subject=f"event:{final.event.uid}",
        scope=f"event:{final.event.uid}",
        now=MADE,
        body={"second": "x", "works": 2, "mapping_digest": "0" * 64},
    )
    decode_carried(final)
    final.publish()
    event = final.event

    files = unpack(bundle_of(session, event))
    report = check(files)
    assert not {"results", "entries", "published", "counted"} & set(report.faults)
    assert b"carried:T" in files["entries.csv"]
    rows = files["results.jsonl"].splitlines(keepends=True)
    told = json.loads(rows[-1])
    assert told["rows"]["carried"]
    points = next(iter(told["rows"]["carried"].values()))
    points["T"] = "1"
    files["results.jsonl"] = rows[0] + json.dumps(told).encode()
    assert check(files).faults["results"].where == "results.jsonl:2"
    event.state = "locked"  # opened and locked again: they are not for readers of codes
    session.flush()
    with pytest.raises(BundleError, match=r"carried|带入"):
        bundle_of(session, event)


def test_before_the_decoding_it_tells_no_names_and_no_draws(session):
    marked = make_audited(session, publish=False)
    files = unpack(bundle_of(session, marked.event))

    assert files["decode.jsonl"] == b""
    assert all(not json.loads(d)["items"] for d in files["draws.jsonl"].splitlines())
    assert check(files).holds
    with pytest.raises(BundleError, match=r"decoded|解密"):
        bundle_of(session, marked.event, names=True)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/b", "x" * 200, "..", "C:evil"]
)
def test_hostile_names_are_refused(name):
    with pytest.raises(verify.NotABundleError):
        verify.check_file(io.BytesIO(pack({name: b""})))


def test_hostile_sizes_are_refused(monkeypatch):
    many = pack({f"f{number}": b"" for number in range(50)})
    with monkeypatch.context() as small:
        small.setattr(verify, "MOST_FILES", 49)
        with pytest.raises(verify.NotABundleError, match="too many"):
            verify.check_file(io.BytesIO(many))
    with monkeypatch.context() as small:
        small.setattr(verify, "MOST_BYTES", 10)
        with pytest.raises(verify.NotABundleError, match="too large"):
            verify.check_file(io.BytesIO(pack({"a": b"x" * 11})))


def test_a_zip_that_lies_about_its_sizes_is_read_no_further(session, audited):
    """A member that unpacks to more than it says must not fill the memory."""
    files = unpack(bundle_of(session, audited.event))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data + b" " * 2**20 * (name == "event.json"))
        archive.getinfo("event.json").file_size = 10
    report = verify.check_file(io.BytesIO(out.getvalue()))

    assert not report.holds


NONSENSE = (
    *(b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000),
    *(b'{"seq": ' + b"9" * 5000 + b"}", b'{"seq": {"a": []}}'),
    b'{"uid": [], "digest": 1, "entry": null}',
)


def test_nonsense_is_a_fail_and_no_crash(session, audited):
    files = unpack(bundle_of(session, audited.event))

    for name in files:
        if name.endswith((".jsonl", ".csv", ".json")) and name != "manifest.json":
            lines = files[name].splitlines(keepends=True)
            for line in NONSENSE:
                broken = files | {name: b"".join([line + b"\n", *lines[1:]])}
                assert not check(broken).holds, (name, line[:20])
