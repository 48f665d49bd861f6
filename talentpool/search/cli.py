"""`jiangcai pool`: searching the pool and rebuilding its index."""

import json
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from accounts.roles.rules import EVERYWHERE
from errors import FileFaultsError
from extensions import db, reading
from talentpool.dossiers.cli import pool
from talentpool.search import services
from talentpool.search.forms.answer import Answer, as_json, make_answer
from talentpool.search.forms.parameters import fault_texts
from talentpool.search.queries.search import search as find
from talentpool.search.rules.request import SORTS, parse

_MANY = {"multiple": True, "metavar": "VALUE"}


@pool.command()
@click.argument("text", default="")
@click.option("--level", **_MANY, help="nation, province, city, district, enterprise.")  # type: ignore[arg-type]
@click.option("--district", **_MANY, help="GB/T 2260 code; holds what lies within.")  # type: ignore[arg-type]
@click.option("--occupation", **_MANY, help="Code, or a group's: 6-18-02.")  # type: ignore[arg-type]
@click.option("--state", **_MANY, help="active and due unless given.")  # type: ignore[arg-type]
@click.option("--sort", default="relevance", help=", ".join(SORTS))
@click.option("--page", default="1")
@click.option("--size", default="20")
@click.option("--facets", is_flag=True, help="Count the facets too (with --json).")
@click.option("--json", "as_document", is_flag=True, help="The API's document.")
@with_appcontext
def search(*, text: str, facets: bool, as_document: bool, **options: object) -> None:
    """Search the whole pool for TEXT, as the page and the API do."""
    given = {
        name: list(value) if isinstance(value, tuple) else [str(value)]
        for name, value in options.items()
    }
    given |= {"q": [text], "facets": ["1" if facets else "0"]}
    asked, faults = parse(given)
    if faults:
        raise FileFaultsError(fault_texts(faults))
    with reading():
        today = datetime.now(UTC).date()
        found = find(db.session(), asked, scopes=[EVERYWHERE], today=today)
        answer = make_answer(db.session(), found)
    if as_document:
        click.echo(json.dumps(as_json(answer), ensure_ascii=False, indent=1))
    else:
        _print(answer)


@pool.command()
@with_appcontext
def reindex() -> None:
    """Rebuild the search index from the dossiers."""
    count = services.reindex(db.session())
    db.session.commit()
    click.echo(_("%(count)s craftsmen indexed.", count=count))


def _print(answer: Answer) -> None:
    for item in answer.items:
        source = item.source
        place = source.places[0] if source.places else source.district_code
        why = "; ".join(f"{m.before}[{m.found}]{m.after}" for m in item.matches)
        parts = (source.name, item.level, source.trade, source.unit, place, why)
        click.echo("\t".join(parts))
    click.echo(
        _(
            "%(total)s found, page %(page)s of %(pages)s",
            total=answer.total,
            page=answer.page,
            pages=answer.pages,
        )
    )
