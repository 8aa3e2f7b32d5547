"""What a panel is asked for: the declared subjects, the words to count, and a folder's own catalogue of its reports."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path

import yaml

from .measures import common

CHANGES = ("level", "growth", "points")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class NotDeclared(Exception):
    """A file of subjects, words or reports that cannot be used: `zh` and `en` say what and where, mend_zh and mend_en what to do."""

    code = "panel.declaration"

    def __init__(self, zh: str, en: str, mend_zh: str, mend_en: str):
        super().__init__(f"{zh}{mend_zh} | {en} {mend_en}")
        self.zh, self.en, self.mend_zh, self.mend_en = zh, en, mend_zh, mend_en


@dataclass(frozen=True, slots=True)
class Subject:
    """One column of a panel. `size` is how many common units one `unit` is; low and high bound the values believed."""

    name: str
    title: str
    subject: re.Pattern
    change: str
    unit: str
    kind_of_unit: str
    size: Fraction
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Term:
    """A word to count, or several under one name."""

    name: str
    words: re.Pattern


def subjects(path: Path | None = None) -> list[Subject]:
    """The declared subjects of a YAML file, or those that come along. Raises NotDeclared, naming the subject and the key."""
    where = path or resources.files(__package__).joinpath("panel_subjects.yaml")
    try:
        found = yaml.safe_load(where.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, "", f"读不了 cannot be read ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行 line {mark.line + 1}: " if mark else ""
        raise _wrong(path, "", f"{line}不是 YAML is no YAML ({getattr(error, 'problem', error)})") from None
    listed = found.get("subjects") if isinstance(found, dict) else None
    if not isinstance(listed, dict) or not listed:
        raise _wrong(path, "subjects", "没有 subjects 一项 there is no mapping “subjects”")
    return [_subject(path, name, said) for name, said in listed.items()]


def _subject(path: Path | None, name, said) -> Subject:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _wrong(path, str(name), "名字只用小写字母、数字和下划线 a name has small letters, digits and _ only")
    if not isinstance(said, dict):
        raise _wrong(path, name, "要写成 title、subject 等几项 give title, subject and so on")
    if strange := set(said) - {"title", "subject", "change", "unit", "within"}:
        raise _wrong(path, name, f"不认识 unknown: {', '.join(map(str, sorted(strange, key=str)))}")
    if missing := {"subject", "unit"} - set(said):
        raise _wrong(path, name, f"缺 missing: {', '.join(sorted(missing))}")
    change = said.get("change", "level")
    if change not in CHANGES:
        raise _wrong(path, name, f"change 是 is one of {', '.join(CHANGES)}")
    try:
        pattern = re.compile(str(said["subject"]))
        low, high = (Decimal(str(bound)) for bound in said.get("within", ("-Infinity", "Infinity")))
    except (re.error, ArithmeticError, TypeError, ValueError) as error:
        raise _wrong(path, name, f"subject 或 within 写得不对 subject or within is wrong ({error})") from None
    unit = str(said["unit"])
    kind, size = common(unit)
    return Subject(name, str(said.get("title", name)), pattern, change, unit, kind, size, low, high)


def _wrong(path: Path | None, name: str, why: str) -> NotDeclared:
    where = f"{path or 'panel_subjects.yaml'}{f' {name}' if name else ''}"
    return NotDeclared(f"{where}：{why}。", f"{where}: {why}.", "请改好这个文件。", "Mend the file.")


def terms(path: Path) -> list[Term]:
    """The words of a text file, one a line: 高质量发展, or 名字: 词 词 to count several as one; # begins a remark."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, "", f"读不了 cannot be read ({error})") from None
    found = []
    for line in lines:
        line = line.partition("#")[0].strip()
        if not line:
            continue
        name, colon, rest = line.replace("：", ":").partition(":")
        words = sorted((rest if colon else line).split() or [name], key=len, reverse=True)
        found.append(Term(name.strip(), re.compile("|".join(map(re.escape, words)))))
    if not found:
        raise _wrong(path, "", "里面没有词 it holds no word")
    if len({term.name for term in found}) < len(found):
        raise _wrong(path, "", "有重复的词 a word stands twice")
    return found


def catalogue(path: Path) -> dict[Path, tuple[str, int | None]]:
    """file -> (place, year) of a CSV with columns path, place and year, its paths relative to the CSV."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, "", f"读不了 cannot be read ({error})") from None
    if not rows or not {"path", "place", "year"} <= set(rows[0]):
        raise _wrong(path, "", "要有 path、place、year 三列 it needs columns path, place and year")
    found = {}
    for row in rows:
        year = (row["year"] or "").strip()
        if year and not year.isdigit():
            raise _wrong(path, row["path"], f"year 不是年份 is no year: {year}")
        found[(path.parent / row["path"]).resolve()] = ((row["place"] or "").strip(), int(year) if year else None)
    return found
