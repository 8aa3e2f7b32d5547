"""The rows of a derived ledger, computed from the versions of the records that it reads.

A row's intervals follow from those versions and from nothing else: for every moment at which something became known,
the grounds then known are laid over the days, joins cut them, what was not missing is taken out, and what touches is one
run of days. So the whole ledger and a single key come out by the same function, in whatever order acts arrived.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huying.declare.derived import Derived, Expected
from huying.declare.derived_days import LAST
from huying.engine.database import Query
from huying.engine.derived_intervals import ONE, Days, common, united, without
from huying.engine.derived_versions import Version, key_text, of_grounds, of_matches
from huying.engine.packs import District


@dataclass(frozen=True)
class Row:
    """One run of days in which a key is listed, as it was known in [known_at, until).

    key      the value of `by`, as text: a secret one's blind index in hex; a record's id where there is no `by`
    shown    column -> value as JSON has it; reasons: see `_reason`
    """

    key: str
    from_day: date
    to_day: date
    known_at: datetime
    until: datetime | None
    units: tuple[int, ...]
    offices: tuple[int, ...]
    records: tuple[UUID, ...]
    shown: Mapping[str, Any]
    reasons: Sequence[Mapping[str, Any]]


Known = Mapping[int, Mapping[tuple[Any, ...], list[Version]]]  # a match's place -> values -> versions


def compute(query: Query, district: District, derived: Derived, keys: Sequence[Any]) -> list[Row]:
    """Every row of these keys, past ones too. keys: values of the column of `by`, or record ids.

    query  a transaction of the district by hy_writer
    """
    grounds: dict[Any, list[Version]] = defaultdict(list)
    for place, ground in enumerate(derived.grounds):
        for version in of_grounds(query, district, derived, place, ground, keys):
            grounds[version.there[0]].append(version)
    known: dict[int, dict[tuple[Any, ...], list[Version]]] = {}
    for place, match in enumerate(derived.matches):
        wanted = {version.here[place] for versions in grounds.values() for version in versions}
        known[place] = defaultdict(list)
        for version in of_matches(query, district, derived, place, match, wanted):
            known[place][version.there].append(version)
    return [row for key, versions in grounds.items() for row in _rows(derived, key_text(key), versions, known)]


def _rows(derived: Derived, key: str, grounds: Sequence[Version], known: Known) -> list[Row]:
    """The rows of one key, over all moments at which something about it became known."""
    around = [
        version
        for ground in grounds
        for place, values in enumerate(ground.here)
        for version in known[place].get(values, ())
    ]
    moments = {version.known_at for version in (*grounds, *around)}
    moments |= {version.until for version in (*grounds, *around) if version.until}
    found: list[Row] = []
    standing: dict[str, tuple[datetime, Any]] = {}
    for moment in sorted(moments):
        now = {_text(run): run for run in _runs(derived, key, grounds, known, moment)}
        for text in [text for text in standing if text not in now]:
            since, run = standing.pop(text)
            found.append(_row(key, run, since, moment))
        for text, run in now.items():
            standing.setdefault(text, (moment, run))
    return [*found, *(_row(key, run, since, None) for since, run in standing.values())]


Run = tuple[date, date, tuple[int, ...], tuple[int, ...], tuple[UUID, ...], dict[str, Any], list[dict[str, Any]]]


def _row(key: str, run: Run, since: datetime, until: datetime | None) -> Row:
    first, last, units, offices, records, shown, reasons = run
    return Row(key, first, last, since, until, units, offices, records, shown, reasons)


def _text(run: Run) -> str:
    return json.dumps(run, sort_keys=True, default=str)


@dataclass(frozen=True)
class _Piece:
    first: date
    last: date
    ground: Version
    joined: Mapping[str, Version]
    amiss: Mapping[str, Any]
    others: tuple[UUID, ...]


def _runs(derived: Derived, key: str, grounds: Sequence[Version], known: Known, moment: datetime) -> list[Run]:
    """The runs of days in which the key is listed, by what was known at a moment."""
    pieces = sorted(
        (
            piece
            for ground in grounds
            if _then(ground, moment)
            for piece in _pieces(derived, ground, [_at(known, p, v, moment) for p, v in enumerate(ground.here)])
        ),
        key=lambda piece: (piece.first, piece.ground.place, piece.ground.code, piece.last),
    )
    runs: list[list[_Piece]] = []
    end = date.min
    for piece in pieces:
        if runs and (end == LAST or piece.first <= end + ONE):
            runs[-1].append(piece)
        else:
            runs.append([piece])
            end = date.min
        end = max(end, piece.last)
    return [_run(derived, run) for run in runs]


def _run(derived: Derived, pieces: Sequence[_Piece]) -> Run:
    chief = min(pieces, key=lambda piece: (piece.ground.place, piece.first, piece.ground.code))
    shown = {
        shown.key: value for shown in derived.show if (value := _shown_of(chief, shown.name, shown.join)) is not None
    }
    records = {one for piece in pieces for one in (piece.ground.record, *piece.others)}
    return (
        pieces[0].first,
        max(piece.last for piece in pieces),
        tuple(sorted({piece.ground.unit for piece in pieces})),
        tuple(sorted({piece.ground.office for piece in pieces})),
        tuple(sorted(records)),
        shown,
        [_reason(derived, piece) for piece in pieces],
    )


def _shown_of(piece: _Piece, name: str, join: str) -> Any:
    if not join:
        return piece.ground.values.get(name)
    return piece.joined[join].values.get(name) if join in piece.joined else None


def _reason(derived: Derived, piece: _Piece) -> dict[str, Any]:
    """Why on these days: ground (its place), the record, first and last day, the record's values; joins: name -> record;
    few, many: slots of what is expected with their numbers."""
    ground = piece.ground
    return {
        "ground": ground.place,
        **_of(ground),
        "first": piece.first.isoformat(),
        "last": piece.last.isoformat(),
        **({"joins": {name: _of(one) for name, one in piece.joined.items()}} if piece.joined else {}),
        **piece.amiss,
    }


def _of(version: Version) -> dict[str, Any]:
    return {
        "ledger": version.ledger,
        "record": str(version.record),
        "code": version.code,
        "values": dict(version.values),
    }


def _at(known: Known, place: int, values: tuple[Any, ...], moment: datetime) -> list[Version]:
    return [version for version in known[place].get(values, ()) if _then(version, moment)]


def _then(version: Version, moment: datetime) -> bool:
    return version.known_at <= moment and (version.until is None or version.until > moment)


def _pieces(derived: Derived, ground: Version, matches: Sequence[Sequence[Version]]) -> Iterable[_Piece]:
    """The days on which one ground puts its row there. matches: in the order of derived.matches."""
    days: Days = [(ground.first, ground.last)]
    found: dict[str, Sequence[Version]] = {}
    others = [version.record for versions in matches for version in versions]
    for (name, match), versions in zip(derived.joins.items(), matches, strict=False):
        if not match.optional:
            days = common(days, united((one.first, one.last) for one in versions))
        found[name] = versions
    begin = len(derived.joins)
    for versions in matches[begin : begin + len(derived.missing)]:
        days = without(days, united((one.first, one.last) for one in versions))
    if derived.expects is None:
        for first, last in days:
            yield _Piece(first, last, ground, _joined(found, first, last), {}, tuple(others))
        return
    for first, last, amiss in _amiss(derived.expects, days, matches[-1]):
        yield _Piece(first, last, ground, _joined(found, first, last), amiss, tuple(others))


def _joined(found: Mapping[str, Sequence[Version]], first: date, last: date) -> dict[str, Version]:
    """name -> the record that matches on some of these days: the one that does so longest."""
    within = {
        name: [one for one in versions if one.first <= last and one.last >= first] for name, versions in found.items()
    }
    return {
        name: max(versions, key=lambda one: (one.last, one.first, one.code))
        for name, versions in within.items()
        if versions
    }


def _amiss(expected: Expected, days: Days, versions: Sequence[Version]) -> Iterable[tuple[date, date, dict[str, Any]]]:
    """The parts of some days on which the numbers are not as expected, and how."""
    for start, end in days:
        turns = {start} | {v.first for v in versions if start < v.first <= end}
        turns |= {v.last + ONE for v in versions if start <= v.last < end}
        last_of = [*sorted(turns)[1:], None]
        open_part: tuple[date, date, dict[str, Any]] | None = None
        for first, follows in zip(sorted(turns), last_of, strict=True):
            last = end if follows is None else follows - ONE
            amiss = _counted(expected, [v for v in versions if v.first <= first <= v.last])
            if open_part and open_part[2] == amiss:
                open_part = (open_part[0], last, amiss)
                continue
            if open_part and open_part[2]:
                yield open_part
            open_part = (first, last, amiss)
        if open_part and open_part[2]:
            yield open_part


def _counted(expected: Expected, versions: Sequence[Version]) -> dict[str, Any]:
    if not expected.each:
        number = len({version.record for version in versions})
        side = expected.amiss(number)
        return {} if not side else {("few" if side < 0 else "many"): {"": number}}
    numbers = {slot: len({v.record for v in versions if v.slot == slot}) for slot in expected.slots}
    few = {slot: number for slot, number in numbers.items() if expected.amiss(number) < 0}
    many = {slot: number for slot, number in numbers.items() if expected.amiss(number) > 0}
    return {**({"few": few} if few else {}), **({"many": many} if many else {})}
