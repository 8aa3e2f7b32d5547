"""The menu: first what a role works with, all else folded, nothing lost."""

from __future__ import annotations

import re

import pytest

from huying.engine import access, packs
from huying.web import throttle
from tests.engine.small import actor_of, load_small
from tests.web.walking import person

AREA = re.compile(r'<details class="area"( open)?><summary>(.*?) <span')


@pytest.fixture(scope="module")
def district(database: str, tmp_path_factory: pytest.TempPathFactory) -> packs.District:
    return load_small(tmp_path_factory.mktemp("menu"))


@pytest.fixture
def menu_of(district: packs.District, monkeypatch: pytest.MonkeyPatch):
    one = {"id": district.id, "name": district.name, "title": district.title}
    monkeypatch.setattr(packs, "districts", lambda: [one])
    throttle.forget()

    def menu(login: str, url: str = "/work") -> str:
        page = person(district, login).get(url).content.decode()
        return page[page.index('<nav class="side"') : page.index("<main")]

    return menu


def areas(menu: str) -> list[tuple[str, bool]]:
    return [(title, bool(opened)) for opened, title in AREA.findall(menu)]


@pytest.mark.parametrize(
    ("login", "first"), [("ducha", "督查督办"), ("weijian", "疫情防控"), ("shebao", "养老保险"), ("diaodu", "指挥调度")]
)
def test_the_area_that_a_role_works_in_stands_first_and_open(menu_of, login: str, first: str) -> None:
    (title, opened), *_ = areas(menu_of(login))
    assert (title, opened) == (first, True)


def test_all_else_is_folded_and_nothing_is_lost(menu_of, district: packs.District) -> None:
    menu, actor = menu_of("shebao"), actor_of(district, "shebao")
    opened = [title for title, is_open in areas(menu) if is_open]
    assert opened == ["养老保险"] and ("其他台账", False) in areas(menu)
    shown = set(re.findall(r'href="/ledgers/([^"]+)"', menu))
    hidden = {*district.rules.forms, "collect.answer", "collect.round"}
    seen = {name for name, one in district.rules.ledgers.items() if access.may_see(one, actor)}
    assert shown - {"from-sheet"} == seen - hidden


def test_the_office_that_owns_a_pack_finds_it_among_its_own(menu_of) -> None:
    """A contact for tasks is in every office: what the role may do says nothing, what the office keeps does."""
    titles = [title for title, _open in areas(menu_of("lianluo"))]
    others = titles.index("其他台账")
    assert titles.index("交通") < others and "疫情防控" not in titles[:others]


def test_the_page_that_is_shown_lies_in_an_open_area(menu_of) -> None:
    menu = menu_of("shebao", "/ledgers/command.case")
    assert ("其他台账", True) in areas(menu) and ("指挥调度", True) in areas(menu)
    assert 'href="/ledgers/command.case" aria-current="page"' in menu


def test_the_pages_of_supervision_stand_before_its_ledgers(menu_of) -> None:
    menu = menu_of("ducha")
    assert menu.index("/tasks/reports") < menu.index("/letters") < menu.index("/ledgers/supervision.letter")


def test_every_entry_has_an_icon(menu_of) -> None:
    menu = menu_of("ducha")
    assert menu.count("<a ") == menu.count("<svg") and '#"' not in menu
