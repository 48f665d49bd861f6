"""What every page of ours promises, whoever asks for it."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

# Elements whose address the browser fetches by itself.
FETCHES = {"src", "srcset", "poster", "data", "action", "formaction"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
DATA_SCRIPTS = {"application/json", "application/ld+json"}


def faults_of(text: str) -> list[str]:
    """Return what is wrong with an HTML page, or with a part of one."""
    is_page = "<html" in text[:2000].lower()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    if is_page:
        root = parser.parse(text)
    else:
        root = Element("part")
        root.extend(parser.parseFragment(text))
    faults = [
        f"line {position[0]}: {code} {variables}"
        for position, code, variables in parser.errors
    ]
    if is_page:
        faults += _outline(root)
    return [*faults, *_ids(root), *_labels(root), *_inline(root), *_addresses(root)]


def _outline(root: Element) -> Iterator[str]:
    titles = [text_of(e) for e in root.iter("title")]
    heads = [text_of(e) for e in root.iter("h1")]
    if len(heads) != 1:
        yield f"a page has one <h1>, this has {len(heads)}"
    elif not titles or not titles[0].startswith(heads[0]):
        yield f"the title {titles} does not start with the <h1> {heads[0]!r}"
    if not root.get("lang"):
        yield "the <html> element names no language"


def _ids(root: Element) -> Iterator[str]:
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    yield from (f"id {name!r} is used {n} times" for name, n in ids.items() if n > 1)
    for element in root.iter():
        for key in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for name in (element.get(key) or "").split():
                if name not in ids:
                    yield f"{key}={name!r} names no element"


def _labels(root: Element) -> Iterator[str]:
    named = {e.get("for") for e in root.iter("label")}
    wrapped = {id(e) for label in root.iter("label") for e in label.iter()}
    for field in root.iter():
        if field.tag not in {"input", "select", "textarea"}:
            continue
        if field.tag == "input" and field.get("type") in UNLABELLED:
            continue
        said = field.get("aria-label") or field.get("aria-labelledby")
        if not (said or id(field) in wrapped or field.get("id") in named):
            yield f"<{field.tag} name={field.get('name')!r}> has no label"


def _inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        for key in element.attrib:
            if key == "style" or key.startswith("on"):
                yield f"<{element.tag} {key}=…> belongs in a file of static/"
    if any(True for _ in root.iter("style")):
        yield "<style> belongs in a file of static/css"
    for script in root.iter("script"):
        if not script.get("src") and script.get("type") not in DATA_SCRIPTS:
            yield "an inline <script> belongs in a file of static/js"


def _addresses(root: Element) -> Iterator[str]:
    for element in root.iter():
        keys = FETCHES | ({"href"} if element.tag != "a" else set())
        for key in keys & set(element.attrib):
            address = (element.get(key) or "").strip().lower()
            if address.startswith(("http:", "https:", "//")):
                yield f"<{element.tag} {key}={address!r}> leaves the installation"
        if (element.get("href") or "").strip().lower().startswith("javascript:"):
            yield f"<{element.tag}> runs a script from its address"


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
