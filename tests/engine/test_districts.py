"""Loading a district: once, again, changed, and wrong."""

import csv
from datetime import date
from pathlib import Path

import pytest

from huying.declare.problems import Problems
from huying.engine import database, districts, packs, places


def test_a_district_is_loaded_with_its_clock_at_the_demonstration_day(tianhe: packs.District):
    assert str(tianhe.today()) == "2020-12-20" and tianhe.demonstration


def test_areas_offices_and_registers_are_there(tianhe: packs.District):
    tree = places.tree(tianhe.id, tianhe.today())
    assert len(tree.of_kind("street")) == 3 and tree.by_code["zhujian"].kind == "office"
    stops = database.direct().value(
        "select count(*) from hy.code_counter where district = %s and prefix like 'DW-%%'", [tianhe.id]
    )
    assert stops == 1, "the places of the register came in through acts and took their codes"


def test_loading_the_same_files_again_changes_nothing(database: str, tianhe_folder: Path):
    from huying.engine import database as db

    districts.load(tianhe_folder, lambda *_: None, True)
    number = int(tianhe_folder.name.removeprefix("small"))

    def picture() -> list:
        with db.owning() as query:
            return [
                query.tuples(f"select count(*), max(t::text) from {table} t where district = %s", [number])
                for table in ("unit_span", "post", "holding", "event", "declaration")
            ]

    before = picture()
    districts.load(tianhe_folder, lambda *_: None, True)
    assert picture() == before and before[3][0][0] > 0


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_street_that_changes_its_name_keeps_its_former_one_for_former_days(database: str, tianhe_folder: Path):
    districts.load(tianhe_folder, lambda *_: None, True)
    edit(
        tianhe_folder,
        "areas.csv",
        "龙洞街道 | Longdong Street,440106000000,2018-01-01",
        "龙眼洞街道 | Longyandong Street,440106000000,2020-09-01",
    )
    districts.load(tianhe_folder, lambda *_: None, True)
    number = int(tianhe_folder.name.removeprefix("small"))
    before, after = places.tree(number, date(2020, 8, 31)), places.tree(number, date(2020, 9, 1))
    former, present = before.by_code["440106018000"], after.by_code["440106018000"]
    assert (former.id, former.name(), present.name()) == (present.id, "龙洞街道", "龙眼洞街道")


def test_a_name_cannot_change_before_it_began(database: str, tianhe_folder: Path):
    districts.load(tianhe_folder, lambda *_: None, True)
    edit(
        tianhe_folder,
        "areas.csv",
        "龙洞街道 | Longdong Street,440106000000,2018-01-01",
        "龙眼洞街道 | Longyandong Street,440106000000,2017-01-01",
    )
    with pytest.raises(Problems) as wrong:
        districts.load(tianhe_folder, lambda *_: None, True)
    assert [(p.code, p.file.split("/")[-1]) for p in wrong.value.problems] == [("district.value", "areas.csv")]


def test_wrong_files_are_told_all_at_once_and_nothing_is_written(database: str, tianhe_folder: Path):
    from huying.engine import database as db

    edit(
        tianhe_folder,
        "offices.csv",
        "longdong,龙洞街道办事处",
        "longdong,龙洞街道办事处 | Longdong,440106999000,2018-01-01\nlongdong,龙洞街道办事处",
    )
    edit(tianhe_folder, "posts.csv", ",road_engineer,zhujian", ",road_enginer,zhuijan")
    edit(tianhe_folder, "people.csv", "zhujian.tasks,2018-01-01", "zhujian.tasks,1 Jan 2018")
    edit(tianhe_folder, "areas.csv", "113.365,23.194", "23.194,113.365")
    with pytest.raises(Problems) as wrong:
        districts.load(tianhe_folder, lambda *_: None, True)
    told = {(p.file.split("/")[-1], p.code) for p in wrong.value.problems}
    assert told >= {
        ("offices.csv", "district.unknown"),
        ("offices.csv", "district.twice"),
        ("posts.csv", "district.unknown"),
        ("people.csv", "district.value"),
        ("areas.csv", "district.place"),
    }
    assert all(p.line for p in wrong.value.problems)
    number = int(tianhe_folder.name.removeprefix("small"))
    assert db.direct().value("select count(*) from hy.district where id = %s", [number]) == 0


def test_a_role_that_no_pack_has_is_named_with_its_line(database: str, tianhe_folder: Path):
    edit(tianhe_folder, "posts.csv", ",road_engineer,zhujian", ",road_enginer,zhujian")
    with pytest.raises(Problems) as wrong:
        districts.load(tianhe_folder, lambda *_: None, True)
    (problem,) = wrong.value.problems
    assert problem.code == "district.unknown" and problem.line > 1 and "road_engineer" in problem.hint


def test_a_real_district_gives_passwords_to_administrators_only_and_they_must_be_changed(
    database: str, tianhe_folder: Path
):
    from huying.engine import database as db

    districts.load(tianhe_folder, lambda *_: None, False)
    number = int(tianhe_folder.name.removeprefix("small"))
    shown = [line.split()[0] for line in districts.sign_in_lines() if line.split()[0].endswith(f"-{number}")]
    assert shown == [f"guanli-{number}"]
    usable = db.direct().rows(
        "select login, must_change from public.engine_person where district = %s and password <> '!'", [number]
    )
    assert usable == [{"login": f"guanli-{number}", "must_change": True}]
    assert not packs.current(number).demonstration


def test_the_district_in_the_repository_has_its_streets_and_communities():
    folder = Path(__file__).resolve().parents[2] / "districts" / "tianhe"
    with (folder / "areas.csv").open(encoding="utf-8", newline="") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    assert (kinds.count("district"), kinds.count("street"), kinds.count("community")) == (1, 21, 230)


def test_the_sketched_outline_lies_on_the_mapped_one():
    shapely = pytest.importorskip("shapely")
    mapped = Path(__file__).resolve().parents[3] / "shared" / "maps" / "tianditu_cgcs2000" / "440106.geojson"
    if not mapped.exists():
        pytest.skip("the reference maps are not beside the repository")
    sketch = Path(__file__).resolve().parents[2] / "districts" / "tianhe" / "outline.geojson"
    one, other = (
        shapely.union_all(shapely.from_geojson(path.read_text(encoding="utf-8"))) for path in (sketch, mapped)
    )
    assert one.intersection(other).area / one.union(other).area > 0.9
