"""What is asked: one shape for the page, the API and the command line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from talentpool.search.rules.facets import DEFAULT_CHOICE, FACETS, is_value
from talentpool.search.rules.query import Query, parse_query
from talentpool.search.rules.text import LONGEST_QUERY, MOST_WORDS

SORTS = ("relevance", "level", "competition", "newest", "updated", "name")
PAGE_SIZE = 20
LARGEST_PAGE = 100
LAST_PAGE = 1_000_000
PARAMETERS = ("q", *FACETS, "sort", "page", "size", "facets")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a parameter; `code` is worded by `forms.parameters`."""

    parameter: str
    code: str  # too_long | not_a_value | … ; a code of rules.query in the text
    detail: str = ""  # the piece it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A search: text, what to narrow by, order and page."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    size: int = PAGE_SIZE
    with_facets: bool = False

    @property
    def query(self) -> Query:
        """Return the text as it is understood."""
        return parse_query(self.text)

    @property
    def words(self) -> list[str]:
        """Return the words and phrases that must all be found."""
        return list(dict.fromkeys(term.text for term in self.query.wanted))

    def choice(self, facet: str) -> tuple[str, ...]:
        """Return the values a facet is narrowed to; () is all of them."""
        return self.chosen.get(facet) or DEFAULT_CHOICE.get(facet, ())

    def parameters(self, **changes: object) -> dict[str, list[str]]:
        """Return the request as an address carries it, with changes."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        found: dict[str, list[str]] = {"q": [other.text]} if other.text else {}
        found |= {f: list(other.chosen[f]) for f in FACETS if other.chosen.get(f)}
        if other.sort != "relevance":
            found["sort"] = [other.sort]
        if other.size != PAGE_SIZE:
            found["size"] = [str(other.size)]
        if other.page != 1:
            found["page"] = [str(other.page)]
        return found


def parse(given: Mapping[str, Sequence[str]]) -> tuple[SearchRequest, list[Fault]]:
    """Read parameters; every fault is told, and what is faulty is left out.

    Several values of a facet may be repeated or joined by commas.
    """
    text, faults = _text(given.get("q", ()))
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        values = _split(given.get(facet, ()))
        if not all(is_value(facet, value) for value in values):
            faults.append(Fault(facet, "not_a_value"))
        elif values and set(values) != set(DEFAULT_CHOICE.get(facet, ())):
            chosen[facet] = values
    sort = _last(given.get("sort", ())) or "relevance"
    if sort not in SORTS:
        faults.append(Fault("sort", "not_a_value"))
        sort = "relevance"
    page = _number("page", given.get("page", ()), 1, LAST_PAGE, faults)
    size = _number("size", given.get("size", ()), PAGE_SIZE, LARGEST_PAGE, faults)
    with_facets = _last(given.get("facets", ())) or "0"
    if with_facets not in {"0", "1"}:
        faults.append(Fault("facets", "not_a_value"))
    request = SearchRequest(
        text=text,
        chosen=chosen,
        sort=sort,
        page=page,
        size=size,
        with_facets=with_facets == "1",
    )
    return request, faults


def unknown(given: Iterable[str]) -> list[Fault]:
    """Return a fault for each parameter there is no such thing as."""
    return [Fault(name, "unknown") for name in given if name not in PARAMETERS]


def _text(values: Sequence[str]) -> tuple[str, list[Fault]]:
    text = _last(values)
    if len(text) > LONGEST_QUERY:
        return "", [Fault("q", "too_long")]
    query = parse_query(text)
    asked = len(query.terms) + len(query.conditions) + len(query.records)
    if asked > MOST_WORDS:
        return text, [Fault("q", "too_many_words")]
    return text, [Fault("q", t.code, t.piece) for t in query.troubles]


def _last(values: Sequence[str]) -> str:
    return values[-1].strip() if values else ""


def _split(values: Sequence[str]) -> tuple[str, ...]:
    parts = (part.strip() for value in values for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _number(
    name: str, values: Sequence[str], default: int, most: int, faults: list[Fault]
) -> int:
    text = _last(values)
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most:
        return int(text)
    faults.append(Fault(name, "not_a_number"))
    return default
