"""What the API takes and gives, as OpenAPI shows it. Every answer is one object; lists are named members of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

SMALL = 2**31 - 1
Name = Annotated[str, Field(min_length=1, max_length=120)]
Code = Annotated[str, Field(min_length=1, max_length=60)]


class Taken(BaseModel):
    """What is sent to the API: members that nobody knows are refused. Read from JSON alone, so without ninja's way of
    reading attributes of objects."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """application/problem+json: why a call was refused, and the way out."""

    type: str = Field(description="Address of a page that says more.")
    title: str
    status: int
    code: str = Field(description="Words that never change.")
    detail: str = Field(description="In the language that Accept-Language asks for.")
    fields: dict[str, str] = Field(description="Field or parameter -> sentence.")


REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429), Problem)


class Unit(Schema):
    """An area or an office."""

    id: int
    code: str
    title: str
    kind: str


class Post(Schema):
    id: int
    code: str
    title: str


class FieldShown(Schema):
    """A declared field. type: see docs/api.md; value_schema: JSON Schema of its value; private: shown on purpose only,
    for a reason; secret: encrypted besides."""

    name: str
    title: str
    type: str
    required: bool
    help: str
    unit: str
    choices: dict[str, str]
    codes: str
    ledger: str
    private: bool
    secret: bool
    value_schema: dict[str, Any]


class State(Schema):
    name: str
    title: str
    holder: str
    within: str
    final: bool


class Step(Schema):
    """A step of a flow. from: states it leads out of; `new` for a first step. optional: those of `asks` that may be left out."""

    name: str
    title: str
    from_: list[str] = Field(alias="from", serialization_alias="from")
    to: str
    by: list[str]
    asks: list[str]
    optional: list[str]
    assigns: bool


class LedgerShort(Schema):
    name: str
    title: str
    group: str
    purpose: str


class Ledgers(Schema):
    ledgers: list[LedgerShort]


class Ledger(LedgerShort):
    """A ledger as declared. first_steps: those by which the caller may report; values_schema: JSON Schema of a record's values."""

    fields: list[FieldShown]
    states: list[State]
    steps: list[Step]
    first_steps: list[str]
    list: list[str]
    values_schema: dict[str, Any]


class Flow(Schema):
    name: str
    title: str
    states: list[State]
    steps: list[Step]


class Record(Schema):
    """A record as the caller may see it. seq counts its acts; values: field -> value as the ledger's values_schema has it."""

    ledger: str
    id: UUID
    code: str
    seq: int
    state: str
    state_title: str
    unit: Unit | None
    office: Unit | None
    post: Post | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    known_at: datetime
    values: dict[str, Any]
    masked: list[str] = Field(description="Private and secret fields: POST …/unmask shows their values, for a reason.")
    masks: dict[str, str] = Field(description="What is shown of the secret ones that have a value, such as •••8000.")
    url: str


class RecordOpen(Record):
    """A record with the steps the caller may take on it now; none as of a past moment."""

    steps: list[Step]


class Records(Schema):
    """total: exact where `exact` says so, else what was counted. next: for `after`, where more follow. cut: how many
    records words were looked for in, where there were more."""

    records: list[Record]
    total: int
    exact: bool
    more: bool
    limit: int
    offset: int
    next: str | None = None
    cut: int | None = None


class Entry(Schema):
    """One act of a record's history."""

    seq: int
    step: str
    step_title: str
    state: str
    person: int
    post: Post | None
    via: str
    at: datetime
    known_at: datetime
    values: dict[str, Any]
    erased: bool


class FieldChange(Schema):
    """One change of one field; seq: of its act."""

    seq: int
    before: Any = None
    value: Any = None
    row: int | None = Field(None, description="The row of the sheet that it came from.")


class Look(Schema):
    """One showing of private values: who had which fields shown, when, why."""

    person: int
    post: Post | None
    fields: list[str]
    why: str
    at: datetime


class History(Schema):
    entries: list[Entry]
    looks: list[Look]
    fields: dict[str, list[FieldChange]] = Field(description="Field: its changes, the latest first.")


class UnmaskIn(Taken):
    why: str = Field(description="Why you need to see it, 2 to 200 characters; it stands in the record's history.")


class Unmasked(Schema):
    """The values that the caller may have shown."""

    values: dict[str, Any]


class FindIn(Taken):
    """A secret field and the exact value of the records that are looked for."""

    field: Name
    value: Annotated[str, Field(min_length=1, max_length=200)]
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class StepIn(Taken):
    """A step to take. Answers are as the ledger's values_schema has them; a unit, post or record may be given by its code."""

    step: Name
    answers: dict[str, Any] = Field(default_factory=dict, max_length=200)
    seen: int | None = Field(None, ge=1, le=SMALL, description="The seq you saw; refused when someone has acted since.")
    at: datetime | None = Field(None, description="When it happened; never in the future. Default: now.")
    lead: str | int | None = Field(None, description="The responsible post (code or id), where the step assigns.")
    assist: list[str | int] | None = Field(None, max_length=20, description="Assisting posts, with lead.")
    act: UUID | None = Field(None, description="Made by you: the same act sent again is done once and answered alike.")


class ReportIn(Taken):
    """A new record by one of the ledger's first steps."""

    step: Name
    answers: dict[str, Any] = Field(default_factory=dict, max_length=200)
    at: datetime | None = None
    act: UUID | None = None


class ActIn(StepIn):
    """One of a batch. Without `record` it reports a new one."""

    ledger: Name
    record: Code | None = Field(None, description="Code or id.")


class ActsIn(Taken):
    acts: list[ActIn] = Field(min_length=1, max_length=500)


class Outcome(Schema):
    """What became of an act. again: it had been taken before, and this is the answer of then."""

    act: UUID
    record: UUID
    ledger: str
    code: str
    seq: int
    state: str
    again: bool
    url: str


class OneOutcome(Schema):
    """Of one act of a batch: its outcome, or why it was refused."""

    status: int
    outcome: Outcome | None
    problem: Problem | None


class Outcomes(Schema):
    outcomes: list[OneOutcome]


class Behind(Schema):
    records: list[Record]
    total: int
    limit: int
    offset: int


class Commitment(Schema):
    """A promise as it stands: claim, evidence, calendar and finding side by side, never merged."""

    name: str
    title: str
    document: str
    area: str
    measure: str
    target: str
    comparator: str
    unit: str
    deadline: str
    days_left: int
    evidence: float | None
    evidence_status: str | None
    expected: float | None
    status: str
    light: str
    met: bool
    words: str
    claim: Record | None
    finding: Record | None


class Commitments(Schema):
    commitments: list[Commitment]


class Me(Schema):
    """Who the API takes you for."""

    district: str
    person: int
    name: str
    post: Post | None
    role: str | None
    may: list[str]
    scopes: list[str]
    posts: list[Post]
    now: datetime


class Changed(Schema):
    ledger: str
    id: UUID
    code: str
    seq: int
    state: str


class Live(Schema):
    """What changed since the cursor you sent; send this one next time. more: ask again at once."""

    cursor: str
    changed: list[Changed]
    more: bool


class Found(Schema):
    """cut: whether there are more than these."""

    results: list[Record]
    cut: bool
