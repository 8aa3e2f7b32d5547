"""How often one caller may try: kept in the memory of each web worker, forgotten when it ends.

Bounds are generous, since many people share one address behind a carrier's network; they stop machines, not people.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from django.conf import settings
from django.http import HttpRequest

WINDOW = 600.0  # seconds
CALLERS = 20_000  # remembered at most
_tries: dict[tuple[str, str], deque[float]] = {}
_lock = threading.Lock()


def note(request: HttpRequest, what: str) -> None:
    """One more try of `what` by this caller."""
    with _lock:
        if len(_tries) > CALLERS:
            _tries.clear()
        _recent(what, caller(request)).append(time.monotonic())


def too_many(request: HttpRequest, what: str, most: int) -> bool:
    """Whether the caller has tried `what` that often within the last ten minutes."""
    with _lock:
        return len(_recent(what, caller(request))) >= most


def forget() -> None:
    """Start anew: between tests."""
    _tries.clear()


def caller(request: HttpRequest) -> str:
    """The caller's address; behind a proxy that ends TLS, what the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def _recent(what: str, who: str) -> deque[float]:
    found = _tries.setdefault((what, who), deque(maxlen=1000))
    while found and found[0] < time.monotonic() - WINDOW:
        found.popleft()
    return found
