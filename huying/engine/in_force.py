"""Putting packs in force while work goes on: for the command `huying apply` and for the page that makes a ledger."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg

from huying.declare.packs import find_packs
from huying.declare.problems import Problem, Problems, both
from huying.engine import database, districts, packs, places
from huying.trouble import Trouble

TRIES = 30  # of one second each: somebody's long read may hold a table


def put_in_force(
    district: int, given: Sequence[Path], dry_run: bool = False, *, drop: bool = False, tries: int = TRIES
) -> list[str]:
    """Check `given` with the packs in force in a district and apply them. Returns what changed, `kind name`.

    dry_run  roll everything back at the end
    drop     whether a pack may come without ledgers that it has now
    tries    how often to ask for the tables' locks, a second each

    Raises Problems with everything that is wrong, and Trouble when tables stay locked; nothing is changed then.
    """
    found, problems = find_packs(given)
    if problems:
        raise Problems(problems)
    folders = [path for path, _ in found]
    current = packs.current(district)
    with tempfile.TemporaryDirectory() as place:
        unpacked = packs.unpack(database.direct(), district, Path(place))
        standing = [one for one in unpacked if one.name not in {given.name for given in folders}]
        if gone := [] if drop else _gone(folders, unpacked):
            raise Problems(gone)
        units = places.tree(district, current.today()).units.values()
        rules = districts.check_packs(
            [*folders, *standing],
            [u.code for u in units if u.kind == "office"],
            [u.code for u in units if u.kind != "office"],
        )
        for attempt in range(tries):
            try:
                with database.owning(lock_timeout="1s") as query:
                    changed = packs.apply(query, district, folders, rules, current.now())
                    districts.put_workdays(query, rules)
                    if dry_run:
                        raise _Undo
                break
            except _Undo:
                break
            except psycopg.errors.LockNotAvailable:
                if attempt == tries - 1:
                    raise Trouble(
                        "tables-busy",
                        "有人一直在读台账，没能改表；什么也没有改。",
                        "A long read held the tables; nothing was changed.",
                        "过一会儿再试。",
                        "Try again in a while.",
                    ) from None
                time.sleep(0.2)
    packs.forget()
    return changed


def _gone(folders: Sequence[Path], standing: Sequence[Path]) -> list[Problem]:
    """Ledgers in force that a folder of the same pack lacks: it was copied before they came, or means to end them."""
    problems = []
    for folder in folders:
        for before in (one for one in standing if one.name == folder.name):
            for file in sorted(before.glob("ledgers/*.yaml")):
                if not (folder / "ledgers" / file.name).exists():
                    message = both(f"生效的台账 {file.stem} 这里没有", f"the ledger {file.stem}, in force, is not here")
                    hint = both(
                        f"先用 huying ledger write 取出生效的文件；确实不要了，huying apply --drop。文件夹：{folder}",
                        f"Take the files in force by huying ledger write; to end the ledger, huying apply --drop. Folder: {folder}",
                    )
                    problems.append(
                        Problem(f"{folder.name}/ledgers/{file.name}", 0, 0, "pack.ledger-gone", message, hint)
                    )
    return problems


class _Undo(Exception):
    """Ends the transaction of a dry run."""
