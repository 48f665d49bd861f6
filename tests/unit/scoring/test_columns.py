"""The fast way by columns gives the plain way's answer, or none."""

import numpy as np
import pytest
from click.testing import CliRunner

from scoring.marking.rules.columns import MarkColumns
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results import cli
from scoring.results.rules.score import score, score_columns
from scoring.scheme.rules.parse import parse_scheme
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import one_aspect
from tests.unit.scoring.test_commands import FAULTS, MARKS, SCHEME
from tests.unit.scoring.test_second_scorer import facts_of


def columns_of(marks):
    texts, places = [], []
    for at in range(4):
        field = [mark[at] for mark in marks]
        texts.append(sorted(set(field)))
        places.append(np.array([texts[-1].index(value) for value in field], np.int64))
    return MarkColumns(
        entries=texts[0],
        aspects=texts[1],
        judges=texts[2],
        values=texts[3],
        entry_at=places[0],
        aspect_at=places[1],
        judge_at=places[2],
        value_at=places[3],
    )


@pytest.mark.parametrize("start", range(0, 1500, 500))
def test_both_ways_agree(start):
    for seed in range(start, start + 500):
        case = Case(seed)
        scheme, entries = parse_scheme(case.text), [facts_of(e) for e in case.entries]
        marks = [Mark(*row) for row in case.marks]

        fast = score_columns(scheme, columns_of(marks), entries)

        assert fast == score(scheme, marks, entries), f"seed {seed}"


def test_entries_may_be_left_out():
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 9'))
    marks = [Mark("A", "P1.1", "J", "1"), Mark("B", "P1.1", "J", "2")]

    assert score_columns(scheme, columns_of(marks)) == score(scheme, marks)


@pytest.mark.parametrize(
    "marks",
    [
        pytest.param([("A", "P1.1", "1", "x"), ("A", "P1.1", "2", "1")], id="value"),
        pytest.param([("A", "P1.1", "1", "1")], id="missing"),
        pytest.param([("A", "P1.1", "1", "1")] * 2, id="double"),
        pytest.param([("A", "P1.1", j, "1") for j in "123"], id="too many"),
        pytest.param([("A", "P1.1", j, "1") for j in "12"] + [("A", "Q", "1", "1")]),
        pytest.param([("B", "P1.1", j, "1") for j in "12"], id="unknown entry"),
        pytest.param([("A", "P1.1", "1", "1"), ("A", "P1.1", "2", "2")], id="disagree"),
        pytest.param(
            [("A", "P1.1", j, "1." + "3" * 25) for j in "12"], id="too large a fraction"
        ),
    ],
)
def test_what_is_not_plain_is_left_to_the_plain_way(marks):
    scheme = parse_scheme(one_aspect('kind = "score"\nmax = 9\njudges = 2'))

    assert score_columns(scheme, columns_of(marks), [EntryFacts(entry="A")]) is None


def test_a_rescore_is_left_to_the_plain_way():
    scheme = parse_scheme(one_aspect('kind = "judgement"\nmax = 1\njudges = 3'))
    marks = [("A", "P1.1", str(n), value) for n, value in enumerate("013")]

    assert score_columns(scheme, columns_of(marks)) is None


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "LARGE", 0)
    (tmp_path / "s.scheme.toml").write_text(SCHEME, "utf-8")
    return tmp_path


@pytest.mark.parametrize("prefix", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_large_files_are_read_by_column(files, monkeypatch, prefix, end):
    monkeypatch.delattr(cli, "MarkReader")  # the plain way
    (files / "m.csv").write_bytes((prefix + MARKS.replace("\n", end)).encode())

    result = CliRunner().invoke(cli.score_command, ["s.scheme.toml", "m.csv"])

    assert [line[:4] for line in result.stdout.split()[1:]] == ["1,B,", "2,A,"]


def test_columns_of_digits_stay_text():
    data = b"entry,aspect,judge,value\n007,1.0,01,1e2\n7,1.0,1,0.10\n"

    columns = cli.find_columns(data)

    assert columns is not None
    texts = (columns.entries, columns.aspects, columns.judges, columns.values)
    assert texts == (["007", "7"], ["1.0"], ["01", "1"], ["1e2", "0.10"])


def test_a_large_file_is_read_in_chunks(monkeypatch):
    rows = [f"E{n % 3},A,J,{n % 5}" for n in range(10)]
    data = "\n".join(["entry,aspect,judge,value", *rows]).encode()
    whole = cli.find_columns(data)
    monkeypatch.setattr(cli, "_CHUNK", 4)

    columns = cli.find_columns(data)

    assert columns is not None
    assert whole is not None
    assert columns.values == whole.values
    assert columns.value_at.tolist() == whole.value_at.tolist()


@pytest.mark.parametrize(("rows", "lines"), FAULTS.values(), ids=list(FAULTS))
def test_faults_of_large_files_are_named_all_the_same(files, rows, lines):
    (files / "m.csv").write_text("entry,aspect,judge,value\n" + rows, "utf-8")

    result = CliRunner().invoke(cli.score_command, ["s.scheme.toml", "m.csv"])

    assert result.exit_code == 2
    for line, start in zip(result.stderr.splitlines(), lines, strict=True):
        assert line.startswith("m.csv:" + start)


@pytest.mark.parametrize(
    "data",
    [
        b"entry,aspect,judge,value\nA,P1.1,J1,1,2\nA,P1.1,J2\n",
        b"entry,aspect,judge,value\nA,P1.1,J1\nA,P1.1,J2,1,2\n",
        b"entry,aspect,judge,value\nA,P1.1,J1,\xff\n",
        b"entry,aspect,judge,value\nA,P1.1,J\r1,1\n",
        b"entry,aspect,judge,note\nA,P1.1,J1,1\n",
        b"entry,aspect,judge,value\nA, P1.1,J1,1\n",
        b"entry,aspect,judge,value\nA,P1.1,J1,1\0\n",
    ],
)
def test_files_that_are_not_plain(data):
    assert cli.find_columns(data) is None
