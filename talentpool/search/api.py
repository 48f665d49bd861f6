"""`GET /api/v1/craftsmen`: the search for other programs."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, request
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response

from accounts.access.services import allowed_scopes, permission_required
from extensions import api_spec, db
from talentpool.search.forms.answer import as_json, make_answer
from talentpool.search.forms.parameters import fault_texts
from talentpool.search.queries.search import search
from talentpool.search.rules.request import SORTS, Fault, parse, unknown

bp = Blueprint("search_api", __name__, url_prefix="/api/v1")


class CraftsmenQuery(BaseModel):
    """What to find; facets may be repeated or hold several values with commas."""

    q: str = Field("", description="words; all must be found")
    level: str = Field("", description="nation, province, city, district, enterprise")
    occupation: str = Field("", description="code of 2022, or of a group: 6-18-02")
    district: str = Field("", description="GB/T 2260; holds what lies within it")
    skill: str = Field("", description="L1 to L8, or none")
    age: str = Field("", description="-35, 36-40, 41-45, 46-50, 51-60, 61-")
    honour: str = Field("", description="level of the highest honour, or none")
    class_: str = Field("", alias="class", description="class of the pool")
    sex: str = Field("", description="GB/T 2261.1")
    state: str = Field("", description="active and due unless given")
    industry: str = Field("", description="section of GB/T 4754, or none")
    unit: str = Field("", description="uid of a unit, or none")
    competition: str = Field("", description="level of a competition, or none")
    place: str = Field("", description="best place: 1, 2, 3, 4-8, 9-, unranked")
    year: str = Field("", description="year of a competition")
    years: str = Field("", description="in the trade: 0-4, 5-9, 10-19, 20-29, 30-")
    education: str = Field("", description="first figure of GB/T 4658, or none")
    mentor: str = Field("", description="apprentices one may take yet: 0, 1, 2, 3-")
    pair: str = Field("", description="mentor, apprentice or none")
    studio: str = Field("", description="leader, member or none")
    achievement: str = Field("", description="patent, method, innovation …")
    service: str = Field("", description="yes or no")
    updated: str = Field("", description="months since: -6, -12, -24, 24-")
    sort: str = Field("relevance", description=", ".join(SORTS))
    page: int = Field(1, ge=1)
    size: int = Field(20, ge=1, le=100)
    facets: int = Field(0, description="1 counts the facets")


class CodeAndName(BaseModel):
    code: str
    name: str


class Fragment(BaseModel):
    """Why somebody was found: the field, what was found, what stands around it."""

    field: str
    before: str
    found: str
    after: str


class CraftsmanOut(BaseModel):
    uid: str
    name: str
    level: str
    level_label: str
    trade: str
    occupation: CodeAndName
    skill: str
    honours: list[str]
    unit: str
    district: CodeAndName
    state: str
    entered_on: str
    matches: list[Fragment]


class FacetValue(BaseModel):
    value: str
    label: str
    count: int
    depth: int = 0


class CraftsmenOut(BaseModel):
    total: int
    page: int
    size: int
    items: list[CraftsmanOut]
    facets: dict[str, list[FacetValue]]


class ParameterFault(BaseModel):
    parameter: str
    code: str
    detail: str


class CraftsmenProblem(BaseModel):
    """RFC 9457, with every fault of the parameters."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[ParameterFault] = Field(default_factory=list)


@bp.get("/craftsmen")
@permission_required("pool.search")
@api_spec.validate(
    query=CraftsmenQuery,
    resp=Response(
        HTTP_200=CraftsmenOut,
        HTTP_400=CraftsmenProblem,
        HTTP_401=CraftsmenProblem,
        HTTP_403=CraftsmenProblem,
    ),
    tags=["pool"],
    skip_validation=True,
)
def list_craftsmen() -> ResponseReturnValue:
    """Find craftsmen, within the scopes the caller holds `pool.search` in."""
    given = request.args.to_dict(flat=False)
    asked, faults = parse(given)
    faults = [*faults, *unknown(given)]
    if faults:
        return _problem(faults)
    found = search(
        db.session(),
        asked,
        scopes=allowed_scopes("pool.search"),
        today=datetime.now(UTC).date(),
    )
    return jsonify(as_json(make_answer(db.session(), found)))


def _problem(faults: list[Fault]) -> FlaskResponse:
    """Return an RFC 9457 document that names every faulty parameter."""
    texts = fault_texts(faults)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "\n".join(texts),
        "errors": [
            {"parameter": fault.parameter, "code": fault.code, "detail": text}
            for fault, text in zip(faults, texts, strict=True)
        ],
    }
    response = jsonify(body)
    response.status_code = 400
    response.content_type = "application/problem+json"
    return response
