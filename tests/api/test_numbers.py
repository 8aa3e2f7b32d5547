"""Numbers by the API: values, why they are so, what they would be, as CSV on the Web, and from a notebook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from huying.client import Huying, HuyingError
from huying.engine import indicators
from tests.api.conftest import Api
from tests.engine.small import load_small
from tests.web_numbers.test_numbers import COUNT, RATE, improved

NAME = f"/indicators/{COUNT}"
LONGDONG = "440106018000"
DOCUMENT = Path(__file__).parents[2] / "docs" / "notebooks.md"


@pytest.fixture(scope="module")
def busy(database: str, tmp_path_factory: pytest.TempPathFactory) -> Api:
    """Three points improved in Longdong; nothing is changed here."""
    district = load_small(tmp_path_factory.mktemp("busy"))
    for number in range(3):
        improved(district, number)
    return Api(district)


def notebook(api: Api, login: str = "fenxi") -> Huying:
    def fetch(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(url)
        answer = Client(raise_request_exception=False).get(f"{parts.path}?{parts.query}", headers=dict(headers))
        return answer.status_code, answer.content

    return Huying("http://huying.test", api.token(login), fetch=fetch)


def test_a_cell_explains_itself_and_its_sums_meet(busy: Api):
    answer = busy.get(f"{NAME}/explain?period=2020&street={LONGDONG}", "fenxi")
    body = answer.body
    assert (answer.status, body["figure"]["value"], body["records"]["total"]) == (200, "3", 3)
    assert body["cell_titles"]["street"].startswith("Longdong") or "龙洞" in body["cell_titles"]["street"]
    sums = sum(Decimal(one["num"]) for one in body["difference"]["sums"])
    assert sums + Decimal(body["difference"]["out_of_reach"]["num"]) == Decimal(body["difference"]["num"]) == 3
    assert body["sql"].startswith("select") and body["words"] and body["seen_by"] and body["words_now"] is None


def test_what_it_would_be_is_told_and_nothing_is_written(busy: Api):
    codes = [one["code"] for one in busy.get(f"{NAME}/explain?period=2020", "fenxi").body["records"]["shown"]]
    answer = busy.get(f"{NAME}/what-if?period=2020&records={','.join(codes[:2])}&if=nothing", "fenxi")
    assert (answer.status, answer.body["code"]) == (422, "indicator.unanswerable")
    assert busy.get(f"{NAME}/what-if?period=2020&records=none&if=listed", "fenxi").status == 422
    assert busy.get(f"{NAME}?period=2020&by=all", "fenxi").body["figures"][0]["value"] == 3


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?period=2020-13", 422, "input.invalid"),
        ("?period=2020&from=2020-01-01", 422, "input.invalid"),
        ("?period=2020&street=440199", 422, "indicator.unanswerable"),
        ("?period=2020&caller=x", 422, "parameter.unknown"),
        ("?period=2020&against=soon", 422, "input.invalid"),
        ("?period=2020&against=2099-01-01", 422, "indicator.unanswerable"),
        ("?from=2020-01-01&to=2020-04-01&by=month", 422, "indicator.unanswerable"),
        ("?period=2020&as_of=2099-01-01T00:00", 422, "input.invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_way_out(busy: Api, query: str, status: int, code: str):
    answer = busy.get(f"{NAME}/explain{query}", "fenxi")
    assert (answer.status, answer.body["code"]) == (status, code)


def test_an_area_out_of_reach_is_refused_and_not_nought(busy: Api):
    assert busy.get(f"/indicators/{RATE}?period=2020&street=440106003000", "longdong").status == 403
    assert busy.get(f"/indicators/{RATE}?period=2020&street={LONGDONG}", "longdong").status == 200


def test_a_csv_says_what_its_columns_are(busy: Api):
    answer = busy.get(f"{NAME}/figures.csv?period=2020&split=street", "fenxi")
    assert answer.status == 200 and answer.kind.startswith("text/csv")
    link = re.fullmatch(r'<([^>]+)>; rel="describedby"; type="application/csvm\+json"', answer.headers["Link"])[1]
    told = busy.get(f"/indicators/{COUNT}/{link}", "fenxi")
    assert told.status == 200 and told.kind == "application/csvm+json"
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    columns = {one["titles"]: one for one in told.body["tableSchema"]["columns"]}
    assert list(columns) == list(rows[0]) and told.body["@context"][0] == "http://www.w3.org/ns/csvw"
    assert told.body["url"] == "figures.csv?period=2020&split=street" and told.body["tableSchema"]["primaryKey"] == [
        "from",
        "street",
    ]
    for row in rows:
        for name, text in row.items():
            kind = columns[name]["datatype"]
            if text and kind == "decimal":
                Decimal(text)
            elif text and kind == "date":
                date.fromisoformat(text)
            assert text or not columns[name].get("required"), name
    assert len({(row["from"], row["street"]) for row in rows}) == len(rows)
    assert sum(Decimal(row["value"]) for row in rows) == 3


def test_the_catalogue_is_a_csv_too(busy: Api):
    rows = list(csv.DictReader(io.StringIO(busy.get("/indicators.csv", "fenxi").body.decode())))
    told = busy.get("/indicators.csv-metadata.json", "fenxi").body
    assert [one["titles"] for one in told["tableSchema"]["columns"]] == list(rows[0])
    listed = [one["name"] for one in busy.get("/indicators", "fenxi").body["indicators"]]
    assert [row["name"] for row in rows] == listed and {row["published"] for row in rows} <= {"true", "false"}


def test_the_lines_of_the_documentation_run_and_give_the_number_of_the_engine(
    busy: Api, monkeypatch: pytest.MonkeyPatch
):
    [lines] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    made = notebook(busy)
    monkeypatch.setattr("huying.client._urllib", made.fetch)
    known: dict[str, object] = {"TOKEN": busy.token("fenxi")}
    exec(compile(lines, str(DOCUMENT), "exec"), known)  # noqa: S102
    asked = {"start": date(2020, 1, 1), "end": date(2021, 1, 1), "by": "all"}
    measured = indicators.measure(busy.district, COUNT, **asked).figure.value
    frame = known["by_street"]
    assert (known["longdong"], len(known["behind"]), len(known["came"])) == (measured, 3, 3)
    assert sum(frame["value"]) == measured and "street_name" in frame.columns
    assert known["closed"]["before"]["value"] == str(measured)


def test_a_refusal_reaches_the_notebook_in_words(busy: Api):
    with pytest.raises(HuyingError, match="没有这个指标") as refused:
        notebook(busy).measure("traffic.nothing")
    assert (refused.value.status, refused.value.code) == (404, "indicator.none")
    with pytest.raises(HuyingError, match="不能按“caller”分"):
        notebook(busy).measure(COUNT, period="2020", split="caller")
    with pytest.raises(LookupError):
        _ = notebook(busy).measure(COUNT, period="2020", split="street").value


def test_page_api_export_command_client_wall_and_why_give_one_number(busy: Api, monkeypatch, capsys):
    import json
    from argparse import Namespace

    from django.contrib.auth import get_user_model

    from huying.commands import measure as command
    from huying.engine import packs
    from tests.web_numbers.test_numbers import words

    town = busy.district
    monkeypatch.setattr(packs, "districts", lambda: [{"id": town.id, "name": town.name, "title": town.title}])
    analyst = Client(headers={"accept-language": "zh-hans"})
    analyst.force_login(get_user_model().objects.get(login=f"fenxi-{town.id}"))
    one = {"period": "2020", "street": LONGDONG}
    dashboard = words(analyst.get("/pages/traffic.traffic"))
    exported = analyst.get(f"/indicators/{COUNT}/export.csv?from=2020-01-01&to=2020-12-31&by=year&split=street")
    table = {row["street"]: row["value"] for row in csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig")))}
    monkeypatch.setattr(command, "district_named", lambda _: town)
    given = {"name": COUNT, "district": None, "start": None, "end": None, "by": None, "split": [], "as_of": None, "rule": "then",
             "lang": "zh", "sql": False, "public": False, "period": "2020", "only": [f"street={LONGDONG}"], "against": "previous", "engine": None}  # fmt: skip
    command._run(Namespace(**given, explain=False, format="json"))
    printed = json.loads(capsys.readouterr().out)["figures"][0]["value"]
    command._run(Namespace(**given, explain=True, format="json"))
    explained = json.loads(capsys.readouterr().out)
    hu = notebook(busy)
    found = {
        "export": Decimal(table[LONGDONG]),
        "command": Decimal(printed),
        "explained": Decimal(explained["figure"]["value"]),
        "api": Decimal(str(busy.get(f"{NAME}?period=2020&street={LONGDONG}", "fenxi").body["figures"][0]["value"])),
        "client": hu.measure(COUNT, **one).value,
        "why": Decimal(hu.explain(COUNT, **one)["figure"]["value"]),
        "records": Decimal(len(explained["records"]["shown"])),
    }
    assert set(found.values()) == {Decimal(3)}, found
    assert "3 个" in dashboard
    assert "3 个" in words(
        analyst.get(f"/indicators/{COUNT}/why?from=2020-01-01&to=2020-12-31&by=year&street={LONGDONG}")
    )
    assert "3 个" in words(analyst.get(f"/units/{LONGDONG}"))
