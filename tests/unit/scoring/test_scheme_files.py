"""Schemes as TOML, JSON and workbook: nothing is lost on the way there and back."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

import workbooks
from config import ROOT
from scoring.scheme.cli import scheme_group
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.from_cells import read_cells
from scoring.scheme.rules.key_paths import find_path, put, write_path
from scoring.scheme.rules.parse import parse_document, read_toml
from scoring.scheme.rules.read_json import read_json
from scoring.scheme.rules.to_cells import Number, make_cells
from scoring.scheme.rules.write import write_toml
from scoring.scheme.rules.write_json import write_json
from scoring.scheme.services.files import import_scheme
from scoring.scheme.services.workbook import (
    example_document,
    read_sheets,
    template_layout,
    write_xlsx,
)
from tests.unit.scoring.generated import Case
from tests.unit.scoring.helpers import one_aspect

FOLDER = resources.files("scoring.scheme") / "examples"
EXAMPLES = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}


def cells_of(data):
    """Cells without the process of its own: the same reader, faster."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def without_empty(value):
    if isinstance(value, dict):
        found = {key: without_empty(member) for key, member in value.items()}
        return {key: member for key, member in found.items() if member not in ({}, [])}
    if isinstance(value, list):
        return [without_empty(member) for member in value]
    return value


def with_dates_as_text(value):
    """Only TOML has dates; where one may stand, a text may too."""
    if isinstance(value, dict):
        return {key: with_dates_as_text(member) for key, member in value.items()}
    if isinstance(value, list):
        return [with_dates_as_text(member) for member in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_examples_come_back_from_every_form(text):
    document = read_toml(text)

    assert read_toml(write_toml(document)) == document
    document = with_dates_as_text(document)
    assert read_json(write_json(document)) == document
    found = import_scheme("x.xlsx", write_xlsx(document))
    assert found.document == without_empty(document)
    assert found.scheme == parse_document(document)


def laid_out(document):
    """The cells a workbook would give back, without making one."""
    layout = template_layout()
    cells = make_cells(document, layout)
    sheets = {}
    for sheet in layout.sheets:
        rows = [[_given(cell) for cell in row] for row in cells[sheet.name]]
        if sheet.shape == "values":
            pairs = zip(sheet.columns, rows, strict=True)
            sheets[sheet.name] = [[c.title, row[0], c.key, c.note] for c, row in pairs]
        else:
            keys = [column.key for column in sheet.columns]
            sheets[sheet.name] = [[c.title for c in sheet.columns], keys, *rows]
    return sheets


def _given(cell):
    if isinstance(cell, Number):
        return float(cell.text) if cell.is_exact else cell.text
    return "" if cell is None else cell


def test_generated_schemes_come_back_from_every_form():
    for seed in range(400):
        document = read_toml(Case(seed).text)
        text = write_json(document)

        assert read_toml(write_toml(document)) == read_json(text) == document
        by_file = seed % 20 == 0
        sheets = cells_of(write_xlsx(document)) if by_file else laid_out(document)
        assert without_empty(read_sheets(sheets)) == without_empty(document), seed
        assert parse_document(read_sheets(sheets)) == parse_document(document), seed


HARD = {
    "digits": "max = 10.000000000000000000000000000001",
    "texts": "description = '''=1+1\n\"行\"\\t'''\nmax = 10",
    "escapes": 'description = "_x0041_ \\u0001 \'a"\nmax = 10',
    "codes": 'section = "007"\nmax = 10',
    "plus": 'section = "+1"\ndescription = "@x"\nmax = 1e1',
}


@pytest.mark.parametrize("aspect", HARD.values(), ids=HARD)
def test_hard_values_come_back(aspect):
    document = read_toml(one_aspect('kind = "score"\n' + aspect))

    for name, data in [
        ("x.xlsx", write_xlsx(document)),
        ("x.json", write_json(document).encode()),
        ("x.toml", write_toml(document).encode()),
    ]:
        assert import_scheme(name, data).document == document


def test_what_has_no_column_goes_to_a_sheet_of_its_own():
    document: Any = read_toml(EXAMPLES["turning.scheme.toml"])
    document["honours"] = [
        {"name": "能手", "max_age": 35, "any": ["a;b", Decimal("1.5")]}
    ]
    document["components"][0]["criteria"][0]["secret key"] = {"deep": [True, 2]}
    document["ranking"]["ties"] = ["component:P;Q desc"]

    sheets = cells_of(write_xlsx(document))

    assert read_cells(sheets, template_layout()).document == without_empty(document)


def test_labels_keep_their_order():
    document = read_toml(
        one_aspect(
            'kind = "choice"\nmax = 2\noptions = { weight = 2, code = 1, a = 0 }'
        )
    )

    for found in (read_toml(write_toml(document)), read_json(write_json(document))):
        aspect = next(parse_document(found).aspects)
        assert list(aspect.options) == ["weight", "code", "a"]


def test_the_template_is_a_scheme_and_opens_with_lists_and_texts():
    data = write_xlsx(example_document())

    assert import_scheme("t.xlsx", data).document == without_empty(example_document())
    book = openpyxl.load_workbook(io.BytesIO(data))
    aspects = book["评分点 Aspects"]
    assert [cell.value for cell in aspects[2]][:4] == [
        "criterion",
        "code",
        "name",
        "kind",
    ]
    assert aspects.freeze_panes == "C3"
    assert aspects["B3"].number_format == "@"
    rules = aspects.data_validations.dataValidation
    assert any("yes_no 是否" in (rule.formula1 or "") for rule in rules)
    assert aspects["A1"].comment is not None


def changed(*changes):
    """Cells of the template with some of them changed: sheet, cell, value."""
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(example_document())))
    for sheet, cell, value in changes:
        page = next(book[n] for n in book.sheetnames if n.endswith(" " + sheet))
        page[cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_all_faults_are_told_with_sheet_cell_and_remedy():
    data = changed(
        ("Aspects", "E4", "vier"),
        ("Aspects", "D5", "打风"),
        ("Aspects", "A6", "P9"),
        ("Aspects", "B7", "P1.1"),
        ("Components", "D3", -1),
        ("Options", "C3", 99),
        ("Penalties", "J3", "Z"),
        ("Awards", "C4", 25),
        ("General", "B11", "component:Z desc"),
        ("General", "B6", 1.5),
    )

    with pytest.raises(SchemeError) as refusal:
        import_scheme("x.xlsx", data)

    told = [str(fault) for fault in refusal.value.details]
    for start in (
        "总体 General!B6: “1.5” is not a whole number.",
        "评分点 Aspects!E4: “vier” is not a number: write digits",
        "评分点 Aspects!D5: “打风” is not in the list: choose one of yes_no, score",
        "评分点 Aspects!A6: Sheet 评分项 Criteria has no code P9.",
        "奖项 Awards!C4: “25” is not a share: write it as 10%.",
        "模块 Components!D3: Must be at least 0.",
        "评分点 Aspects!B7: P1.1 is used twice.",
        "扣分 Penalties!J3: Nothing in this scheme is called Z.",
        "总体 General!B11: Nothing in this scheme is called component:Z.",
    ):
        assert any(line.startswith(start) for line in told), (start, told)


def test_people_write_in_their_own_way():
    data = changed(
        ("Aspects", "D4", "是否"),
        ("Aspects", "D5", "deduction"),
        ("Aspects", "A5", None),  # as in the row above
        ("Penalties", "F3", True),
        ("Awards", "C4", 0.2),  # a cell that shows 20%
        ("Components", "D3", "0.30"),
    )

    found = import_scheme("x.xlsx", data)

    assert found.scheme == parse_document(example_document())


def test_a_strange_sheet_and_a_lost_row_of_keys_are_named():
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(example_document())))
    book.create_sheet("草稿")["A1"] = "x"
    book["扣分 Penalties"].delete_rows(2)
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(SchemeError) as refusal:
        import_scheme("x.xlsx", out.getvalue())

    assert [str(fault).partition(":")[0] for fault in refusal.value.details] == [
        "草稿",
        "扣分 Penalties!A2",
    ]


JSON_FAULTS = {
    "syntax": ('{"format": 1,}', "1: Not valid JSON"),
    "list": ("[]", "1: Not valid JSON: the outermost value must be an object"),
    "null": ('{"title": null}', "title: Is null"),
    "nan": ('{"full": NaN}', "1: Not valid JSON: NaN is not a number"),
    "double": ('{"a": 1, "a": 2}', "The key a is used twice"),
    "surrogate": ('{"title": "\\ud800"}', "title: The text is not valid Unicode"),
    "deep": ("[" * 100_000, "1: Not valid JSON"),
}


@pytest.mark.parametrize(("text", "told"), JSON_FAULTS.values(), ids=JSON_FAULTS)
def test_json_that_cannot_be_right(text, told):
    with pytest.raises(SchemeError) as refusal:
        read_json(text)

    assert str(refusal.value.details[0]).startswith(told)


def test_key_paths_are_written_and_found():
    paths = [("a",), ("a", 0, "b"), ("a b", 'q"', "等"), ("a", "b", 10)]

    assert [find_path(write_path(path)) for path in paths] == paths
    assert [find_path(text) for text in ("", "[0]", "a..b", "a[x]", "a b")] == [
        None
    ] * 5
    tree: dict[str, object] = {"a": [{}]}
    assert put(tree, ("a", 0, "b"), 1)
    assert put(tree, ("a", 1), {})
    assert [
        put(tree, p, 1) for p in (("a", 3), ("a", "x"), ("a", 0, "b"), ("a", 1))
    ] == [False] * 4
    assert tree == {"a": [{"b": 1}, {}]}


def sheet_of(text):
    """A workbook whose one sheet has this XML."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("a").write_string(0, 0, "x")
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = text
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return again.getvalue()


HARMFUL = {
    "no zip": (b"PK\x03\x04 not really", "This is not an .xlsx workbook."),
    "large": (b"PK" + bytes(workbooks.MOST_BYTES), "The file is larger than 10 MB."),
    "bomb": (sheet_of(b"<a>" + b" " * 60_000_000), "The workbook unpacks to too much."),
    "entity": (sheet_of(b"<!DOCTYPE a>"), "The workbook holds a document type."),
    "far row": (
        sheet_of(b'<c r="A1"/><c r="A1048576"/>'),
        "A sheet has more than 20000 rows.",
    ),
    "far column": (sheet_of(b'<c r="XFD1"/>'), "A sheet has more than 512 columns."),
    "broken": (
        sheet_of(b"<worksheet><sheetData><row>"),
        "The workbook cannot be read: save it again as .xlsx.",
    ),
}


@pytest.mark.parametrize(("data", "told"), HARMFUL.values(), ids=HARMFUL)
def test_harmful_workbooks_are_refused_before_they_are_read(data, told):
    with pytest.raises(workbooks.WorkbookError) as refusal:
        workbooks.read_workbook(data)

    assert refusal.value.message == told


def test_commands_go_round(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.scheme.toml").write_text(EXAMPLES["turning.scheme.toml"], "utf-8")

    def run(*args):
        result = CliRunner().invoke(scheme_group, args)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    run("export", "a.scheme.toml", "-o", "b.xlsx")
    told = run("import", "b.xlsx", "-o", "c.scheme.toml")
    run("export", "c.scheme.toml", "-o", "d.json")
    run("import", "d.json", "-o", "e.scheme.toml")
    run("template", "-o", "t.xlsx")
    run("template", "--blank", "-o", "blank.xlsx")

    assert told == run("check", "a.scheme.toml")
    texts = [(tmp_path / f"{n}.scheme.toml").read_text("utf-8") for n in "ce"]
    assert (
        texts[0] == texts[1] == write_toml(read_toml(EXAMPLES["turning.scheme.toml"]))
    )
    refused = CliRunner().invoke(scheme_group, ["import", "blank.xlsx", "-o", "f.toml"])
    assert refused.exit_code == 2
    assert "blank.xlsx:模块 Components: Is missing." in refused.stderr
    assert not (tmp_path / "f.toml").exists()


def test_every_key_of_the_format_comes_back():
    page = (ROOT / "docs" / "formats" / "scheme.md").read_text("utf-8")
    block = page.split("```toml\n")[1].split("```")[0]
    document: Any = read_toml('format = "jiangcai-scheme/1"\n' + block)
    document = with_dates_as_text(document)

    assert read_json(write_json(document)) == document
    found = read_cells(cells_of(write_xlsx(document)), template_layout())
    assert (found.document, found.faults) == (without_empty(document), [])
