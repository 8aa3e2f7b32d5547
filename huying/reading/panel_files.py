"""A panel written out: csv, xlsx or Parquet, long or wide."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from .declared import Subject
from .panel import COLUMNS, Panel
from .tables import write_csv, write_xlsx

FORMATS = ("csv", "xlsx", "parquet")
FORMS = ("wide", "long")
_WHOLE = {"year", "report_year", "start", "end"}
_WORDS = {"place", "division", "level", "subject", "kind", "unit", "comparator", "quote", "section", "rule", "report", "place_from",
          "reader"}  # fmt: skip


class NoParquet(Exception):
    """Parquet was asked for where the package that writes it is absent."""

    code = "panel.no-parquet"
    zh = "写 Parquet 需要 polars，这里没有装。"
    en = "Parquet is written by polars, which is not installed here."
    mend_zh = "请用 pip install 'huying[research]' 装上，或改用 csv、xlsx。"
    mend_en = "Install it with pip install 'huying[research]', or take csv or xlsx."

    def __init__(self):
        super().__init__(f"{self.zh}{self.mend_zh} | {self.en} {self.mend_en}")


def format_of(path: Path) -> str | None:
    """The format that a file's ending names, or None."""
    return {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}.get(path.suffix.lower())


def write_panel(found: Panel, path: Path, form: str = "wide") -> None:
    """Writes a panel to a file in the format of its ending.

    csv and parquet hold one form; xlsx holds both, the subjects as declared and the files that could not be read.
    Raises NoParquet where polars is absent, ValueError for another ending.
    """
    names = found.wide_columns() if form == "wide" else list(COLUMNS)
    rows = found.wide() if form == "wide" else found.rows()
    kind = format_of(path)
    if kind == "csv":
        with path.open("wb") as stream:
            write_csv(rows, names, stream)
    elif kind == "xlsx":
        with path.open("wb") as stream:
            write_xlsx(_sheets(found, form), stream)
    elif kind == "parquet":
        _parquet(rows, names, path)
    else:
        raise ValueError(f"unknown ending: {path.suffix}")


def _sheets(found: Panel, form: str):
    both = [("wide", found.wide_columns(), found.wide()), ("long", COLUMNS, found.rows())]
    yield from both if form == "wide" else reversed(both)
    yield "subjects", ("name", "title", "change", "unit", "pattern"), map(_declared, found.asked)
    unread = [{"report": name, "why": sentence} for name, sentence in found.unread]
    yield "unread", ("report", "why"), unread


def _declared(subject: Subject) -> dict:
    return {"name": subject.name, "title": subject.title, "change": subject.change, "unit": subject.unit,
            "pattern": subject.subject.pattern}  # fmt: skip


def _parquet(rows: Iterable[dict], names: Sequence[str], path: Path) -> None:
    """Through a csv on disk, so that memory does not grow with the rows. Numbers are doubles, offsets and years integers."""
    try:
        import polars
    except ImportError:
        raise NoParquet from None
    with tempfile.TemporaryDirectory() as folder:
        between = Path(folder) / "rows.csv"
        with between.open("wb") as stream:
            write_csv(rows, names, stream)
        schema = {name: _type(name, polars) for name in names}
        polars.scan_csv(between, schema=schema, null_values=[""], infer_schema=False).sink_parquet(path)


def _type(name: str, polars):
    if name in _WHOLE:
        return polars.Int64
    return polars.String if name in _WORDS or name.endswith(("_quote", "_comparator")) else polars.Float64
