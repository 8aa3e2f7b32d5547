"""Finding packs by folder and reading their files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from huying.declare.declarations import Declaration
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.shapes import column_words, table_columns
from huying.declare.sources import Source, read_yaml
from huying.declare.tables import read_table

YAML_FOLDERS = {
    "ledgers": "ledger",
    "flows": "flow",
    "indicators": "indicator",
    "commitments": "commitment",
    "derived": "derived",
    "subjects": "subject",
    "pages": "page",
    "forms": "form",
    "templates": "template",
    "papers": "paper",
    "cases": "cases",
    "calibration": "calibration",
    "calendars": "calendar",
}
TABLE_FOLDERS = {
    "codes": "codes",
    "dispatch": "dispatch",
    "limits": "limits",
    "states": "states",
    "steps": "steps",
    "breakdowns": "breakdown",
    "readings": "readings",
    "figures": "figures",
    "stated": "stated",
    "crosschecks": "crosschecks",
}
TABLES = (".csv", ".xlsx")
OTHER_FOLDERS = {"samples"}  # made-up rows for imports; not declarations
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def find_packs(folders: Iterable[Path]) -> tuple[list[tuple[Path, str]], list[Problem]]:
    """Pack folders with the name to show for them: a folder that holds pack.yaml, or the folders below it that do."""
    found: dict[Path, str] = {}
    problems: list[Problem] = []
    for folder in folders:
        folder = Path(folder)
        if not folder.is_dir():
            message = both("没有这个文件夹", "there is no such folder")
            hint = both(
                "请给出一个包的文件夹，或装着各个包的文件夹。", "Give the folder of a pack, or one that holds packs."
            )
            problems.append(Problem(str(folder), 0, 0, "pack.no-folder", message, hint))
            continue
        inner = [folder] if (folder / "pack.yaml").exists() else _below(folder)
        if not inner:
            message = both("这里没有包", "there is no pack here")
            hint = both("包是装有 pack.yaml 的文件夹。", "A pack is a folder with a file pack.yaml.")
            problems.append(Problem(str(folder), 0, 0, "pack.no-folder", message, hint))
        for one in inner:
            found.setdefault(one.resolve(), str(one))
    return list(found.items()), problems


def _below(folder: Path) -> list[Path]:
    known = {*YAML_FOLDERS, *TABLE_FOLDERS}
    inner = [one for one in sorted(folder.iterdir()) if one.is_dir() and not one.name.startswith((".", "_"))]
    return [one for one in inner if (one / "pack.yaml").exists() or any((one / name).is_dir() for name in known)]


def read_pack(path: Path, shown: str) -> tuple[list[Declaration], list[Problem]]:
    """The pack's declarations, and what is wrong with its files.

    A file that could not be read is a declaration that is not sound: its name is known, so that nobody who uses it
    is told that it does not exist.
    """
    pack = path.name
    problems: list[Problem] = []
    declarations: list[Declaration] = []
    if not NAME.fullmatch(pack):
        problems.append(_bad_name(shown, pack))
    if not (path / "pack.yaml").exists():
        message = both("包里没有 pack.yaml", "the pack has no pack.yaml")
        hint = both("请写上 pack、title、version、needs。", "Write one with pack, title, version, needs.")
        problems.append(Problem(f"{shown}/pack.yaml", 0, 0, "pack.no-file", message, hint))
    for file in sorted(path.iterdir()):
        name = f"{shown}/{file.name}"
        if file.name.startswith((".", "_")) or file.name in OTHER_FOLDERS or file.suffix == ".md":
            continue
        if file.is_dir() and file.name in (YAML_FOLDERS | TABLE_FOLDERS):
            for inner in sorted(file.iterdir()):
                if not inner.name.startswith((".", "_")):
                    _read(pack, file.name, inner, f"{name}/{inner.name}", declarations, problems)
        elif file.name in ("pack.yaml", "roles.yaml"):
            source, found = read_yaml(file, name)
            problems += found
            declarations.append(_declaration(file.stem, pack, file.stem, source))
        else:
            known = [*YAML_FOLDERS, *TABLE_FOLDERS, *OTHER_FOLDERS, "pack.yaml", "roles.yaml"]
            message = both(f"包里不应有 {quoted(file.name)}", f"a pack holds no {quoted(file.name)}")
            problems.append(
                Problem(
                    name, 0, 0, "pack.unknown-file", message, did_you_mean(file.name, known, "可有", "A pack holds")
                )
            )
    return declarations, problems


def _read(
    pack: str, folder: str, file: Path, shown: str, declarations: list[Declaration], problems: list[Problem]
) -> None:
    suffixes = (".yaml",) if folder in YAML_FOLDERS else TABLES
    if file.is_dir() or file.suffix not in suffixes:
        message = both(
            f"{folder}/ 里只放 {' '.join(suffixes)} 文件", f"{folder}/ holds {' '.join(suffixes)} files only"
        )
        hint = both(
            f"请改名为 {file.stem}{suffixes[0]}，或移到别处。", f"Rename it {file.stem}{suffixes[0]}, or move it."
        )
        problems.append(Problem(shown, 0, 0, "pack.unknown-file", message, hint))
        return
    if not NAME.fullmatch(file.stem):
        problems.append(_bad_name(shown, file.stem))
    if folder in TABLE_FOLDERS:
        if file.suffix == ".xlsx" and file.with_suffix(".csv").exists():
            message = both(f"{file.stem} 既有 csv 又有 xlsx", f"{file.stem} stands as csv and as xlsx")
            problems.append(Problem(shown, 0, 0, "name.twice", message, both("请只留一份。", "Keep one of them.")))
            return
        kind = TABLE_FOLDERS[folder]
        columns, required, more = table_columns(kind)
        source, rows, found = read_table(file, shown, columns, required, more, column_words(kind))
        declarations.append(Declaration(kind, pack, file.stem, [source], rows=rows, sound=not found))
        problems += found
        return
    source, found = read_yaml(file, shown)
    problems += found
    declarations.append(_declaration(YAML_FOLDERS[folder], pack, file.stem, source))


def _declaration(kind: str, pack: str, short: str, source: Source) -> Declaration:
    sound = source.data is not None
    return Declaration(kind, pack, short, [source], source.data if sound else {}, sound=sound)


def _bad_name(shown: str, name: str) -> Problem:
    message = both(f"{quoted(name)} 不能作名称", f"{quoted(name)} cannot be a name")
    hint = both(
        "名称只用小写字母、数字和 _，以字母开头，最长 40。", "Small letters, digits and _, a letter first, at most 40."
    )
    return Problem(shown, 0, 0, "name.file", message, hint)
