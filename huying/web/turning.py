"""Turning the pages of a list: the first ones by number, far ones from a place in it, the last one from its end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from huying.engine import paging
from huying.engine.paging import Place
from huying.engine.records import Page
from huying.web import requested

NUMBERED = 100  # pages that have a number; to count to a far one takes longer than to go on from where one is
PARAMETERS = ("page", "from")  # what an address drops when the list becomes another
_BEHIND, _BEFORE, _END = "a.", "b.", "end"


@dataclass(frozen=True)
class Turn:
    """Which page is asked for. number: None for one that is not counted from the first; rows: of a page."""

    request: HttpRequest
    of: str
    rows: int
    number: int | None
    at: Place | None = None
    back: bool = False

    @property
    def by(self) -> dict[str, Any]:
        """What records.page is asked."""
        offset = (self.number - 1) * self.rows if self.number else 0
        return {"offset": offset, "limit": self.rows, "at": self.at, "back": self.back}

    @property
    def first_row(self) -> int:
        """The number of the page's first row in the list, or on the page where the page has no number."""
        return ((self.number or 1) - 1) * self.rows + 1

    @property
    def at_end(self) -> bool:
        return self.back and self.at is None

    def links(self, page: Page) -> list[tuple[str, str]]:
        """(which: first, previous, next, last; its address), in order, of the pages that there are besides this one."""
        found = []
        if page.before and self.number != 2:
            found.append(("first", self._address()))
        if page.before and page.first:
            number = (self.number or 0) - 1
            found.append(
                ("previous", self._address(number) if number > 0 else self._address(start=_BEFORE, place=page.first))
            )
        if page.more and page.last:
            number = (self.number or NUMBERED) + 1
            found.append(
                ("next", self._address(number) if number <= NUMBERED else self._address(start=_BEHIND, place=page.last))
            )
            found.append(("last", self._address(start=_END)))
        return found

    def _address(self, number: int = 1, start: str = "", place: Place | None = None) -> str:
        query = self.request.GET.copy()
        for name in PARAMETERS:
            query.pop(name, None)
        if number > 1:
            query["page"] = str(number)
        if start:
            query["from"] = start + (paging.token(place, self.of) if place else "")
        return f"?{query.urlencode()}"


def turn_of(request: HttpRequest, ledger: str, rows: int) -> Turn:
    """What the address asks for; what it names of another list or another order is the first page of this one."""
    asked = sorted((name, values) for name, values in request.GET.lists() if name not in PARAMETERS)
    digest = hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()
    of = f"{request.district.id} {ledger} {digest}"
    said = request.GET.get("from", "")
    if said == _END:
        return Turn(request, of, rows, None, None, True)
    if said[:2] in (_BEHIND, _BEFORE) and (place := paging.opened(said[2:], of)):
        return Turn(request, of, rows, None, place, said[:2] == _BEFORE)
    return Turn(request, of, rows, min(requested.page_number(request), NUMBERED))
