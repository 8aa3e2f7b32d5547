"""A calibration district: a district's own areas and packs, with records made up by the packs' recipes and by nothing else.

By it an indicator is held against the figure that a document published: the recipes say which records there are, the
indicator counts them as it counts any. It stands beside a demonstration only, and every page says what it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from huying.declare import recipes
from huying.declare.kinds import RESIDENT, RESPONSIBLE, Field, Ledger, Rules, Step
from huying.declare.nouns import say
from huying.declare.recipes import Calibration, Line, Place, Recipe
from huying.engine import bulk, database, demo, dispatch, districts, packs, people, places, values
from huying.engine.acts import Act
from huying.engine.clock import new_id
from huying.engine.district_files import moment, read
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor, Post
from huying.engine.places import Tree
from huying.trouble import Trouble

Progress = Callable[..., None]
BEGINS, TODAY = "2019-01-01", "2021-01-01 10:00"  # the years that reports of 2020 speak of
MARK = "calibration"
TITLE = "校准数据 | Calibration data"
AT_ONCE, IN_BULK = 400, 4000  # acts, rows


def make(folder: Path, progress: Progress = lambda *_: None) -> District:
    """The calibration district of a district's folder, made where it is not there as its packs now say.

    Raises Trouble beside a district that holds real records, or for records that their flow refuses; Problems for a
    folder whose files or packs are wrong.
    """
    _refuse_beside_a_real_one(read(folder).id)
    with tempfile.TemporaryDirectory() as place:
        made = _copy(folder, Path(place))
        districts.load(made, progress, demonstration=True)
        district = packs.current(read(made).id)
    wanted = _digest(district.rules)
    if district.config.get("calibrated") == wanted:
        return district
    demo.empty(district)
    with demo.in_bulk():
        _Filling(packs.current(district.id)).run(district.rules.calibration.values(), progress)
    with database.owning() as query:
        query.run(
            "update district set config = (config::jsonb || jsonb_build_object('calibrated', %s::text))::text where id = %s",
            [wanted, district.id],
        )
    packs.forget()
    return packs.current(district.id)


def is_calibration(district: District) -> bool:
    return bool((district.config.get("demonstration") or {}).get(MARK))


def _refuse_beside_a_real_one(number: int) -> None:
    real = database.direct().value("select title from hy.district where id = %s and not demonstration", [number])
    if real:
        raise Trouble(
            "calibration-beside-real",
            f"{say(real)}用的是真实数据，校准数据不能放在旁边。",
            f"{say(real, 'en')} holds real records; calibration data does not stand beside them.",
            "请在演示环境里做：HUYING_DATA=演示数据文件夹 huying figures --set calibration。",
            "Use a demonstration: HUYING_DATA=FOLDER huying figures --set calibration.",
        )


def _digest(rules: Rules) -> str:
    bodies = [rules.bodies[key] for key in sorted(rules.bodies) if key[0] == "calibration"]
    return hashlib.sha256(json.dumps(bodies).encode()).hexdigest()


def _copy(folder: Path, into: Path) -> Path:
    """The district's folder under another name and number, without its registers and people, marked."""
    files = read(folder)
    settings = {key: value for key, value in files.settings.items() if key not in ("records", "demonstration")}
    name, number = f"{settings['district']}_{MARK}", settings["id"] * 1000 + 1
    login = f"{MARK}-{settings['district']}"
    settings |= {"district": name, "id": number, "title": _titled(settings["title"])}
    settings["demonstration"] = {
        "begins": BEGINS,
        "today": TODAY,
        "words": TITLE,
        "password": (files.demonstration or {}).get("password", "huying-calibration"),
        "accounts": [{"login": login, "title": TITLE}],
        MARK: True,
    }
    made = into / name
    made.mkdir()
    for path in folder.iterdir():
        if path.suffix == ".geojson" or path.name in ("areas.csv", "offices.csv", "posts.csv", "successions.csv"):
            shutil.copy(path, made)
    held = " ".join({line["role"]: line["code"] for line in reversed(files.posts)}.values())  # one post of each role
    (made / "people.csv").write_text(
        "login,name,phone,posts,since\n"
        + "".join(f"{one},{say(TITLE)},020-00000000,{held},{BEGINS}\n" for one in (login, f"{login}-2")),
        encoding="utf-8",
    )
    (made / "district.yaml").write_text(json.dumps(settings, ensure_ascii=False, default=str), encoding="utf-8")
    return made


def _titled(title: str) -> str:
    return f"{say(title)}（校准） | {say(title, 'en')} (calibration)"


class _Filling:
    """Makes the records of recipes, in order."""

    def __init__(self, district: District):
        self.district, self.rules, self.tz = district, district.rules, district.calendar.tz
        self.tree: Tree = places.tree(district.id, district.today())
        found = database.direct().tuples(
            "select id from public.engine_person where district = %s order by id limit 2", [district.id]
        )
        self.person, self.other = (int(one) for (one,) in found)
        held = people.posts_of(district.id, self.person, district.today())
        self.actors = {post.role: self._in(post) for post in held}
        self.made: dict[str, list[UUID]] = {}
        self.areas: dict[str, list[int]] = {}
        self.read: dict[tuple[str, str, str], Any] = {}

    def run(self, sets: Iterable[Calibration], progress: Progress) -> None:
        todo = [(one, recipe) for one in sets for recipe in one.recipes]
        for n, (one, recipe) in enumerate(todo):
            progress(f"{say(TITLE)} {say(one.title)}", n, len(todo))
            self.fill(one, recipe)

    def fill(self, one: Calibration, recipe: Recipe) -> None:
        ledger, flow = self.rules.ledgers[recipe.of], self.rules.flows[recipe.of]
        begin = flow.steps[recipe.begin.step]
        rows = [self.clean(ledger, self.whole(ledger, begin, row, n)) for n, row in enumerate(recipes.records(recipe))]
        if recipe.begin.on is None and not recipe.then and bulk.is_plain(ledger, flow, begin):
            self.enter(recipe.of, begin, self.actor(begin, recipe.begin.by), rows)
            return
        made = self.take(one, recipe, recipe.begin, begin, rows, [None] * len(rows))
        self.made.setdefault(recipe.of, []).extend(made)
        for line, number in list(recipes.lines(recipe))[1:]:
            step = flow.steps[line.step]
            more = [
                self.clean(ledger, self.whole(ledger, step, row, n, areas=False))
                for n, row in enumerate(recipes.filled(line, number))
            ]
            made = made[:number]
            self.take(one, recipe, line, step, more, made)

    def enter(self, name: str, step: Step, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> None:
        way = bulk.Bulk(self.district, name, step.name, actor)
        root = {"unit": self.tree.root.id}
        for some in _some(rows, IN_BULK):
            bulk.send(self.district.id, way.enter([bulk.New(new_id(), {**root, **row}) for row in some]))
        with database.writing(self.district.id) as query:
            table = self.district.tables[name].name
            ids = query.tuples(f"select id from {table} where district = %s order by code, id", [self.district.id])
        self.made[name] = [one for (one,) in ids]

    def take(
        self, one: Calibration, recipe: Recipe, line: Line, step: Step, rows: Sequence[Any], ids: Sequence[UUID | None]
    ) -> list[UUID]:
        days = [None] * len(rows) if line.on is None else recipes.values(line.on, len(rows))
        posts = self.posts_of(recipe.of, ids)
        acts = [
            Act(recipe.of, step.name, self.actor(step, line.by, posts.get(record)), row, record, known_at=self.at(day))
            for row, record, day in zip(rows, ids, days, strict=True)
        ]
        found: list[UUID] = []
        for some in _some(acts, AT_ONCE):
            for outcome in take_steps(self.district, some):
                if outcome.refusal or outcome.record is None:
                    raise _refused(one, recipe, step, outcome)
                found.append(outcome.record)
        return found

    def posts_of(self, name: str, ids: Sequence[UUID | None]) -> dict[UUID | None, Post]:
        """record -> the post that is responsible for it."""
        table, by_id = self.district.tables[name].name, dispatch.posts(self.district, self.tree).by_id
        with database.writing(self.district.id) as query:
            found = query.tuples(
                f"select id, post from {table} where district = %s and id = any(%s)", [self.district.id, [*ids]]
            )
        return {record: by_id[post] for record, post in found if post in by_id}

    def at(self, day: Any) -> datetime | None:
        return None if day is None else moment(f"{day} 10:00", self.tz)

    def whole(self, ledger: Ledger, step: Step, row: Mapping[str, Any], n: int, areas: bool = True) -> dict[str, Any]:
        """The row with what the set fills in by itself: areas and earlier records, in turn."""
        filled = dict(row)
        for name in step.asks:
            field = ledger.fields[name]
            if name in filled or (name in step.optional and not (areas and name == "unit")):
                continue
            if field.type == "area":
                filled[name] = Place("community", n)
            elif field.type == "record" and self.made.get(field.ledger):
                filled[name] = self.made[field.ledger][n % len(self.made[field.ledger])]
            elif field.type == "office":
                filled[name] = next(u.code for u in self.tree.of_kind("office"))
        return filled

    def clean(self, ledger: Ledger, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.value(ledger, ledger.fields[name], given) for name, given in row.items()}

    def value(self, ledger: Ledger, field: Field, given: Any) -> Any:
        if isinstance(given, Place):
            return self.area(given)
        if isinstance(given, UUID):
            return given
        key = (ledger.name, field.name, str(given))
        if key not in self.read:
            found, wrong = values.clean(
                self.rules,
                ledger,
                {field.name: _plain(given)},
                self.tree,
                self.district.outline,
                self.tz,
                lambda *_: None,
            )
            if wrong:
                raise Trouble("calibration-value", f"{ledger.name}.{field.name}：{say(wrong[field.name])}",
                              f"{ledger.name}.{field.name}: {say(wrong[field.name], 'en')}", "请改配方。", "Mend the recipe.")  # fmt: skip
            self.read[key] = found[field.name]
        return self.read[key]

    def area(self, place: Place) -> int:
        if place.level not in self.areas:
            among = [u.id for u in self.tree.of_kind(place.level)]
            self.areas[place.level] = sorted(among) or [self.tree.root.id]
        some = self.areas[place.level]
        return some[place.n % len(some)]

    def _in(self, post: Post) -> Actor:
        """The first person of the set, in a post."""
        return people.actor(self.rules, self.tree, self.district.id, self.person, say(TITLE), [post], via="demo")

    def actor(self, step: Step, by: str, responsible: Post | None = None) -> Actor:
        """Who takes a step: whoever is responsible for the record where that is admitted, else someone in the role, a
        resident, the system; one that another person must take, the set's second person."""
        found = self._someone(step, by, responsible)
        return replace(found, person=self.other) if step.other_than and found.person == self.person else found

    def _someone(self, step: Step, by: str, responsible: Post | None) -> Actor:
        wanted = [by] if by else list(step.by)
        if responsible and {RESPONSIBLE, responsible.role}.intersection(wanted):
            return self._in(responsible)
        found = next((self.actors[one] for one in wanted if one in self.actors), None)
        if found is None and RESIDENT in wanted:
            return replace(people.resident(self.district.id), via="demo")
        return found or people.system(self.district.id)


def _some(rows: Sequence[Any], number: int) -> Iterator[Sequence[Any]]:
    return (rows[n : n + number] for n in range(0, len(rows), number))


def _plain(given: Any) -> Any:
    return given if isinstance(given, bool | int) else str(given)


def _refused(one: Calibration, recipe: Recipe, step: Step, outcome: Any) -> Trouble:
    sentence = outcome.refusal.sentence if outcome.refusal else ""
    return Trouble(
        "calibration-refused",
        f"校准数据 {one.name}：{recipe.of} 的“{say(step.title)}”不能走：{say(sentence)}",
        f"Calibration set {one.name}: {recipe.of}, step “{say(step.title, 'en')}”: {say(sentence, 'en')}",
        "请改配方，使$record满足$flow。",
        "Mend the recipe so that the $records satisfy the $flow.",
    )
