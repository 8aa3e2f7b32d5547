"""Engine objects as JSON: values in the form that can be sent back, titles in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

from huying.api.callers import Caller
from huying.api.problems import language
from huying.declare import kinds
from huying.engine import access, dispatch
from huying.engine.acts import Outcome
from huying.engine.plain_values import plain
from huying.engine.records import Record

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain)


def reply(content: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """The response that bears `content`."""
    return HttpResponse(as_json(content), status=status, content_type="application/json")


def as_json(content: Mapping[str, Any]) -> bytes:
    """`content` as UTF-8."""
    return _JSON.encode(content).encode()


class Shower:
    """Shows what one caller asked for; posts are read once, when one is shown."""

    def __init__(self, caller: Caller):
        self.caller, self.district, self.tree, self.lang = caller, caller.district, caller.tree, language()
        self._posts: dispatch.Posts | None = None

    def say(self, text: str) -> str:
        return kinds.say(text, self.lang)

    def unit(self, number: int) -> dict[str, Any] | None:
        unit = self.tree.get(number)
        return unit and {"id": unit.id, "code": unit.code, "title": self.say(unit.title), "kind": unit.kind}

    def post(self, number: int) -> dict[str, Any] | None:
        if self._posts is None:
            self._posts = dispatch.posts(self.district, self.tree)
        post = self._posts.by_id.get(number)
        return post and {"id": post.id, "code": post.code, "title": self.say(post.title)}

    def values(self, ledger: kinds.Ledger, values: Mapping[str, Any]) -> dict[str, Any]:
        """Field values as they can be sent back; `unit` stands beside them."""
        return {
            name: self.value(ledger.fields[name], value)
            for name, value in values.items()
            if name in ledger.fields and value is not None
        }

    def value(self, field: kinds.Field, value: Any) -> Any:
        """One value as it can be sent back."""
        if field.type == "point":
            return {"lng": value[0], "lat": value[1]}
        if field.type in ("area", "office"):
            unit = self.tree.get(value)
            return unit.code if unit else str(value)
        if field.type == "money":
            return Decimal(value) / 100
        return value

    def record(self, record: Record) -> dict[str, Any]:
        flow, name = self.district.rules.flows[record.ledger.name], record.ledger.name
        state = flow.states.get(record.state)
        return {
            "ledger": name,
            "id": record.id,
            "code": record.code,
            "seq": record.seq,
            "state": record.state,
            "state_title": self.say(state.title) if state else record.state,
            "unit": self.unit(record.unit),
            "office": self.unit(record.office),
            "post": self.post(record.post),
            "opened_at": record.opened_at,
            "closed_at": record.closed_at,
            "due_at": record.due_at,
            "known_at": record.known_at,
            "values": self.values(record.ledger, record.values),
            "masked": list(record.masked),
            "masks": dict(record.masks),
            "url": url_of(name, record.code),
        }

    def open_record(self, record: Record, now: bool) -> dict[str, Any]:
        steps = access.open_steps(self.district, self.caller.actor, record) if now else []
        return self.record(record) | {"steps": [self.step(step) for step in steps]}

    def state(self, state: kinds.State) -> dict[str, Any]:
        return {
            "name": state.name,
            "title": self.say(state.title),
            "holder": state.holder,
            "within": state.within,
            "final": state.final,
        }

    def step(self, step: kinds.Step) -> dict[str, Any]:
        return {
            "name": step.name,
            "title": self.say(step.title),
            "from": list(step.from_),
            "to": step.to,
            "by": list(step.by),
            "asks": list(step.asks),
            "optional": list(step.optional),
            "assigns": step.assigns == "dispatch",
        }

    def field(self, ledger: kinds.Ledger, field: kinds.Field) -> dict[str, Any]:
        return {
            "name": field.name,
            "title": self.say(field.title),
            "type": field.type,
            "required": field.required,
            "help": self.say(field.help),
            "unit": self.say(field.unit),
            "choices": {value: self.say(label) for value, label in field.choices.items()},
            "codes": field.codes,
            "ledger": field.ledger,
            "private": field.name in ledger.masked,
            "secret": field.name in ledger.secret,
            "value_schema": self.schema(field),
        }

    def schema(self, field: kinds.Field) -> dict[str, Any]:
        """The JSON Schema of a field's value as the API takes and gives it."""
        shape: dict[str, Any] = {
            "number": {"type": "number"},
            "integer": {"type": "integer"},
            "boolean": {"type": "boolean"},
            "money": {"type": "number", "multipleOf": 0.01},
            "date": {"type": "string", "format": "date"},
            "time": {"type": "string", "format": "date-time"},
            "post": {"type": "integer"},
            "record": {"type": "string", "format": "uuid"},
            "photos": {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "maxItems": 9},
            "point": {
                "type": "object",
                "required": ["lng", "lat"],
                "properties": {"lng": {"type": "number"}, "lat": {"type": "number"}},
            },
        }.get(field.type, {"type": "string"})
        if field.type == "enum":
            shape = {"enum": list(field.choices)}
        if field.type == "code":
            shape = {"enum": list(self.district.rules.codes[field.codes].entries)}
        if field.type in ("text", "number", "integer"):
            shape = {**field.schema, **shape}
        return {**shape, "title": self.say(field.title)} | ({"description": self.say(field.help)} if field.help else {})

    def outcome(self, outcome: Outcome) -> dict[str, Any]:
        return {
            "act": outcome.act.act,
            "record": outcome.record,
            "ledger": outcome.act.ledger,
            "code": outcome.code,
            "seq": outcome.seq,
            "state": outcome.state,
            "again": outcome.again,
            "url": url_of(outcome.act.ledger, outcome.code),
        }


def url_of(ledger: str, code: str) -> str:
    """Where the API shows a record."""
    return f"/api/v1/ledgers/{ledger}/records/{quote(code, safe='')}"
