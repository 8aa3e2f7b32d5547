"""What the address of a ledger's list asks for, read so that nothing typed into it breaks a page."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from huying.declare.kinds import Field, Ledger, say
from huying.engine import access, finding, sealed, secret_values


def filters_of(
    request: HttpRequest, declared: Ledger, given: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what records.page filters by, what the page shows as chosen); unknown values choose nothing.

    given: parameter -> value, of the address or of a view
    """
    flow = request.district.rules.flows[declared.name]
    filters: dict[str, Any] = {}
    asked: dict[str, Any] = {"state": "", "street": None, "category": "", "found": "", "q": ""}
    asked["q"] = " ".join(given.get("q", "").replace("\0", "").split())[: finding.LONGEST]
    if finding.words_of(asked["q"]):
        reach, number = access.reach_for(declared, request.actor), request.district.tables[declared.name].number
        filters["id"] = [row["record"] for row in finding.find(reach, asked["q"], number)]
    if sought := _sought(request, declared, given):
        field, text = sought
        filters[field.name] = text
        asked["found"] = f"{say(field.title, request.lang)} {secret_values.masked(field.mask, text)}"
    if given.get("state") in flow.states:
        filters["state"] = asked["state"] = given["state"]
    street = request.tree.by_code.get(given.get("area", ""))
    if street and street.kind != "office":
        filters["unit"], asked["street"] = request.tree.under(street.id), street
    by = declared.fields.get(flow.dispatch_by)
    if by and by.codes and given.get("category") in (entries := request.district.rules.codes[by.codes].entries):
        codes = request.district.rules.codes[by.codes]
        filters[by.name] = [code for code in entries if given["category"] in codes.within(code)]
        asked["category"] = given["category"]
    return filters, asked


def _sought(request: HttpRequest, declared: Ledger, given: Mapping[str, str]) -> tuple[Field, str] | None:
    """(field, value) that this person typed to find records by."""
    try:
        sealed_text = base64.urlsafe_b64decode(given.get("found", ""))
    except ValueError:
        return None
    opened = sealed.unseal(sealed_text, of_find(request, declared.name))
    name, text = json.loads(opened) if opened else ("", "")
    return (declared.fields[name], text) if name in access.may_find_by(declared, request.actor) else None


def of_find(request: HttpRequest, ledger: str) -> str:
    return f"find {request.district.id} {ledger} {request.actor.person}"


def categories(request: HttpRequest, declared: Ledger, by: str) -> list[tuple[str, str]]:
    field = declared.fields.get(by)
    if field is None or not field.codes:
        return []
    return [
        (entry.code, ("　" if entry.parent else "") + say(entry.title, request.lang))
        for entry in request.district.rules.codes[field.codes].entries.values()
    ]
