"""Putting districts in place from their folders: areas, offices, posts, people, packs in force, filled registers.

Safe to repeat: a folder whose files (and packs) are as they were at the last loading is left alone, so that what an
administrator changed since stays. A changed file brings only its changes; names and parents change by spans in time.
All files are checked first, and everything is written in one transaction.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from huying import installation
from huying.declare.check import check, check_district
from huying.declare.kinds import Ledger, Rules, say
from huying.declare.load import draft, once, rules_of
from huying.declare.problems import Problem, Problems, both, did_you_mean, quoted
from huying.declare.tables import Row
from huying.engine import cases, database, packs, people, places, records, recount, values
from huying.engine.acts import Act
from huying.engine.district_files import Files, Register, moment, read
from huying.engine.district_rows import put_district, put_people, put_posts, put_successions, put_units, put_workdays
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.places import Tree, Unit
from huying.engine.workdays import load_calendar
from huying.trouble import Trouble

Progress = Callable[..., None]
_given: list[tuple[str, str]] = []  # logins and first passwords made by this process, to be shown once
_checked: dict[bytes, Rules] = {}


def load_all(progress: Progress, demonstration: bool = False) -> None:
    """Every district of the districts' folder. Raises Trouble when there is none, or when its files or packs are wrong."""
    folder = installation.current_options().districts
    found = sorted(path.parent for path in folder.glob("*/district.yaml"))
    if not found:
        raise Trouble(
            "no-district",
            f"{folder} 里没有区。",
            f"There is no district in {folder}.",
            "每个区是一个文件夹，里面有 district.yaml；见 docs/a-district.md。",
            "A district is a folder with a district.yaml; see docs/a-district.md.",
        )
    for one in found:
        try:
            load(one, progress, demonstration)
            if demonstration:
                from huying.engine import demo

                demo.make(one, progress)
        except Problems as wrong:
            raise Trouble(
                "district-wrong",
                f"{one} 或它用的包有 {len(wrong.problems)} 处不对，什么也没有改：",
                f"{one} or the packs it uses have {len(wrong.problems)} problems; nothing was changed.",
                "\n".join(problem.text() for problem in wrong.problems),
                "Mend these lines and start again.",
            ) from None


def load(folder: Path, progress: Progress, demonstration: bool = False) -> None:
    """Put one district in place. Raises Problems (nothing is written) when its files or packs are wrong."""
    files = read(folder)
    progress(f"{say(files.settings['title'])} {files.settings['district']}")
    folders = [installation.current_options().packs / name for name in files.settings["packs"]]
    demonstration = demonstration and bool(files.demonstration)
    digest = _digest(folder, folders)
    row = database.direct().row("select demonstration, config from hy.district where id = %s", [files.id])
    demonstration = demonstration or bool(row and row["demonstration"])
    if row and row["demonstration"] == demonstration and json.loads(row["config"]).get("loaded") == digest:
        _fill_registers(files)
        return
    if row and demonstration and not row["demonstration"]:
        _refuse_real(files)
    with tempfile.TemporaryDirectory() as place:
        standing = [
            f for f in packs.unpack(database.direct(), files.id, Path(place)) if f.name not in files.settings["packs"]
        ]
        rules = check_packs([*folders, *standing], [o["code"] for o in files.offices], [a["code"] for a in files.areas])
        _check_against(files, rules)
        with database.owning(lock_timeout="10s") as query:
            now = put_district(query, files, digest, demonstration)
            in_force = moment(files.demonstration["begins"], files.tz) if demonstration and not row else now
            put_units(query, files)
            put_successions(query, files)
            put_posts(query, files)
            given = put_people(query, files, rules, demonstration)
            packs.apply(query, files.id, folders, rules, in_force)
            put_workdays(query, rules)
    _given.extend(given)
    packs.forget()
    recount.recount(packs.current(files.id), lambda done, total: progress("重新计时 due times", done, total))
    _fill_registers(files)


def folder_of(district: District) -> Path:
    """The folder that a district was loaded from. Raises Trouble where the districts' folder has it no more."""
    folder = installation.current_options().districts
    found = next((p.parent for p in sorted(folder.glob("*/district.yaml")) if read(p.parent).id == district.id), None)
    if found is None:
        raise Trouble(
            "no-district",
            f"{folder} 里没有{say(district.title)}的文件夹。",
            f"{folder} has no folder of {say(district.title, 'en')}.",
            "每个区是一个文件夹，里面有 district.yaml；见 docs/a-district.md。",
            "A district is a folder with a district.yaml; see docs/a-district.md.",
        )
    return found


def check_packs(folders: Sequence[Path], office_codes: Sequence[str], area_codes: Sequence[str]) -> Rules:
    """Rules of packs that hold together in a district of these offices and areas. Raises Problems with all."""
    key = hashlib.sha256(
        repr([[packs.read_files(f) for f in folders], sorted(office_codes), sorted(area_codes)]).encode()
    ).digest()
    if key not in _checked:
        building, problems = draft(*folders)
        problems = once([*problems, *check(building)])
        if problems:
            raise Problems(problems)
        rules = rules_of(building)
        calendar = load_calendar(next(iter(rules.calendars.values()))) if rules.calendars else None
        problems = [*check_district(rules, office_codes, area_codes), *(cases.run(rules, calendar) if calendar else ())]
        if problems:
            raise Problems(problems)
        _checked[key] = rules
    return _checked[key]


def sign_in_lines() -> list[str]:
    """How to sign in: the demonstration's accounts, or the first passwords that were just made."""
    lines = []
    for row in database.direct().rows("select title, config from hy.district where demonstration order by id"):
        shown = json.loads(row["config"])["demonstration"]
        lines.append(
            f"{say(shown['words'])} {say(shown['words'], 'en')}：{say(row['title'])} {say(row['title'], 'en')}，"
            f"口令 password: {shown['password']}"
        )
        width = max(len(account["login"]) for account in shown["accounts"])
        lines += [
            f"  {account['login']:<{width}}  {say(account['title'])} {say(account['title'], 'en')}"
            for account in shown["accounts"]
        ]
    if _given:
        lines.append(
            "首次登录口令，只显示这一次，登录后要改。 First passwords, shown once, to be changed on signing in:"
        )
        lines += [f"  {login}  {password}" for login, password in _given]
        _given.clear()
    return lines


def _digest(folder: Path, folders: Sequence[Path]) -> str:
    content = [(f.name, packs.read_files(f)) for f in folders] + [
        (path.name, path.read_text(encoding="utf-8", errors="replace"))
        for path in sorted(folder.iterdir())
        if path.suffix in (".yaml", ".csv", ".geojson")
    ]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _refuse_real(files: Files) -> None:
    with database.writing(files.id) as query:
        if not query.value("select exists (select from hy.event where district = %s)", [files.id]):
            return
    raise Trouble(
        "district-is-real",
        f"{say(files.settings['title'])}已有真实记录，不能改成演示。",
        f"{say(files.settings['title'], 'en')} holds real records and cannot become a demonstration.",
        "演示请用另一个数据文件夹：HUYING_DATA=演示数据文件夹 make run。",
        "Use another data folder for a demonstration: HUYING_DATA=FOLDER make run.",
    )


def _check_against(files: Files, rules: Rules) -> None:
    """What the district's files name of the packs, and the rows of its registers. Raises Problems with all."""
    problems: list[Problem] = []
    source = files.sources["posts.csv"]
    for line in files.posts:
        if line["role"] not in rules.roles:
            message = both(f"没有角色 {quoted(line['role'])}", f"there is no role {quoted(line['role'])}")
            hint = did_you_mean(line["role"], rules.roles, "角色", "Roles")
            problems.append(source.problem("district.unknown", message, hint, line.row.place("role")))
    if files.settings["calendar"] not in rules.calendars:
        source, given = files.sources["district.yaml"], files.settings["calendar"]
        message = both(f"没有日历 {quoted(given)}", f"there is no calendar {quoted(given)}")
        hint = did_you_mean(given, rules.calendars, "日历", "Calendars")
        problems.append(source.problem("district.unknown", message, hint, source.place(("calendar",))))
    areas = [*files.areas, *files.offices]
    numbers = {line["code"]: n for n, line in enumerate(areas, 1)}
    tree = Tree(
        (
            Unit(
                numbers[a["code"]],
                a["kind"] or "office",
                a["code"],
                a["title"],
                numbers.get(a["parent"]),
                None,
                None,
                None,
            )
            for a in areas
        ),
        (),
    )
    for register in files.registers:
        problems += _register_problems(files, rules, register, tree)
    if problems:
        raise Problems(problems)


def _register_problems(files: Files, rules: Rules, register: Register, tree: Tree) -> list[Problem]:
    flow = rules.flows.get(register.ledger)
    if flow is None or register.step not in flow.steps:
        source = files.sources["district.yaml"]
        given = f"{register.ledger}: {register.step}"
        message = both(f"没有台账或步骤 {quoted(given)}", f"there is no ledger or step {quoted(given)}")
        return [source.problem("district.unknown", message, "", source.place(("records",)))]
    outline = packs.outline_of(files.config(), files.settings["title"])
    problems = []
    for row in register.rows:
        _, wrong = values.clean(
            rules, rules.ledgers[register.ledger], row.cells, tree, outline, files.tz, lambda *_: UUID(int=0)
        )
        problems += [
            register.source.problem("district.value", text, "", row.place(name)) for name, text in wrong.items()
        ]
    return problems


def _fill_registers(files: Files) -> None:
    """Take the first step for each row, once: an act's number is made from the row's place in the world."""
    if not files.registers:
        return
    district = packs.current(files.id)
    tree = places.tree(district.id, district.today())
    for register in files.registers:
        ledger = district.rules.ledgers[register.ledger]
        keys = {
            uuid5(NAMESPACE_URL, f"{files.id}/{register.ledger}/" + "/".join(_named_by(ledger, row))): row
            for row in register.rows
        }
        with database.writing(district.id) as query:
            taken = {
                r[0]
                for r in query.tuples(
                    "select act from hy.event where district = %s and act = any(%s)", [district.id, list(keys)]
                )
            }
        left = {act: row for act, row in keys.items() if act not in taken}
        if not left:
            continue
        actor = actor_of(district, tree, register.by, "demo" if district.demonstration else "import")
        known_at = moment(files.demonstration["begins"], files.tz) if district.demonstration else None
        acts = []
        for act, row in left.items():
            answers, _ = values.clean(
                district.rules,
                ledger,
                row.cells,
                tree,
                district.outline,
                files.tz,
                lambda name, code: records.find_id(district, name, code),
            )
            acts.append(Act(register.ledger, register.step, actor, answers, act=act, known_at=known_at))
        for outcome, row in zip(take_steps(district, acts), left.values(), strict=True):
            if outcome.refusal:
                raise Problems([register.source.problem("district.value", outcome.refusal.sentence, "", row.place(""))])


def _named_by(ledger: Ledger, row: Row) -> list[str]:
    """By what a row of a register is known again: its key, or all of it where that is not filled in."""
    key = [row[name] for name in ledger.key]
    return key if key and all(key) else [row[name] for name in row.cells]


def actor_of(district: District, tree: Tree, login: str, via: str = "web") -> people.Actor:
    """The person of a login in the first of their posts. Raises LookupError."""
    row = database.direct().row(
        "select id, name from public.engine_person where login = %s and district = %s", [login, district.id]
    )
    if row is None:
        raise LookupError(f"nobody signs in as {login}")
    posts = people.posts_of(district.id, row["id"], district.today())
    return people.actor(district.rules, tree, district.id, row["id"], row["name"], posts, via=via)
