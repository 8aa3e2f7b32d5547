"""A small district as the one whose pages residents open, and what they do there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from PIL import Image

from huying.engine import packs
from huying.web import throttle
from tests.engine.conftest import tianhe, tianhe_folder

__all__ = ["tianhe", "tianhe_folder"]
JAM = "/report/traffic.jam"
COMMUNITY = "440106018005"


@pytest.fixture
def town(tianhe: packs.District, monkeypatch: pytest.MonkeyPatch) -> Iterator[packs.District]:
    monkeypatch.setattr(packs, "districts", lambda: [{"id": tianhe.id, "name": tianhe.name, "title": tianhe.title}])
    throttle.forget()
    yield tianhe
    throttle.forget()


@pytest.fixture
def anyone(town: packs.District) -> Client:
    """A resident's browser."""
    return Client()


def page_of(answer) -> str:
    return answer.content.decode()


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def typed(client: Client, url: str = JAM, **more: str) -> dict[str, str]:
    """What a resident types, with the form's own number."""
    act = hidden(page_of(client.get(url)), "act")
    given = {
        "act": act,
        "category": "jam.signal",
        "jam_when": "morning",
        "unit": COMMUNITY,
        "words": "每天早上排到路口",
    }
    return {name: value for name, value in (given | more).items() if value is not None}


def report(client: Client, **more: str) -> str:
    """The code of a report that was sent."""
    answer = client.post(JAM, typed(client, **{"alike": "go", **more}))
    assert answer.status_code == 302, page_of(answer)
    return answer["Location"].removeprefix("/track/")


def jpeg(gps: bool = False, size: tuple[int, int] = (64, 48), colour: str = "red") -> bytes:
    """A photo; with gps it tells where it was taken."""
    image, out = Image.new("RGB", size, colour), io.BytesIO()
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 8.0, 0.0), 3: "E", 4: (113.0, 21.0, 0.0)})
        exif[0x010F] = "Telling Camera"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()
