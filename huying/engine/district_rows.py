"""Writing a district's house rows from its files: what stands is compared, only what differs is written."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from functools import lru_cache
from math import ceil

from django.contrib.auth.hashers import make_password

from huying.declare.kinds import Rules
from huying.declare.problems import Problem, Problems, both
from huying.engine import clock
from huying.engine.database import Query
from huying.engine.district_files import Files, Line, moment
from huying.engine.workdays import load_calendar, workday_rows

UNUSABLE = "!"  # a password that nothing matches, as Django marks it


def put_district(query: Query, files: Files, digest: str, demonstration: bool) -> datetime:
    """The district's row; a demonstration's clock is set when it is made and never again. Returns its present."""
    settings, shift = files.settings, 0
    if demonstration:
        start = moment(files.demonstration["today"], files.tz)
        shift = ceil((start - clock.real_now()).total_seconds())  # never before the moment that is declared
    before = query.value("select config from district where id = %s", [files.id])
    kept = {"made": True} if before and json.loads(before).get("made") else {}  # the demonstration's year is there
    config = json.dumps({**files.config(), "loaded": digest, **kept}, ensure_ascii=False, sort_keys=True)
    other = query.value("select id from district where name = %s and id <> %s", [settings["district"], settings["id"]])
    if other is not None:
        source = files.sources["district.yaml"]
        message = both(
            f"区名 {settings['district']} 已属于 {other}", f"{settings['district']} is district {other} already"
        )
        raise Problems([source.problem("district.twice", message, "", source.place(("district",)))])
    query.run(
        "insert into district (id, name, title, zone, config, demonstration, clock_shift) values (%s, %s, %s, %s, %s, %s, %s) "
        "on conflict (id) do update set title = excluded.title, zone = excluded.zone, config = excluded.config, name = excluded.name, "
        "clock_shift = case when district.demonstration = excluded.demonstration then district.clock_shift else excluded.clock_shift end, "
        "demonstration = excluded.demonstration",
        [settings["id"], settings["district"], settings["title"], settings["zone"], config, demonstration, shift],
    )
    return clock.shifted(query.value("select clock_shift from district where id = %s", [files.id]))


def put_units(query: Query, files: Files) -> None:
    """Identities for new codes; a changed name, parent or served area ends the old span at the file's `since`."""
    known = {
        row["code"]: row
        for row in query.rows(
            "select distinct on (u.id) u.id, u.kind, s.code, s.since, s.parent, s.area, s.title, s.lng, s.lat, s.until = 'infinity' as open "
            "from unit u join unit_span s on s.district = u.district and s.unit = u.id where u.district = %s order by u.id, s.since desc",
            [files.id],
        )
    }
    lines = [(line, line["kind"], "areas.csv") for line in files.areas]
    lines += [(line, "office", "offices.csv") for line in files.offices]
    ids = {code: row["id"] for code, row in known.items()}
    following = max(ids.values(), default=0) + 1
    new = [line["code"] for line, _, _ in lines if line["code"] not in ids]
    ids |= {code: following + n for n, code in enumerate(new)}
    problems: list[Problem] = []
    units, spans = [], []
    for line, kind, name in lines:
        wanted = {
            "title": line["title"],
            "parent": ids.get(line["parent"]),
            "area": ids.get(line["area"]),
            "lng": float(line["lng"]) if line["lng"] else None,
            "lat": float(line["lat"]) if line["lat"] else None,
        }
        row = known.get(line["code"])
        if row is None:
            units.append([files.id, ids[line["code"]], kind])
        elif row["kind"] != kind:
            problems.append(
                _unit_problem(
                    files, name, line, "kind", "层级不能改：请另用代码", "a kind never changes: use a new code"
                )
            )
            continue
        elif all(row[key] == value for key, value in wanted.items()) and row["open"] == (line.until is None):
            continue
        elif row["since"] > line.since:
            problems.append(
                _unit_problem(
                    files,
                    name,
                    line,
                    "since",
                    f"应晚于 {row['since']}（现行起始日）",
                    f"should be after {row['since']}, when what stands began",
                )
            )
            continue
        elif row["since"] < line.since and any(row[key] != wanted[key] for key in ("title", "parent", "area")):
            query.run(
                "update unit_span set until = %s where district = %s and unit = %s and since = %s",
                [line.since, files.id, row["id"], row["since"]],
            )
        else:  # a correction of what stands: same beginning, or only a position or an end
            query.run(
                "update unit_span set title = %s, parent = %s, area = %s, lng = %s, lat = %s, until = coalesce(%s::date, 'infinity') "
                "where district = %s and unit = %s and since = %s",
                [*wanted.values(), line.until, files.id, row["id"], row["since"]],
            )
            continue
        spans.append([files.id, ids[line["code"]], line.since, line.until, line["code"], *wanted.values()])
    if problems:
        raise Problems(problems)
    query.run_many("insert into unit (district, id, kind) values (%s, %s, %s)", units)
    query.run_many(
        "insert into unit_span (district, unit, since, until, code, title, parent, area, lng, lat) "
        "values (%s, %s, %s, coalesce(%s::date, 'infinity'), %s, %s, %s, %s, %s, %s)",
        spans,
    )


def put_successions(query: Query, files: Files) -> None:
    """Which area went over to which. What the file says stands; what it says no more is taken away."""
    ids = dict(query.tuples("select code, unit from unit_span where district = %s order by since", [files.id]))
    rows = [[files.id, ids[line.old], ids[line.new], line.day, line.share] for line in files.successions]
    query.run("delete from unit_succession where district = %s", [files.id])
    query.run_many("insert into unit_succession (district, old, new, on_day, share) values (%s, %s, %s, %s, %s)", rows)


def _unit_problem(files: Files, name: str, line: Line, column: str, zh: str, en: str) -> Problem:
    return files.sources[name].problem("district.value", both(zh, en), "", line.row.place(column))


def put_posts(query: Query, files: Files) -> None:
    offices = dict(
        query.tuples(
            "select code, unit from unit_span s join unit u on u.district = s.district and u.id = s.unit "
            "where s.district = %s and u.kind = 'office' order by s.since",
            [files.id],
        )
    )
    known = {
        row["code"]: row
        for row in query.rows(
            "select id, code, title, role, office, until = 'infinity' as open from post where district = %s", [files.id]
        )
    }
    following = max((row["id"] for row in known.values()), default=0) + 1
    new = []
    for line in files.posts:
        wanted = (line["title"], line["role"], offices[line["office"]])
        row = known.get(line["code"])
        if row is None:
            new.append([files.id, following, line["code"], *wanted, line.since, line.until])
            following += 1
        elif (row["title"], row["role"], row["office"]) != wanted or row["open"] != (line.until is None):
            query.run(
                "update post set title = %s, role = %s, office = %s, until = coalesce(%s::date, 'infinity') where district = %s and id = %s",
                [*wanted, line.until, files.id, row["id"]],
            )
    query.run_many(
        "insert into post (district, id, code, title, role, office, since, until) values (%s, %s, %s, %s, %s, %s, %s, coalesce(%s::date, 'infinity'))",
        new,
    )


@lru_cache(maxsize=1)
def _shown(password: str) -> str:
    """The password that is shown to everyone, hashed once."""
    return make_password(password)


def put_people(query: Query, files: Files, rules: Rules, demonstration: bool) -> list[tuple[str, str]]:
    """Persons and the posts they hold. Returns (login, first password) of administrators made outside a demonstration.

    Only new persons get a password: the demonstration's accounts the one that is shown to everyone, administrators a
    first one to be changed, all others none until an administrator gives one. A holding that was ended stays ended.
    """
    known = {
        row["login"]: row
        for row in query.rows(
            "select id, login, name, phone, district from public.engine_person where login = any(%s)",
            [[line["login"] for line in files.people]],
        )
    }
    posts = {row["code"]: row for row in query.rows("select id, code, role from post where district = %s", [files.id])}
    accounts = {account["login"] for account in files.demonstration.get("accounts", ())} if demonstration else set()
    shown = _shown(files.demonstration["password"]) if accounts - known.keys() else ""
    made_at = clock.real_now()
    given, new, problems = [], [], []
    for line in files.people:
        row = known.get(line["login"])
        if row is None:
            password, must_change = UNUSABLE, not demonstration
            if line["login"] in accounts:
                password = shown
            elif not demonstration and any(
                "administer" in rules.roles[posts[code]["role"]].may for code in line["posts"].split()
            ):
                given.append((line["login"], secrets.token_urlsafe(9)))
                password = make_password(given[-1][1])
            new.append([password, line["login"], line["name"], line["phone"], files.id, must_change, made_at])
        elif row["district"] != files.id:
            zh, en = f"{line['login']} 已是另一个区的登录名", f"{line['login']} is a login of another district already"
            source = files.sources["people.csv"]
            problems.append(source.problem("district.twice", both(zh, en), "", line.row.place("login")))
        elif (row["name"], row["phone"]) != (line["name"], line["phone"]):
            query.run(
                "update public.engine_person set name = %s, phone = %s where id = %s",
                [line["name"], line["phone"], row["id"]],
            )
    if problems:
        raise Problems(problems)
    query.run_many(
        "insert into public.engine_person (password, login, name, phone, district, active, must_change, made_at) "
        "values (%s, %s, %s, %s, %s, true, %s, %s)",
        new,
    )
    persons = dict(query.tuples("select login, id from public.engine_person where district = %s", [files.id]))
    ever = set(query.tuples("select post, person from holding where district = %s", [files.id]))
    query.run_many(
        "insert into holding (district, post, person, since, until) values (%s, %s, %s, %s, coalesce(%s::date, 'infinity'))",
        [
            [files.id, posts[code]["id"], persons[line["login"]], line.since, line.until]
            for line in files.people
            for code in line["posts"].split()
            if (posts[code]["id"], persons[line["login"]]) not in ever
        ],
    )
    return given


def put_workdays(query: Query, rules: Rules) -> None:
    """The lookup table by which SQL counts working days, for every calendar of the packs; changed rows only."""
    for content in rules.calendars.values():
        calendar = load_calendar(content)
        wanted = [(day, ordinal, calendar.is_workday(day)) for day, ordinal in workday_rows(calendar)]
        standing = set(query.tuples("select day, ordinal, works from workday where calendar = %s", [calendar.name]))
        new = [row for row in wanted if row not in standing]
        if new:
            query.run(
                "insert into workday (calendar, day, ordinal, works) select %s, * from unnest(%s::date[], %s::int[], %s::bool[]) "
                "on conflict (calendar, day) do update set ordinal = excluded.ordinal, works = excluded.works",
                [calendar.name, *map(list, zip(*new, strict=True))],
            )
