"""A sheet becomes a ledger that `huying check` accepts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.declare.load import load
from huying.declare.scopes import RESERVED
from huying.declare.sources import read_yaml
from huying.options import ROOT
from huying.sheets import NotASheet, columns_of, find_tables, open_book
from huying.sheets.as_yaml import text_of
from huying.sheets.naming import area_names, field_name, said
from huying.sheets.proposal import NotMendable, Proposal, mend, narrow, propose
from tests.sheets.making import table
from tests.sheets.people import people, proposed

SHARED = ROOT.parent / "shared" / "sheets"
SHEETS = sorted(path for path in SHARED.glob("*/*") if path.is_file())
PACK = "pack: own\ntitle: 自建\nversion: 1\none_language: true\nneeds: [base, command]\n"


def problems_of(proposal: Proposal, folder: Path, *, alone: bool = True) -> list[str]:
    """What `huying check` says of the ledger in a pack of its own."""
    pack = folder / "own"
    (pack / "ledgers").mkdir(parents=True, exist_ok=True)
    (pack / "pack.yaml").write_text(PACK if alone else PACK.replace("自建\n", "自建 | Own\n").replace("one_language: true\n", ""), "utf-8")  # fmt: skip
    file = pack / "ledgers" / f"{proposal.name}.yaml"
    declared = proposal.declaration(alone)
    file.write_text(text_of(declared), encoding="utf-8")
    source, _ = read_yaml(file, file.name)
    _, problems = load(pack, *(ROOT / "packs" / needed for needed in ("base", "command", "supervision")))
    file.unlink()
    assert source.data == declared  # the text says what was meant
    return [problem.text("en") for problem in problems]


def test_the_declaration_is_as_a_person_would_write_it() -> None:
    assert text_of(proposed().declaration()) == (
        """ledger: di_bao_dui_xiang
title: 天河区低保对象花名册
group: "本区$ledger | Own $ledgers"
purpose: "登记一条“天河区低保对象花名册”，这里就多一条 | Each entry of “天河区低保对象花名册” adds one"
code: "DBDX-{n:4}"
kept_by: [street_clerk]
see: [street_clerk]
schema:
  type: object
  required: [name, sex, id_number, phone, unit, yue_bu_zhu_jin_e, floor_area, category, na_ru_ri_qi]
  properties:
    name: {type: string, title: 姓名 | Name, maxLength: 60}
    sex: {title: 性别 | Sex, enum: [male, female]}
    id_number: {$ref: "huying:identity", title: 身份证号 | Identity number}
    phone: {$ref: "huying:phone", title: 联系电话 | Telephone}
    unit: {$ref: "huying:area", title: 街道 | Street}
    yue_bu_zhu_jin_e: {$ref: "huying:money", title: 月补助金额}
    floor_area: {type: integer, title: 面积 | Floor area}
    category: {title: 类别 | Category, enum: [yi_lei, er_lei, san_lei]}
    na_ru_ri_qi: {type: string, format: date, title: 纳入日期}
    remarks: {type: string, title: 备注 | Remarks, maxLength: 60}
labels:
  sex: {male: 男 | Male, female: 女 | Female}
  category: {yi_lei: 一类, er_lei: 二类, san_lei: 三类}
units: {floor_area: 平方米 | m²}
private: {name: [street_clerk]}
secret: {id_number: [street_clerk], phone: [street_clerk]}
key: [id_number]
list: [sex, unit, yue_bu_zhu_jin_e, floor_area, category, na_ru_ri_qi, remarks]
search: [remarks]
source: "表格“低保对象.xls”，工作表“Sheet1”"
"""
    )


@pytest.mark.parametrize("alone", [True, False])
def test_the_declaration_passes_the_check(tmp_path: Path, alone: bool) -> None:
    assert problems_of(proposed(), tmp_path, alone=alone) == []


def test_what_was_not_taken_over_is_said() -> None:
    said_of = " ".join(proposed().notes)
    assert "第 16 行" in said_of and "序号" in said_of and "第 2 行" in said_of


def test_without_a_column_of_places_the_place_is_asked_where_the_keeper_sees_only_a_street(tmp_path: Path) -> None:
    found = table([["名称", "数量"], *[[f"物资{n}", n] for n in range(8)]])
    street, whole = proposed(found), proposed(found, keeper="dispatcher", reach="district")
    assert (street.place, whole.place) == ("asked", "district")
    assert street.declaration()["schema"]["required"][0] == "unit"
    assert "unit" not in whole.declaration()["schema"]["properties"]
    assert problems_of(street, tmp_path) == problems_of(whole, tmp_path) == []


def test_a_ledger_without_anything_to_hide_is_open_to_all_staff() -> None:
    found = table([["名称", "数量"], *[[f"物资{n}", n] for n in range(8)]])
    assert "see" not in proposed(found).declaration()
    assert proposed().declaration()["see"] == ["street_clerk"]


@pytest.mark.parametrize(
    "head",
    [
        ["金额", "金额", "金额（万元）", "", "1月", "2月"],
        ["id", "code", "state", "unit", "opened_on", "district"],
        ["a | b", "$case", "$ledger and $x", "{x}: [y]", "#1", "'quoted' \"twice\""],
        ["null", "true", "12", "~", "- x", "a: b"],
        ["一二三四五六七八九十" * 12, "甲" * 200, "x" * 300, "é", "，。", "🙂"],
        ["完成日期", "完成时间", "街道", "街道", "是", "否"],
    ],
)
def test_titles_of_every_kind_become_sound_fields(tmp_path: Path, head: list[str]) -> None:
    found = table([head, *[[f"值{n}", n, n * 1.5, f"x{n % 2}", "2020-06-12 10:30", "车陂街道"] for n in range(8)]])
    assert problems_of(proposed(found), tmp_path) == []


def test_a_day_beside_a_moment_of_the_same_name_keeps_apart(tmp_path: Path) -> None:
    found = table([["done_at", "done_on"], *[[f"2020-06-12 10:3{n}", f"2020-06-1{n}"] for n in range(8)]])
    proposal = proposed(found)
    assert set(proposal.names().values()) == {"done_at", "done_on_day"}
    assert problems_of(proposal, tmp_path) == []


def test_a_wide_sheet_gives_as_many_fields_as_a_ledger_takes(tmp_path: Path) -> None:
    found = table([[f"指标{n}" for n in range(230)], *[[m * n for n in range(230)] for m in range(3)]])
    proposal = proposed(found)
    assert len(proposal.kept) == 200 and any("30" in note for note in proposal.notes)
    assert problems_of(proposal, tmp_path) == []


def test_names_of_persons_are_no_list_to_choose_from(tmp_path: Path) -> None:
    found = table(
        [["名称", "负责人", "类别"], *[[f"物资{n}", ("张某", "李某")[n % 2], ("甲", "乙")[n % 2]] for n in range(8)]]
    )
    proposal = proposed(found)
    declared = proposal.declaration()
    assert (
        "in_charge" in declared["private"]
        and list(declared["labels"]) == ["category"]
        and "张某" not in text_of(declared)
    )
    assert problems_of(proposal, tmp_path) == []


def test_no_field_gets_a_name_of_the_platforms_own() -> None:
    for word in sorted(RESERVED | {"unit", "opened_on", "due_on"}):
        assert field_name(word, set()) not in RESERVED | {"unit", "opened_on", "due_on"}


@given(st.lists(st.text(max_size=40), min_size=1, max_size=8), st.text(max_size=60), st.text(max_size=60))
def test_names_and_texts_are_sound_whatever_a_header_says(titles: list[str], value: str, file: str) -> None:
    found = table([["甲", "乙"], ["1", "x"], ["2", "y"]])
    columns = columns_of(found)
    taken: set[str] = set()
    for title in titles:
        columns[0].title, columns[0].name = title, field_name(title, taken)
        columns[1].type, columns[1].choices = "enum", [value]
        declared = propose(found, columns, file=file or "x", keeper="desk").declaration()
        assert "\n" not in said(title) and said(title) == said(said(title))
        lines = text_of(declared).splitlines()
        assert all(len(line) < 20_000 and line.isprintable() for line in lines)


class TestMending:
    """What a person changes."""

    def change(self, column: str, /, **changes: Any) -> Proposal:
        proposal = proposed()
        place = next(one.column.place for one in proposal.fields if one.column.title == column)
        mend(proposal, place, **changes)
        return proposal

    def test_a_column_is_left_out(self, tmp_path: Path) -> None:
        proposal = self.change("备注", kept=False)
        assert "remarks" not in proposal.declaration()["schema"]["properties"]
        assert problems_of(proposal, tmp_path) == []

    def test_another_type_shows_the_cells_that_do_not_fit(self) -> None:
        proposal = self.change("备注", type="date")
        assert [(row, cell) for row, cell, _ in next(o.column for o in proposal.kept if o.column.title == "备注").doubts] == [(6, "独居")]  # fmt: skip

    def test_text_becomes_a_list_to_choose_from(self, tmp_path: Path) -> None:
        proposal = self.change("备注", type="enum")
        assert proposal.declaration()["labels"]["remarks"] == {"du_ju": "独居"}
        assert problems_of(proposal, tmp_path) == []

    def test_another_title_is_taken(self) -> None:
        assert (
            self.change("备注", title="家庭情况").declaration()["schema"]["properties"]["remarks"]["title"]
            == "家庭情况"
        )

    def test_money_in_万元_stays_so_when_it_becomes_a_plain_number(self) -> None:
        proposal = self.change("月补助金额（万元）", type="number")
        assert proposal.declaration()["units"]["yue_bu_zhu_jin_e"] == "万元"
        assert proposal.declaration()["schema"]["properties"]["yue_bu_zhu_jin_e"]["title"] == "月补助金额"

    def test_the_unit_of_the_header_counts_whatever_the_title_became(self) -> None:
        proposal = self.change("月补助金额（万元）", type="text")
        place = next(one.column.place for one in proposal.fields if one.column.title.startswith("月补助"))
        mend(proposal, place, title="每月")
        mend(proposal, place, type="money")
        column = next(one.column for one in proposal.fields if one.column.place == place)
        assert (column.scale, column.unit) == (10_000, "元")

    def test_without_the_column_of_places_the_place_is_asked(self, tmp_path: Path) -> None:
        proposal = self.change("街道", kept=False)
        assert proposal.place == "asked" and problems_of(proposal, tmp_path) == []

    def test_every_type_that_can_be_chosen_passes_the_check(self, tmp_path: Path) -> None:
        for kind in (
            "text",
            "integer",
            "number",
            "money",
            "boolean",
            "date",
            "time",
            "enum",
            "phone",
            "identity",
            "area",
        ):
            for title in ("姓名", "备注", "月补助金额（万元）", "街道", "身份证号"):
                proposal = proposed()
                place = next(one.column.place for one in proposal.fields if one.column.title == title)
                mend(proposal, place, type=kind, areas={"车陂街道": "1"})
                assert problems_of(proposal, tmp_path) == [], (kind, title)

    @pytest.mark.parametrize(
        ("title", "changes"),
        [
            ("面积（平方米）", {"privacy": "secret"}),
            ("姓名", {"in_key": True}),
            ("姓名", {"type": "photos"}),
            ("姓名", {"privacy": "public"}),
        ],
    )
    def test_what_the_language_does_not_allow_is_said_and_changes_nothing(
        self, title: str, changes: dict[str, Any]
    ) -> None:
        proposal = proposed()
        before = proposal.declaration()
        with pytest.raises(NotMendable, match=r" \| "):
            mend(proposal, next(o.column.place for o in proposal.fields if o.column.title == title), **changes)
        assert proposal.declaration() == before


def test_a_community_is_known_by_its_name_and_with_its_street() -> None:
    units = [("1", "天河区 | Tianhe", ""), ("2", "甲街道 | A", "1"), ("3", "乙街道 | B", "1")]
    names = area_names(
        [
            *units,
            ("21", "中心社区", "2"),
            ("31", "中心社区", "3"),
            ("22", "东圃社区", "2"),
            ("4", "车陂街道", "1"),
            ("5", "车陂", "1"),
        ]
    )
    assert names["甲街道中心社区"] == "21" and names["东圃社区"] == "22" and names["2"] == "2"
    assert "中心社区" not in names and "中心社区居委会" not in names
    assert names["车陂街"] == names["车陂街道办事处"] == "4" and names["车陂"] == "5"  # its own name goes first
    assert names["东圃居委会"] == names["东圃社区居委会"] == "22"


@pytest.mark.skipif(not SHEETS, reason="the reference texts are not beside the repository")
def test_every_sheet_of_the_reference_texts_becomes_a_ledger(tmp_path: Path) -> None:
    made = 0
    for file in SHEETS:
        try:
            tables = find_tables(open_book(file))
        except NotASheet:
            continue
        for found in tables:
            proposal = propose(found, columns_of(narrow(found)), file=file.name, keeper="street_clerk", reach="area")
            assert problems_of(proposal, tmp_path) == [], (file.name, found.sheet.name)
            made += 1
    assert made > 80


def test_the_sheet_of_the_tests_has_no_cell_in_doubt() -> None:
    assert proposed(people(40)).doubts == 0
