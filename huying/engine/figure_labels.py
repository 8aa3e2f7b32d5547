"""What people call the values that figures are split by."""

from __future__ import annotations

from huying.declare.kinds import Ledger, say
from huying.engine import database, levels, wording
from huying.engine.counting import STANDING
from huying.engine.indicators import Measured
from huying.engine.packs import District


def labels(district: District, measured: Measured, lang: str = "zh") -> list[dict[str, str]]:
    """For each split, value -> what people call it."""
    return [
        {
            value: value_title(district, measured, name, value, lang)
            for value in {f.split[place] for f in measured.figures}
        }
        for place, name in enumerate(measured.split)
    ]


def value_title(district: District, measured: Measured, name: str, value: str, lang: str) -> str:
    """What people call one value of a split."""
    if not value:
        return wording.UNKNOWN[lang]
    ledgers = [ledger for n in measured.ledgers if (ledger := district.rules.ledgers.get(n))]
    if ledgers and name not in ledgers[0].fields and name not in STANDING:
        titles = levels.spans(district.id).of_level(name, measured.start, measured.end)
        return say(titles.get(value, value), lang)
    return next((text for ledger in ledgers if (text := _value_label(district, ledger, name, value, lang))), value)


def _value_label(district: District, ledger: Ledger, name: str, value: str, lang: str) -> str:
    if name == "state":
        flow = district.rules.flows.get(ledger.name)
        return say(flow.states[value].title, lang) if flow and value in flow.states else ""
    declared = ledger.fields.get(name)
    kind = declared.type if declared else "area" if name in ("office", "unit") else ""
    if kind in ("area", "office"):
        title = database.direct().value(
            "select title from hy.unit_span where district = %s and unit = %s order by since desc limit 1",
            [district.id, int(value)],
        )
        return say(title, lang) if title else ""
    if declared is None:
        return ""
    if declared.type == "record" and declared.ledger in district.tables:
        with database.writing(district.id) as query:
            found = query.value(
                f"select code from {district.tables[declared.ledger].name} where district = %s and id = %s::uuid",
                [district.id, value],
            )
        return found or ""
    if declared.type == "code":
        entry = district.rules.codes[declared.codes].entries.get(value)
        return say(entry.title, lang) if entry else ""
    if declared.type == "enum":
        return say(declared.choices[value], lang) if value in declared.choices else ""
    if declared.type == "boolean":
        return wording.YES_NO[lang][value == "false"]
    return ""
