"""Forms from their declarations, and the ledger and flow that each of them is.

The answers to a form are a ledger like the one that a pack provides as `answers`, with the form's fields beside its own;
its flow asks for them where an answer is sent, handed in and mended.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from huying.declare.building import Building
from huying.declare.declarations import Declaration, Names, merged
from huying.declare.forms import ABOUT, FILLED_IN, Form, Known
from huying.declare.problems import Problem, both

PASSED_ON = ("labels", "units", "private", "secret", "mask")
HOWS = ("count", "sum", "value")
MEND = "2 workdays"


def make_ledgers(names: Names) -> list[Problem]:
    """The ledger and the flow of every form."""
    problems = []
    for form in [one for (kind, _), one in sorted(names.found.items()) if kind == "form" and one.sound]:
        answers = _answers(names, form)
        flow = names.get("flow", answers.name) if answers else None
        if answers is None or flow is None or not set(FILLED_IN) | {"send"} <= set(flow.data.get("steps", {})):
            message = both(
                "没有包提供填报和期次的台账（answers、rounds）", "no pack provides ledgers for answers and rounds"
            )
            hint = both("请在 needs 里加上 collect。", "Add collect to needs.")
            problems.append(form.problem("form.no-answers", message, hint, ("form",), key=True))
            form.sound = False
            continue
        if ("ledger", form.name) in names.found or ("flow", form.name) in names.found:
            message = both(f"已有台账或流程 {form.short}", f"there is a ledger or flow {form.short} already")
            hint = both("采集表自带台账和流程：请换名。", "A form is a ledger and a flow itself: choose another name.")
            problems.append(form.problem("name.twice", message, hint, ("form",)))
            form.sound = False
            continue
        if not (answers.sound and flow.sound):
            form.sound = False
            continue
        of = names.resolve("ledger", form.data["each"]["of"], form.pack) if "each" in form.data else None
        if "each" in form.data and (of is None or not of.sound):
            message, hint = names.unknown("ledger", "台账", "ledger", form.data["each"]["of"], form.pack)
            problems += [] if of else [form.problem("name.unknown-ledger", message, hint, ("each", "of"))]
            form.sound = False
            continue
        for kind, data, origin in (
            ("ledger", _ledger(form, answers, of), answers),
            ("flow", _flow(form, flow), flow),
        ):
            sources = [*form.sources, *origin.sources]
            names.found[kind, form.name] = Declaration(kind, form.pack, form.short, sources, data, made=True)
    return problems


def _answers(names: Names, form: Declaration) -> Declaration | None:
    """The ledger that a pack in sight provides for answers, with one for rounds beside it."""
    for pack in names.visible(form.pack):
        found = names.get("pack", f"{pack}.pack")
        provided = found.data.get("provides", {}) if found and found.sound else {}
        if "answers" in provided and "rounds" in provided:
            return names.resolve("ledger", provided["answers"], pack)
    return None


def _ledger(form: Declaration, answers: Declaration, each: Declaration | None) -> dict[str, Any]:
    own = {key: form.data[key] for key in PASSED_ON if key in form.data}
    own |= {
        "ledger": form.short,
        "like": answers.name,
        "title": form.data["title"],
        "code": form.data["code"],
        "schema": {"properties": form.data["schema"]["properties"]},  # what is required is so when it is handed in
        "source": form.data["basis"],
    }
    if "purpose" in form.data:
        own["purpose"] = form.data["purpose"]
    if each:
        about = {"$ref": f"huying:record/{each.name}", "title": each.data["title"]}
        own["schema"] = {"properties": {ABOUT: about, **own["schema"]["properties"]}}
        own |= {"key": ["round", ABOUT], "list": [ABOUT, *answers.data.get("list", ())]}
    return merged({key: value for key, value in answers.data.items() if key != "like"}, own)


def _flow(form: Declaration, flow: Declaration) -> dict[str, Any]:
    data = deepcopy(flow.data)
    required = set(form.data["schema"].get("required", ()))
    fields = list(form.data["schema"]["properties"])
    asked = [name if name in required else f"{name}?" for name in fields]
    data |= {"flow": form.short, "like": flow.name, "title": form.data["title"], "source": form.data["basis"]}
    data["clock"] = {**data.get("clock", {"starts": "send", "stops": "hand_in"}), "limit": form.data["due"]}
    if "returned" in data["states"]:
        data["states"]["returned"]["within"] = form.data.get("mend", MEND)
    steps = data["steps"]
    about = [ABOUT] if "each" in form.data else []
    steps["send"]["asks"] = [*steps["send"].get("asks", ()), *about, *(f"{name}?" for name in fields)]
    for name in FILLED_IN:
        steps[name]["asks"] = [*steps[name].get("asks", ()), *asked]
        steps[name] |= {key: form.data[key] for key in ("needs", "needs_text") if key in form.data}
    return data


def build_forms(building: Building) -> None:
    for declaration in building.of("form"):
        data = declaration.data
        building.role(declaration, data["owner"].partition(":")[2], ("owner",))
        building.role(declaration, data["fillers"].partition(":")[2], ("fillers",))
        building.forms[declaration.name] = Form(
            name=declaration.name,
            title=data["title"],
            basis=data["basis"],
            owner=data["owner"],
            fillers=data["fillers"],
            minutes=int(data["minutes"]),
            every=data["every"],
            expires=data["expires"],
            due=data["due"],
            asks=tuple(data["schema"]["properties"]),
            purpose=data.get("purpose", ""),
            only=tuple(data.get("only", ())),
            each=_each(building, declaration),
            known={name: known for name in data.get("known", {}) if (known := _known(building, declaration, name))},
            anew=tuple(data.get("anew", ())),
            sums=tuple(data.get("sums", ())),
            despite=data.get("despite", {}),
        )


def _each(building: Building, declaration: Declaration) -> Known | None:
    if "each" not in declaration.data:
        return None
    given = declaration.data["each"]
    of = building.refer(declaration, "ledger", given["of"], ("each", "of"))
    among = building.expression(declaration, given.get("among"), ("each", "among"), building.scope(of))
    return Known(of, "each", "", among)


def _known(building: Building, declaration: Declaration, name: str) -> Known | None:
    """Where a field's value is taken from; None where it was refused, or check says what it lacks."""
    given, path = declaration.data["known"][name], ("known", name)
    of = building.refer(declaration, "ledger", given["of"], (*path, "of"))
    how = next((one for one in HOWS if one in given), "")
    if not of or not how:
        return None
    scope, key = building.scope(of), "count" if how == "count" else "among"
    text = None if given.get(key) is True else given.get(key)
    among = building.expression(declaration, text, (*path, key), scope)
    return Known(of, how, "" if how == "count" else given[how], among)
