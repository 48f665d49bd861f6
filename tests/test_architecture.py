"""Promises about the whole code base; each failure says what to do instead."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from app import ROOMS, create_app
from config import ROOT
from scripts.routes import LIST, routes

ROLES = {"rules", "models", "queries", "services", "forms", "views", "api", "cli"}
ROLES |= {
    "jobs",  # work that runs by the clock
    "signals",  # names of what a room tells the rooms above it
    "types",  # column types of a room's own
}
# One file by need: it travels in every bundle and runs without the rest of us.
APART = {"scoring/bundle/verify.py"}
EDGE = {"views", "api", "cli", "jobs", "home", "demo"}
LONGEST = 400  # lines
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Source files whose Chinese is data, not text of a page.
CHINESE_IS_DATA = {
    "competition/events/rules.py",  # names of groups and their codes
    "people/workdays/rules.py",  # what a text of holidays may say for off and worked
    "people/codes/rules.py",  # a column of the official table
    "scoring/scheme/rules/tree.py",  # usual names of medals
    "scoring/bundle/verify.py",  # speaks both languages at once, without catalogues
    "scoring/marking/rules/values.py",  # what a marks file may say for yes and no
    "templates/components/language.html",  # a language's name in itself
    "web/server.py",  # the product's name
    "web/i18n.py",  # a language's name in itself
}


@pytest.fixture(scope="module")
def bare_app() -> Flask:
    """The application as it is put together; no database behind it."""
    return create_app({"TESTING": True})


def sources() -> list[Path]:
    """Return the product's Python files: rooms, `web`, `demo` and those at the top."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    outside = {"tests", "scripts", "benchmarks", "migrations"}
    found = [ROOT / name for name in sorted(set(listed.split("\0"))) if name]
    return [path for path in found if path.is_file() and _top(path) not in outside]


def _top(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_what_is_installed_is_all_there_is():
    """The command runs from anywhere; a module that is left out stops it there."""
    installed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    modules = installed["setuptools"]["py-modules"]
    assert modules == sorted(path.stem for path in ROOT.glob("*.py"))
    packages = installed["setuptools"]["packages"]["find"]["include"]
    assert {f"{room}*" for room in ROOMS} <= set(packages)


def test_every_view_says_who_may_open_it(bare_app):
    silent = {
        endpoint
        for endpoint, view in bare_app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "access")
    }

    assert silent == set(), "Decorate with public, login_required_only or a permission."


def test_only_the_edge_commits():
    offenders = [
        _name(path)
        for path in sources()
        if ".commit(" in path.read_text() and not EDGE & {path.stem, *path.parts[-3:-1]}
    ]

    assert offenders == [], "A service leaves the commit to the view, command or job."


def test_files_are_named_after_their_role():
    strangers = [
        _name(path)
        for path in sources()
        if _top(path) in ROOMS
        and path.name != "__init__.py"
        and _name(path) not in APART
        # <room>/<topic>/<role>.py or <room>/<topic>/<role>/<part>.py
        if len(parts := path.relative_to(ROOT).with_suffix("").parts) < 3
        or parts[2] not in ROLES
    ]

    assert strangers == [], f"A topic holds only {', '.join(sorted(ROLES))}."


def test_init_files_are_empty():
    full = [
        _name(path)
        for path in sources()
        if path.name == "__init__.py" and path.read_text().strip()
    ]

    assert full == []


def test_modules_are_short():
    long = {
        _name(path): lines
        for path in sources()
        if (lines := len(path.read_text().splitlines())) > LONGEST
        and _name(path) not in APART
    }

    assert long == {}, "A role that outgrows itself becomes a package of that name."


def test_topics_are_packages():
    loose = [
        _name(path.parent)
        for path in sources()
        if _top(path) in ROOMS and not (path.parent / "__init__.py").exists()
    ]

    assert loose == [], "Without __init__.py neither the app nor a contract finds it."


def test_templates_that_are_asked_for_exist():
    missing = {
        f"{_name(path)}: {name}"
        for path in sources()
        for name in _rendered(path)
        if not (ROOT / "templates" / name).is_file()
    }

    assert missing == set()


def _rendered(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        name = node.value if isinstance(node, ast.Constant) else None
        if isinstance(name, str) and re.fullmatch(r"[\w/-]+\.(html|txt|typ)", name):
            yield name


def test_templates_parse_and_find_each_other(bare_app):
    missing = set()
    for path in templates():
        tree = bare_app.jinja_env.parse(path.read_text(), filename=str(path))
        wanted = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        for node in tree.find_all(wanted):
            name = getattr(node.template, "value", None)
            if name and not (ROOT / "templates" / name).is_file():
                missing.add(f"{_name(path)}: {name}")

    assert missing == set()


def test_forms_that_change_something_carry_the_token():
    bare = [
        _name(path)
        for path in templates()
        for form in re.findall(
            r'<form[^>]*method="post".*?</form>',
            path.read_text(),
            re.DOTALL | re.IGNORECASE,
        )
        if not re.search(r"csrf_token|hidden_tag|csrf\(", form)
    ]

    assert bare == [], "Put {{ csrf(form) }} or a csrf_token field into it."


def test_nothing_on_a_page_comes_from_elsewhere():
    pattern = re.compile(r"""(src|href)=["'](https?:)?//|@import\s|fetch\(.https?:""")
    files = [*templates(), *(ROOT / "static").glob("[cj]s*/**/*.[cj]s*")]

    assert [_name(p) for p in files if pattern.search(p.read_text())] == []


def test_templates_speak_through_gettext():
    chinese = [
        f"{_name(path)}:{number}: {line.strip()}"
        for path in templates()
        if _name(path) not in CHINESE_IS_DATA
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if CHINESE.search(re.sub(r"\{#.*?#\}", "", line))
    ]

    assert chinese == [], "Write English inside _(…); Chinese goes to translations/."


def test_source_speaks_through_gettext():
    chinese = [
        f"{_name(path)}:{line}: {text}"
        for path in sources()
        if _top(path) != "demo" and _name(path) not in CHINESE_IS_DATA
        for line, text in _strings(path)
        if CHINESE.search(text)
    ]

    assert chinese == [], "Write English inside _(…), or list the file as data."


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """Return the strings of a module that are not docstrings."""
    tree = ast.parse(path.read_text())
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for node in constants:
        if isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_addresses_stay(bare_app):
    there = set(routes(bare_app))
    listed = set(LIST.read_text().splitlines())

    assert sorted(listed - there) == [], "Gone; when that is meant: make routes."
    assert sorted(there - listed) == [], "New; list them: make routes."
