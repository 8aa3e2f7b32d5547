"""Forms that people drop, what was understood of each, and those whose understanding is kept for the next time.

A kept form holds its titles and what answers them; its file too where it was blank, so that the next one is filled
without being dropped again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from huying.declare.kinds import Field, say
from huying.declare.templates import LABELS, RECORDS, Parts, Template, parts_of, written_of
from huying.engine import access, form_files, template_periods
from huying.engine.clock import new_id
from huying.engine.form_files import Draft
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.template_base import Filling
from huying.engine.template_words import GONE, Understood, Vocabulary, plain, rows_of, score
from huying.sheets.blank import blank_form
from huying.sheets.forms import Form, open_form
from huying.sheets.naming import field_name

SURE = 0.7  # how many more titles the best ledger must answer than the next one, not to be a guess
COVERED = 0.6  # of a form's titles that a kept one must know to be taken for it


@dataclass(frozen=True)
class Answers:
    """A form with what answers each of its titles. columns, labels: column, row -> what it was taken for."""

    form: Form
    filling: Filling


def drop(district: District, tree: Tree, actor: Actor, data: bytes, name: str, known: str = "") -> Draft:
    """Take a form in: known again by its titles, or understood from the ledgers this person may see.

    known  a template's full name or a kept form's id, where a person says which it is
    Raises NotASheet.
    """
    form = open_form(data, name)
    understood = _recognised(district, actor, form, known) or _proposed(district, tree, actor, form)
    body = {**understood, "sheet": form.sheet}
    days = template_periods.in_title(form.title) or template_periods.usual(body.get("period", ""), district.today())
    body |= {"start": _iso(days[0]), "end": _iso(days[1])}
    if any(days) and not body.get("day"):
        body["day"] = "opened_on"
    file = form_files.seal(district, data)
    draft = Draft(new_id(), actor.person, _clean(name), file, "", body, False, district.now())
    form_files.insert(district, draft)
    return draft


def kept(district: District, actor: Actor) -> list[Draft]:
    """The kept forms whose ledger this person may see, the latest first."""
    return [one for one in form_files.kept(district) if may_see(district, actor, one.body.get("of", ""))]


def may_see(district: District, actor: Actor, ledger: str) -> bool:
    declared = district.rules.ledgers.get(ledger)
    return declared is not None and access.may_see(declared, actor)


def keep(district: District, actor: Actor, draft: Draft, answers: Answers, title: str) -> Draft:
    """Keep what was understood for the next time, in place of what was kept under the same title; the file where it is blank.

    Raises ValueError (`中文 | English`) where another person keeps a form of this title.
    """
    form, filling = answers.form, answers.filling
    body = {
        **{
            name: draft.body[name]
            for name in ("template", "of", "rows", "where", "day", "sheet", "header")
            if draft.body.get(name)
        },
        "period": draft.body.get("period") or template_periods.unit_of(filling.start, filling.end),
        "columns": {title_of(form, c): written_of(one.parts) for c, one in filling.columns.items()},
        "labels": {
            " › ".join(form.labels[r]): written_of(one.parts)
            for r, one in filling.labels.items()
            if one.parts and form.labels[r]
        },
    }
    made = replace(
        draft,
        id=new_id(),
        title=_clean(title),
        body=body,
        kept=True,
        file=draft.file if is_blank(form) else "",
        made_at=district.now(),
    )
    same = next((one for one in form_files.kept(district) if one.title == made.title), None)
    if same and not may_forget(actor, same):
        raise ValueError("别人已留着一张同名的表：请换个名称 | Someone keeps a form of this title: choose another")
    if same:
        form_files.forget(district, same)
    form_files.insert(district, made)
    return made


def may_forget(actor: Actor, draft: Draft) -> bool:
    """Whoever kept a form, and the administrator, may no longer keep it."""
    return draft.person == actor.person or actor.may("administer")


def answers(district: District, tree: Tree, actor: Actor, draft: Draft) -> Answers:
    """The form and what answers it, as it stands. Raises NotASheet, access.Refused."""
    body = draft.body
    form = open_form(form_files.data_of(district, draft), draft.name, body.get("sheet", ""), body.get("header"))
    ledger = district.rules.ledgers.get(body.get("of", ""))
    if ledger is None or not access.may_see(ledger, actor):
        raise access.Refused(
            "这张表用的$ledger不在您的$post范围内 | The $ledger that this form is filled from is not for your $post"
        )
    words = Vocabulary(district, tree, actor, ledger)
    rows = body.get("rows") if body.get("rows") in (RECORDS, LABELS) else rows_of(form, words)
    chosen, said = (
        {_shape(title): _checked(words, parts_of(parts)) for title, parts in body.get(key, {}).items() if parts}
        for key in ("columns", "labels")
    )
    columns = {
        c: chosen.get(_shape(title_of(form, c))) or words.column(form.titles[c], _asks(form, c, rows))
        for c in form.columns
    }
    labels = (
        {r: said.get(_shape(" › ".join(form.labels[r]))) or words.label(form.labels[r]) for r in form.rows}
        if rows == LABELS
        else {}
    )
    unit = tree.by_code.get(body.get("area", ""))
    return Answers(
        form,
        Filling(
            ledger.name,
            rows,
            columns,
            labels,
            body.get("where", ""),
            body.get("day", "") if body.get("day") in words.dates else "",
            _day(body.get("start")),
            _day(body.get("end")),
            unit.id if unit else None,
            bool(body.get("over")),
        ),
    )


def _checked(words: Vocabulary, parts: Parts) -> Understood:
    return Understood(parts) if all(words.knows(part) for part in parts) else GONE


def title_of(form: Form, column: int) -> str:
    """A column's title as it is kept: storeys joined by ›."""
    return " › ".join(form.titles[column])


def body_of(template: Template) -> dict[str, Any]:
    """A declared template as a form's body."""
    unit, day = template.period
    return {
        "template": template.name,
        "of": template.of,
        "rows": template.rows,
        "where": template.where.text if template.where else "",
        "day": day,
        "period": unit,
        "columns": {title: written_of(parts) for title, parts in template.columns.items()},
        "labels": {label: written_of(parts) for label, parts in template.labels.items()},
    }


def for_system(district: District, tree: Tree, actor: Actor, name: str) -> Draft:
    """A template at hand for its period: in the blank form that was kept with it, else in one made from its titles."""
    with_file = next((one for one in kept(district, actor) if one.body.get("template") == name and one.file), None)
    if with_file:
        return drop(district, tree, actor, form_files.data_of(district, with_file), with_file.name, str(with_file.id))
    template = district.rules.templates[name]
    title = say(template.title)
    fields = district.rules.ledgers[template.of].fields
    titles = [tuple(one.strip() for one in text.split("›")) for text in template.columns]
    days = [
        place
        for place, parts in enumerate(template.columns.values())
        if any(part.kind == "field" and _is_day(part.of, fields) for part in parts)
    ]
    labels = list(template.labels) or [say(unit.title) for unit in tree.of_kind("street")]
    data = blank_form(title, titles, labels if template.rows == LABELS else (), days)
    return drop(district, tree, actor, data, f"{_clean(title)}.xlsx", name)


def _is_day(name: str, fields: Mapping[str, Field]) -> bool:
    return name.endswith("_at") or (name in fields and fields[name].type in ("date", "time"))


def is_blank(form: Form) -> bool:
    """Whether a form holds nothing but its titles, labels, numbers of rows and formulas: nobody's data is in it."""
    asked = [c for c in form.columns if c not in form.marked and c not in form.serial]
    return not any(
        form.value((r, c)) is not None and not form.is_formula((r, c))
        for r in form.rows
        for c in asked
        if r not in form.totals
    )


def declaration(draft: Draft, answers: Answers, title: str) -> dict[str, Any]:
    """The form as a template that a pack declares: every title, and of the labels those that a person chose."""
    filling, body = answers.filling, draft.body
    unit = body.get("period") or template_periods.unit_of(filling.start, filling.end)
    columns = {
        title_of(answers.form, c): written_of(one.parts) or {"leave": True} for c, one in filling.columns.items()
    }
    return {
        "template": field_name(title, set()),
        "title": title,
        "of": filling.ledger,
        "rows": filling.rows,
        **({"period": f"{unit} of {filling.day}"} if unit and filling.day else {}),
        **({"where": filling.where} if filling.where else {}),
        "columns": {text: parts for text, parts in columns.items() if text},
        **({"labels": body["labels"]} if body.get("labels") and filling.rows == LABELS else {}),
    }


def _asks(form: Form, column: int, rows: str) -> str:
    """Columns of labels name what the rows are, whatever the others ask."""
    return RECORDS if column in form.marked or column in form.serial else rows


def _recognised(district: District, actor: Actor, form: Form, known: str) -> dict[str, Any] | None:
    """What is kept or declared of this form: the one that knows most of its titles, kept before declared."""
    titles = {_shape(title_of(form, c)) for c in form.columns if form.titles[c]}
    found = [{**one.body, "kept": str(one.id), "known_as": one.title} for one in kept(district, actor)]
    found += [
        {**body_of(one), "known_as": one.title}
        for one in district.rules.templates.values()
        if may_see(district, actor, one.of)
    ]
    if known:
        return next((body for body in found if known in (body.get("template"), body.get("kept"))), None)
    best, most = None, COVERED
    for body in found:
        own = {_shape(one) for one in body["columns"]}
        share = len(titles & own) / max(len(titles | own), 1)
        if share > most:
            best, most = body, share
    return best


def _proposed(district: District, tree: Tree, actor: Actor, form: Form) -> dict[str, Any]:
    """The ledger that answers most of the form; a guess where another answers nearly as much."""
    scored = []
    for name, ledger in district.rules.ledgers.items():
        if access.may_see(ledger, actor):
            words = Vocabulary(district, tree, actor, ledger)
            scored.append((score(form, words, rows_of(form, words)), name))
    most, best = max(scored, key=lambda one: one[0], default=(0.0, ""))
    others = [reached for reached, name in scored if name != best and district.rules.ledgers[name].like != best]
    return {"of": best, "unsure": any(most - reached < SURE for reached in others), "columns": {}, "labels": {}}


def _shape(title: str) -> str:
    return "›".join(plain(part) for part in title.split("›"))


def _clean(name: str) -> str:
    kept_name = "".join(ch for ch in name if ch.isprintable() and ch not in '\\/:*?"<>|').strip()
    return kept_name[-80:] or "表样.xlsx"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def parts_said(parts: Parts) -> str:
    """Parts as one text, as forms of pages send them."""
    return json.dumps(written_of(parts), ensure_ascii=False, sort_keys=True)
