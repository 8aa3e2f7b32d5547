"""A district with a record at every level, a canary in each of its fields, and a person at every level who looks.

What each may see stands in world_table.py; everything else in this folder is computed from it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from django.test import Client
from PIL import Image

from huying import installation
from huying.engine import collecting, districts, followers, packs, people, photo_files, places, records, templates
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.models import Person
from tests.access.walls import FORM, ITEM, LEDGERS, MATTER, walls
from tests.access.world_table import KINDS, LEVELS
from tests.engine.small import actor_of, small_folder
from tests.sheets.making import workbook

STREET, OTHER_STREET = "440106018000", "440106019000"  # Longdong, Fenghuang
DISTRICT = "440106000000"
GRID, NEXT_GRID = "440106018W01", "440106018W02"


@dataclass(frozen=True)
class Made:
    """A record of the world."""

    ledger: str
    level: str
    id: UUID
    code: str


@dataclass(frozen=True)
class World:
    district: packs.District
    records: tuple[Made, ...]
    photos: dict[str, str]  # level -> the name of the photo that its records hold
    kept: dict[
        str, str
    ]  # round, answer: codes of a collection in the street; form: a superior's form that the desk dropped

    @property
    def tree(self) -> places.Tree:
        return places.tree(self.district.id, self.district.today())

    def of(self, ledger: str, level: str) -> Made:
        return next(one for one in self.records if (one.ledger, one.level) == (ledger, level))

    def actor(self, login: str) -> people.Actor:
        return actor_of(self.district, login) if login else people.resident(self.district.id)

    def browser(self, login: str, lang: str = "zh-hans") -> Client:
        """A browser in which that person has signed in, or nobody."""
        client = Client(raise_request_exception=False)
        client.cookies["django_language"] = lang
        if login:
            person = Person.objects.get(login=f"{login}-{self.district.id}")
            client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        return client


def canary(ledger: str, level: str, kind: str) -> str:
    """A text that stands in one field of one record and nowhere else. Seven letters and no two alike."""
    place = LEDGERS.index(ledger) * 100 + list(LEVELS).index(level) * 10 + KINDS.index(kind)
    return (
        "zq" + "".join(chr(ord("a") + int(digit) * 2) for digit in f"{place:03}") + KINDS[KINDS.index(kind)][0] + "kx"
    )


def canaries(kind: str) -> dict[str, tuple[str, str]]:
    """Every canary of a kind -> (ledger, level)."""
    return {canary(ledger, level, kind): (ledger, level) for ledger in LEDGERS for level in LEVELS}


def community(folder: Path) -> str:
    """The code of the first community of the street."""
    lines = (folder / "areas.csv").read_text(encoding="utf-8").splitlines()
    return next(line.split(",")[0] for line in lines if f",{STREET}," in line)


def build(into: Path) -> World:
    """Load the district and let everything be entered by those whose work it is."""
    folder = small_folder(into)
    number, own = int(folder.name.removeprefix("small")), community(folder)
    _add(
        folder / "areas.csv",
        [
            f"{GRID},grid,一网格 | Grid one,{own},2018-01-01,,,",
            f"{NEXT_GRID},grid,二网格 | Grid two,{own},2018-01-01,,,",
        ],
    )
    _add(
        folder / "offices.csv",
        [
            f"sq,某社区居委会 | Community office,{own},2018-01-01",
            f"wg,一网格 | Grid one,{GRID},2018-01-01",
            "gs,某环卫公司 | A contractor,,2018-01-01",
            "jd,某监督处 | Inspection,,2018-01-01",
        ],
    )
    _add(
        folder / "posts.csv",
        [
            "sq.clerk,社区岗 | Community post,community_clerk,sq,2018-01-01",
            "wg.worker,网格岗 | Grid post,grid_hand,wg,2018-01-01",
            "gs.firm,公司岗 | Contractor's post,contractor,gs,2018-01-01",
            "jd.eye,监督岗 | Inspector's post,inspector,jd,2018-01-01",
        ],
    )
    _add(
        folder / "people.csv",
        [
            f"{login}-{number},{name},020-0000000{n},{post},2018-01-01"
            for n, (login, name, post) in enumerate(
                [
                    ("shequ", "甲一", "sq.clerk"),
                    ("wangge", "乙二", "wg.worker"),
                    ("gongsi", "丙三", "gs.firm"),
                    ("jiandu", "丁四", "jd.eye"),
                ]
            )
        ],
    )
    text = (folder / "district.yaml").read_text(encoding="utf-8")
    text = text.replace("  community: 社区 | Community\n", "  community: 社区 | Community\n  grid: 网格 | Grid\n")
    text = text.replace("packs: [base,", "packs: [base, walls,")
    (folder / "district.yaml").write_text(text, encoding="utf-8")
    standing = into / "packs"
    standing.mkdir()
    for pack in installation.current_options().packs.iterdir():
        (standing / pack.name).symlink_to(pack)
    walls(standing)
    options = replace(installation.current_options(), packs=standing)
    with patch.object(installation, "current_options", lambda: options):
        districts.load(folder, lambda *_: None, demonstration=True)
    return _filled(packs.current(number), own)


def _filled(town: packs.District, own: str) -> World:
    tree = places.tree(town.id, town.today())
    lies = {
        "district": DISTRICT,
        "street": STREET,
        "community": own,
        "grid": GRID,
        "next_grid": NEXT_GRID,
        "other_street": OTHER_STREET,
        "firm": OTHER_STREET,
    }
    desk, made, photos = actor_of(town, "diaodu"), [], {}
    firm = actor_of(town, "gongsi").post
    for number, level in enumerate(LEVELS):
        picture = photo_files.keep(town, _picture(number), f"post:{desk.post.id}", town.now())
        photos[level] = picture.sha256
        for ledger, step in ((MATTER, "report"), (ITEM, "add")):
            texts = dict(
                zip(
                    ("words", "inner", "caller", "number"), (canary(ledger, level, kind) for kind in KINDS), strict=True
                )
            )
            answers = {
                "category": "sort.one",
                "unit": tree.by_code[lies[level]].id,
                "where": (113.36 + number / 1000, 23.15),
                "photos": [picture.sha256],
                **texts,
            }
            done = take_step(town, Act(ledger, step, desk, answers))
            made.append(Made(ledger, level, done.record, done.code))
            if level == "firm":
                _hand_to(town, ledger, done.record, firm)
    while followers.run_once(town.id):
        pass
    return World(packs.current(town.id), tuple(made), photos, _kept(town))


def _kept(town: packs.District) -> dict[str, str]:
    owner, clerk, tree = actor_of(town, "zhujian"), actor_of(town, "longdong"), places.tree(town.id, town.today())
    opened = collecting.open_round(town, owner, FORM, "2020-12")
    answer = records.page(town, clerk, FORM).records[0]
    dropped = templates.drop(town, tree, actor_of(town, "diaodu"), listing(), "明细.xlsx")
    return {"round": opened.code, "answer": answer.code, "form": str(dropped.id)}


def listing() -> bytes:
    """A superior's form that asks for each matter."""

    def fill(book: object, sheet: object) -> None:
        sheet.write(0, 0, "事情明细")
        for column, title in enumerate(("编号", "情况", "内部意见")):
            sheet.write(1, column, title)
            for row in range(2, 12):
                sheet.write_blank(row, column, None, book.add_format({"border": 1}))

    return workbook(fill, "明细")


def _hand_to(town: packs.District, ledger: str, record: UUID, firm: people.Post) -> None:
    if ledger == MATTER:
        take_step(town, Act(ledger, "hand_on", actor_of(town, "diaodu"), {}, record, lead=firm.id))


def _picture(number: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (number * 30, 90, 120)).save(stream, "JPEG")
    return stream.getvalue()


def _add(path: Path, lines: list[str]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
