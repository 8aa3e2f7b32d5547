"""Rows of a sheet brought into a ledger: what becomes of each, dry and for real."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import psycopg
import pytest

from huying import cli, installation
from huying.engine import database, importing, packs, places, seals
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.importing import NoImport, running
from huying.sheets import stream
from tests.engine.aid import LONGDONG, NUMBER, OTHER, PERSON, seen, shown
from tests.engine.small import actor_of
from tests.engine.things import THING

HEAD = "名称,街道社区,类型,高,造价（万元）,建成,位置,开放,看管人"


def sheet(folder: Path, *lines: str, name: str = "things.csv", head: str = HEAD) -> Path:
    path = folder / name
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def plan(furnished: packs.District, path: Path, ledger: str = THING, login: str = "longdong", **more) -> tuple:
    opened = stream(path)
    tree = places.tree(furnished.id, furnished.today())
    made = importing.plan_for(furnished, actor_of(furnished, login), tree, ledger, opened.columns, **more)
    return made, opened, running.digest_of(path, "")


def bring(
    furnished: packs.District, path: Path, ledger: str = THING, login: str = "longdong", write: bool = True, **more
):
    made, rows, digest = plan(furnished, path, ledger, login, **more)
    tally = importing.run(made, rows, digest, write=write)
    assert tally.read == sum(tally.counts[kind] for kind in ("new", "changed", "unchanged", "rejected"))
    return tally


def counts(tally) -> dict[str, int]:
    return {kind: count for kind, count in tally.counts.items() if count}


def stored(furnished: packs.District, ledger: str = THING) -> int:
    with database.owning() as query:
        return query.value(f"select count(*) from {furnished.tables[ledger].name} where district = %s", [furnished.id])


def named(furnished: packs.District, name: str) -> dict:
    with database.owning() as query:
        return query.row(
            f"select * from {furnished.tables[THING].name} where district = %s and name = %s", [furnished.id, name]
        )


def test_every_column_is_read_as_its_field_by_the_words_of_the_sheet(furnished, tmp_path):
    tally = bring(furnished, sheet(tmp_path, '水泵,龙洞街道,大,3.5,12.5,2020年6月11日,"113.36,23.19",是,张三'))
    assert counts(tally) == {"new": 1}
    row = named(furnished, "水泵")
    assert (row["kind"], row["price"], str(row["built_on"]), row["open"]) == ("big", 12_500_000, "2020-06-11", True)
    assert (row["where__lng"], row["where__lat"]) == (113.36, 23.19) and str(row["height"]) == "3.5"
    assert shown(furnished, THING, row["id"])["keeper"] == "张三"


def test_a_dry_run_counts_the_same_and_writes_nothing(furnished, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道", "乙,龙洞街道,中", "丙,火星街道", ",龙洞街道", head="名称,街道社区,类型")
    dry = bring(furnished, path, write=False)
    assert counts(dry) == {"new": 1, "rejected": 3} and stored(furnished) == 0
    assert counts(bring(furnished, path)) == counts(dry) and stored(furnished) == 1


def test_each_rejection_says_row_column_value_rule_and_way_out(furnished, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道,中,高高", head="名称,街道社区,类型,高")
    [verdict] = bring(furnished, path).rejected
    titles = ["名称", "街道社区", "类型", "高"]
    assert verdict.number == 2
    assert [(titles[r.place], r.value) for r in verdict.reasons] == [("类型", "中"), ("高", "高高")]
    assert "没有“中”，例如：大、小 | " in verdict.reasons[0].words and "such as: Big, Small" in verdict.reasons[0].words
    assert "不是数字，例如 12.5" in verdict.reasons[1].words


def test_the_same_file_again_changes_nothing(furnished, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道", "乙,龙洞街道", head="名称,街道社区")
    assert counts(bring(furnished, path)) == {"new": 2}
    assert counts(bring(furnished, path, write=False)) == {"unchanged": 2}
    again = bring(furnished, path)
    assert counts(again) == {"unchanged": 2} and again.again == 2 and stored(furnished) == 2


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(furnished, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    path = sheet(tmp_path, *(f"{n}号,龙洞街道" for n in range(95)), head="名称,街道社区")
    made, rows, digest = plan(furnished, path)

    class Killed(Exception):
        pass

    def tell(tally):
        if tally.read >= 40:
            raise Killed

    with pytest.raises(Killed):
        importing.run(made, rows, digest, write=True, tell=tell)
    assert 40 <= stored(furnished) < 95
    rest = bring(furnished, path)
    assert rest.counts["new"] + rest.again == 95 and rest.again >= 40 and stored(furnished) == 95


def test_a_database_that_is_cut_off_at_the_last_rows_has_nothing_twice_and_nothing_lost(
    furnished, tmp_path, monkeypatch
):
    monkeypatch.setattr(running, "BATCH", 10)
    path = sheet(tmp_path, *(f"{n}号,龙洞街道" for n in range(100)), head="名称,街道社区")
    made, rows, digest = plan(furnished, path)
    copied, batches = database.Query.copy, []

    def cut(query, sql, lines):
        copied(query, sql, lines)
        batches.append(lines)
        if len(batches) == 10:
            query.run("select pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(database.Query, "copy", cut)
    with pytest.raises(psycopg.OperationalError):
        importing.run(made, rows, digest, write=True)
    assert stored(furnished) == 90
    rest = bring(furnished, path)
    assert (rest.counts["new"], rest.again, stored(furnished)) == (10, 90, 100)
    assert seals.verify(furnished.id)[2] == []


def test_a_sheet_that_is_changed_while_it_is_brought_in_is_refused(furnished, command, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    path = sheet(tmp_path, *(f"{n}号,龙洞街道" for n in range(60)), head="名称,街道社区")
    written = running._send

    def send(*given):
        if given[-1][0].number > 20:
            path.write_text(path.read_text(encoding="utf-8").replace("号", "座"), encoding="utf-8")
        return written(*given)

    monkeypatch.setattr(running, "_send", send)
    code, said = command(path)
    assert code == 2 and "[import-refused]" in said
    assert "文件在导入时被改动或移走了" in said and "was changed or moved" in said
    assert 0 < stored(furnished) < 60
    with database.owning() as query:
        assert query.value(f"select count(*) from {furnished.tables[THING].name} where name like '%%座'") == 0


@pytest.mark.parametrize(
    "why", [OSError(28, "No space left on device"), psycopg.errors.DiskFull("could not extend file")]
)
def test_a_full_disk_is_told_in_a_sentence_and_the_same_again_goes_on(furnished, command, tmp_path, monkeypatch, why):
    monkeypatch.setattr(running, "BATCH", 10)
    path = sheet(tmp_path, *(f"{n}号,龙洞街道" for n in range(40)), head="名称,街道社区")
    written = running._send

    def full(*given):
        if given[-1][0].number > 20:
            raise why
        return written(*given)

    monkeypatch.setattr(running, "_send", full)
    code, said = command(path)
    assert code == 2 and "[import-stopped]" in said and "从停下的地方接着做，不会重复" in said
    assert 0 < stored(furnished) < 40
    monkeypatch.setattr(running, "_send", written)
    assert command(path)[0] == 0 and stored(furnished) == 40


def test_rows_are_known_again_by_the_ledgers_key_also_when_it_is_secret(furnished, tmp_path):
    head = "证件号,姓名,街道社区,情况"
    first = sheet(tmp_path, f"{NUMBER},甲,龙洞街道,一人", f"{OTHER},乙,龙洞街道,两人", head=head, name="1.csv")
    assert counts(bring(furnished, first, PERSON)) == {"new": 2}
    second = sheet(tmp_path, f"{NUMBER},甲,龙洞街道,一人", f"{OTHER},丙,龙洞街道,三人", head=head, name="2.csv")
    assert counts(bring(furnished, second, PERSON, write=False)) == {"unchanged": 1, "changed": 1}
    assert counts(bring(furnished, second, PERSON)) == {"unchanged": 1, "changed": 1}
    with database.owning() as query:
        [record] = [
            r["id"]
            for r in query.rows(
                f"select id from {furnished.tables[PERSON].name} where note = '三人' and district = %s", [furnished.id]
            )
        ]
    assert shown(furnished, PERSON, record) == {"name": "丙", "id_number": OTHER}
    assert seen(furnished, PERSON, record).values["note"] == "三人"
    assert seals.verify(furnished.id)[2] == []


def test_an_empty_cell_leaves_what_stands(furnished, tmp_path):
    head = "证件号,街道社区,情况"
    bring(furnished, sheet(tmp_path, f"{NUMBER},龙洞街道,一人", head=head, name="1.csv"), PERSON)
    assert counts(bring(furnished, sheet(tmp_path, f"{NUMBER},龙洞街道,", head=head, name="2.csv"), PERSON)) == {
        "unchanged": 1
    }


def test_one_record_twice_in_a_sheet_is_taken_once_and_told(furnished, tmp_path):
    head = "证件号,街道社区,情况"
    tally = bring(
        furnished, sheet(tmp_path, f"{NUMBER},龙洞街道,一", f"{NUMBER.lower()},龙洞街道,二", head=head), PERSON
    )
    assert counts(tally) == {"new": 1, "rejected": 1}
    assert "与第 2 行是同一条" in tally.rejected[0].reasons[0].words


def test_what_lies_outside_ones_area_is_rejected_and_so_is_anothers_record(furnished, tmp_path):
    head = "证件号,街道社区"
    tally = bring(furnished, sheet(tmp_path, f"{NUMBER},凤凰街道", head=head, name="1.csv"), PERSON)
    assert "不在您的辖区内" in tally.rejected[0].reasons[0].words
    fenghuang = places.tree(furnished.id, furnished.today()).by_code["440106019000"].id
    take_step(furnished, Act(PERSON, "add", actor_of(furnished, "fenghuang"), {"unit": fenghuang, "id_number": OTHER}))
    tally = bring(furnished, sheet(tmp_path, f"{OTHER},龙洞街道", head=head, name="2.csv"), PERSON)
    assert counts(tally) == {"rejected": 1}


def test_rows_without_a_column_for_the_place_belong_to_the_area_of_whoever_brings_them(furnished, tmp_path):
    bring(furnished, sheet(tmp_path, "甲", "乙", head="名称"))
    assert named(furnished, "甲")["unit"] == places.tree(furnished.id, furnished.today()).by_code[LONGDONG].id


def test_a_column_of_places_is_known_by_what_stands_in_it(furnished, tmp_path):
    made, _, _ = plan(furnished, sheet(tmp_path, "甲,龙洞街道", "乙,龙洞街道", head="名称,地方"))
    assert made.fields["unit"].title == "地方" and made.fields["unit"].by == "places"


def test_a_title_that_is_nearly_a_fields_is_taken_for_it_and_said_to_be_checked(furnished, tmp_path):
    made, _, _ = plan(furnished, sheet(tmp_path, "甲,火星街道,李四", head="名称,所在街道社区,看管的人"))
    assert [(one.field, one.by) for one in made.columns] == [("name", "title"), ("unit", "alike"), ("keeper", "alike")]


def test_a_person_says_which_column_is_what(furnished, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道,乙", head="甲方,街道社区,乙方")
    made, _, _ = plan(furnished, path, chosen={2: "name"})
    assert [(one.title, one.field) for one in made.columns] == [("甲方", ""), ("街道社区", "unit"), ("乙方", "name")]
    bring(furnished, path, chosen={2: "name"})
    assert named(furnished, "乙") and not named(furnished, "甲")


def test_rows_of_a_ledger_with_a_flow_go_through_its_first_step(furnished, tmp_path):
    head = "情况,街道社区,电话"
    path = sheet(tmp_path, "要米,龙洞街道,13800138000", "要油,龙洞街道,12", head=head)
    tally = bring(furnished, path, "aid.call")
    assert counts(tally) == {"new": 1, "rejected": 1} and stored(furnished, "aid.call") == 1
    with database.owning() as query:
        assert query.value("select count(*) from duty where district = %s and state = 'asked'", [furnished.id]) == 1
    assert counts(bring(furnished, path, "aid.call")) == {"unchanged": 1, "rejected": 1}


def test_what_somebody_enters_while_the_sheet_is_read_is_told_row_by_row(furnished, tmp_path, monkeypatch):
    head = "证件号,街道社区,情况"
    path = sheet(tmp_path, f"{NUMBER},龙洞街道,一", f"{OTHER},龙洞街道,二", head=head)
    made, rows, digest = plan(furnished, path, PERSON)
    written = running._send

    def late(*given):
        here = places.tree(furnished.id, furnished.today()).by_code[LONGDONG].id
        take_step(furnished, Act(PERSON, "add", actor_of(furnished, "longdong"), {"unit": here, "id_number": OTHER}))
        return written(*given)

    monkeypatch.setattr(running, "_send", late)
    tally = importing.run(made, rows, digest, write=True)
    assert counts(tally) == {"new": 1, "rejected": 1} and "已有一条" in tally.rejected[0].reasons[0].words


def test_a_sheet_of_which_nothing_is_known_and_a_post_that_may_enter_nothing_are_refused(furnished, tmp_path):
    with pytest.raises(NoImport, match="没有一列"):
        plan(furnished, sheet(tmp_path, "甲,1", head="什么,多少"))
    with pytest.raises(NoImport, match="不能往这本"):
        plan(furnished, sheet(tmp_path, "甲", head="名称"), login="diaodu")


def test_a_batch_of_rows_costs_a_few_statements_however_long_it_is(furnished, tmp_path):
    costs = []
    for size in (20, 200):
        path = sheet(tmp_path, *(f"{n}-{size},龙洞街道" for n in range(size)), head="名称,街道社区", name=f"{size}.csv")
        made, rows, digest = plan(furnished, path)
        with database.counting() as count:
            importing.run(made, rows, digest, write=False)
        costs.append(count.n)
    assert max(costs) <= 3


@pytest.fixture
def command(furnished, monkeypatch, capsys):
    """`huying import` on this database; what it returned and printed."""
    monkeypatch.setattr(installation, "opened", nullcontext)

    def call(*words: str) -> tuple[int, str]:
        given = [THING, *words, "--district", furnished.name, "--as", f"longdong-{furnished.id}"]
        code = cli.main(["import", *map(str, given)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


def test_the_command_tells_the_tally_and_writes_the_rejected_rows_as_a_sheet_to_be_mended(furnished, command, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道,高高", "乙,龙洞街道,3", "=丙,火星街道,4", head="名称,街道社区,高")
    code, said = command(path, "--dry-run")
    assert (
        code == 1
        and "读 read 3 = 新登记 new 1，改动 changed 0，不变 unchanged 0，未收 rejected 2" in said
        and stored(furnished) == 0
    )
    assert "第 2 行 row 2 高 '高高'" in said
    rejected = tmp_path / "没收的.xlsx"
    assert command(path, "--rejected", rejected)[0] == 1 and stored(furnished) == 1
    back = stream(rejected)
    assert [column.title for column in back.columns] == ["没有登记的原因", "原表行号", "名称", "街道社区", "高"]
    [first, second] = [cells for _, cells in back]
    assert first[1:] == [2, "甲", "龙洞街道", "高高"] and first[0].startswith("高：“高高”不是数字")
    assert second[1:4] == [4, "=丙", "火星街道"] and second[0] == "街道社区：本区没有“火星街道”"
    mended = sheet(
        tmp_path, f"{first[0]},2,甲,龙洞街道,5", name="改好.csv", head="没有登记的原因,原表行号,名称,街道社区,高"
    )
    assert command(mended)[0] == 0 and str(named(furnished, "甲")["height"]) == "5"


def test_all_or_nothing_writes_nothing_when_one_row_is_wrong(furnished, command, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道,1", "乙,龙洞街道,高", head="名称,街道社区,高")
    assert command(path, "--all-or-nothing")[0] == 1 and stored(furnished) == 0
    path = sheet(tmp_path, "甲,龙洞街道,1", "乙,龙洞街道,2", head="名称,街道社区,高")
    assert command(path, "--all-or-nothing")[0] == 0 and stored(furnished) == 2


def test_the_command_says_what_is_wrong_with_what_it_was_given(furnished, command, tmp_path):
    path = sheet(tmp_path, "甲,龙洞街道", head="名称,街道社区")
    picture = tmp_path / "图.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    for words, code in (
        ((tmp_path / "没有.csv",), "no-file"),
        ((picture,), "not-a-sheet"),
        ((path, "--map", "没有=name"), "no-column"),
        ((path, "--unit", "440"), "import-who"),
    ):
        returned, said = command(*words)
        assert returned == 2 and f"[{code}]" in said, said
    assert command(path, "--map", "名称=")[0] == 1 and stored(furnished) == 0
