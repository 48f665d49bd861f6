"""The checks of `make check` that are our own."""

import pytest
from babel.messages.catalog import Catalog

from scripts import messages
from scripts.licences import is_allowed


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        pytest.param("MIT", True, id="one"),
        pytest.param("MIT License; Mozilla Public License 2.0 (MPL 2.0)", True, id="2"),
        pytest.param("GPL-3.0-or-later", False, id="copyleft"),
        pytest.param("AGPL-3.0-only", False, id="copyleft over the network"),
        pytest.param("MIT AND GPL-3.0-only", False, id="both are needed"),
        pytest.param("MIT OR GPL-3.0-only", True, id="a choice"),
        pytest.param("(MIT OR GPL-3.0-only)", True, id="a choice in brackets"),
        pytest.param("Apache-2.0 AND BSD-2-Clause", True, id="both are allowed"),
        pytest.param("UNKNOWN", False, id="none named"),
    ],
)
def test_licences(licence, allowed):
    assert is_allowed(licence) is allowed


@pytest.fixture
def catalogues(tmp_path, monkeypatch):
    """Collect from a room of one module, into a folder of the test's own."""
    source = tmp_path / "views.py"
    source.write_text(
        '_("Saved")\n_("%(n)s more", n=1)\nngettext("%(num)s day", "%(num)s days", 2)\n'
    )
    monkeypatch.setattr(messages, "DOMAINS", ("ledger",))
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    monkeypatch.setattr(messages, "sources", lambda _domain: [source])
    return tmp_path


def translate(folder, **strings):
    """Write the translations of texts into the catalogue; by their first word."""
    path = folder / "ledger.po"
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        for text, string in strings.items():
            if text in line and line.startswith("msgid "):
                behind = next(
                    i for i in range(number, len(lines)) if "msgstr" in lines[i]
                )
                lines[behind] = lines[behind].replace('""', f'"{string}"')
    path.write_text("\n".join(lines) + "\n")


def test_complete_catalogues_pass(catalogues, capsys):
    messages.update()
    translate(catalogues, Saved="已保存", more="还有 %(n)s", day="%(num)s 天")

    assert messages.check() == 0


@pytest.mark.parametrize(
    ("strings", "fault"),
    [
        pytest.param({"more": "还有 %(n)s"}, "'Saved' has no translation", id="empty"),
        pytest.param(
            {"Saved": "已保存", "more": "还有"}, "has other placeholders", id="lost"
        ),
    ],
)
def test_faults_of_catalogues_are_named(catalogues, capsys, strings, fault):
    messages.update()
    translate(catalogues, **({"day": "%(num)s 天"} | strings))

    assert messages.check() == 1
    assert fault in capsys.readouterr().out


def test_a_text_nobody_collected_is_named(catalogues, capsys):
    assert messages.check() == 1
    assert "'Saved' is not in the catalogue" in capsys.readouterr().out


def test_collecting_again_changes_nothing(catalogues):
    messages.update()
    translate(catalogues, Saved="已保存")
    there = (catalogues / "ledger.po").read_bytes()

    messages.update()

    assert (catalogues / "ledger.po").read_bytes() == there


def test_a_compiled_catalogue_speaks(catalogues):
    messages.update()
    translate(catalogues, Saved="已保存", more="还有 %(n)s", day="%(num)s 天")

    messages.compile_all()

    assert "已保存".encode() in (catalogues / "ledger.mo").read_bytes()


def testcontradictions_between_rooms_are_named(monkeypatch):
    first, second = Catalog(locale="zh_CN"), Catalog(locale="zh_CN")
    first.add("Open", "开放")
    second.add("Open", "打开")
    found = {"ledger": first, "site": second}
    monkeypatch.setattr(messages, "DOMAINS", ("ledger", "site"))
    monkeypatch.setattr(messages, "catalogue", found.__getitem__)

    assert list(messages.contradictions()) == ["ledger.po and site.po differ: 'Open'"]
