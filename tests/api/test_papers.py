"""Papers for programs: the file that the page would print, without what is private."""

from __future__ import annotations

import io

import docx
import openpyxl

SLIP, LIST = "/papers/command.dispatch_slip", "/papers/command.case_list"


def test_the_papers_that_a_caller_may_print_are_listed(api):
    names = {one["name"]: one for one in api.get("/papers").body["papers"]}
    assert names["command.case_list"]["list"] and "xlsx" in names["command.case_list"]["formats"]
    assert names["command.dispatch_slip"]["formats"] == ["docx", "html", "pdf"]
    assert "command.dispatch_slip" not in {one["name"] for one in api.get("/papers", "longdong").body["papers"]}


def test_a_paper_of_a_record_comes_as_a_file_in_the_language_asked_for_and_masked(api):
    code = api.report(words="倒了一片", caller="陈某", phone="13800138000").body["code"]
    answer = api.get(f"{SLIP}?record={code}")
    assert answer.status == 200 and f"-{code}.docx" in answer.headers["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.body))
    words = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    assert "倒了一片" in words and "Category" in words and "陈某" not in words and "13800138000" not in words


def test_a_paper_of_a_list_takes_the_filters_of_its_records(api):
    for _ in range(2):
        api.report()
    found = openpyxl.load_workbook(io.BytesIO(api.get(f"{LIST}?format=xlsx&state=reported").body)).active
    none = openpyxl.load_workbook(io.BytesIO(api.get(f"{LIST}?format=xlsx&state=closed").body)).active
    assert "2 cases" in found["A2"].value and "There are no such cases." in none["A4"].value


def test_what_does_not_fit_is_refused_with_what_does(api):
    code = api.report().body["code"]
    for query, name in (
        (f"{SLIP}?record={code}&format=xlsx", "format"),
        (SLIP, "record"),
        (f"{LIST}?record={code}", "record"),
        (f"{LIST}?colour=red", "colour"),
        (f"{LIST}?format=odt", "format"),
    ):
        answer = api.get(query)
        assert answer.status == 422 and name in answer.body["fields"], query
    assert api.get("/papers/command.none").status == 404
    assert api.get(f"{SLIP}?record=SX-0").status == 404
    assert api.get(f"{SLIP}?record={code}", "longdong").status == 404
