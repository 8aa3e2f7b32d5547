"""Huying from a notebook: figures, what is behind them and why they are so, by the API. The standard library alone.

    from huying.client import Huying
    hu = Huying("http://127.0.0.1:8311", "hy_…")        # a token: huying token make, or the account page
    hu.measure("command.on_time_answer_rate", period="2020", split="street").frame()

Numbers come as the server reckoned them and are never reckoned again here. `frame()` needs polars or pandas.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Fetch = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
TIMEOUT = 60  # seconds


class HuyingError(Exception):
    """The server refused. status: of HTTP; code: a word that never changes; the text says how to mend it."""

    def __init__(self, status: int, code: str, detail: str):
        super().__init__(detail or code or f"HTTP {status}")
        self.status, self.code = status, code


@dataclass(frozen=True)
class Table:
    """Figures of one indicator. about: what the API says of them (question, words, sql, notes …)."""

    about: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]

    @property
    def value(self) -> Decimal | None:
        """The one value there is; None where there is no number (its status says why). Raises LookupError for several."""
        if len(self.rows) != 1:
            raise LookupError(f"{len(self.rows)} figures, not one")
        return self.rows[0]["value"]

    def frame(self) -> Any:
        """A polars frame, or a pandas one where there is no polars."""
        return framed(self.rows)


class Huying:
    """One server, asked by one token. fetch: (url, headers) -> (status, body), in the place of urllib."""

    def __init__(self, url: str, token: str, lang: str = "zh", fetch: Fetch | None = None):
        self.root = url.rstrip("/") + "/api/v1"
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": lang, "Accept": "application/json"}
        self.fetch = fetch or _urllib

    def indicators(self, words: str = "") -> list[dict[str, Any]]:
        """Those that the token may see; with words: whose name, title or question holds them all."""
        found = self._get("/indicators")["indicators"]
        wanted = words.casefold().split()
        return [
            one
            for one in found
            if all(w in f"{one['name']} {one['title']} {one['question']}".casefold() for w in wanted)
        ]

    def measure(self, name: str, *, split: str | Sequence[str] = (), **asked: Any) -> Table:
        """Figures. asked: period, from_ and to (exclusive), by, as_of, areas, or a split's value (street="440106018000")."""
        given = {"split": split if isinstance(split, str) else ",".join(split), **asked}
        about = self._get(f"/indicators/{_part(name)}", given)
        rows = []
        for one in about.pop("figures"):
            parts, labels = one.pop("split"), one.pop("labels")
            named = {
                key: value
                for split in parts
                for key, value in ((split, parts[split]), (f"{split}_name", labels[split]))
            }
            exact = {key: None if one[key] is None else Decimal(str(one[key])) for key in ("value", "num", "den")}
            rows.append({"period": one["period"], **named, **one, **exact})
        return Table(about, rows)

    def explain(self, name: str, **asked: Any) -> dict[str, Any]:
        """Why one figure is so; asked as for `measure`, and against: previous, year or a moment."""
        return self._get(f"/indicators/{_part(name)}/explain", asked)

    def what_if(self, name: str, records: Sequence[str], state: str, **asked: Any) -> dict[str, Any]:
        """What one figure would be, had the records of these codes come to a state (on a day: `on`)."""
        return self._get(f"/indicators/{_part(name)}/what-if", {"records": ",".join(records), "if": state, **asked})

    def records(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        """All records behind one figure within reach, page after page."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._get(f"/indicators/{_part(name)}/records", {**asked, "limit": 200, "offset": len(found)})
            found += page["records"]
            if len(found) >= page["total"] or not page["records"]:
                return found

    def _get(self, path: str, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
        given = {
            "from" if key == "from_" else key: str(value)
            for key, value in (asked or {}).items()
            if value not in (None, "")
        }
        query = f"?{urllib.parse.urlencode(given)}" if given else ""
        status, body = self.fetch(f"{self.root}{path}{query}", self.headers)
        try:
            told = json.loads(body, parse_float=Decimal)
        except ValueError:
            told = {}
        if status >= 400 or not isinstance(told, dict):
            raise HuyingError(status, str(told.get("code", "")), str(told.get("detail", ""))) from None
        return told


def framed(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as a polars frame, or a pandas one. Raises ImportError where neither is installed."""
    plain = [{key: float(value) if isinstance(value, Decimal) else value for key, value in row.items()} for row in rows]
    try:
        import polars

        return polars.DataFrame(plain, infer_schema_length=None)
    except ImportError:
        import pandas

        return pandas.DataFrame(plain)


def _part(name: str) -> str:
    return urllib.parse.quote(name, safe="")


def _urllib(url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
