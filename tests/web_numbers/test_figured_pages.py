"""Numbers figured from others are one number by page, API, export and command, with what they were made from."""

from __future__ import annotations

import csv
import io
import json
from argparse import Namespace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from huying.commands import measure as command
from huying.engine import packs, places, tokens
from huying.engine.in_force import put_in_force
from huying.engine.indicators import measure
from tests.declare.test_documents import fenced, write
from tests.engine.small import actor_of
from tests.engine.test_indicators import put
from tests.web_numbers.test_numbers import words

DOCUMENT = Path(__file__).parents[2] / "docs" / "indicators.md"
STREETS = ("440106003000", "440106018000")
DAYS = "from=2020-01-01&to=2020-12-20"


@pytest.fixture
def care(town: packs.District, tmp_path: Path) -> packs.District:
    """The town with the pack of docs/indicators.md in force: three visits in one street, one in another, one a year before."""
    write(fenced(DOCUMENT), tmp_path / "home_care")
    put_in_force(town.id, [tmp_path / "home_care"])
    district = packs.current(town.id)
    tree = places.tree(district.id, district.today())
    for day, street in (("2019-03-01", 0), ("2020-03-01", 0), ("2020-03-02", 0), ("2020-04-01", 1)):
        unit = tree.by_code[STREETS[street]].id
        put(
            district,
            "home_care.visit",
            state="kept",
            visited_on=date.fromisoformat(day),
            unit=unit,
            minutes=Decimal(60),
        )
    return district


@pytest.mark.parametrize(
    ("name", "split", "value", "says"),
    [("visits_growth", "", "200.0", "基数 1 人次（2019-01-01 至 2019-12-20）"), ("visits_rank", "street", "1", "第 1，共 3"),
     ("care_score", "", None, "缺：满意率；在 50.0 至 100.0 之间")],
)  # fmt: skip
def test_page_api_export_and_command_give_one_number(
    care: packs.District, signed_in, monkeypatch, capsys, name: str, split: str, value: str | None, says: str
) -> None:
    full, client = f"home_care.{name}", signed_in("fenxi")
    asked = {"start": date(2020, 1, 1), "end": date(2020, 12, 21), "by": "year"}
    made = measure(care, full, **asked, split=[split] if split else []).figures[0]
    assert (None if made.value is None else str(made.value)) == value and made.says.startswith(says)
    page = words(client.get(f"/indicators/{full}?{DAYS}&by=year"))
    assert "由这些数算出" in page and (value or "—") in page
    query = f"{DAYS}&by=year&split={split or '-'}"
    exported = client.get(f"/indicators/{full}/export.csv?{query}").content.decode("utf-8-sig")
    (row, *_) = csv.DictReader(io.StringIO(exported))
    assert (row["value"] or None, row["says"].startswith(says)) == (value, True)
    secret = tokens.make(care, actor_of(care, "fenxi"), "tests", tokens.SCOPES, 30)[1]
    answer = Client().get(
        f"/api/v1/indicators/{full}?from=2020-01-01&to=2020-12-21&by=year{f'&split={split}' if split else ''}",
        headers={"authorization": f"Bearer {secret}"},
    )
    body = json.loads(answer.content, parse_float=str)
    shown = body["figures"][0]["value"]
    assert (
        shown and Decimal(shown) == Decimal(value or "NaN") and value,
        body["figures"][0]["says"].startswith(says),
    ) == (value, True)
    assert [part["indicator"] for part in body["parts"]]
    monkeypatch.setattr(command, "district_named", lambda _: care)
    command._run(
        Namespace(name=full, district=None, start="2020-01-01", end="2020-12-20", by="year", split=[split] if split else [],
                  as_of=None, rule="then", lang="zh", sql=True, public=False, period=None, only=[], explain=False, engine=None,
                  format="json")
    )  # fmt: skip
    (first, *_) = json.loads(capsys.readouterr().out)["figures"]
    assert (first["value"], first["says"].startswith(says)) == (value, True)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "name", ["visits_rank", "visits_growth", "care_score", "gdp", "beds", "visits_per_10000", "hours_left"]
)
def test_every_new_kind_has_a_page_that_explains_it(care: packs.District, signed_in, name: str, lang: str) -> None:
    client = signed_in("fenxi")
    client.cookies["django_language"] = lang
    page = words(client.get(f"/indicators/home_care.{name}?{DAYS}"))
    assert "{" not in page.replace("{{", "") and "None" not in page


def test_a_question_that_cannot_be_answered_is_said_in_a_sentence(care: packs.District, signed_in) -> None:
    client = signed_in("fenxi")
    response = client.get(f"/indicators/home_care.care_score/records?{DAYS}")
    assert response.status_code == 400 and "由几个指标算出" in response.content.decode()
