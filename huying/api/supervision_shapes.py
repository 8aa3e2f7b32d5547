"""What /bulletins, /letters, /reports and /crosschecks take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema

from huying.api.shapes import Record, Taken, Unit

PeriodName = Annotated[
    str, Field(pattern=r"^(19|20|21)[0-9]{2}-(Q[1-4]|0[1-9]|1[0-2])$", description="2020-Q3 or 2020-09.")
]
Act = Annotated[UUID | None, Field(description="Made by you: the same act sent again is done once and answered alike.")]
Text = Annotated[str, Field(max_length=2000)]


class Bulletins(Schema):
    bulletins: list[Record]


class BulletinLine(Schema):
    """What a bulletin says of one task: printed status, claim, evidence, calendar and finding beside each other.

    Numbers are decimal texts in `unit`; found: by a finding, else by the evidence; newly: late now and not in the bulletin before.
    """

    task: str
    title: str
    area: str
    office: Unit | None
    status: str
    status_title: str
    found: bool
    evidence_status: str
    target: str | None
    claim: str | None
    claim_words: str
    evidence: str | None
    expected: str | None
    unit: str
    words: str
    why: str
    answer: str
    newly: bool
    as_of: datetime


class Restated(Schema):
    """What was printed of a task, and what is known now. Claims and evidence are decimal texts."""

    task: str
    claim: str | None
    evidence: str | None
    claim_now: str | None
    evidence_now: str | None


class Bulletin(Schema):
    """One bulletin. counts: status -> lines; missing: offices that have not reported; restated: since its issue."""

    bulletin: Record
    summary: str
    total: int
    counts: dict[str, int]
    missing: list[Unit]
    lines: list[BulletinLine]
    restated: list[Restated]


class BulletinIn(Taken):
    period: PeriodName
    act: Act = None


class ActOnly(Taken):
    act: Act = None


class IssueIn(Taken):
    number: Annotated[str, Field(min_length=1, max_length=60, description="The number that the office gives it.")]
    act: Act = None


class Letter(Schema):
    """light: green, amber, red or grey, as the page has it."""

    letter: Record
    light: str


class Letters(Schema):
    letters: list[Letter]


class Proposed(Schema):
    """A letter with its wording ready: field -> value, to be changed and sent to POST /letters."""

    values: dict[str, Any]


class LetterIn(Taken):
    """about: the code of a task, or of any record; addressee: a post's id."""

    about: Annotated[str, Field(min_length=1, max_length=40)]
    level: Annotated[str, Field(pattern="^(blue|amber|red)$")] = "blue"
    category: Annotated[str, Field(max_length=20)] = "ordinary"
    title: Text
    facts: Text = ""
    demand: Text
    addressee: str | int
    copy_to: Text = ""
    reply_by: date
    act: Act = None


class EscalateIn(Taken):
    reply_by: date
    act: Act = None


class Duty(Schema):
    """What a period asks of an office about a task. state: exempt, reported or missing; why: month, lagging or quarter."""

    task: str
    title: str
    office: Unit | None
    state: str
    why: str
    evidence: str | None
    claim: str | None
    claim_words: str
    before_words: str
    reminded: datetime | None


class Duties(Schema):
    period: str
    duties: list[Duty]


class TaskReportIn(Taken):
    """A number, words, or both; said again it amends what was said."""

    task: Annotated[str, Field(min_length=1, max_length=60)]
    period: PeriodName
    value: Annotated[str, Field(max_length=40)] | float | None = None
    words: Text | None = None
    act: Act = None


class RemindIn(Taken):
    period: PeriodName
    tasks: list[Annotated[str, Field(max_length=60)]] = Field(min_length=1, max_length=500)


class Reminded(Schema):
    """Codes of the tasks whose offices were reminded; those that were reminded today already are not again."""

    reminded: list[str]


class CheckedPlace(Schema):
    document: str
    place: str
    line: int


class CheckedNumber(Schema):
    """One number of a side. kind: figure, stated, reading, task or indicator; task: its code where it was taken over."""

    kind: str
    name: str
    says: str
    value: str | None
    unit: str
    task: str
    places: list[CheckedPlace]


class Crosscheck(Schema):
    """Two numbers side by side, in `unit`. relation: eq, ge, le, gt or lt; verdict: holds, differs or open."""

    name: str
    group: str
    title: str
    relation: str
    verdict: str
    unit: str
    left: str | None
    right: str | None
    difference: str | None
    left_numbers: list[CheckedNumber]
    right_numbers: list[CheckedNumber]
    todo: str


class Crosschecks(Schema):
    crosschecks: list[Crosscheck]
