"""The demonstration district has somebody to look at, so that a clerk who tries the page sees what it is for."""

from __future__ import annotations

from huying.engine import districts, packs, places, subjects
from huying.options import ROOT
from tests.who.persons import follow


def test_the_demonstration_district_has_pairs_of_persons_and_of_firms(fresh_database: str):
    districts.load(ROOT / "districts" / "tianhe", lambda *_: None, True)
    town = packs.current(440106)
    follow(town)
    found = {}
    for login in ("shebao", "xiangmu"):
        actor = districts.actor_of(town, places.tree(town.id, town.today()), login)
        found[login] = [{pair.one.ledger.name, pair.other.ledger.name} for pair in subjects.queue(town, actor)[0]]
    assert sorted(map(sorted, found["shebao"])) == [
        ["pension.enrolment", "pension.hardship"],
        ["pension.hardship"],
        ["pension.hardship"],
    ]
    assert found["xiangmu"] == [{"enterprises.served"}]
