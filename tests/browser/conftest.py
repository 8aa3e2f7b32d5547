"""A served small district, a Chromium, and axe: what browser tests need."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, Page, sync_playwright

from huying.engine import packs
from huying.options import ROOT
from huying.web import throttle
from tests.engine.conftest import tianhe, tianhe_folder

__all__ = ["tianhe", "tianhe_folder"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(__file__).parent / "shots"
PLAIN = ["--no-sandbox", "--disable-gpu"]
MAPS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # draws by processor: slow


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Requests are no part of a test's output."""


@pytest.fixture
def served(tianhe: packs.District, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of the pages of a small district."""
    from django.core.wsgi import get_wsgi_application

    monkeypatch.setattr(packs, "districts", lambda: [{"id": tianhe.id, "name": tianhe.name, "title": tianhe.title}])
    throttle.forget()
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    throttle.forget()


@pytest.fixture(scope="session")
def browsers(chromium: str) -> Iterator[Callable[[bool], Browser]]:
    """browsers(maps) -> the one that draws maps, or the one that is quick."""
    # Playwright keeps a loop on this thread, which Django takes for asynchronous code: nothing here is.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield cache(lambda maps: driver.chromium.launch(executable_path=chromium, args=MAPS if maps else PLAIN))


@pytest.fixture(scope="session")
def browser(browsers: Callable[[bool], Browser]) -> Browser:
    return browsers(False)


@pytest.fixture
def open_page(browsers: Callable[[bool], Browser], served: str) -> Iterator[Callable[..., Page]]:
    """open_page(width, language, script, maps) -> a page of its own profile; an error of its scripts fails the test."""
    contexts, wrong = [], []

    def opened(width: int = 360, language: str = "zh-hans", script: bool = True, maps: bool = False) -> Page:
        context = browsers(maps).new_context(
            base_url=served, viewport={"width": width, "height": 760}, java_script_enabled=script
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": served}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """axe(page) -> what a reader with another body would stumble over, as `rule: place`; empty when nothing."""
    if not AXE.is_file():
        pytest.skip("no axe-core here: make test installs it")
    script = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate(
            "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})).violations"
        )
        return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]

    return check


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page for human eyes."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
