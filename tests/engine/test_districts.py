"""Loading a district: once, and again."""

from pathlib import Path

from huying.engine import database, districts, packs, places


def test_a_district_is_loaded_with_its_clock_at_the_demonstration_day(tianhe: packs.District):
    assert str(tianhe.today()) == "2020-12-20" and tianhe.demonstration


def test_areas_offices_and_registers_are_there(tianhe: packs.District):
    tree = places.tree(tianhe.id, tianhe.today())
    assert len(tree.of_kind("street")) == 3 and tree.by_code["zhujian"].kind == "office"
    stops = database.direct().value("select count(*) from hy.code_counter where district = %s and prefix like 'DW-%%'", [tianhe.id])
    assert stops == 1, "the places of the register came in through acts and took their codes"


def test_loading_the_same_files_again_changes_nothing(database: str, tianhe_folder: Path):
    from huying.engine import database as db

    districts.load(tianhe_folder, lambda *_: None, True)
    number = int(tianhe_folder.name.removeprefix("small"))

    def picture() -> list:
        with db.owning() as query:
            return [query.tuples(f"select count(*), max(t::text) from {table} t where district = %s", [number])
                    for table in ("unit_span", "post", "holding", "event", "declaration")]

    before = picture()
    districts.load(tianhe_folder, lambda *_: None, True)
    assert picture() == before and before[3][0][0] > 0
