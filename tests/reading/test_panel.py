"""A folder of reports as one table: which value stands where, with its words, and what is said of files that do not fit."""

import csv
import re
import shutil
from decimal import Decimal
from pathlib import Path

import polars
import pytest

from huying import cli
from huying.reading import read
from huying.reading.declared import NotDeclared, catalogue, subjects, terms
from huying.reading.panel import COLUMNS, panel
from huying.reading.panel_files import NoParquet, write_panel

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "reports" / "corpus"
OPENING = "各位代表：\n现在，我代表市人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
# What the State Council's reports of 2005 to 2025 set as the growth of the year: value, upper bound, comparator.
GROWTH = {
    2005: "8 approx", 2006: "8 approx", 2007: "8 approx", 2008: "8 approx", 2009: "8 approx", 2010: "8 approx", 2011: "8 approx",
    2012: "7.5 eq", 2013: "7.5 approx", 2014: "7.5 approx", 2015: "7 approx", 2016: "6.5-7 ge", 2017: "6.5 approx", 2018: "6.5 approx",
    2019: "6-6.5 ge", 2020: None, 2021: "6 ge", 2022: "5.5 approx", 2023: "5 approx", 2024: "5 approx", 2025: "5 approx",
}  # fmt: skip


def write(folder: Path, year: int, told: str, promised: str, place: str = "青溪市", name: str = "") -> Path:
    path = folder / (name or f"{place}{year}.txt")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"{year}年{place}政府工作报告\n{OPENING}一、{year - 1}年工作回顾\n{told or '各项工作稳中有进。'}\n"
        f"二、{year}年工作安排\n{promised or '扎实做好各项工作。'}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "reports"
    write(
        root,
        2021,
        "",
        "今年主要预期目标是：地区生产总值增长6.5%—7%，城镇新增就业5万人以上，单位地区生产总值能耗下降3%以上。",
    )
    write(root, 2022, "地区生产总值达到850亿元，增长6.8%。城镇新增就业5.3万人。单位地区生产总值能耗下降3.4%。粮食总产量12亿斤。",
          "今年主要预期目标是：地区生产总值增长6%左右，居民消费价格涨幅3%左右。")  # fmt: skip
    write(
        root / "白石市", 2022, "GDP增长5.1%。坚持高质量发展，推动高质量发展。", "地方财政收入增长8%。", place="白石市"
    )
    return root


def rows(found) -> dict[tuple, dict]:
    return {(row["place"], row["year"], row["subject"], row["kind"]): row for row in found.rows()}


def only(found, subject: str, kind: str) -> dict:
    (row,) = [row for row in found.rows() if (row["subject"], row["kind"]) == (subject, kind)]
    return row


def growth(found, year: int) -> str | None:
    """A target of growth as the tables of this file write it."""
    row = rows(found).get(("全国", year, "gdp_growth", "target"))
    if not row:
        return None
    upper = f"-{row['value_max'].normalize():f}" if row["value_max"] is not None else ""
    return f"{row['value'].normalize():f}{upper} {row['comparator']}"


def test_a_cell_holds_its_value_words_and_place(folder):
    with panel(folder) as found:
        row = rows(found)["青溪市", 2022, "gdp_growth", "target"]
    assert (row["value"], row["unit"], row["comparator"]) == (6, "%", "approx")
    text = read(folder / "青溪市2022.txt").text
    assert text[row["start"] : row["end"]] == row["quote"] and row["section"] == "二"
    assert row["report"] == "青溪市2022.txt" and row["report_year"] == 2022 and row["reader"]


def test_a_target_is_of_its_reports_year_and_an_outcome_of_the_year_before(folder):
    with panel(folder) as found:
        known = rows(found)
    assert known["青溪市", 2021, "gdp_growth", "outcome"]["report_year"] == 2022
    assert known["青溪市", 2021, "gdp_growth", "target"]["report_year"] == 2021
    assert ("青溪市", 2022, "gdp_growth", "outcome") not in known


def test_the_wide_form_sets_target_and_outcome_of_a_year_side_by_side(folder):
    with panel(folder) as found:
        lines = {(line["place"], line["year"]): line for line in found.wide()}
        assert set(next(iter(lines.values()))) <= set(found.wide_columns())
    line = lines["青溪市", 2021]
    assert (line["gdp_growth_target"], line["gdp_growth_target_max"]) == (Decimal("6.5"), 7)
    assert line["gdp_growth_outcome"] == Decimal("6.8") and line["gdp_growth_outcome_quote"] == "增长6.8%"
    assert line["jobs_target"] == 50000 and line["jobs_target_comparator"] == "ge" and line["jobs_outcome"] == 53000


def test_values_come_in_the_declared_unit(folder):
    with panel(folder) as found:
        assert only(found, "grain", "outcome")["value"] == 600000
        assert only(found, "gdp", "outcome")["value"] == 85000000000


def test_a_fall_is_negative_and_its_comparator_turned(folder):
    with panel(folder) as found:
        target, outcome = only(found, "energy_intensity", "target"), only(found, "energy_intensity", "outcome")
    assert (target["value"], target["comparator"]) == (-3, "le")
    assert outcome["value"] == Decimal("-3.4")


def test_other_names_of_a_quantity_land_in_its_column(folder):
    with panel(folder) as found:
        known = rows(found)
    assert known["白石市", 2021, "gdp_growth", "outcome"]["value"] == Decimal("5.1")
    assert known["白石市", 2022, "revenue_growth", "target"]["value"] == 8


@pytest.mark.parametrize(
    "told",
    [
        "五年来，地区生产总值年均增长8%。",
        "人均地区生产总值增长8%。",
        "上半年地区生产总值增长8%。",
        "2019年地区生产总值增长8%。",
        "全省地区生产总值增长8%。",
        "单位地区生产总值能耗增长8%。",
        "地区生产总值增速比全省高8个百分点。",
        "“十三五”时期，地区生产总值增长8%。",
    ],
)
def test_what_is_not_the_years_growth_of_the_place_stays_out(tmp_path, told):
    write(tmp_path, 2022, told, "")
    with panel(tmp_path) as found:
        assert ("青溪市", 2021, "gdp_growth", "outcome") not in rows(found)


def test_where_a_change_began_is_not_the_value(tmp_path):
    write(tmp_path, 2022, "一般公共预算收入由60亿元增加到85亿元。", "")
    with panel(tmp_path) as found:
        assert only(found, "revenue", "outcome")["value"] == 8500000000


def test_the_order_of_reading_does_not_change_the_table(folder):
    with panel(folder) as one, panel(folder, jobs=2) as two:
        assert list(one.rows()) == list(two.rows()) and one.files == two.files == 3


def test_words_are_counted_with_their_share(folder, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("# 两个词\n高质量发展\n稳：稳中求进 稳中有进\n", encoding="utf-8")
    with panel(folder, words=terms(words)) as found:
        known = rows(found)
        assert known["白石市", 2022, "高质量发展", "count"]["value"] == 2
        assert known["青溪市", 2021, "稳", "count"]["value"] == 1
        share = known["白石市", 2022, "高质量发展", "share"]["value"]
        letters = len("".join(read(folder / "白石市" / "白石市2022.txt").text.split()))
        assert share == round(Decimal(20000) / letters, 4)
        assert "高质量发展_share" in found.wide_columns()


def test_files_that_cannot_be_read_are_listed_and_do_not_stop_the_rest(folder):
    (folder / "空.txt").write_text("", encoding="utf-8")
    (folder / "信.txt").write_text("Dear Sir, " * 40, encoding="utf-8")
    with panel(folder) as found:
        assert found.files == 3 and [name for name, _ in found.unread] == ["信.txt", "空.txt"]
        assert all(len(sentence) > 8 for _, sentence in found.unread)


def test_two_files_of_one_place_and_year_are_named(folder):
    shutil.copy(folder / "青溪市2022.txt", folder / "青溪市2022副本.txt")
    with panel(folder) as found:
        assert found.doubled == [("青溪市", 2022, "青溪市2022副本.txt")]
        assert len([line for line in found.wide() if line["place"] == "青溪市" and line["year"] == 2022]) == 1


def test_a_catalogue_says_the_place_where_the_text_does_not(tmp_path):
    path = write(tmp_path, 2022, "地区生产总值增长6%。", "", place="")
    index = tmp_path / "index.csv"
    index.write_text(f"path,place,year\n{path.name},青溪市,2022\n", encoding="utf-8")
    with panel(tmp_path, known=catalogue(index)) as found:
        row = only(found, "gdp_growth", "outcome")
        assert (row["place"], row["place_from"]) == ("青溪市", "catalogue")


def test_subjects_of_ones_own(folder, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "subjects:\n  gdp_yi: {title: 总量, subject: 地区生产总值, change: level, unit: 元}\n", encoding="utf-8"
    )
    with panel(folder, asked=subjects(mine)) as found:
        assert [row["subject"] for row in found.rows()] == ["gdp_yi"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("subjects: []", "subjects"),
        ("subjects:\n  GDP: {subject: x, unit: 元}", "GDP"),
        ("subjects:\n  gdp: {subject: x}", "unit"),
        ("subjects:\n  gdp: {subject: x, unit: 元, change: up}", "growth"),
        ("subjects:\n  gdp: {subject: '(', unit: 元}", "subject"),
        ("subjects:\n  gdp: {subject: x, unit: 元, witin: [0, 1]}", "witin"),
        ("subjects:\n  gdp: {subject: x, unit: 元, within: 3}", "within"),
        ("subjects:\n  - {", "line 2"),
    ],
)
def test_a_wrong_list_of_subjects_is_refused_with_its_place(tmp_path, text, says):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotDeclared) as refused:
        subjects(path)
    assert says in str(refused.value) and "mine.yaml" in refused.value.en and refused.value.mend_zh


def test_every_subject_that_comes_along_has_both_titles():
    assert len(subjects()) >= 15
    assert all(" | " in subject.title and subject.low < subject.high for subject in subjects())


def test_csv_xlsx_and_parquet_hold_the_same(folder, tmp_path):
    with panel(folder) as found:
        for name in ("p.csv", "p.xlsx", "p.parquet"):
            write_panel(found, tmp_path / name, "long")
        names = found.wide_columns()
        write_panel(found, tmp_path / "wide.parquet", "wide")
    with (tmp_path / "p.csv").open(encoding="utf-8-sig", newline="") as stream:
        plain = list(csv.DictReader(stream))
    table = polars.read_parquet(tmp_path / "p.parquet")
    sheet = polars.read_excel(tmp_path / "p.xlsx", sheet_name="long")
    assert table.columns == list(COLUMNS) == list(plain[0])
    assert table["value"].to_list() == [float(row["value"]) for row in plain] == sheet["value"].cast(float).to_list()
    assert table["year"].dtype == polars.Int64 and table["quote"].to_list() == [row["quote"] for row in plain]
    assert polars.read_parquet(tmp_path / "wide.parquet").columns == names


def test_parquet_without_polars_says_how_to_get_it(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with panel(folder) as found, pytest.raises(NoParquet, match=r"huying\[research\]"):
        write_panel(found, tmp_path / "p.parquet")


def test_the_command_writes_the_table_and_names_what_it_could_not_read(folder, tmp_path, capsys):
    (folder / "空.txt").write_text("", encoding="utf-8")
    target = tmp_path / "p.csv"
    assert cli.main(["panel", str(folder), "-o", str(target), "--jobs", "1"]) == 0
    said = capsys.readouterr()
    assert "3 reports read, 1 not" in said.out and "空.txt" in said.err
    assert target.read_text(encoding="utf-8-sig").startswith("place,division,level,year,gdp_growth_target")


def test_the_command_refuses_what_it_cannot_do(folder, tmp_path, capsys):
    assert cli.main(["panel", str(tmp_path / "nowhere"), "-o", "p.csv"]) == 2
    assert cli.main(["panel", str(folder), "-o", "p.pdf"]) == 2
    assert cli.main(["panel", str(folder), "-o", "p.csv", "--terms", str(tmp_path / "none.txt")]) == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert cli.main(["panel", str(empty), "-o", str(tmp_path / "p.csv")]) == 1
    assert not (tmp_path / "p.csv").exists()
    errors = capsys.readouterr().err
    assert all(code in errors for code in ("panel.no-folder", "panel.format", "panel.declaration"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the reference reports are not here")
def test_growth_targets_of_the_state_council_come_out_as_they_were(tmp_path):
    for year in GROWTH:
        (path,) = (CORPUS / "national").rglob(f"{year}.txt")
        shutil.copy(path, tmp_path)
    with panel(tmp_path) as found:
        assert {year: growth(found, year) for year in GROWTH} == GROWTH


# --- the page for researchers ----------------------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[2] / "docs" / "research.md"


def test_the_page_names_every_subject_and_every_column():
    from dataclasses import fields

    from huying.reading.compare import Side
    from huying.reading.compare_files import COLUMNS as PAIRS

    text = PAGE.read_text(encoding="utf-8")
    assert not [subject.name for subject in subjects() if f"| {subject.name} | " not in text]
    single = {name for name in PAIRS if not name.startswith(("promised_", "reported_", "next_"))}
    missing = [name for name in {*COLUMNS, *single, *(item.name for item in fields(Side))} if name not in text]
    assert not missing


def test_the_python_on_the_page_runs(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(folder / "青溪市2021.txt", "2023.txt")
    shutil.copy(folder / "青溪市2022.txt", "2024.txt")
    known = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S):
        exec(compile(block, str(PAGE), "exec"), known)  # noqa: S102
    assert known["table"].filter(polars.col("year") == 2021)["gdp_growth_outcome"].drop_nulls().len() == 2
    assert "met 城镇新增就业" in capsys.readouterr().out


def test_the_subjects_on_the_page_are_accepted(tmp_path):
    block = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]
    (tmp_path / "mine.yaml").write_text(block, encoding="utf-8")
    assert subjects(tmp_path / "mine.yaml")[0].name == "rail"
