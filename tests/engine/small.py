"""A small district for tests: three streets of the demonstration's, all its offices and posts, under its own number."""

from __future__ import annotations

import csv
import itertools
import os
import re
import shutil
from pathlib import Path

from huying.engine import districts, packs, people, places

DISTRICTS = Path(__file__).resolve().parents[2] / "districts"
PACKS = ("base", "command", "traffic", "supervision", "tianhe_report", "collect", "renewal", "epidemic",
         "pension", "enterprises", "programmes")  # fmt: skip
ELSEWHERE = ("livelihood_clerk", "motions_clerk")  # roles of packs that are not among them
STREETS = ("440106003000", "440106018000", "440106019000")  # Chebei, Longdong, Fenghuang
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = itertools.count(900001 + 10_000 * _worker)  # no other test has them: files lie by district, in one folder


def small_folder(into: Path, number: int | None = None, whole: bool = False) -> Path:
    """The files of the demonstration district cut down to three streets; logins carry the number.

    whole  with all its packs, not only those that most tests are about
    """
    number = number or next(_numbers)
    source, folder = DISTRICTS / "tianhe", into / f"small{number}"
    folder.mkdir()
    shutil.copy(source / "outline.geojson", folder)
    areas = _rows(source / "areas.csv")
    kept = [r for r in areas if r["code"] in STREETS or r["parent"] in STREETS or r["kind"] == "district"]
    codes = {r["code"] for r in kept}
    offices = [r for r in _rows(source / "offices.csv") if not r["area"] or r["area"] in codes]
    served = {o["code"] for o in offices}
    posts = [r for r in _rows(source / "posts.csv") if r["office"] in served and (whole or r["role"] not in ELSEWHERE)]
    persons = [r for r in _rows(source / "people.csv") if set(r["posts"].split()) <= {p["code"] for p in posts}]
    for row in persons:
        row["login"] = f"{row['login']}-{number}"
    stops = [r for r in _rows(source / "places.csv") if r["unit"] in codes]
    for name, rows in zip(
        ("areas", "offices", "posts", "people", "places"), (kept, offices, posts, persons, stops), strict=True
    ):
        _write(folder / f"{name}.csv", rows)
    text = (source / "district.yaml").read_text(encoding="utf-8")
    text = re.sub(r"  - \{file: (?!places\.csv)[^\n]*\n", "", text)  # registers of streets that it has not
    text = text.replace("district: tianhe", f"district: small{number}").replace("id: 440106", f"id: {number}")
    if not whole:
        text = re.sub(r"packs: \[[^\]]*\]", f"packs: [{', '.join(PACKS)}]", text)
        text = re.sub(r"    - \{login: (shishi|tian), [^\n]*\n", "", text)  # of packs that are left out
    for row in persons:
        text = re.sub(rf": {row['login'].removesuffix(f'-{number}')}\b(?!-)", f": {row['login']}", text, count=2)
    (folder / "district.yaml").write_text(text, encoding="utf-8")
    return folder


def load_small(into: Path, demonstration: bool = True) -> packs.District:
    """Load a small district under a new number."""
    folder = small_folder(into)
    districts.load(folder, lambda *_: None, demonstration)
    return packs.current(int(folder.name.removeprefix("small")))


def actor_of(district: packs.District, login: str) -> people.Actor:
    """The person who signs in as `login` (without the district's number) in the first of their posts."""
    tree = places.tree(district.id, district.today())
    return districts.actor_of(district, tree, f"{login}-{district.id}")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
