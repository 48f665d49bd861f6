"""The form of one node of a draft, made from the fields of its level.

It checks nothing but lengths: faults come from the one reader of schemes and are put
beside the field they lie at.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from scoring.scheme.forms.words import help_of, label_of, value_of
from scoring.scheme.rules import draft, fields
from scoring.scheme.rules.faults import Fault, SchemeError
from scoring.scheme.rules.form_values import read_node, show_node
from scoring.scheme.rules.parse import read_toml
from scoring.scheme.rules.write import write_toml

PREFIX = "node-"
_LONG = 4000
_ROWS = {"lines": 4, "pairs": 5, "long": 3}


class NodeForm(FlaskForm):
    """What all nodes' forms have; `make_form` adds the fields of the level."""

    revision = HiddenField()
    path = HiddenField()
    other = TextAreaField(
        _l("Other keys, as TOML"),
        [Length(max=100_000)],
        render_kw={"rows": 3, "class": "mono"},
    )

    level: str
    specs: tuple[fields.Field, ...]

    def help_for(self, name: str) -> str:
        """Return the help of a field, by its name without the prefix."""
        return help_of(self.level, name)

    def changes(self, node: Mapping[str, object]) -> dict[str, object]:
        """Return what the form changes; call only after `validate_on_submit`.

        Raises:
            SchemeError: the other keys are no TOML.
        """
        posted = {
            name: field.data if field.data is not None else ""
            for name, field in self._fields.items()
            # A browser does not send boxes that are not ticked.
            if field.raw_data or isinstance(field, BooleanField | SelectMultipleField)
        }
        changes = read_node(self.level, node, posted)
        others = fields.other_keys(self.level, node)
        given = str(self.other.data or "").replace("\r\n", "\n")
        if given.strip() != _as_toml(others).strip():
            changes |= dict.fromkeys(others) | self._read_others(given)
        return changes

    def _read_others(self, text: str) -> dict[str, object]:
        found = read_toml(text)
        known = {spec.key for spec in fields.FIELDS[self.level]}
        known |= {*draft.LISTS.get(self.level, ()), "format"}
        doubled = known & found.keys()
        if doubled:
            raise SchemeError(
                [
                    Fault(
                        where=key,
                        template="Has a field of its own: leave it out here.",
                    )
                    for key in sorted(doubled)
                ]
            )
        return found

    def put_faults(
        self, path: str, faults: Iterable[Fault], say: Callable[[Fault], str]
    ) -> list[str]:
        """Put each fault beside its field; return those that have none.

        Args:
            path: of the node.
            faults: of the node.
            say: makes a sentence of a fault.
        """
        left = []
        for fault in faults:
            field = self._find_field(fault.where.removeprefix(path).lstrip("."))
            if field is None:
                left.append(say(fault))
            else:
                field.errors = [*field.errors, say(fault)]
        return left

    def _find_field(self, key: str) -> Field | None:
        name, _bracket, index = key.partition("[")
        name, _dot, part = name.partition(".")
        for candidate in (
            f"{name}-{index.removesuffix(']')}",
            f"{name}-{part}",
            name,
            f"{name}-0",
        ):
            if candidate in self._fields and candidate not in {"path", "revision"}:
                found: Field = self._fields[candidate]
                return found
        return None


def make_form(
    document: draft.Document, path: str, revision: int, *, shown: bool
) -> NodeForm:
    """Return the form of a node.

    Args:
        document: the draft.
        path: of the node.
        revision: of the draft, as the form is to send it back.
        shown: True fills it with what the node says; False with what was posted.
    """
    level = draft.level_of(path)
    node = node_at(document, path)
    specs = fields.fields_of(level, node)
    made: dict[str, Any] = {"level": level, "specs": specs}
    for spec in specs:
        made |= _make_fields(document, level, node, spec)
    form_class = type("_NodeForm", (NodeForm,), made)
    if not shown:
        posted: NodeForm = form_class(prefix=PREFIX)
        return posted
    values = show_node(level, node)
    values["other"] = _as_toml(fields.other_keys(level, node))
    values |= {"revision": str(revision), "path": path}
    form: NodeForm = form_class(formdata=None, prefix=PREFIX, data=values)
    return form


def node_at(document: draft.Document, path: str) -> Mapping[str, object]:
    """Return a node; a table that is not written yet is an empty one."""
    if path in draft.TABLES and path not in document:
        return {}
    return draft.find_node(document, path)


def _as_toml(values: Mapping[str, object]) -> str:
    return write_toml(values) if values else ""


def _make_fields(
    document: draft.Document,
    level: str,
    node: Mapping[str, object],
    spec: fields.Field,
) -> dict[str, Field]:
    key = spec.key
    if spec.shape == "levels":
        names = [f"{key}-{at}" for at in range(fields.LEVELS)]
        return {name: _area(level, name, 2) for name in names}
    if spec.shape == "record":
        return {
            name: _line(level, name)
            for name in (f"{key}-{part}" for part, _shape in spec.parts)
        }
    return {key: _make_field(document, level, node, spec)}


def _make_field(
    document: draft.Document,
    level: str,
    node: Mapping[str, object],
    spec: fields.Field,
) -> Field:
    match spec.shape:
        case "flag":
            field: Field = BooleanField(label_of(level, spec.key))
        case "option":
            field = _select(level, spec, node, ("", *spec.options))
        case "code":
            first = "total" if spec.key == "applies_to" else ""
            field = _select(level, spec, node, [first, *_codes(document, spec.of)])
        case "codes":
            field = _checkboxes(document, level, spec, node)
        case "long" | "lines" | "pairs":
            field = _area(level, spec.key, _ROWS[spec.shape])
        case _:
            field = _line(level, spec.key, is_number=spec.shape == "number")
    return field


def _line(level: str, name: str, *, is_number: bool = False) -> Field:
    keys = {"inputmode": "decimal"} if is_number else {}
    return StringField(label_of(level, name), [Length(max=_LONG)], render_kw=keys)


def _area(level: str, name: str, rows: int) -> Field:
    return TextAreaField(
        label_of(level, name), [Length(max=_LONG)], render_kw={"rows": rows}
    )


def _select(
    level: str, spec: fields.Field, node: Mapping[str, object], values: Sequence[str]
) -> Field:
    now = node.get(spec.key)
    known = list(dict.fromkeys(values))
    if isinstance(now, str) and now not in known:
        known.append(now)
    return SelectField(
        label_of(level, spec.key),
        choices=[SelectChoice(v, value_of(spec.key, v)) for v in known],
        validate_choice=False,
    )


def _checkboxes(
    document: draft.Document, level: str, spec: fields.Field, node: Mapping[str, object]
) -> Field:
    now = node.get(spec.key)
    written = [str(code) for code in now] if isinstance(now, list) else []
    codes = dict.fromkeys([*_codes(document, spec.of), *written])
    return SelectMultipleField(
        label_of(level, spec.key),
        choices=[SelectChoice(code, code) for code in codes],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )


def _codes(document: draft.Document, level: str) -> list[str]:
    found = (node.get("code") for _, node in draft.walk(document, level))
    return [code for code in found if isinstance(code, str) and code]
