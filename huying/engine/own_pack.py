"""A district's own pack: the ledgers that it made itself, named as the district is.

As every pack in force it lies in the database. `huying ledger write` takes it out as a folder, `huying apply` puts a
folder in force, the page “from a sheet” adds a ledger to it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

from huying.declare.declarations import merged
from huying.declare.kinds import Rules, part
from huying.declare.load import load
from huying.declare.problems import Problem, Problems, both
from huying.declare.sources import read_yaml
from huying.engine import database, packs, upgrade_lacking
from huying.engine.in_force import put_in_force
from huying.engine.packs import District
from huying.sheets.as_yaml import text_of

LOCK = 7_411_020  # with the district's number: one at a time adds to its pack
WEB_TRIES = 5  # seconds that a page waits for the tables


def keepers_of(rules: Rules) -> list[str]:
    """The roles that can keep a ledger, the likeliest first: who keeps registers already, and sees the whole district."""
    kept = [role for ledger in rules.ledgers.values() for role in ledger.kept_by]
    found = [name for name, role in rules.roles.items() if role.reach != "none"]
    return sorted(found, key=lambda name: (-kept.count(name), rules.roles[name].reach != "district"))


def new_pack(name: str, title: str, needs: Iterable[str]) -> str:
    """The pack.yaml of a district's own pack. title: the district's, `中文 | English`."""
    words = both(f"{part(title)}自建台账", f"Own ledgers of {part(title, 'en')}")
    return text_of(
        {"pack": name, "title": words, "version": 1, "one_language": True, "needs": sorted(set(needs) - {name})}
    )


def raised(text: str) -> str:
    """A pack.yaml with its version one higher."""
    return re.sub(r"(?m)^version:\s*(\d+)", lambda found: f"version: {int(found[1]) + 1}", text, count=1)


def add_file(folder: Path, name: str, text: str, *, title: str, needs: Collection[str]) -> Path:
    """Write a ledger into a pack's folder, which is made where it is not there yet. Returns the file.

    Raises FileExistsError, and changes nothing, where the pack has a ledger of this name.
    """
    file, about = folder / "ledgers" / f"{name}.yaml", folder / "pack.yaml"
    if file.exists():
        raise FileExistsError(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    said = about.read_text(encoding="utf-8") if about.exists() else ""
    about.write_text(raised(said) if said else new_pack(folder.name, title, needs), encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    return file


def write(district: District, into: Path) -> list[str]:
    """Write the district's own pack, as it is in force, below `into`. Returns its files; none where it has none."""
    with tempfile.TemporaryDirectory() as place:
        found = [one for one in packs.unpack(database.direct(), district.id, Path(place)) if one.name == district.name]
        files = packs.read_files(found[0]) if found else {}
    for name, text in files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text, encoding="utf-8")
    return sorted(files)


def put_ledger(district: District, name: str, text: str) -> str:
    """Put a new ledger of the district's own in force. text: of its file. Returns its full name.

    The same text again is done already and changes nothing. Raises Problems with everything that is wrong, also where
    another ledger has the name, and Trouble when tables stay locked.
    """
    query = database.direct()
    query.value("select pg_advisory_lock(%s, %s)", [LOCK, district.id])
    try:
        with tempfile.TemporaryDirectory() as place:
            standing = packs.unpack(query, district.id, Path(place))
            folder = Path(place) / district.name
            if _has(folder, name, text):
                packs.forget()  # another process put it in force a moment ago
                return f"{district.name}.{name}"
            try:
                add_file(folder, name, text, title=district.title, needs=[one.name for one in standing])
            except FileExistsError:
                message = both(f"本区已有台账 {name}", f"the district has a ledger {name} already")
                hint = both("请换一个名称。", "Give it another name.")
                raise Problems([Problem(f"{district.name}/ledgers/{name}.yaml", 0, 0, "name.twice", message, hint)]) from None  # fmt: skip
            put_in_force(district.id, [folder], tries=WEB_TRIES)
    finally:
        query.value("select pg_advisory_unlock(%s, %s)", [LOCK, district.id])
    return f"{district.name}.{name}"


def has_ledger(district: District, name: str, text: str) -> bool:
    """Whether exactly this ledger of the district's own is in force: a press that arrived twice."""
    with tempfile.TemporaryDirectory() as place:
        packs.unpack(database.direct(), district.id, Path(place))
        return _has(Path(place) / district.name, name, text)


def _has(folder: Path, name: str, text: str) -> bool:
    file = folder / "ledgers" / f"{name}.yaml"
    return file.exists() and file.read_text(encoding="utf-8") == text


def file_of(district: District, ledger: str) -> tuple[str, dict]:
    """(the text of a ledger's file as it is in force, what it says), its keys in the order written. ledger: full name."""
    pack, _, name = ledger.partition(".")
    body = database.direct().value(
        "select body from hy.declaration where district = %s and kind = 'files' and name = %s and until = 'infinity'",
        [district.id, pack],
    )
    text = json.loads(body)[f"ledgers/{name}.yaml"]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        source, _problems = read_yaml(file, file.name)
    return text, source.data


def whole_of(district: District, ledger: str) -> tuple[dict, dict]:
    """(what a ledger says with all that it has from those it is like, what it has from them: empty where it is like none)."""
    _text, own = file_of(district, ledger)
    like = district.rules.ledgers[ledger].like
    if not like:
        return own, {}
    above = {name: value for name, value in whole_of(district, like)[0].items() if name not in ("like", "ledger")}
    return merged(above, own), above


def apart(above: dict, whole: dict) -> dict:
    """What a ledger says itself, so that over `above` it is `whole`."""
    own = {name: None for name in above if name not in whole}
    for name, value in whole.items():
        if name not in above:
            own[name] = value
        elif value != above[name]:
            both_told = isinstance(value, dict) and isinstance(above[name], dict)
            below = apart(above[name], value) if both_told else value
            own[name] = below if merged(above[name], below) == value else value
    return own


class Overtaken(Exception):
    """Somebody else changed the ledger meanwhile."""


def try_ledger(district: District, name: str, text: str) -> tuple[Rules | None, list[Problem]]:
    """What would be wrong with a changed ledger of the district's own: nothing is put in force. name: without the pack.

    Returns (the rules as they would be, problems); also what its upgrade list leaves unsaid.
    """
    query = database.direct()
    with tempfile.TemporaryDirectory() as place:
        folders = packs.unpack(query, district.id, Path(place))
        (Path(place) / district.name / "ledgers" / f"{name}.yaml").write_text(text, encoding="utf-8")
        rules, problems = load(*folders)
    full = f"{district.name}.{name}"
    if rules is not None:
        with database.writing(district.id) as within:
            problems = upgrade_lacking.problems(
                within, district.id, rules, {full: district.rules.bodies["ledger", full]}
            )
    return rules, problems


def change_ledger(district: District, name: str, text: str, seen: str) -> None:
    """Put a changed ledger of the district's own in force. seen: hex digest of the declaration that was changed.

    Raises Overtaken where another stands by now, Problems with everything that is wrong, and Trouble when tables stay
    locked; nothing is changed then.
    """
    query = database.direct()
    query.value("select pg_advisory_lock(%s, %s)", [LOCK, district.id])
    try:
        packs.forget()
        if packs.current(district.id).rules.digests["ledger", f"{district.name}.{name}"].hex() != seen:
            raise Overtaken
        with tempfile.TemporaryDirectory() as place:
            packs.unpack(query, district.id, Path(place))
            folder = Path(place) / district.name
            about = folder / "pack.yaml"
            about.write_text(raised(about.read_text(encoding="utf-8")), encoding="utf-8")
            (folder / "ledgers" / f"{name}.yaml").write_text(text, encoding="utf-8")
            put_in_force(district.id, [folder], tries=WEB_TRIES)
    finally:
        query.value("select pg_advisory_unlock(%s, %s)", [LOCK, district.id])
