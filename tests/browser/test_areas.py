"""The pages of areas in a browser: they fit, in both languages."""

from __future__ import annotations

import pytest

from huying.engine import packs
from tests.browser.conftest import shoot
from tests.browser.test_story import enter
from tests.engine.test_area_moves import OLD, Split

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_pages_of_areas_fit_in_both_languages(open_page, tianhe: packs.District, tmp_path):
    town = Split.__new__(Split)
    town.folder, town.number, town.codes = next(tmp_path.glob("small*")), tianhe.id, {}
    town.case("north", town.unit(OLD), (113.388, 23.225))
    town.case("nowhere", town.unit(OLD))
    town.part()
    for width, language in ((1440, "zh-hans"), (360, "zh-hans"), (1440, "en"), (360, "en")):
        page = enter(open_page, tianhe, "guanli", width, language)
        for name, url in (("areas", "/areas"), ("area", f"/areas/{OLD}?try")):
            page.goto(url)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
            shoot(page, f"{name}-{width}-{language}")
