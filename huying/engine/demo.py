"""A demonstration year, made from the packs' own flows by the rules of the district's demo.yaml, always the same.

Everything goes through `take_steps`, in batches, in the order of time, so that clocks, dispatch, rulings, history and
chains are those of real work. When it was cut short the district is emptied and made anew: it is there whole or the
next run makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from huying.declare.problems import Problem, Problems, both
from huying.declare.sources import Source, read_yaml
from huying.engine import (
    codes,
    database,
    demo_documents,
    demo_registers,
    demo_rounds,
    demo_supervision,
    demo_tasks,
    districts,
    followers,
    packs,
    places,
    records,
    values,
)
from huying.engine.demo_samples import Samples
from huying.engine.demo_walk import Cast, Walk, Walker, spread
from huying.engine.district_files import Files, moment, read
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.places import Tree

Progress = Callable[..., None]
WINDOW = timedelta(days=7)  # acts of one window go in few batches, in order of time
BATCH = 400
TOLD, READ = timedelta(days=14), timedelta(days=2)  # notices are made for the last days only, older ones were read
TITLE = "演示年 demonstration year"


@dataclass
class Year:
    """What one run works with."""

    files: Files
    district: District
    tree: Tree
    walks: dict[str, Walk]
    walkers: list[Walker]
    end: datetime
    cast: Cast
    tasks: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    registers: list[dict[str, Any]]
    rounds: list[dict[str, Any]]
    seed: int


def make(folder: Path, progress: Progress, scale: float = 1.0) -> int:
    """Make the year of a demonstration district that has a demo.yaml, once. Returns the acts taken; 0 when it is there.

    scale  1 makes the declared number of records; tests make fewer
    """
    files = read(folder)
    district = packs.current(files.id)
    if not district.demonstration or district.config.get("made") or not (folder / "demo.yaml").exists():
        return 0
    year = _plan(files, district, scale)
    if _begun(district):
        empty(district)
        districts.load(folder, lambda *_: None, demonstration=True)
    _learn_references(year)
    with in_bulk():
        acts = _play(year, progress)
        for one in year.tasks:
            acts += demo_tasks.enter(district, year.cast, one, files.tz)
        for one in year.documents:
            acts += demo_documents.enter(district, year.cast, one, moment(one["at"], files.tz))
        chance = Random(year.seed)  # its own, so that a round more leaves the rest of the year as it is
        for one in year.registers:
            acts += demo_registers.fill(district, year.cast, one, files.tz, chance, scale)
        for n, one in enumerate(year.rounds):
            last = all(other["form"] != one["form"] for other in year.rounds[n + 1 :])
            at = moment(one["at"], files.tz)
            acts += demo_rounds.enter(district, year.cast, one, at, chance, last)
        for one in year.tasks:
            acts += demo_supervision.enter(district, year.cast, one, files.tz)
        progress(TITLE + "：查询与提醒 search and notices")
        _follow(district, year.end)
    with database.owning() as query:
        query.run(
            "update district set config = (config::jsonb || jsonb_build_object('made', true))::text where id = %s",
            [district.id],
        )
    packs.forget()
    return acts


@contextmanager
def in_bulk() -> Iterator[None]:
    """Statements are planned once, and commits do not wait for the disk: the mark that the year is whole is committed
    last and waits for all."""
    connection = database.raw()
    before = connection.prepare_threshold, connection.prepared_max
    connection.prepare_threshold, connection.prepared_max = 2, 500
    database.direct().run("set synchronous_commit = off")
    try:
        yield
    finally:
        database.direct().run("reset synchronous_commit")
        connection.prepare_threshold, connection.prepared_max = before


def _plan(files: Files, district: District, scale: float) -> Year:
    source, problems = read_yaml(
        files.folder / "demo.yaml", f"{files.folder.parent.name}/{files.folder.name}/demo.yaml"
    )
    if problems:
        raise Problems(problems)
    declared: dict[str, Any] = source.data
    random = Random(int(declared["seed"]))
    tree = places.tree(district.id, district.today())
    cast = Cast(district, tree, random)
    end = moment(files.demonstration["today"], files.tz)
    first = moment(files.demonstration["begins"], files.tz).date()
    weights = {code: float(w) for code, w in declared.get("streets", {}).items()}
    streets = tree.of_kind(declared["level"])
    walks, walkers = {}, []
    for ledger, rules in declared["ledgers"].items():
        if ledger not in district.rules.flows:
            raise Problems(
                [_problem(source, ("ledgers", ledger), f"没有台账 {ledger}", f"there is no ledger {ledger}")]
            )
        samples = Samples(district, tree, district.rules.ledgers[ledger], rules.get("answers", {}), random)
        walk = walks[ledger] = Walk(cast, ledger, rules, samples, random)
        for n, at in enumerate(spread(rules, first, end.date(), files.tz, random, scale)):
            street = random.choices(streets, [weights.get(s.code, 1.0) for s in streets])[0]
            below = tree.children.get(street.id, [])
            unit = random.choice(below) if below and random.random() < 0.85 else street
            walker = Walker(f"{ledger}/{n}", ledger, unit, at)
            walk.begin(walker)
            walkers.append(walker)
    walkers += _scripted(declared.get("scripts") or [], source, files, district, tree, cast, walks, random)
    more = (declared.get(name) or [] for name in ("tasks", "documents", "registers", "rounds"))
    return Year(files, district, tree, walks, walkers, end, cast, *more, int(declared["seed"]))


def _scripted(
    scripts: list[dict[str, Any]],
    source: Source,
    files: Files,
    district: District,
    tree: Tree,
    cast: Cast,
    walks: dict[str, Walk],
    random: Random,
) -> list[Walker]:
    """Records whose every step is laid down in demo.yaml. Raises Problems with all that is wrong in them."""
    found, problems = [], []
    for n, script in enumerate(scripts):
        ledger, lines = script["ledger"], []
        if ledger not in walks:
            samples = Samples(district, tree, district.rules.ledgers[ledger], {}, random)
            walks[ledger] = Walk(cast, ledger, {"states": {}}, samples, random)
        for place, step in enumerate(script["steps"]):
            answers, wrong = values.clean(
                district.rules,
                district.rules.ledgers[ledger],
                step.get("answers") or {},
                tree,
                district.outline,
                files.tz,
                lambda name, code: records.find_id(district, name, code),
            )
            for name, text in wrong.items():
                zh, _, en = text.partition(" | ")
                problems.append(_problem(source, ("scripts", n, "steps", place, "answers", name), zh, en or zh))
            if step["by"] != "resident" and step["by"] not in cast.by_login:
                zh, en = f"没有人用 {step['by']} 登录", f"nobody signs in as {step['by']}"
                problems.append(_problem(source, ("scripts", n, "steps", place, "by"), zh, en))
            lines.append({**step, "answers": answers, "at": moment(step["at"], files.tz)})
        unit = tree.get(lines[0]["answers"].get("unit") or 0) or tree.root
        found.append(Walker(f"script/{n}", ledger, unit, lines[0]["at"], lines))
    if problems:
        raise Problems(problems)
    return found


def _problem(source: Source, path: tuple[Any, ...], zh: str, en: str) -> Problem:
    return source.problem("district.value", both(zh, en), "", source.place(path))


def _learn_references(year: Year) -> None:
    """Records that stood before the year began may be referred to from their own street."""
    for ledger, walk in year.walks.items():
        for field in year.district.rules.ledgers[ledger].fields.values():
            if field.type != "record" or field.name not in walk.declared.get("answers", {}):
                continue
            table = year.district.tables[field.ledger]
            with database.writing(year.district.id) as query:
                rows = query.tuples(
                    f"select id, unit from {table.name} where district = %s and not hidden order by code",
                    [year.district.id],
                )
            by_street: dict[int, list[Any]] = {}
            for record, unit in rows:
                chain = year.tree.chain(unit)
                by_street.setdefault(chain[-2].id if len(chain) > 1 else unit, []).append(record)
            walk.samples.referred[field.name] = by_street


def _play(year: Year, progress: Progress) -> int:
    """Every act up to the present of the demonstration, window by window. Returns how many were taken."""
    waiting = sorted(year.walkers, key=lambda w: (w.at, w.number))
    done, total = 0, len(waiting)
    begun, live, taken, learned = 0, [], 0, 100
    bound = waiting[0].at + WINDOW if waiting else year.end
    while waiting[begun:] or live:
        while begun < total and waiting[begun].at < min(bound, year.end):
            live.append(waiting[begun])
            begun += 1
        now = sorted((w for w in live if w.at < min(bound, year.end)), key=lambda w: (w.at, w.number))
        if not now:
            if bound >= year.end:
                break
            bound += WINDOW
            progress(TITLE, done, total)
            if taken > learned * 2:
                learned = max(taken, 250)
                _analyze(year.district)
            continue
        for start in range(0, len(now), BATCH):
            taken += _take(year, now[start : start + BATCH])
        done = begun
        going = {w.number for w in now if not _goes_on(year, w)}
        live = [w for w in live if w.number not in going]
    progress(TITLE, total, total)
    return taken


def _analyze(district: District) -> None:
    """Statements planned while the tables were empty would read them from end to end."""
    with database.owning() as query:
        for table in ["event", "duty", "share", "record_key", *(f"l{t.number}" for t in district.tables.values())]:
            query.run(f"analyze {table}")


def _goes_on(year: Year, walker: Walker) -> bool:
    if walker.record is None or year.district.rules.flows[walker.ledger].states[walker.state].final:
        return False
    return year.walks[walker.ledger].advance(walker)


def _take(year: Year, walkers: list[Walker]) -> int:
    """One act on each of them; what was refused is not tried again on that record. How many were taken."""
    acts, whose = [], []
    for walker in walkers:
        act = year.walks[walker.ledger].act(walker)
        if act is None:
            walker.closed_steps.add(walker.step)
            continue
        acts.append(act)
        whose.append(walker)
    taken = 0
    for walker, outcome in zip(whose, take_steps(year.district, acts), strict=True):
        if outcome.refusal:
            if walker.script is not None:
                raise RuntimeError(f"demo.yaml, {walker.number}, {outcome.act.step}: {outcome.refusal.sentence}")
            walker.closed_steps.add(walker.step)
            continue
        walker.record, walker.taken = outcome.record, walker.taken + 1
        walker.known.update(outcome.act.answers)
        if walker.script is not None:
            walker.script.pop(0)
        taken += 1
    by_ledger: dict[str, list[Walker]] = {}
    for walker in whose:
        if walker.record is not None:
            by_ledger.setdefault(walker.ledger, []).append(walker)
    with database.writing(year.district.id) as query:
        for ledger, some in by_ledger.items():
            rows = query.tuples(
                f"select id, state, post from {year.district.tables[ledger].name} where district = %s and id = any(%s)",
                [year.district.id, [w.record for w in some]],
            )
            found = {record: (state, post) for record, state, post in rows}
            for walker in some:
                walker.state, walker.post = found[walker.record]
    return taken


def _begun(district: District) -> bool:
    """Whether a run was cut short: there are events of others than the loader's registers."""
    with database.writing(district.id) as query:
        return bool(
            query.value(
                "select exists (select from hy.event where district = %s and known_at > (select min(known_at) from hy.event where district = %s))",
                [district.id, district.id],
            )
        )


def empty(district: District) -> None:
    """Take away every act of a demonstration that was never finished, and the mark that its files were loaded."""
    with database.owning() as query:
        tables = [f"l{t.number}{ending}" for t in district.tables.values() for ending in ("", "_h", "_p")]
        house = "event duty share precedent track record_key search_row notice follower derived_row derived_state cell cell_fold seal code_counter".split()
        for table in [*tables, *house]:
            query.run(f"delete from {table} where district = %s", [district.id])
    codes.forget()
    packs.forget()


def _follow(district: District, end: datetime) -> None:
    """Search rows of the whole year, notices of its last days."""

    def write_late_notices(query: database.Query, district: District, events: Any, rows: Any) -> None:
        followers.write_notices(query, district, [e for e in events if e["known_at"] >= end - TOLD], rows)

    while followers.follow(district, "search", followers.write_search_rows):
        pass
    while followers.follow(district, "notices", write_late_notices):
        pass
    database.direct().run(
        "update hy.notice set read_at = made_at where district = %s and read_at is null and made_at < %s",
        [district.id, end - READ],
    )
