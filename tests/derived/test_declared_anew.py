"""A derived ledger that changes is computed anew over all that was known; so it is after a restore, or with other keys."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from huying.commands.apply import compute_anew
from huying.engine import database, derived, packs, prepare
from huying.engine.in_force import put_in_force
from huying.options import ROOT
from tests.derived.acting import add, follow, listed
from tests.engine.small import actor_of

KEY = "epidemic.key_person"
ONE = "11010519491231002X"


def changed(into: Path, old: str, new: str) -> Path:
    folder = Path(shutil.copytree(ROOT / "packs" / "epidemic", into / "epidemic"))
    shutil.rmtree(folder / "cases")
    file = folder / "derived" / "key_person.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return folder


def test_a_longer_window_holds_for_what_was_entered_before(town, tmp_path, capsys):
    add(town, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 1))
    entered = town.now()
    assert listed(town, KEY, "weijian") == []
    put_in_force(town.id, [changed(tmp_path, "within 14 days before", "within 21 days before")])
    compute_anew(town.id)
    assert f"{KEY} 1/1" in capsys.readouterr().out
    town = packs.current(town.id)
    page = derived.page(town, actor_of(town, "weijian"), KEY)
    assert [row.last for row in page.rows] == [date(2020, 12, 22)]
    assert derived.page(town, actor_of(town, "weijian"), KEY, as_of=entered).total == 1, "by the rule of now"
    compute_anew(town.id)
    assert capsys.readouterr().out == "", "nothing is computed twice"


def test_what_is_derived_no_more_leaves_nothing_behind(town, tmp_path):
    add(town, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10))
    assert len(listed(town, KEY, "weijian")) == 1
    folder = changed(tmp_path, "title:", "title:")
    (folder / "derived" / "key_person.yaml").unlink()
    put_in_force(town.id, [folder])
    town = packs.current(town.id)
    assert KEY not in town.rules.derived
    compute_anew(town.id)
    with database.owning() as query:
        for table in ("derived_row", "derived_state"):
            assert (
                query.value(f"select count(*) from {table} where district = %s and derived = %s", [town.id, KEY]) == 0
            )


def test_after_a_restore_it_is_computed_from_what_was_restored(town):
    add(town, "epidemic.outing", "longdong", id_number=ONE, went_to="hubei.wuhan", left_on=date(2020, 12, 10))
    follow(town)
    with database.owning() as query:
        query.run("delete from derived_row where district = %s", [town.id])
    prepare.after_restore([])
    assert len(listed(town, KEY, "weijian")) == 1


def test_no_value_that_is_secret_or_private_is_kept_in_it(town):
    add(
        town,
        "epidemic.outing",
        "longdong",
        id_number=ONE,
        name="陈某",
        went_to="hubei.wuhan",
        left_on=date(2020, 12, 10),
    )
    follow(town)
    with database.owning() as query:
        kept = query.value("select string_agg(r::text, ' ') from derived_row r where district = %s", [town.id])
    assert "2020-12-10" in kept and ONE not in kept and "陈某" not in kept
