"""A folder of reports as one table: place, year and subject, each value with its words and where they stand.

from huying.reading.panel import panel
table = panel("reports")
for row in table.wide(): print(row["place"], row["year"], row["gdp_growth_target"])
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from . import places
from .declared import Subject, Term, subjects
from .matching import Measured, Measurer
from .measures import common
from .model import READER, NotAReport, Report
from .reader import read

KINDS = ("target", "outcome")
# What each value brings along, in the order of the columns.
CELL = ("value", "value_max", "unit", "comparator", "quote", "section", "start", "end", "confidence", "rule")
WIDE_CELL = ("", "_max", "_comparator", "_quote")
COLUMNS = (
    "place",
    "division",
    "level",
    "year",
    "subject",
    "kind",
    *CELL,
    "report",
    "report_year",
    "place_from",
    "reader",
)
ENDINGS = (".txt", ".html", ".htm", ".mht", ".mhtml", ".docx", ".odt", ".pdf")
_GOAL = re.compile(r"目标|预期")
_TURNED = {"ge": "le", "gt": "lt", "le": "ge", "lt": "gt"}


def cells(report: Report, asked: list[Subject]) -> Iterator[dict]:
    """One row for each subject and kind that the report tells of: what it targets for its year, what came of the year before.

    A fall is negative, with its comparator turned round: 下降3%以上 is at most −3.
    """
    measure, units = Measurer(report), {subject.kind_of_unit for subject in asked}
    found: dict[tuple[str, str], list[tuple[tuple, Measured, Subject]]] = {}
    for figure in report.figures:
        year = _year(report, figure)
        if (
            year is None
            or common(figure.unit)[0] not in units
            or (figure.parent is not None and figure.rule == "number.carried")
        ):
            continue
        item = measure.of(figure)
        if item is None or item.key.span != "year" or item.key.scope or item.key.act:
            continue
        for subject in asked:
            if _is_of(item, subject):
                near = report.text[max(0, figure.start - 60) : figure.end]
                fit = (figure.kind == "target" and bool(_GOAL.search(near)), figure.rule != "number.carried")
                found.setdefault((subject.name, figure.kind), []).append((fit, item, subject))
    for (name, kind), choice in found.items():
        _, item, subject = max(choice, key=lambda one: one[0])
        yield {"year": _year(report, item.figure), "subject": name, "kind": kind, **_cell(item, subject)}


def _year(report: Report, figure) -> int | None:
    """The year that a value is of: the report's own for a target, the year before for an outcome; None for any other."""
    if report.year is None or figure.kind not in KINDS:
        return None
    if figure.kind == "target":
        return report.year if figure.deadline is None or figure.deadline.year == report.year else None
    return report.year - 1 if figure.period == str(report.year - 1) else None


def _is_of(item: Measured, subject: Subject) -> bool:
    key = item.key
    if (key.change, key.unit) != (subject.change, subject.kind_of_unit) or not subject.subject.fullmatch(key.subject):
        return False
    return subject.low <= _decimal(item.value / subject.size) <= subject.high


def _cell(item: Measured, subject: Subject) -> dict:
    figure, value, upper, comparator = item.figure, item.value, item.upper, item.figure.comparator
    if value < 0:
        comparator = _TURNED.get(comparator, comparator)
        if upper is not None:
            value, upper, comparator = upper, value, "ge"
    return {
        "value": _decimal(value / subject.size), "value_max": None if upper is None else _decimal(upper / subject.size),
        "unit": subject.unit, "comparator": comparator, "quote": figure.quote, "section": figure.section, "start": figure.start,
        "end": figure.end, "confidence": figure.confidence, "rule": f"panel.{figure.rule}",
    }  # fmt: skip


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def counted(report: Report, asked: list[Term]) -> Iterator[dict]:
    """How often each word stands in a report, and how often in 10,000 characters; blanks and what is set aside do not count."""
    pieces, at = [], 0
    for span in sorted(report.chrome, key=lambda span: span.start):
        pieces.append(report.text[at : max(at, span.start)])
        at = max(at, span.end)
    text = re.sub(r"\s", "", "".join([*pieces, report.text[at:]]))
    blank = dict.fromkeys(CELL)
    for term in asked:
        count = sum(1 for _ in term.words.finditer(text))
        for kind, value, unit in (
            ("count", Decimal(count), "次"),
            ("share", round(Decimal(count) * 10000 / max(len(text), 1), 4), "次/万字"),
        ):
            yield {"year": report.year, "subject": term.name, "kind": kind, **blank, "value": value, "unit": unit, "comparator": "eq",
                   "confidence": 1.0, "rule": "panel.term"}  # fmt: skip


class Panel:
    """The rows of many reports, kept on disk until they are written, so that memory does not grow with the folder.

    files    how many reports were read       unread  [(path, sentence)] of those that could not be
    doubled  [(place, year, path)] of reports whose place and year another file already has: the first by name stays in wide()
    """

    def __init__(self, asked: list[Subject], words: list[Term]):
        self.asked, self.words = asked, words
        self.files = 0
        self.unread: list[tuple[str, str]] = []
        self.doubled: list[tuple[str, int, str]] = []
        self._file = tempfile.NamedTemporaryFile(suffix=".panel")
        self._kept = sqlite3.connect(self._file.name, isolation_level=None)
        self._kept.executescript(
            "pragma journal_mode = off; pragma synchronous = off;"
            "create table row (place, year, subject, kind, file, head, body);"
            "create table file (place, year, name)"
        )

    def __enter__(self) -> Panel:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Gives the disk space back; the rows are gone."""
        self._kept.close()
        self._file.close()

    def add(self, head: dict, rows: Iterable[dict]) -> None:
        """One report: what is the same for all its rows, and its rows."""
        self.files += 1
        self._kept.execute("insert into file values (?, ?, ?)", (head["place"], head["report_year"], head["report"]))
        kept = json.dumps(head, ensure_ascii=False)
        self._kept.executemany(
            "insert into row values (?, ?, ?, ?, ?, ?, ?)",
            ((head["place"], row["year"], row["subject"], row["kind"], head["report"], kept,
              json.dumps(row, ensure_ascii=False, default=str)) for row in rows),
        )  # fmt: skip

    def finish(self) -> Panel:
        """Puts the rows in order: by place, year, subject and kind, whatever order the files were read in."""
        self._kept.execute("create index by_place on row (place, year, subject, kind, file)")
        self.doubled = list(self._kept.execute(
            "select place, year, name from file f where place <> '' and exists (select 1 from file g where g.place = f.place "
            "and g.year = f.year and g.name < f.name) order by 1, 2, 3"))  # fmt: skip
        return self

    def rows(self) -> Iterator[dict]:
        """The long form: one row a place, year, subject and kind, with columns COLUMNS."""
        for head, body in self._kept.execute("select head, body from row order by place, year, subject, kind, file"):
            yield _row(head, body)

    def wide_columns(self) -> list[str]:
        """Columns of wide(): for each subject and kind its value, upper bound, comparator and quote; then the counted words."""
        names = ["place", "division", "level", "year"]
        names += [f"{subject.name}_{kind}{end}" for subject in self.asked for kind in KINDS for end in WIDE_CELL]
        return names + [f"{term.name}_{kind}" for term in self.words for kind in ("count", "share")]

    def wide(self) -> Iterator[dict]:
        """The wide form: one row a place and year. A target comes from that year's report, an outcome from the next year's."""
        line: dict | None = None
        for head, body in self._kept.execute("select head, body from row order by place, year, file, subject, kind"):
            row = _row(head, body)
            if line is None or (line["place"], line["year"]) != (row["place"], row["year"]):
                if line:
                    yield line
                line = {"place": row["place"], "division": row["division"], "level": row["level"], "year": row["year"]}
            name = f"{row['subject']}_{row['kind']}"
            if name in line:
                continue
            line[name] = row["value"]
            if row["kind"] in KINDS:
                line.update(
                    {
                        f"{name}_max": row["value_max"],
                        f"{name}_comparator": row["comparator"],
                        f"{name}_quote": row["quote"],
                    }
                )
        if line:
            yield line


def _row(head: str, body: str) -> dict:
    row = {**json.loads(head), **json.loads(body)}
    for name in ("value", "value_max"):
        row[name] = None if row[name] is None else Decimal(row[name])
    return {name: row[name] for name in COLUMNS}


def panel(
    folder: str | os.PathLike,
    *,
    asked: list[Subject] | None = None,
    words: list[Term] | None = None,
    known: dict[Path, tuple[str, int | None]] | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> Panel:
    """The reports of a folder and the folders in it as one table.

    asked     subjects (declared.subjects), else those that come along      words  words to count (declared.terms)
    known     file -> (place, year): its place holds, its year where the text tells none     jobs   processes that read at once
    progress  called with (files done, files in all)
    """
    root = Path(folder)
    files = sorted(path for path in root.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    found = Panel(subjects() if asked is None else asked, words or [])
    tasks = ((path, root, found.asked, found.words, (known or {}).get(path.resolve())) for path in files)
    if jobs > 1 and len(files) > 1:
        with ProcessPoolExecutor(jobs) as pool:
            _gather(found, pool.map(_one, tasks, chunksize=4), len(files), progress)
    else:
        _gather(found, map(_one, tasks), len(files), progress)
    return found.finish()


def _gather(found: Panel, results, total: int, progress) -> None:
    for done, (name, sentence, head, rows) in enumerate(results, 1):
        if sentence:
            found.unread.append((name, sentence))
        else:
            found.add(head, rows)
        if progress:
            progress(done, total)


def _one(task) -> tuple[str, str, dict, list[dict]]:
    """(file's name, why it was not read or "", what its rows share, its rows)."""
    path, root, asked, words, said = task
    name = path.relative_to(root).as_posix()
    try:
        report = read(path)
    except NotAReport as refusal:
        return name, " | ".join(filter(None, (refusal.sentence, refusal.english))), {}, []
    except OSError as error:
        return name, f"{name}：打不开（{error.strerror}）。 | It cannot be opened ({error.strerror}).", {}, []
    source = "report"
    if said:
        # What the text says of its year holds: its deadlines and periods were read with it.
        source, report.place, report.year = "catalogue", said[0] or report.place, report.year or said[1]
    elif not report.division and (better := _from_folders(path, root, report.year)):
        source, report.place, report.division = "folder", better.name, better.code
        report.level = better.level
    if report.year is None:
        return (
            name,
            f"{name}：看不出是哪一年的。请在标题或文件名里写上年份，或用 --index 给出。"
            " | Its year cannot be told. Write it in the title or the file's name, or give it with --index.",
            {},
            [],
        )
    head = {"place": report.place, "division": report.division, "level": report.level, "report": name, "report_year": report.year,
            "place_from": source, "reader": READER}  # fmt: skip
    return name, "", head, [*cells(report, asked), *counted(report, words)]


def _from_folders(path: Path, root: Path, year: int | None) -> places.Found | None:
    """The place that the file's name or a folder above it names, or None."""
    for part in [path.stem, *reversed(path.relative_to(root).parts[:-1])]:
        said = re.sub(r"[\d_\-\s.]+|年|政府工作报告|工作报告", "", part)
        if said and (found := places.find(said, year)):
            return found
    return None
