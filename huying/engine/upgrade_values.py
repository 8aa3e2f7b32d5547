"""What one move of an upgrade list makes of one record's values. No database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from huying.declare import upgrades
from huying.declare.evaluate import evaluate
from huying.declare.kinds import Field, Ledger, Rules, part
from huying.declare.problems import both
from huying.declare.upgrades import Move, Upgrade
from huying.engine import values as door
from huying.engine.values import Wrong


@dataclass(frozen=True)
class Stuck:
    """A move that a person must finish. field: what to fill; choices: of which, where they are few."""

    field: str
    why: str  # 中文 | English
    choices: tuple[str, ...] = ()


class Upgrader:
    """One version's moves, for the records of one ledger.

    renamed  field -> its present name, over all versions
    """

    def __init__(self, rules: Rules, ledger: Ledger, upgrade: Upgrade, today: date, tz: ZoneInfo):
        self.rules, self.ledger, self.upgrade, self.today, self.tz = rules, ledger, upgrade, today, tz
        self.renamed = {old: new for new, olds in upgrades.former_names(ledger.upgrades).items() for old in olds}
        self.moves = [(n, move) for n, move in enumerate(upgrade.moves) if move.writes and self._targets(move)]

    def look(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Stuck], list[int]]:
        """(what to set, what a person must finish, the moves that have something to do here).

        values  field -> value as stored: declared and retired ones; of a field whose type changed, `name was` too
        """
        now, sets, stuck, used = dict(values), {}, [], []
        for place, move in self.moves:
            try:
                made = dict(self._made(move, now))
                for name, value in made.items():
                    door.check(self.ledger.fields[name], value)
            except _Asks as asks:
                stuck.append(asks.stuck)
                continue
            except Wrong as wrong:
                stuck.append(Stuck(self._targets(move)[0].name, str(wrong)))
                continue
            if made:
                used.append(place)
                now, sets = {**now, **made}, {**sets, **made}
        return sets, stuck, used

    def _targets(self, move: Move) -> list[Field]:
        names = [self.renamed.get(name, name) for name in move.to]
        return [self.ledger.fields[name] for name in names if name in self.ledger.fields]

    def _made(self, move: Move, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        targets = self._targets(move)
        first = targets[0]
        of = [values.get(self.renamed.get(name, name)) for name in move.of]
        if move.kind == upgrades.MAP:
            yield from self._mapped(move, first, of[0])
        elif any(values.get(field.name) is not None for field in targets):
            return
        elif move.kind == upgrades.FILL and move.value is not None:
            value = evaluate(move.value, values, today=self.today, tz=self.tz)
            if value is None and first.required:
                raise Wrong("旧内容里缺少要用的值，算不出来 | The record lacks a value that this is made from")
            yield from [(first.name, _typed(first, value))] if value is not None else []
        elif move.kind == upgrades.CONVERT:
            was = values.get(f"{first.name} was")
            if was is not None:
                yield first.name, self._read(first, was)
        elif of and of[0] is not None and move.kind == upgrades.TIMES:
            source = Decimal(of[0]) / 100 if self._was_money(move.of[0]) else Decimal(of[0])
            yield first.name, door.read_number(first.type, source * move.by)
        elif move.kind == upgrades.JOIN:
            said = [str(value) for value in of if value is not None]
            yield from [(first.name, move.between.join(said))] if said else []
        elif of and of[0] is not None and move.kind == upgrades.SPLIT:
            pieces = [piece.strip() for piece in str(of[0]).split(move.between)]
            if len(pieces) != len(move.to):
                raise Wrong(both(f"按“{move.between}”分不成 {len(move.to)} 段", f"“{move.between}” does not part it into {len(move.to)}"))  # fmt: skip
            kept = {self.renamed.get(name, name): piece for name, piece in zip(move.to, pieces, strict=True)}
            yield from ((field.name, kept[field.name]) for field in targets if kept[field.name])

    def _mapped(self, move: Move, field: Field, value: Any) -> Iterator[tuple[str, Any]]:
        if value in move.codes:
            yield field.name, move.codes[value]
        elif value in move.ask:
            choices = move.ask[value]
            titles = [field.choices.get(choice, choice) for choice in choices]
            words = both("、".join(map(part, titles)), ", ".join(part(title, "en") for title in titles))
            why = both(
                f"“{value}”分成了几样，请选：{part(words)}", f"“{value}” became several; choose: {part(words, 'en')}"
            )
            raise _Asks(Stuck(field.name, why, choices))

    def _read(self, field: Field, was: Any) -> Any:
        text = format(was, "f") if isinstance(was, Decimal) else str(was)
        if field.type == "enum":
            text = next((key for key, label in field.choices.items() if text in (part(label), part(label, "en"))), text)
        return door.read(self.rules, field, text, None, None, self.tz, lambda ledger, code: None)

    def _was_money(self, name: str) -> bool:
        field = self.ledger.fields.get(name)
        return field is not None and field.type == "money"


class _Asks(Exception):
    def __init__(self, stuck: Stuck):
        self.stuck = stuck


def _typed(field: Field, value: Any) -> Any:
    """What an expression gives, as the field keeps it."""
    if isinstance(value, Decimal) and field.type in ("integer", "money"):
        if value != value.to_integral_value():
            raise Wrong("应为整数 | It should be a whole number")
        return int(value)
    return value
