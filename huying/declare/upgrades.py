"""How a ledger's records are carried from one version to the next: its upgrade list.

    version: 2
    upgrade:
      - to: 2
        moves:
          - {rename: depth, to: depth_cm}
          - {fill: road_class, with: '"local"'}
          - {map: cause, codes: {rain: water}, ask: {other: [tree, sign]}}
          - {times: length_m, by: 0.001, to: length_km}
          - {join: [road, number], between: " ", to: address}
          - {split: address, at: "-", to: [road, number]}
          - {convert: depth}
          - {drop: remark, title: 备注 | Remark}

A renamed field keeps its column, so that it needs no work at all; a dropped one keeps it too, for past days and the
history. The others write values into records, an event each (engine/upgrading.py). Pure: no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import TYPES

if TYPE_CHECKING:
    from huying.declare.building import Building
    from huying.declare.declarations import Declaration
    from huying.declare.expressions import Expression
    from huying.declare.kinds import Ledger

RENAME, FILL, MAP, TIMES, JOIN, SPLIT, CONVERT, DROP = (
    "rename", "fill", "map", "times", "join", "split", "convert", "drop",
)  # fmt: skip
KINDS = (RENAME, FILL, MAP, TIMES, JOIN, SPLIT, CONVERT, DROP)
NEEDS = {RENAME: {"to"}, FILL: {"with"}, MAP: set(), TIMES: {"by", "to"}, JOIN: {"to"}, SPLIT: {"at", "to"}}
KNOWS = {MAP: {"codes", "ask"}, JOIN: {"between"}, DROP: {"title"}}
NUMBERS = ("number", "integer", "money")
WORDS = ("text", "enum", "code", "integer")


@dataclass(frozen=True)
class Move:
    """One line of an upgrade list.

    of       the fields it reads (of fill: none besides those of the expression)
    to       the fields it writes; of rename and drop nothing is written
    codes    old value -> new one; ask: old value -> those that a person chooses from
    between  what joined texts have between them, or what a text is split at
    """

    kind: str
    of: tuple[str, ...]
    to: tuple[str, ...]
    value: Expression | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    ask: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: Decimal = Decimal(1)
    between: str = ""
    title: str = ""

    @property
    def writes(self) -> bool:
        return self.kind not in (RENAME, DROP)


@dataclass(frozen=True)
class Upgrade:
    """What carries records to version `to` from the one before."""

    to: int
    moves: tuple[Move, ...]
    why: str = ""

    @property
    def writes(self) -> bool:
        return any(move.writes for move in self.moves)


def former_names(upgrades: tuple[Upgrade, ...]) -> dict[str, tuple[str, ...]]:
    """Field -> the names that it bore before, the latest first."""
    found: dict[str, tuple[str, ...]] = {}
    for upgrade in upgrades:
        for move in upgrade.moves:
            if move.kind == RENAME:
                found[move.to[0]] = (move.of[0], *found.pop(move.of[0], ()))
    return found


def dropped(upgrades: tuple[Upgrade, ...]) -> dict[str, str]:
    """Field that is no more -> what histories call it, where they may tell of it."""
    return {move.of[0]: move.title for one in upgrades for move in one.moves if move.kind == DROP and move.title}


def build(building: Building, declaration: Declaration) -> tuple[Upgrade, ...]:
    """The upgrade list of a ledger whose fields are built; a condition that is refused leaves its move without a value."""
    scope = building.scope(declaration.name)
    found = []
    for place, one in enumerate(declaration.data.get("upgrade", ())):
        moves = []
        for number, move in enumerate(one["moves"]):
            kind = next((kind for kind in KINDS if kind in move), "")
            if not kind:
                continue
            path = ("upgrade", place, "moves", number, "with")
            value = building.expression(declaration, move.get("with"), path, scope, want=None) if kind == FILL else None
            moves.append(_move(kind, move, value))
        found.append(Upgrade(one["to"], tuple(moves), one.get("why", "")))
    return tuple(found)


def _move(kind: str, move: Mapping[str, Any], value: Expression | None) -> Move:
    def names(key: str) -> tuple[str, ...]:
        said = move.get(key, ())
        return (said,) if isinstance(said, str) else tuple(said)

    of = () if kind == FILL else names(kind)
    to = {FILL: names(FILL), MAP: of, CONVERT: of}.get(kind, names("to"))
    ask = {old: tuple(new) for old, new in move.get("ask", {}).items()}
    between = move.get("at", move.get("between", ""))
    by = Decimal(str(move.get("by", 1)))
    return Move(kind, of, to, value, dict(move.get("codes", {})), ask, by, between, move.get("title", ""))


def check(declaration: Declaration, ledger: Ledger) -> Iterator[Problem]:
    """What is wrong with a ledger's upgrade list by itself; what it lacks is told when it is put in force."""
    data = declaration.data.get("upgrade", [])
    versions = [one["to"] for one in data]
    for place, version in enumerate(versions):
        if version > ledger.version or version <= max(versions[:place], default=1):
            message = both(
                f"升级 {version} 应在 2 到 version（{ledger.version}）之间，从小到大，各一次",
                f"an upgrade to {version}: between 2 and the version ({ledger.version}), rising, once each",
            )
            yield declaration.problem("upgrade.version", message, "", ("upgrade", place, "to"))
        later = {name for one in data[place + 1 :] for move in one["moves"] for name in _names_of(move)}
        for number, move in enumerate(data[place]["moves"]):
            yield from _check_move(declaration, ledger, ("upgrade", place, "moves", number), move, later)


def _names_of(move: Mapping[str, Any]) -> set[str]:
    said = [move.get(kind) for kind in KINDS if kind in move]
    return {name for one in said if one for name in ([one] if isinstance(one, str) else one)}


def _check_move(
    declaration: Declaration, ledger: Ledger, path: tuple[Any, ...], data: Mapping[str, Any], later: set[str]
) -> Iterator[Problem]:
    """later: fields that later versions read: what this one writes may be gone by now."""

    def wrong(code: str, zh: str, en: str, key: str, hint: str = "") -> Problem:
        return declaration.problem(code, both(zh, en), hint, (*path, key) if key else path)

    kinds = [kind for kind in KINDS if kind in data]
    if len(kinds) != 1:
        hint = both(f"写 {'、'.join(KINDS)} 之一。", f"Write one of {', '.join(KINDS)}.")
        yield wrong("upgrade.move", "一步写一样，不多不少", "a move says one thing, no more and no less", "", hint)
        return
    kind = kinds[0]
    need = NEEDS.get(kind, set())
    keys = set(data) - {kind}
    if need - keys or keys - need - KNOWS.get(kind, set()) or (kind == MAP and not keys):
        words = ", ".join(sorted(need | KNOWS.get(kind, set()))) or "—"
        yield wrong("upgrade.move", f"{kind} 要写的是：{words}", f"{kind} takes: {words}", "")
        return
    move = _move(kind, data, None)
    for name in move.to:
        target = ledger.fields.get(name)
        key = kind if kind in (FILL, MAP, CONVERT) else "to"
        if target is None and name not in later:
            hint = did_you_mean(name, list(ledger.fields), "字段", "Fields")
            yield wrong("ledger.unknown-field", f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}", key, hint)  # fmt: skip
        elif target and (name in ledger.masked or name == "unit"):
            hint = both(
                "遮住的字段和所在街道社区保留原名原值。", "Masked fields, and where a record belongs, stay as they are."
            )
            yield wrong("upgrade.masked", f"{name} 不能由升级改写", f"{name} is not for an upgrade to write", key, hint)
        elif target and (unfit := _unfit(move, target)):
            yield wrong("upgrade.type", *unfit, key)
    gone = {RENAME: "改了名", DROP: "已取消"}.get(kind)
    if gone and move.of[0] in ledger.fields:
        hint = both(
            "旧名不能再用：它的列还存着过去的内容。", "A former name is not used again: its column holds what was."
        )
        yield wrong("upgrade.still-there", f"{move.of[0]} {gone}，却还在字段里", f"{move.of[0]} is gone, yet still a field", kind, hint)  # fmt: skip
    if kind == MAP and (target := ledger.fields.get(move.of[0])):
        for old, new in [(o, n) for o, n in move.codes.items()] + [(o, n) for o, ns in move.ask.items() for n in ns]:
            key = "codes" if old in move.codes else "ask"
            said = quoted(old), quoted(new)
            if target.type == "enum" and new not in target.choices:
                hint = did_you_mean(new, target.choices, "值", "Values")
                yield wrong(
                    "upgrade.code",
                    f"{target.name} 没有值 {said[1]}",
                    f"{target.name} has no value {said[1]}",
                    key,
                    hint,
                )
            if old in target.choices:
                zh, en = f"{said[0]} 还是 {target.name} 的值", f"{said[0]} is still a value of {target.name}"
                yield wrong("upgrade.code", zh, en, key)


def _unfit(move: Move, target: Any) -> tuple[str, str] | None:
    """Why a field cannot hold what a move writes."""
    if move.kind == MAP and target.type not in ("enum", "code"):
        return f"{target.name} 不是几样选一", f"{target.name} is no choice among values"
    if move.kind == TIMES and target.type not in NUMBERS:
        return f"{target.name} 不是数", f"{target.name} is no number"
    if move.kind in (JOIN, SPLIT) and target.type != "text":
        return f"{target.name} 不是文字", f"{target.name} is no text"
    if move.kind == CONVERT and target.type in ("point", "photos", "record", "area", "office", "post"):
        return f"不能由别的类型变成 {target.name}", f"nothing is turned into {target.name}"
    return None


def check_fill(declaration: Declaration, ledger: Ledger) -> Iterator[Problem]:
    """Values that do not fit the fields that they fill; built already."""
    for place, upgrade in enumerate(ledger.upgrades):
        for number, move in enumerate(upgrade.moves):
            target = ledger.fields.get(move.to[0]) if move.kind == FILL else None
            if target and move.value is not None and TYPES[target.type] != move.value.type:
                zh = f"{target.name} 是 {TYPES[target.type]}，给的是 {move.value.type}"
                en = f"{target.name} is {TYPES[target.type]}, but {move.value.type} is given"
                yield declaration.problem("upgrade.type", both(zh, en), "", ("upgrade", place, "moves", number, "with"))
