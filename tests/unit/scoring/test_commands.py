"""`jiangcai score` and `jiangcai scheme`, on real files."""

import csv
import io
import json

import click
import openpyxl
import pytest
from click.testing import CliRunner

from scoring.results.cli import score_command
from scoring.scheme.cli import scheme_group
from tests.unit.scoring.helpers import CASES, HEAD, one_aspect

SCHEME = one_aspect(
    'kind = "score"\nmax = 100\njudges = 2\naggregate = "mean"',
    head="[rounding]\ntotal = 2",
    tail='[[penalties]]\ncode = "late"\npoints = 1\napplies_to = "total"',
)
MARKS = "entry,aspect,judge,value\n" + "".join(
    f"{entry},P1.1,{judge},{value}\n"
    for entry, judge, value in [
        ("A", "J1", "87"),
        ("A", "J2", "88"),
        ("B", "J1", "90"),
        ("B", "J2", "90.5"),
    ]
)
main = click.Group(commands=[score_command, scheme_group])


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.scheme.toml").write_text(SCHEME, "utf-8")
    (tmp_path / "m.csv").write_text(MARKS, "utf-8")

    def run_command(*args, **files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / name.replace("_", ".")).write_bytes(data)
        return CliRunner().invoke(main, list(args))

    return run_command


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_scores_to_standard_output(run):
    result = run("score", "s.scheme.toml", "m.csv")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [
        "rank,entry,group,unit,team,status,P,penalty,total,scale,passed,tied_by,award",
        "1,B,,,,present,90.25,0,90.25,,,,",
        "2,A,,,,present,87.5,0,87.50,,,,",
    ]


def test_bom_crlf_and_other_column_orders_are_read(run):
    rows = [line.split(",")[::-1] for line in MARKS.split()]
    text = "\ufeff" + "\r\n".join(",".join(row) for row in rows)

    result = run("score", "s.scheme.toml", "m.csv", m_csv=text)

    assert [row["entry"] for row in table(result.stdout)] == ["B", "A"]


def test_entries_bring_groups_and_penalties(run):
    entries = "entry,group,status,penalty:late\nB,乙,,2\nA,甲,,\nC,甲,absent,\n"

    result = run("score", "s.scheme.toml", "m.csv", "--entries", "e.csv", e_csv=entries)

    rows = table(result.stdout)
    assert [(r["entry"], r["rank"], r["total"], r["penalty"]) for r in rows] == [
        ("B", "1", "88.25", "2"),
        ("A", "1", "87.50", "0"),
        ("C", "", "", ""),
    ]


def test_json_has_everything_as_numbers(run):
    result = run("score", "s.scheme.toml", "m.csv", "-o", "r.json")

    assert result.exit_code == 0
    with open("r.json", encoding="utf-8") as file:  # noqa: PTH123
        tree = json.load(file)
    first = tree["results"][0]
    assert first["total"] == 90.25
    assert first["criteria"] == {"P1": 90.25}
    assert first["aspects"] == {"P1.1": 90.25}
    assert tree["teams"] == []
    assert tree["scheme"]["title"] == "试"


def test_xlsx_keeps_codes_as_text(run):
    marks = MARKS.replace("A,", "=1+1,").replace("B,", "007,")

    run("score", "s.scheme.toml", "m.csv", "-o", "r.xlsx", m_csv=marks)

    sheet = openpyxl.load_workbook("r.xlsx").active
    assert [(c.value, c.data_type) for c in sheet["B"][1:]] == [
        ("007", "s"),
        ("=1+1", "s"),
    ]
    assert sheet["I3"].value == 87.5
    assert sheet["I3"].number_format == "0.00"


@pytest.mark.parametrize("code", ["=1+1", "+1", "-1", "@x"])
def test_csv_text_is_no_formula(run, code):
    marks = MARKS.replace("A,", f"{code},")

    result = run("score", "s.scheme.toml", "m.csv", m_csv=marks)

    assert table(result.stdout)[1]["entry"] == f"'{code}"


FAULTS = {
    "value": ("A,P1.1,J1,x\nA,P1.1,J2,1\n", ["2: Entry A, aspect P1.1: x is not"]),
    "range": ("A,P1.1,J1,101\nA,P1.1,J2,1\n", ["2: Entry A, aspect P1.1: 101 is not"]),
    "empty": ("A,P1.1,J1,\nA,P1.1,J2,1\n", ["2: Entry A, aspect P1.1: The value is"]),
    "aspect": (
        "A,P1.1,J1,1\nA,P1.1,J2,1\nA,Z,J1,1\n",
        ["4: Nothing in the scheme is called Z"],
    ),
    "double": (
        "A,P1.1,J1,1\nA,P1.1,J2,1\nA,P1.1,J1,1\n",
        ["4: Entry A, aspect P1.1: a second mark of judge J1"],
    ),
    "few": ("A,P1.1,J1,1\n", ["2: Entry A, aspect P1.1: 1 of 2 marks"]),
    "many": (
        "A,P1.1,J1,1\nA,P1.1,J2,1\nA,P1.1,J3,1\n",
        ["2: Entry A, aspect P1.1: 3 of 2 marks"],
    ),
    "fields": ("A,P1.1,J1,1\nA,P1.1,J2,1,1\n", ["3: The row has 5 fields"]),
    "judge": ("A,P1.1,,1\nA,P1.1,J2,1\n", ["2: Entry, aspect and judge must"]),
    "quote": ('A,P1.1,J1,1\nA,P1.1,J2,"1\n', ["3: Not readable as CSV"]),
    "newline": (
        '"A\nB",P1.1,J1,1\n"A\nB",P1.1,J2,x\n',
        ["4: Entry A\\nB, aspect P1.1: x is not"],
    ),
    "all": (
        "A,P1.1,J1,x\n\nA,Z,J2,1\nA,P1.1,J2,-1\n",
        [
            "2: Entry A, aspect P1.1: x is not",
            "4: Nothing in the scheme is called Z",
            "5: Entry A, aspect P1.1: -1 is not",
        ],
    ),
}


@pytest.mark.parametrize(("rows", "lines"), FAULTS.values(), ids=list(FAULTS))
def test_faults_of_marks(run, tmp_path, rows, lines):
    marks = "entry,aspect,judge,value\n" + rows

    result = run("score", "s.scheme.toml", "m.csv", "-o", "r.csv", m_csv=marks)

    assert result.exit_code == 2
    told = result.stderr.splitlines()
    assert len(told) == len(lines)
    for line, start in zip(told, lines, strict=True):
        assert line.startswith("m.csv:" + start)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.csv", "s.scheme.toml"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("entry,aspect,judge", "column value is missing"),
        ("entry,aspect,judge,value,note", "column note is not known"),
        ("entry,entry,aspect,judge,value", "column entry stands here twice"),
    ],
)
def test_faults_of_the_header(run, header, message):
    result = run("score", "s.scheme.toml", "m.csv", m_csv=header + "\n")

    assert result.exit_code == 2
    assert result.stderr.startswith("m.csv:1: ")
    assert message in result.stderr


def test_faults_of_entries(run):
    entries = (
        "entry,status,time,vetoes,playoff,penalty:late\n"
        "A,here,-1,aspect:Z,x,-1\n"
        "B,,,,,\n"
        "B,,,,,\n"
        ",,,,,\n"
        "C\n"
        "D,,,,,\n"
    )

    result = run("score", "s.scheme.toml", "m.csv", "--entries", "e.csv", e_csv=entries)

    assert result.exit_code == 2
    assert [line.split(" ")[0] for line in result.stderr.splitlines()] == [
        *["e.csv:2:"] * 5,
        "e.csv:4:",
        "e.csv:5:",
        "e.csv:6:",
        "e.csv:7:",
    ]


def test_an_unknown_column_hides_no_other_fault(run):
    marks = MARKS.replace("value\n", "value,note\n").replace("87\n", "x,\n")
    entries = "entry,statsu,time\nA,absent,y\nC,absent,\n"

    result = run(
        *("score", "s.scheme.toml", "m.csv", "--entries", "e.csv"),
        m_csv=marks.replace("8\n", "8,\n").replace("90\n", "90,\n"),
        e_csv=entries,
    )

    assert result.stderr.splitlines() == [
        "e.csv:1: The column statsu is not known.",
        "e.csv:2: time: y is not a number.",
        "m.csv:1: The column note is not known.",
        "m.csv:2: Entry A, aspect P1.1: x is not a plain number.",
        "m.csv:4: There is no entry B.",
        "m.csv:5: The row has 4 fields and the header 5.",
    ]


def test_marks_of_nobody_are_read_to_the_end(run):
    marks = MARKS + "Z,P1.2,J1,1\nZ,P1.1,J1,x\n"

    result = run(
        *("score", "s.scheme.toml", "m.csv", "--entries", "e.csv"),
        m_csv=marks,
        e_csv="entry\nA\nB\n",
    )

    assert result.stderr.splitlines() == [
        "m.csv:6: There is no entry Z.",
        "m.csv:6: Nothing in the scheme is called P1.2.",
        "m.csv:7: There is no entry Z.",
        "m.csv:7: Entry Z, aspect P1.1: x is not a plain number.",
    ]


def test_marks_of_nobody(run):
    result = run(
        "score", "s.scheme.toml", "m.csv", "--entries", "e.csv", e_csv="entry\nA\n"
    )

    assert result.stderr.splitlines() == [
        "m.csv:4: There is no entry B.",
        "m.csv:5: There is no entry B.",
    ]


def test_the_absent_need_no_marks(run):
    entries = "entry,status\nA,\nB,\nC,absent\nD,withdrawn\n"

    result = run("score", "s.scheme.toml", "m.csv", "--entries", "e.csv", e_csv=entries)

    assert result.exit_code == 0
    assert [row["rank"] for row in table(result.stdout)] == ["1", "2", "", ""]


def test_a_judgement_spread_is_a_rescore(run):
    scheme = one_aspect('kind = "judgement"\nmax = 1\njudges = 3')
    marks = "entry,aspect,judge,value\n" + "".join(
        f"A,P1.1,J{n},{v}\n" for n, v in enumerate("132")
    )

    result = run("score", "s.toml", "m.csv", s_toml=scheme, m_csv=marks)

    assert result.exit_code == 2
    assert "re-score" in result.stderr
    assert "entry A, aspect P1.1" in result.stderr


def test_a_rescore_is_told_beside_a_missing_mark(run):
    scheme = one_aspect('kind = "judgement"\nmax = 1\njudges = 3')
    marks = "entry,aspect,judge,value\nA,P1.1,J1,0\nA,P1.1,J2,3\n"

    result = run("score", "s.toml", "m.csv", s_toml=scheme, m_csv=marks)

    missing, rescore = result.stderr.splitlines()
    assert missing.startswith("m.csv:2: Entry A, aspect P1.1: 2 of 3 marks")
    assert rescore.startswith("m.csv:2: re-score: entry A, aspect P1.1:")


@pytest.mark.parametrize(
    ("values", "fault"), [("11", None), ("12", "must agree"), ("1", "1 of 2")]
)
def test_agreed_marks(run, values, fault):
    scheme = one_aspect('kind = "score"\nmax = 9\njudges = 2')
    marks = "entry,aspect,judge,value\n" + "".join(
        f"A,P1.1,J{n},{v}\n" for n, v in enumerate(values)
    )

    result = run("score", "s.toml", "m.csv", s_toml=scheme, m_csv=marks)

    assert (fault in result.stderr) if fault else result.exit_code == 0


WIDE = (
    f'{HEAD}[[components]]\ncode = "P"\nmax = 9\njudges = 2\ntrim_scope = "criterion"\n'
    'aggregate = "{how}"\n[[components.criteria]]\ncode = "C"\n'
    '[[components.criteria.aspects]]\ncode = "a"\nkind = "score"\nmax = 9\n'
    '[[components.criteria.aspects]]\ncode = "b"\nkind = "score"\nmax = 9\n'
)


@pytest.mark.parametrize(
    ("how", "rows", "fault"),
    [
        ("mean", ["a,1,4", "a,2,4", "b,1,3", "b,3,3"], "every judge must have marked"),
        ("agreed", ["a,1,4", "a,2,3", "b,1,3", "b,2,4"], None),
        ("agreed", ["a,1,4", "a,2,4", "b,1,3", "b,2,4"], "criterion C: the judges'"),
    ],
)
def test_judges_of_a_whole_criterion(run, how, rows, fault):
    marks = "entry,aspect,judge,value\n" + "".join(f"A,{row}\n" for row in rows)
    scheme = WIDE.replace("{how}", how)

    result = run("score", "s.toml", "m.csv", s_toml=scheme, m_csv=marks)

    assert (fault in result.stderr) if fault else result.exit_code == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (MARKS.encode("utf-16"), "UTF-16"),
        ("entry,aspect,judge,value\n甲,a,b,c".encode("gbk"), "not UTF-8"),
    ],
)
def test_unreadable_marks(run, data, message):
    result = run("score", "s.scheme.toml", "m.csv", m_csv=data)

    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("score", "s.scheme.toml", "nothing.csv"),
        ("score", "nothing.toml", "m.csv"),
        ("score", "s.scheme.toml", "."),
        ("score", "s.scheme.toml"),
        ("score", "s.scheme.toml", "m.csv", "-o", "r.pdf"),
        ("score", "s.scheme.toml", "m.csv", "-o", "m.csv"),
        ("score", "s.scheme.toml", "m.csv", "-o", "../{folder}/m.csv"),
        ("scheme", "import", "m.csv", "-o", "m.csv"),
        ("score", "s.scheme.toml", "m.csv", "-o", "no/such/folder/r.csv"),
        ("scheme", "check", "m.csv"),
        ("scheme", "import", "m.csv", "-o", "x.scheme.toml"),
        ("scheme", "import", "m.csv"),
    ],
)
def test_bad_usage_ends_with_2_and_leaves_nothing(run, tmp_path, args):
    result = run(*(arg.format(folder=tmp_path.name) for arg in args))

    assert result.exit_code == 2
    assert result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.csv", "s.scheme.toml"]
    assert (tmp_path / "m.csv").read_text("utf-8") == MARKS


def test_scheme_faults_are_told_with_their_key_path(run):
    text = SCHEME.replace("max = 100\n", "max = 0\n").replace('"mean"', '"sum"')

    result = run("scheme", "check", "x.toml", x_toml=text)

    assert result.exit_code == 2
    path = "x.toml:components[0].criteria[0].aspects[0]."
    assert [line.split(" ")[0] for line in result.stderr.splitlines()] == [
        path + "aggregate:",
        path + "max:",
    ]


def test_check_prints_every_maximum(run):
    result = run("scheme", "check", "s.scheme.toml")

    assert result.exit_code == 0
    assert "component P 实操: max 1000" in result.stdout
    assert "criterion P1 甲: max 100" in result.stdout


def test_imports_a_real_cis_workbook(run):
    book = CASES / "worldskills_uk_2024_web_cis.xlsx"

    result = run("scheme", "import", str(book), "-o", "web.scheme.toml")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "17 Web Technologies",
        "220 aspects: 201 measurement, 19 judgement",
        "marks: 100.00",
        "section variation as printed: 44",
        "section variation of the aspects: 72",
    ]
    check = run("scheme", "check", "web.scheme.toml")
    assert check.exit_code == 0
    assert check.stdout.splitlines()[-1] == "total: max 100"


def test_a_workbook_of_another_kind_is_refused(run):
    book = openpyxl.Workbook()
    book.active.append(["姓名", "单位"])
    book.save("other.xlsx")

    result = run("scheme", "import", "other.xlsx", "-o", "x.scheme.toml")

    assert result.exit_code == 2
    assert result.stderr.startswith("other.xlsx:1: ")
