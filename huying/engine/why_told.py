"""What `explaining.explain` found, told: as a dict for programs, as text for the terminal. The page shows the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from huying.declare.kinds import Field, say
from huying.engine import cell_texts, figure_tables, places, wording
from huying.engine.contributions import ALTERED, CAME, LEFT, Changed
from huying.engine.explaining import Difference, Explained, matters, title_of_cell
from huying.engine.figures import PARTS_OF_WHOLE, Figure
from huying.engine.indicators import Measured
from huying.engine.packs import District
from huying.engine.records import Record

STANDING = ("state", "opened_at", "closed_at", "due_at")
HOW = {CAME: "新算进来的 | came in", LEFT: "不再算的 | left", ALTERED: "改动的 | altered"}
AGAINST = {
    "previous": "上一期 | the period before",
    "year": "上年同期 | a year earlier",
    "moment": "那时所知的 | as known then",
}


class Told:
    """Tells explanations of one district in one language."""

    def __init__(self, district: District, lang: str = "zh"):
        self.district, self.lang = district, lang
        self.shower = cell_texts.Shower(district, places.tree(district.id, district.today()), lang)

    def say(self, text: str) -> str:
        return say(text, self.lang)

    def figure(self, figure: Figure) -> dict[str, Any]:
        """One figure, its numbers as text."""
        return _figure(figure, self.lang)

    def as_dict(self, one: Explained) -> dict[str, Any]:
        """Numbers as text, digit for digit; `to` is exclusive."""
        measured, rules = one.measured, one.declared
        return {
            "indicator": measured.indicator.name,
            "title": self.say(measured.indicator.title),
            "question": self.say(measured.indicator.question),
            "unit": self.say(measured.indicator.unit),
            "cell": dict(one.cell.only or {}),
            "cell_titles": dict(title_of_cell(self.district, one, self.lang)),
            "figure": _figure(one.figure, self.lang),
            "from": one.cell.start,
            "to": one.cell.end,
            "by": one.cell.by,
            "words": self.say(rules.words),
            "in_force_since": rules.since,
            "versions": rules.versions,
            "words_now": self.say(rules.present) or None,
            "words_before": self.say(rules.before) or None,
            "digest": measured.digest.hex(),
            "rule": measured.rule,
            "as_of": measured.as_of,
            "moment": measured.moment,
            "provisional": measured.provisional,
            "notes": [self.say(note) for note in measured.notes],
            "sql": one.sql,
            "seen_by": [self.say(sentence) for sentence in one.seen_by],
            "records": None
            if one.behind is None
            else {"total": one.behind.total, "shown": [self.record(one, record) for record in one.behind.records]},
            "difference": self._difference(one, one.difference) if one.difference else None,
            "parts": [self.as_dict(part) for part in one.parts],
        }

    def record(self, one: Explained, record: Record) -> dict[str, Any]:
        """A record with what decides whether and how much it counts, in words."""
        values = {self._title(record, name): self._text(record, name) for name in self._names(one, record)}
        return {"ledger": record.ledger.name, "code": record.code, "values": values}

    def _difference(self, one: Explained, found: Difference) -> dict[str, Any]:
        compared = found.records
        return {
            "against": found.against,
            "from": found.before.start,
            "to": found.before.end,
            "as_of": found.before.as_of,
            "figure": _figure(found.figure, self.lang),
            "num": _exact(found.num),
            "den": _exact(found.den),
            "out_of_reach": {"num": _exact(found.unseen[0]), "den": _exact(found.unseen[1])},
            "sums": None
            if compared is None
            else [
                {"how": how, "records": added.records, "num": _exact(added.num), "den": _exact(added.den)}
                for how, added in compared.by_how.items()
            ],
            "records": [self._changed(one, changed) for changed in compared.page] if compared else [],
        }

    def _changed(self, one: Explained, changed: Changed) -> dict[str, Any]:
        values = []
        for name in self._names(one, changed.record):
            was = self._text(changed.before, name) if changed.before else None
            now = self._text(changed.after, name) if changed.after else None
            values.append({"name": name, "title": self._title(changed.record, name), "was": was, "now": now})
        return {
            "ledger": changed.record.ledger.name,
            "code": changed.record.code,
            "how": changed.how,
            "num": _exact(changed.difference),
            "values": values,
        }

    def _names(self, one: Explained, record: Record) -> list[str]:
        return [name for name in matters(one) if name in record.values or name in STANDING]

    def _title(self, record: Record, name: str) -> str:
        return wording.date_name(self.district.rules, record.ledger, name, self.lang)

    def _text(self, record: Record, name: str) -> str | None:
        if name == "state":
            states = self.district.rules.flows[record.ledger.name].states
            return self.say(states[record.state].title) if record.state in states else record.state
        declared = record.ledger.fields.get(name)
        value = getattr(record, name) if declared is None else record.values.get(name)
        shown = self.shower.cell(declared or Field(name, "time", name), value, {})
        return None if shown is None else cell_texts.told(shown)

    def lines(self, one: Explained, depth: int = 0) -> Iterator[str]:
        """For the terminal."""
        zh, before = self.lang == "zh", "  " * depth
        cell = "".join(f" · {value}" for _, value in title_of_cell(self.district, one, self.lang))
        last = one.cell.end - timedelta(days=1)
        yield f"{before}{self.say(one.measured.indicator.title)}{cell} · {one.cell.start} — {last}: {self._value(one.measured, one.figure)}"
        yield f"{before}{self.say(one.measured.indicator.question)}"
        yield f"{before}{self.say(one.declared.words)}"
        if one.declared.present:
            yield f"{before}{'现在的口径已经不同：' if zh else 'The rule of today is another: '}{self.say(one.declared.present)}"
        yield from (f"{before}{self.say(note)}" for note in one.measured.notes)
        if one.difference:
            yield from (f"{before}{line}" for line in self._difference_lines(one, one.difference))
        if one.behind is not None:
            yield f"{before}{'背后的记录' if zh else 'Records behind'}: {one.behind.total}"
            for record in one.behind.records:
                told = self.record(one, record)
                yield f"{before}  {told['code']}  " + "  ".join(f"{k} {v}" for k, v in told["values"].items() if v)
        for part in one.parts:
            yield ""
            yield from self.lines(part, depth + 1)
        if not depth:
            yield ""
            yield from (self.say(sentence) for sentence in one.seen_by)
            yield ""
            yield one.sql

    def _difference_lines(self, one: Explained, found: Difference) -> Iterator[str]:
        zh = self.lang == "zh"
        last = found.before.end - timedelta(days=1)
        yield f"{'比' if zh else 'Against '}{self.say(AGAINST[found.against])} {found.before.start} — {last}: {self._value(found.before, found.figure)}"
        if found.records is None:
            return
        sums = found.num is not None
        for how, added in found.records.by_how.items():
            amounts = (
                f"  {_signed(added.num)}" + (f" / {_signed(added.den)}" if found.den is not None else "")
                if sums
                else ""
            )
            yield f"  {self.say(HOW[how])} {added.records}{amounts}"
        if any(found.unseen):
            yield f"  {'不在您的范围内' if zh else 'out of your reach'}  {_signed(found.unseen[0])}"
        if sums:
            yield f"  = {_signed(found.num)}" + (f" / {_signed(found.den)}" if found.den is not None else "")
        for changed in found.records.page[:10]:
            told = self._changed(one, changed)
            values = "  ".join(
                f"{v['title']} {v['was']} → {v['now']}"
                if changed.how == ALTERED
                else f"{v['title']} {v['now'] or v['was']}"
                for v in told["values"]
                if v["was"] != v["now"]
            )
            yield f"    {self.say(HOW[changed.how])} {told['code']}  {_signed(changed.difference) if sums else ''}  {values}".rstrip()

    def _value(self, measured: Measured, figure: Figure) -> str:
        if figure.value is None:
            return f"— ({figure_tables.status_words(measured, figure, self.lang)})"
        text = f"{figure.value:f}{figure_tables.unit_after(self.say(measured.indicator.unit))}"
        if measured.indicator.measure in PARTS_OF_WHOLE and figure.den is not None:
            text += f"  {_exact(figure.num)}/{_exact(figure.den)}"
        return text


def _figure(figure: Figure, lang: str) -> dict[str, Any]:
    return {
        "value": None if figure.value is None else f"{figure.value:f}",
        "status": figure.status,
        "num": _exact(figure.num),
        "den": _exact(figure.den),
        "rows": figure.rows,
        "left_out": figure.left_out,
        "says": say(figure.says, lang),
    }


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else f"{Decimal(value).normalize():f}"


def _signed(value: Decimal | None) -> str:
    return "—" if value is None else f"{'+' if value > 0 else ''}{_exact(value)}"
