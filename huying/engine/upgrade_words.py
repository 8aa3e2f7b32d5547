"""An upgrade list in words, and what could not be carried on as a sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huying.declare import upgrades
from huying.declare.kinds import Ledger, part, say
from huying.declare.problems import both
from huying.declare.upgrades import Move
from huying.engine import upgrade_writing
from huying.engine.database import Row
from huying.engine.sheet_writing import Workbook
from huying.engine.upgrading import Upgrading

HEAD = ("编号 | Code", "字段 | Field", "为什么 | Why", "可选 | Choices")


def move(ledger: Ledger, one: Move) -> str:
    """One move as a sentence, `中文 | English`."""
    titles = [ledger.fields[name].title if name in ledger.fields else name for name in one.to]
    to, to_en = "、".join(map(part, titles)), ", ".join(part(title, "en") for title in titles)
    of = "、".join(one.of)
    pairs = "，".join(f"{old} → {new}" for old, new in one.codes.items())
    asked = "，".join(f"{old} → {'/'.join(new)}" for old, new in one.ask.items())
    match one.kind:
        case upgrades.RENAME:
            return both(f"{of} 改叫“{to}”，内容不动", f"{of} is now “{to_en}”; nothing is rewritten")
        case upgrades.FILL:
            text = one.value.text if one.value else ""
            return both(f"“{to}”空着的填 {text}", f"“{to_en}”, where empty, becomes {text}")
        case upgrades.MAP:
            zh = f"“{to}”：" + "；".join(filter(None, [pairs, asked and f"要人选 {asked}"]))
            en = f"“{to_en}”: " + "; ".join(filter(None, [pairs, asked and f"a person chooses {asked}"]))
            return both(zh, en)
        case upgrades.TIMES:
            return both(f"{of} × {one.by} → “{to}”", f"{of} × {one.by} → “{to_en}”")
        case upgrades.JOIN:
            return both(f"{of} 连成“{to}”", f"{of} joined into “{to_en}”")
        case upgrades.SPLIT:
            return both(f"{of} 按“{one.between}”分成 {to}", f"{of} parted at “{one.between}” into {to_en}")
        case upgrades.CONVERT:
            return both(f"“{to}”换了类型，重新读一遍", f"“{to_en}” has another type and is read anew")
    return both(f"{part(one.title) or of} 不再登记，过去的留着", f"{part(one.title, 'en') or of} is no more; what was entered is kept")  # fmt: skip


def sheet(one: Upgrading, file: Any, lang: str, among: Callable[[list[Row]], list[Row]] = lambda rows: rows) -> int:
    """What a person must finish, as an .xlsx; among: which of the records. Returns how many rows."""
    book, rows = Workbook(file), 0
    page = book.sheet(say(one.ledger.title, lang))
    for place, title in enumerate(HEAD):
        book.write(page, 0, place, say(title, lang), bold=True)
    for row in among(upgrade_writing.refused(one, 100_000)):
        _, stuck, _ = one.upgrader.look(one.values(row))
        for what in stuck:
            rows += 1
            field = one.ledger.fields[what.field]
            choices = "、".join(say(field.choices.get(choice, choice), lang) for choice in what.choices)
            cells = (row["code"], say(field.title, lang), say(what.why, lang), choices)
            for place, cell in enumerate(cells):
                book.write(page, rows, place, cell)
    book.book.close()
    return rows
