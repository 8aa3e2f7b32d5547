"""Dropping a superior's form on the page, mending what was understood, reading what comes back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huying.engine import packs
from huying.sheets import open_book
from tests.web.walking import CHEBEI, area, report, take, text_of


@pytest.fixture
def busy(town: packs.District) -> packs.District:
    """Three cases in Longdong, one of them dispatched; one in Chebei."""
    report(town, category="street.bikes")
    report(town, category="street.stall")
    take(town, "diaodu", "command.case", "dispatch", report(town).record)
    report(town, unit=area(town, CHEBEI), caller="李某", phone="13900000000")
    return town


def drop(client: Client, data: bytes, name: str = "附件2.xlsx", **more: str) -> str:
    """The address of the page that a dropped form leads to."""
    answer = client.post("/fill", {"file": SimpleUploadedFile(name, data), **more})
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def rows(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200, text_of(answer)
    return open_book(answer.content, "填好.xlsx").sheets[0].rows


def mend(client: Client, url: str, **chosen: str) -> None:
    """What the page's form sends: everything it holds, and what was chosen."""
    page = client.get(url).content.decode()
    form = page[page.index('id="mend"') :]
    sent = dict.fromkeys(("start", "end", "area", "day"), "")
    sent |= dict(re.findall(r'<input type="date" name="(\w+)" value="([^"]*)"', form))
    for name, body in re.findall(r'<select (?:id="[^"]*" )?name="(\w+)">(.*?)</select>', form, re.S):
        sent[name] = next(iter(re.findall(r'<option value="([^"]*)" selected', body)), "")
    assert client.post(url, {**sent, **chosen}).status_code == 302
