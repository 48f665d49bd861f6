"""The texts of the pages and their translations, one catalogue per room.

    python -m scripts.messages update     collect the texts into the catalogues
    python -m scripts.messages compile    make the binary catalogues the pages load
    python -m scripts.messages check      name every text that is not translated

Texts are written in English in the source; `zh_CN` is the only catalogue. Files are
sorted and carry neither places nor dates, so that two branches seldom collide.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations" / "zh_CN" / "LC_MESSAGES"
ROOMS = ("ledger", "people", "accounts", "competition", "scoring", "talentpool")
DOMAINS = (*ROOMS, "site")
NOT_SITE = {*ROOMS, "tests", "scripts", "benchmarks", "migrations", "build"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "N_": None,  # marks a text that is translated later, where it is shown
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
JINJA = "jinja2.ext:babel_extract"
JINJA_OPTIONS = {"silent": "false", "trimmed": "true"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!\{)\{\w*\}(?!\})")
# Without a date of its own a catalogue changes only when its texts do.
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    commands = {"update": update, "compile": compile_all, "check": check}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    return commands[arguments[0]]()


def sources(domain: str) -> list[Path]:
    """Return the Python files and templates whose texts belong to a domain."""
    if domain in ROOMS:
        folders = [ROOT / domain, ROOT / "templates" / domain]
        found = [path for folder in folders for path in folder.rglob("*.*")]
    else:
        found = list(ROOT.glob("*.py"))
        for folder in [*_packages(), ROOT / "templates"]:
            found += folder.rglob("*.*")
        rooms = [ROOT / "templates" / room for room in ROOMS]
        found = [p for p in found if not any(p.is_relative_to(r) for r in rooms)]
    return sorted(path for path in found if path.suffix in {".py", ".html", ".txt"})


def _packages() -> list[Path]:
    """Return the packages beside the rooms (`web`, `demo`)."""
    found = {path.parent for path in ROOT.glob("*/__init__.py")}
    return sorted(path for path in found if path.name not in NOT_SITE)


def extract(domain: str) -> Catalog:
    """Return the texts of a domain, untranslated."""
    template = Catalog(locale="zh_CN", domain=domain)
    for path in sources(domain):
        is_python = path.suffix == ".py"
        for _line, text, comments, context in extract_from_file(
            "python" if is_python else JINJA,
            path,
            keywords=KEYWORDS,
            comment_tags=("i18n:",),
            options={} if is_python else JINJA_OPTIONS,
        ):
            template.add(text, None, auto_comments=comments, context=context)
    return template


def catalogue(domain: str) -> Catalog:
    """Return a domain's catalogue as it is kept, or an empty one."""
    path = FOLDER / f"{domain}.po"
    if not path.exists():
        return Catalog(locale="zh_CN", domain=domain)
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN", domain=domain, abort_invalid=True)


def update() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for domain in DOMAINS:
        kept, template = catalogue(domain), extract(domain)
        if not texts(template) and not texts(kept):
            continue
        kept.update(template, no_fuzzy_matching=True, update_header_comment=False)
        kept.project, kept.version, kept.copyright_holder = "Jiangcai", "1", "Jiangcai"
        kept.msgid_bugs_address = kept.last_translator = kept.language_team = ""
        kept.header_comment = f"# The texts of `{domain}` in Chinese."
        kept.creation_date = kept.revision_date = UNDATED
        kept.fuzzy = False
        with (FOLDER / f"{domain}.po").open("wb") as file:
            write_po(
                file,
                kept,
                width=0,
                no_location=True,
                sort_output=True,
                ignore_obsolete=True,
            )
        empty = sum(not is_translated(message) for message in texts(kept))
        print(f"{domain}: {len(texts(kept))} texts, {empty} without translation")
    return 0


def compile_all() -> int:
    for path in sorted(FOLDER.glob("*.po")):
        binary = path.with_suffix(".mo")
        if binary.exists() and binary.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with binary.open("wb") as file:
            write_mo(file, catalogue(path.stem))
    return 0


def check() -> int:
    faults = [fault for domain in DOMAINS for fault in _faults(domain)]
    faults += contradictions()
    for fault in faults:
        print(fault)
    if faults:
        print("Collect texts with `make messages`, then translate what is empty.")
    return 1 if faults else 0


def _faults(domain: str) -> Iterator[str]:
    kept = catalogue(domain)
    wanted = {_key(message) for message in texts(extract(domain))}
    there = {_key(message) for message in texts(kept)}
    yield from _named(domain, "is not in the catalogue", wanted - there)
    yield from _named(domain, "is no longer used", there - wanted)
    for message in texts(kept):
        key = _key(message)
        if message.fuzzy:
            yield from _named(domain, "is fuzzy", [key])
        elif not is_translated(message):
            yield from _named(domain, "has no translation", [key])
        elif not _keeps_placeholders(message):
            yield from _named(domain, "has other placeholders", [key])


def contradictions() -> Iterator[str]:
    """Name texts that two rooms translate differently: the pages mix catalogues."""
    seen: dict[tuple[str, str], tuple[str, object]] = {}
    for domain in DOMAINS:
        for message in texts(catalogue(domain)):
            first, string = seen.setdefault(_key(message), (domain, message.string))
            if string != message.string and is_translated(message):
                yield f"{first}.po and {domain}.po differ: {_key(message)[1]!r}"


def texts(messages: Catalog) -> list[Message]:
    return [message for message in messages if message.id]


def is_translated(message: Message) -> bool:
    return all(_forms(message.string))


def _keeps_placeholders(message: Message) -> bool:
    wanted = {p for text in _forms(message.id) for p in PLACEHOLDER.findall(text)}
    return all(
        set(PLACEHOLDER.findall(text)) == wanted for text in _forms(message.string)
    )


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the singular and plural forms of a text."""
    if text is None:
        return ("",)
    return (text,) if isinstance(text, str) else tuple(text)


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", _forms(message.id)[0]


def _named(domain: str, what: str, keys: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{domain}.po: {text!r} {what}" for _context, text in sorted(keys))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
