"""The same count by another engine, over the files of `huying export --parquet`: by DuckDB, or by Spark.

No second compiler: the statement that PostgreSQL runs (counting.figures_sql) is written in the other's words by sqlglot, after
a few forms that the others lack are put into ones that all have. A property test holds the numbers equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from huying.declare.kinds import Rules
from huying.engine import counting, indicators, measuring, questions
from huying.engine.counting import Question, Unanswerable
from huying.engine.folder_export import ABOUT
from huying.engine.indicators import Measured
from huying.engine.packs import District
from huying.engine.questions import Asked
from huying.engine.schema import STANDING, Table
from huying.trouble import Trouble

Rows = list[dict[str, Any]]


def measure(district: District, asked: Asked, engine: str, folder: Path) -> Measured:
    """What `indicators.measure` gives, of the moment and of the records of an exported folder. engine: a key of ENGINES.

    Raises Trouble for a folder that is none, or an engine that is not installed; else as `measure`.
    """
    about = _about(district, folder)
    moment = datetime.fromisoformat(about["moment"])

    def count(district: District, todo: Sequence[measuring.Todo], as_of: datetime | None) -> list[Measured]:
        asked = [_over_files(one.question, about["rows"]) for one in todo]
        rows = ENGINES[engine]([translated(*counting.figures_sql(one), engine) for one in asked], folder, about)
        return [measuring.answer(one, found, district, as_of, False) for one, found in zip(todo, rows, strict=True)]

    [found] = indicators.measure_many(district, [asked], as_of=moment, count=count)
    note = (
        ""
        if about["whole"]
        else "导出的人看不到全区，只数导出的$record | Whoever exported saw a part of the district: only that is counted"
    )
    return replace(found, notes=(*found.notes, note)) if note else found


def told(district: District, name: str, today: date) -> str:
    """The SQL by which DuckDB counts an indicator by its periods of this year; empty where the files do not tell."""
    try:
        used = questions.ruled(district, name, None, "now")
        asked = Asked(name, date(today.year, 1, 1), date(today.year + 1, 1, 1))
        question = _over_files(questions.question(district, asked, used, None), district.rules.ledgers)
        return translated(*counting.figures_sql(question), "duckdb")
    except (ValueError, KeyError):
        return ""


def _about(district: District, folder: Path) -> dict[str, Any]:
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        found, _moment, _rows = about["district"], about["moment"], about["rows"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Trouble("folder-unread", f"{folder} 不是导出的文件夹。", f"{folder} is no exported folder.",
                      "先运行 huying export --parquet 文件夹 --login 登录名。",
                      "First run huying export --parquet FOLDER --login LOGIN.") from None  # fmt: skip
    if found != district.id:
        raise Trouble("folder-elsewhere", f"{folder} 是另一个区的。", f"{folder} is another district's.",
                      "用 --district 指明是哪个区。", "Name its district by --district.")  # fmt: skip
    return about


def _over_files(question: Question, ledgers: Mapping[str, Any]) -> Question:
    """The question, of the columns that the files have. Raises Unanswerable for what files of one moment do not tell."""
    indicator = question.indicator
    if indicator.listed or indicator.stock == ("recorded",):
        raise Unanswerable(
            "这个数要从数据库里数：文件里没有推导$ledger，也没有从前的样子 | This is counted in the database: the files hold no "
            "derived $ledger and no former state"
        )
    if absent := [name for name in question.ledgers if name not in ledgers]:
        raise Unanswerable(f"文件里没有{absent[0]} | The files lack {absent[0]}")
    tables = {name: _table(question.rules, question.tables[name], name) for name in question.ledgers}
    spans = question.spans and question.spans.as_recorded()
    if question.spans and any(table.number in question.spans.moved for table in tables.values()):
        raise Unanswerable(
            "区划变动时有$record挪过地方，要从数据库里数 | $Records were moved when areas changed: this is counted in the database"
        )
    return replace(question, tables={**question.tables, **tables}, as_of=None, spans=spans)


def _table(rules: Rules, table: Table, name: str) -> Table:
    """The ledger as its file has it: a column a field, of its name."""
    fields = rules.ledgers[name].fields
    columns = {
        n: (f'"{n}_lng"', f'"{n}_lat"') if field.type == "point" else (f'"{n}"',)
        for n, field in fields.items()
        if n not in STANDING and n in table.columns
    }
    return replace(table, columns=columns, retired={})


def translated(sql: str, params: Sequence[Any], engine: str) -> str:
    """A statement of ours in the other's words, its values written in place."""
    texts = sql.split("%s")
    assert len(texts) == len(params) + 1, "as many values as places"
    written = "".join(text + value for text, value in zip(texts, [*map(_literal, params), ""], strict=True))
    tree = sqlglot.parse_one(written.replace("%%", "%"), read="postgres")
    for node in reversed(list(tree.walk())):  # what lies inside another first
        for form in FORMS[engine]:
            if (found := form(node)) is not node:
                node.replace(found)
                node = found
    return tree.sql(engine)


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | Decimal():
            return f"{value}"
        case datetime():
            return f"timestamptz '{value.isoformat()}'"
        case date():
            return f"date '{value.isoformat()}'"
        case list() | tuple():
            return f"array[{', '.join(map(_literal, value))}]"
        case bytes():
            raise Unanswerable(
                "这个数要比对密文，要从数据库里数 | This compares what is secret: it is counted in the database"
            )
    return exp.Literal.string(str(value)).sql("postgres")


def _common(node: exp.Expression) -> exp.Expression:
    """Forms that only PostgreSQL has, as all have them."""
    if isinstance(node, exp.Table) and node.db == "hy":
        return exp.Table(this=exp.to_identifier(f"hy_{node.name}"), alias=node.args.get("alias"))
    if (
        isinstance(node, exp.Cast)
        and node.to.this in (exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL)
        and not node.to.expressions
    ):
        return node.this  # exact already: `numeric` of PostgreSQL is as long as need be, theirs is not
    if isinstance(node, exp.Anonymous) and node.name.lower() == "trim_scale":
        return node.expressions[0]
    if isinstance(node, exp.Bracket) and (bucket := node.find(exp.WidthBucket)):
        return _stretches(bucket)
    if isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any):
        array = node.expression.find(exp.Array)
        if array is not None:
            return exp.In(this=node.this, expressions=array.expressions) if array.expressions else exp.false()
    if isinstance(node, exp.Unnest):
        return _rows(node)
    return node


def _stretches(bucket: exp.WidthBucket) -> exp.Expression:
    """The last of several days that is not after a day."""
    day, firsts = bucket.this, bucket.args["threshold"].expressions
    found = exp.Case()
    for first in reversed(firsts):
        found = found.when(exp.GTE(this=day.copy(), expression=first.copy()), first.copy())
    return exp.Paren(this=found)


def _rows(unnest: exp.Unnest) -> exp.Expression:
    """Arrays side by side as rows."""
    kinds = [one.to.expressions[0] for one in unnest.expressions]
    columns = [one.find(exp.Array).expressions for one in unnest.expressions]
    rows = [
        exp.Tuple(expressions=[exp.cast(v.copy(), k) for v, k in zip(row, kinds, strict=True)])
        for row in zip(*columns, strict=True)
    ]
    if not rows:  # nothing lies anywhere
        nothing = exp.select(
            *(
                exp.cast(exp.null(), kind).as_(c.name)
                for kind, c in zip(kinds, unnest.args["alias"].columns, strict=True)
            )
        )
        return nothing.where(exp.false()).subquery(unnest.alias)
    return exp.Values(expressions=rows, alias=unnest.args["alias"])


def _spark(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileDisc):
        return exp.Anonymous(
            this="percentile", expressions=[node.find(exp.Ordered).this.copy(), exp.Literal.number("0.5")]
        )
    if isinstance(node, exp.Sub) and all(_is_day(side) for side in (node.left, node.right)):
        return exp.Anonymous(this="datediff", expressions=[node.left.copy(), node.right.copy()])
    return node


def _is_day(node: exp.Expression) -> bool:
    """Whether it is said to be a day."""
    return isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.DATE


FORMS: Mapping[str, tuple[Callable[[exp.Expression], exp.Expression], ...]] = {
    "duckdb": (_common,),
    "spark": (_common, _spark),
}


def _by_duckdb(statements: Sequence[str], folder: Path, about: Mapping[str, Any]) -> list[Rows]:
    try:
        import duckdb
    except ModuleNotFoundError:
        raise _lacking("DuckDB", "duckdb") from None
    try:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            for view, path in _views(folder, about):
                connection.execute(f"create view {view} as select *, false as hidden, {about['district']} as district from "
                                   f"read_parquet({_literal(str(path))})")  # fmt: skip
            found = []
            for statement in statements:
                cursor = connection.execute(statement)
                names = [column[0] for column in cursor.description]
                found.append([_row(dict(zip(names, row, strict=True))) for row in cursor.fetchall()])
            return found
    except duckdb.Error as error:
        raise _failed("DuckDB", error) from None


def _by_spark(statements: Sequence[str], folder: Path, about: Mapping[str, Any]) -> list[Rows]:
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise _lacking("Spark", "pyspark") from None
    try:
        session = (
            SparkSession.builder.master("local[*]").appName("huying").config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "true").getOrCreate()
        )  # fmt: skip
        for view, path in _views(folder, about):
            read = session.read.parquet(str(path)).selectExpr(
                "*", "false as hidden", f"{about['district']} as district"
            )
            read.createOrReplaceTempView(view)
        return [[_row(row.asDict()) for row in session.sql(one).collect()] for one in statements]
    except Exception as error:  # of Java, of Spark, of the files: each has its own kinds
        raise _failed("Spark", error) from None


def _views(folder: Path, about: Mapping[str, Any]) -> list[tuple[str, Path]]:
    return [(f"hy_l{number}", folder / f"{name}.parquet") for name, number in about["numbers"].items()]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("num", "den"):
        row[name] = Decimal(str(row[name])) if not isinstance(row[name], Decimal) else row[name]
    return {name: value.date() if isinstance(value, datetime) else value for name, value in row.items()}


def _lacking(name: str, package: str) -> Trouble:
    return Trouble("engine-lacking", f"这里没有装 {name}。", f"{name} is not installed here.",
                   f"运行 pip install {package}（Spark 还要 Java）。", f"Run pip install {package} (Spark needs Java too).")  # fmt: skip


def _failed(name: str, error: Exception) -> Trouble:
    said = str(error).strip().splitlines()[0][:300]
    return Trouble("engine-failed", f"{name} 数不出来：{said}", f"{name} could not count it: {said}",
                   "导出的人看不到的栏目不在文件里；换一个人导出，或去掉 --engine。",
                   "Fields that the exporter may not see are not in the files; export as another, or leave out --engine.")  # fmt: skip


ENGINES: Mapping[str, Callable[[Sequence[str], Path, Mapping[str, Any]], list[Rows]]] = {
    "duckdb": _by_duckdb,
    "spark": _by_spark,
}
