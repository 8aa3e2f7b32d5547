"""Every way in, page by page and operation by operation, and what each may show. A new one must be written here."""

from __future__ import annotations

from dataclasses import dataclass

AS_OF = "2020-12-20"


KINDS = {
    "list": "of a ledger the open fields of the records within reach: all of them and no other",
    "record": "one record to whoever may see it; to others it is as if there were none",
    "within": "open values of records within reach, where there are some to show",
    "values": "private and secret values, on purpose, for a reason that is kept",
    "audit": "to an auditor alone: who looked at which fields of which record; no value",
    "nothing": "no value of a record by itself",
    "open": "the same to everyone: what is public",
}


@dataclass(frozen=True)
class Entrance:
    """kind: one of KINDS. urls: addresses to be asked, {ledger} and {code} to be put in; enters: whether text, sheets, documents or photos
    come in here, so that the page says that nothing secret belongs here."""

    kind: str
    urls: tuple[str, ...] = ()
    enters: bool = False


def _of(kind: str, *urls: str, enters: bool = False) -> Entrance:
    return Entrance(kind, urls, enters)


LIST = "/ledgers/{ledger}"
RECORD = f"{LIST}/{{code}}"
SEARCHED = tuple(f"q={words}" for words in ("{canary}", "zq", "龙洞", "BJ-0", "WP-0"))
FORM, PAGE, MEASURE = "/collect/walls.counted", "/pages/walls.walls", "/indicators/walls.matters"
YEAR = "from=2020-01-01&to=2020-12-20"

PAGES: dict[str, Entrance] = {
    "": _of("open", "/"),
    "account": _of("nothing", "/account"),
    "signin": _of("nothing", "/signin"),
    "signout": _of("nothing"),
    "language": _of("nothing"),
    "large": _of("nothing"),
    "post": _of("nothing"),
    "open/<str:name>": _of("open", "/open/walls.matter", "/open/walls.item", "/open/command.place"),
    "places": _of("open", "/places"),
    "places/<str:sign>/poster": _of("open", "/places/x/poster"),
    "map/outline.geojson": _of("open", "/map/outline.geojson"),
    "promises": _of("open", "/promises"),
    "promises/<str:code>": _of("open", "/promises/x"),
    "r/<str:sign>": _of("open", "/r/x"),
    "report": _of("open", "/report"),
    "report/<str:name>": _of("open", "/report/walls.matter", "/report/command.case", enters=True),
    "report/<str:name>/alike": _of("open", "/report/command.case/alike?category=street.bikes&where=113.36,23.15"),
    "track": _of("open", "/track"),
    "track/<str:code>": _of("nothing", "/track/{code}"),
    "track/<str:code>/<str:step_name>": _of("nothing", "/track/{code}/rate"),
    "photos": _of("nothing"),
    "photos/<str:address>": _of("nothing", "/photos/{photo}", "/photos/{photo}?thumb"),
    # one's own day
    "work": _of("within", "/work"),
    "notices": _of("within", "/notices"),
    "looks": _of("audit", "/looks", "/looks?code={code}", "/looks?who=zq"),
    "search": _of("within", *(f"/search?{one}" for one in SEARCHED)),
    "spot": _of("nothing", "/spot", enters=True),
    "drafts": _of("nothing"),
    "desk": _of("within", "/desk", "/desk?at={ledger}/{code}", "/desk?q={canary}", "/desk?ledger={ledger}"),
    "desk/changes": _of("within", "/desk/changes"),
    "desk/pane/<str:name>/<str:code>": _of(
        "record", "/desk/pane/{ledger}/{code}", "/desk/pane/{ledger}/{code}?step=amend", enters=True
    ),
    # ledgers
    "ledgers/<str:name>": _of(
        "list",
        LIST,
        f"{LIST}?sort=code",
        f"{LIST}?as_of={AS_OF}",
        f"{LIST}?sort=-words",
        f"{LIST}?state=open",
        *(f"{LIST}?{one}" for one in SEARCHED),
        f"{LIST}?area=440106019000",
        f"{LIST}?inner={{canary}}",
        f"{LIST}?sort=inner",
        f"{LIST}?sort=caller",
        f"{LIST}?sort=number",
        f"{LIST}?caller={{canary}}",
    ),  # fmt: skip
    "ledgers/<str:name>/grid": _of(
        "list",
        f"{LIST}/grid",
        *(f"{LIST}/grid?{one}" for one in SEARCHED),
        f"{LIST}/grid?sort=inner",
        f"{LIST}/grid?area=440106019000",
        enters=True,
    ),
    "papers/<str:name>": _of(
        "within",
        *(f"/papers/walls.{one}&format={kind}" for one in ("card?code={code}", "all?") for kind in ("docx", "html")),
        "/papers/walls.card?code={code}&copy=annotated&format=html",
        "/papers/walls.all?format=xlsx&q={canary}",
    ),
    "ledgers/<str:name>/edit": _of("nothing", f"{LIST}/edit"),
    "ledgers/<str:name>/quality": _of(
        "within", f"{LIST}/quality", f"{LIST}/quality?as_of={AS_OF}", f"{LIST}/quality?months"
    ),
    "ledgers/<str:name>/quality/<slug:key>": _of("within", f"{LIST}/quality/lacking-caller", f"{LIST}/quality/x"),
    "ledgers/<str:name>/views": _of("within", f"{LIST}/views"),
    "ledgers/<str:name>/views/begin": _of("nothing", f"{LIST}/views/begin"),
    "ledgers/<str:name>/about": _of("nothing", f"{LIST}/about"),
    "ledgers/<str:name>/find": _of("nothing"),
    "ledgers/<str:name>/export.<str:kind>": _of(
        "list",
        *(
            f"{LIST}/export.{kind}{more}"
            for kind in ("csv", "xlsx", "jsonl", "parquet")
            for more in ("", "?as_of=2020-12-21")
        ),
        f"{LIST}/export.csv?q={{canary}}",
        f"{LIST}/export.xlsx?for=edit",
    ),  # fmt: skip
    "ledgers/<str:name>/suggest": _of("within", *(f"{LIST}/suggest?{one}" for one in SEARCHED)),
    "ledgers/<str:name>/new/<str:step_name>": _of("nothing", f"{LIST}/new/report", f"{LIST}/new/add", enters=True),
    "ledgers/<str:name>/<str:code>": _of("record", RECORD, f"{RECORD}?as_of={AS_OF}"),
    "ledgers/<str:name>/<str:code>/unmask": _of("values"),
    "ledgers/<str:name>/<str:code>/remind": _of("nothing"),
    "ledgers/<str:name>/<str:code>/<str:step_name>": _of(
        "record", f"{RECORD}/finish", f"{RECORD}/amend", f"{RECORD}/hand_on", enters=True
    ),
    "who": _of("within", "/who", "/who?show=same", "/who?at={code}~{code}"),
    "who/say": _of("nothing"),
    "who/merge": _of("within", "/who/merge?one={ledger}/{code}", "/who/merge?one={ledger}/{code}&other={code}"),
    "who/unmerge": _of("nothing"),
    # sheets
    "ledgers/<str:name>/return": _of("nothing", f"{LIST}/return", enters=True),
    "ledgers/<str:name>/return/run/<uuid:run>": _of("nothing"),
    "ledgers/<str:name>/return/<str:token>": _of("nothing", f"{LIST}/return/x"),
    "ledgers/<str:name>/return/<str:token>/reasons.xlsx": _of("nothing", f"{LIST}/return/x/reasons.xlsx"),
    "ledgers/<str:name>/import": _of("nothing", f"{LIST}/import", enters=True),
    "ledgers/<str:name>/import/<uuid:run>": _of("nothing", f"{LIST}/import/{{uuid}}"),
    "ledgers/<str:name>/import/<uuid:run>/settle": _of("nothing"),
    "ledgers/<str:name>/import/<uuid:run>/confirm": _of("nothing"),
    "ledgers/<str:name>/import/<uuid:run>/rejected.xlsx": _of("nothing", f"{LIST}/import/{{uuid}}/rejected.xlsx"),
    "ledgers/from-sheet": _of("nothing", "/ledgers/from-sheet", enters=True),
    "ledgers/from-sheet/proposed/<uuid:number>": _of("nothing", "/ledgers/from-sheet/proposed/{uuid}"),
    "ledgers/from-sheet/<slug:name>": _of("nothing", "/ledgers/from-sheet/x"),
    "ledgers/from-sheet/<slug:name>/forget": _of("nothing"),
    "ledgers/<str:name>/upgrade": _of("nothing", f"{LIST}/upgrade"),
    "ledgers/<str:name>/upgrade/<int:version>.xlsx": _of("nothing", f"{LIST}/upgrade/2.xlsx"),
    "fill": _of("nothing", "/fill", enters=True),
    "fill/kept/<str:number>": _of("nothing", "/fill/kept/1"),
    "fill/feeds/<str:ledger>/<int:number>": _of("within", "/fill/feeds/{ledger}/0", "/fill/feeds/{ledger}/1"),
    "fill/<str:number>": _of("within", "/fill/{form}"),
    "fill/<str:number>/file": _of("within", "/fill/{form}/file"),
    "fill/<str:number>/keep": _of("nothing"),
    "fill/<str:number>/cell/<str:place>": _of("within", "/fill/{form}/cell/B3"),
    # collections
    "collect": _of("nothing", "/collect"),
    "collect/<str:name>": _of("nothing", FORM),
    "collect/<str:name>/rounds/<str:code>": _of("nothing", f"{FORM}/rounds/{{round}}", enters=True),
    "collect/<str:name>/rounds/<str:code>/print": _of("nothing", f"{FORM}/rounds/{{round}}/print"),
    "collect/<str:name>/rounds/<str:code>/accept": _of("nothing"),
    "collect/<str:name>/rounds/<str:code>/unchanged": _of("nothing"),
    "collect/<str:name>/rounds/<str:code>/finish": _of("nothing"),
    "collect/<str:name>/<str:code>": _of("nothing", f"{FORM}/{{answer}}", enters=True),
    "collect/<str:name>/<str:code>/accept": _of("nothing"),
    "collect/<str:name>/<str:code>/send_back": _of("nothing"),
    "collect/<str:name>/<str:code>/scan": _of("nothing", f"{FORM}/{{answer}}/scan"),
    "collect/<str:name>/rounds/<str:code>/scan": _of("nothing", f"{FORM}/rounds/{{round}}/scan"),
    "collect/<str:name>/rounds/<str:code>/sheet.xlsx": _of("nothing", f"{FORM}/rounds/{{round}}/sheet.xlsx"),
    "collect/<str:name>/rounds/<str:code>/sheet": _of("nothing", f"{FORM}/rounds/{{round}}/sheet"),
    "collect/<str:name>/rounds/<str:code>/take": _of("nothing"),
    "scans/<str:name>/<str:code>": _of("within", "/scans/{ledger}/{code}"),
    # figures
    "figures": _of("nothing", "/figures"),
    "indicators": _of("nothing", "/indicators"),
    "indicators/<str:name>": _of("nothing", *(f"{MEASURE}?split={one}" for one in ("street", "community", "kind"))),
    "indicators/<str:name>/records": _of(
        "within",
        f"{MEASURE}/records?{YEAR}",
        f"{MEASURE}/records?{YEAR}&street=440106019000",
        f"/indicators/walls.shown_matters/records?{YEAR}",
    ),
    "indicators/<str:name>/why": _of(
        "within",
        f"{MEASURE}/why?{YEAR}&by=all",
        f"{MEASURE}/why?{YEAR}&by=all&against=moment&then=2020-12-01&street=440106019000",
        f"{MEASURE}/why?{YEAR}&by=all&record={{code}}&if=closed",
        f"/indicators/walls.shown_matters/why?{YEAR}&by=all",
    ),
    "indicators/<str:name>/export.<str:kind>": _of(
        "nothing", *(f"{MEASURE}/export.{kind}" for kind in ("csv", "xlsx", "json"))
    ),
    "look": _of("within", "/look", "/look?pack=walls"),
    "numbers": _of("open", "/numbers"),
    "units/<str:code>": _of("within", "/units/440106019000", "/units/440106000000", "/units/zhujian"),
    "pages": _of("nothing", "/pages"),
    "pages/<str:name>": _of("within", PAGE),
    "wall": _of("within", "/wall"),
    "wall/<str:name>": _of("within", "/wall/walls.walls"),
    "derived/<str:name>": _of("within", "/derived/walls.both", "/derived/walls.both?on=2020-12-20"),
    "derived/<str:name>/export.<str:kind>": _of(
        "within", "/derived/walls.both/export.csv", "/derived/walls.both/export.xlsx"
    ),
    "flows/<str:name>": _of("nothing", "/flows/{ledger}"),
    "commitments": _of("nothing", "/commitments"),
    "commitments/<str:name>": _of("nothing", "/commitments/x"),
    "tasks/mine": _of("nothing", "/tasks/mine", "/tasks/mine?period=2020-Q4"),
    "tasks/reports": _of("nothing", "/tasks/reports"),
    "tasks/remind": _of("nothing"),
    "tasks/calendar": _of("nothing", "/tasks/calendar?year=2020"),
    "tasks/<str:code>/report": _of("nothing", "/tasks/x/report"),
    "bulletins": _of("nothing", "/bulletins"),
    "bulletins/<str:code>": _of("nothing", "/bulletins/x"),
    "bulletins/<str:code>/<str:name>": _of("nothing"),
    "reports": _of("nothing", "/reports"),
    "reports/of/<str:name>": _of("nothing", "/reports/of/x"),
    "reports/of/<str:name>/file": _of("nothing", "/reports/of/x/file?format=docx"),
    "reports/of/<str:name>/freeze": _of("nothing"),
    "reports/editions/<str:id>": _of("nothing", "/reports/editions/x"),
    "reports/editions/<str:id>/file": _of("nothing", "/reports/editions/x/file?format=docx"),
    "reports/check": _of("nothing", "/reports/check", enters=True),
    "reports/check/<str:token>": _of("nothing", "/reports/check/x"),
    "reports/check/<str:token>/file": _of("nothing", "/reports/check/x/file?format=docx"),
    "reports/check/<str:token>/is/<int:place>": _of("nothing"),
    "letters": _of("nothing", "/letters"),
    "letters/new": _of("nothing", "/letters/new?about={code}", enters=True),
    "letters/<str:code>/escalate": _of("nothing"),
    "tasks/drafts": _of("nothing", "/tasks/drafts"),
    "tasks/<str:code>/edit": _of("nothing", "/tasks/x/edit"),
    "tasks/crosschecks": _of("nothing", "/tasks/crosschecks"),
    "tasks/breakdown": _of("nothing", "/tasks/breakdown"),
    "tasks/breakdown/<str:code>": _of("nothing", "/tasks/breakdown/x"),
    "tasks/packs/<str:name>": _of("nothing", "/tasks/packs/x"),
    "tasks/import": _of("nothing", "/tasks/import", enters=True),
    "retention": _of("nothing", "/retention"),
    "retention/hold": _of("nothing"),
    "retention/verify": _of("nothing"),
    "areas": _of("nothing", "/areas", f"/areas?on={AS_OF}"),
    "areas/<str:code>": _of("within", "/areas/440106019000"),
    # documents
    "documents": _of("nothing", "/documents"),
    "documents/new": _of("nothing", "/documents/new", enters=True),
    "documents/<str:code>": _of("nothing", "/documents/x"),
    "documents/<str:code>/read": _of("nothing"),
    "documents/<str:code>/list": _of("nothing", "/documents/x/list"),
    "documents/<str:code>/file": _of("nothing", "/documents/x/file"),
    "documents/<str:code>/step/<str:name>": _of("nothing"),
    "documents/<str:code>/readings/<str:reading>/<str:name>": _of("nothing"),
}

ROOT = "/api/v1"
RECORDS = f"{ROOT}/ledgers/{{ledger}}/records"
OPERATIONS: dict[str, Entrance] = {
    "get /me": _of("nothing", f"{ROOT}/me"),
    "get /live": _of("within", f"{ROOT}/live", f"{ROOT}/live?cursor=0.0"),
    "get /search": _of("within", *(f"{ROOT}/search?{one}" for one in SEARCHED)),
    "get /ledgers": _of("nothing", f"{ROOT}/ledgers"),
    "get /ledgers/{ledger}": _of("nothing", f"{ROOT}/ledgers/{{ledger}}"),
    "get /flows/{name}": _of("nothing", f"{ROOT}/flows/{{ledger}}"),
    "get /ledgers/{ledger}/records": _of(
        "list",
        f"{RECORDS}?limit=200",
        f"{RECORDS}?sort=words",
        f"{RECORDS}?as_of={{now}}",
        *(f"{RECORDS}?{one}" for one in SEARCHED),
        f"{RECORDS}?inner={{canary}}",
        f"{RECORDS}?sort=inner",
        f"{RECORDS}?caller={{canary}}",
        f"{RECORDS}?sort=number",
        f"{RECORDS}?code={{code}}",
    ),  # fmt: skip
    "post /ledgers/{ledger}/find": _of("within"),
    "get /ledgers/{ledger}/export": _of(
        "list", f"{ROOT}/ledgers/{{ledger}}/export", f"{ROOT}/ledgers/{{ledger}}/export?as_of={{now}}"
    ),
    "post /ledgers/{ledger}/records": _of("nothing", enters=True),
    "get /ledgers/{ledger}/records/{record}": _of(
        "record", f"{RECORDS}/{{code}}", f"{RECORDS}/{{id}}", f"{RECORDS}/{{code}}?as_of={{now}}"
    ),
    "get /ledgers/{ledger}/records/{record}/history": _of("record", f"{RECORDS}/{{code}}/history"),
    "post /ledgers/{ledger}/records/{record}/steps": _of("nothing", enters=True),
    "post /ledgers/{ledger}/records/{record}/unmask": _of("values"),
    "post /acts": _of("nothing", enters=True),
    "get /indicators": _of("nothing", f"{ROOT}/indicators"),
    "get /indicators/{name}": _of(
        "nothing", f"{ROOT}/indicators/walls.matters", f"{ROOT}/indicators/walls.matters?split=community"
    ),
    "get /indicators/{name}/records": _of(
        "within",
        f"{ROOT}/indicators/walls.matters/records?period=2020-12-01",
        f"{ROOT}/indicators/walls.shown_matters/records?period=2020-12-01",
    ),
    "get /indicators/{name}/explain": _of(
        "within",
        f"{ROOT}/indicators/walls.matters/explain?period=2020",
        f"{ROOT}/indicators/walls.matters/explain?period=2020-12&street=440106019000&against=2020-12-01",
        f"{ROOT}/indicators/walls.shown_matters/explain?period=2020",
    ),
    "get /indicators/{name}/what-if": _of(
        "nothing", f"{ROOT}/indicators/walls.matters/what-if?period=2020&records={{code}}&if=closed"
    ),
    "get /indicators/{name}/figures.csv": _of(
        "nothing", f"{ROOT}/indicators/walls.matters/figures.csv?split=community"
    ),
    "get /indicators/{name}/figures.csv-metadata.json": _of(
        "nothing", f"{ROOT}/indicators/walls.matters/figures.csv-metadata.json?split=community"
    ),
    "get /indicators.csv": _of("nothing", f"{ROOT}/indicators.csv"),
    "get /indicators.csv-metadata.json": _of("nothing", f"{ROOT}/indicators.csv-metadata.json"),
    "get /derived": _of("nothing", f"{ROOT}/derived"),
    "get /derived/{name}": _of("within", f"{ROOT}/derived/walls.both"),
    "get /papers": _of("nothing", f"{ROOT}/papers"),
    "get /papers/{name}": _of(
        "within",
        *(f"{ROOT}/papers/walls.card?record={{code}}&format={kind}" for kind in ("docx", "html")),
        f"{ROOT}/papers/walls.all?format=xlsx&q={{canary}}",
    ),
    "get /bulletins": _of("nothing", f"{ROOT}/bulletins"),
    "get /bulletins/{code}": _of("nothing", f"{ROOT}/bulletins/x"),
    "post /bulletins": _of("nothing"),
    "post /bulletins/{code}/renew": _of("nothing"),
    "post /bulletins/{code}/issue": _of("nothing"),
    "get /letters": _of("nothing", f"{ROOT}/letters", f"{ROOT}/letters?about={{code}}"),
    "get /letters/proposed": _of("nothing", f"{ROOT}/letters/proposed?about={{code}}"),
    "get /letters/{code}": _of("nothing", f"{ROOT}/letters/x"),
    "post /letters": _of("nothing", enters=True),
    "post /letters/{code}/escalate": _of("nothing"),
    "get /reports": _of("nothing", f"{ROOT}/reports?period=2020-Q4"),
    "post /reports": _of("nothing", enters=True),
    "post /reports/remind": _of("nothing"),
    "get /crosschecks": _of("nothing", f"{ROOT}/crosschecks"),
    "get /commitments": _of("nothing", f"{ROOT}/commitments"),
    "get /commitments/{name}": _of("nothing", f"{ROOT}/commitments/x"),
}
