"""What a pack can declare, as plain values: the shape that every other module reads.

`load` makes these from the files, `check` proves them, the engine runs them. All are frozen, hold no database and no
Django, and carry human text as one string `中文 | English` (see nouns.py). A declaration's full name is
`<pack>.<name>`; a ledger and its flow, dispatch and limits share one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from huying.declare.commitments import Commitment, Reading
from huying.declare.indicators import Indicator
from huying.declare.ledger_parts import Alike, Keep, Quality, Secrecy
from huying.declare.nouns import part, say  # noqa: F401

if TYPE_CHECKING:
    from huying.declare.constraints import Constraint
    from huying.declare.crosschecks import Crosscheck, Stated
    from huying.declare.derived import Derived
    from huying.declare.expressions import Expression
    from huying.declare.forms import Form
    from huying.declare.pages import Page
    from huying.declare.papers import Paper
    from huying.declare.published import Published
    from huying.declare.recipes import Calibration
    from huying.declare.scans import Scan
    from huying.declare.second_look import SecondLook
    from huying.declare.subjects import Subject
    from huying.declare.templates import Feed, Template
    from huying.declare.upgrades import Upgrade
    from huying.declare.views import View

NEW = "new"  # the state before the first step
SAME = "same"  # a step that leaves the state as it is
# Holders and actors that are not roles of a pack:
RESIDENT = "resident"  # whoever holds the record's tracking code, or reports without an account
RESPONSIBLE = "responsible"  # the post that dispatch made responsible for the record
ASSISTING = "assisting"  # a post of an assisting office
SYSTEM = "system"  # the clock itself: steps that lapse, precedents that dispatch


@dataclass(frozen=True)
class Field:
    """One field of a ledger.

    type    text, number, integer, boolean, date, time, money (元, exact), point (two columns, lng and lat, WGS-84),
            area, office, post (ids), record (a uuid of `ledger`), code (of list `codes`), enum (of `choices`), photos
            (list of sha256 hex)
    schema  the field's JSON Schema as written, without `$ref`"""

    name: str
    type: str
    title: str
    schema: dict[str, Any] = field(default_factory=dict)
    required: bool = False
    help: str = ""
    choices: dict[str, str] = field(default_factory=dict)  # value -> label, for enum
    codes: str = ""  # full name of a code list, for code
    ledger: str = ""  # full name, for record
    unit: str = ""  # a unit of measure, shown after the number
    mask: str = ""  # of a secret field: what is shown of it, `last 4`, `first 1 last 1`, `none`


@dataclass(frozen=True)
class Ledger:
    name: str  # full name
    title: str
    code: str  # pattern of the staff code: {yyyy} {mm} {dd} {n:4}
    fields: dict[str, Field]
    private: dict[str, tuple[str, ...]] = field(default_factory=dict)  # field -> roles that may unmask it
    secret: dict[str, tuple[str, ...]] = field(default_factory=dict)  # encrypted: field -> roles that may unmask it
    derive: dict[str, tuple[str, str]] = field(default_factory=dict)  # field -> (what: birth_date or sex, of which)
    shown_to: dict[str, tuple[str, ...]] = field(default_factory=dict)  # open fields that only these roles see
    secrecy: Secrecy | None = None
    keep: Keep | None = None  # how long its records are kept; None: for good
    see: tuple[str, ...] = ()  # roles that may see the ledger; empty: all staff within their reach
    list: tuple[str, ...] = ()  # columns of the list
    views: dict[str, View] = field(default_factory=dict)
    sums: tuple[str, ...] = ()  # numbers that are added up for each group of a list
    search: tuple[str, ...] = ()  # text fields that search reads
    map: str = ""  # a point field
    key: tuple[str, ...] = ()  # natural identity: unique among records that are not removed
    constraints: tuple[Constraint, ...] = ()
    kept_by: tuple[str, ...] = ()  # roles that keep a register without a flow of its own: add, amend, remove
    alike: Alike | None = None
    speaks_of: dict[str, dict[str, str]] = field(default_factory=dict)  # full name of a subject -> {part: field}
    like: str = ""  # full name of the ledger it was made from
    public: bool = False  # its list (open fields) may be shown to everyone
    scan: Scan | None = None  # who may keep a signed copy with a record
    feeds: tuple[Feed, ...] = ()  # the superior's systems that it feeds
    group: str = ""  # where the menu shows it
    purpose: str = ""  # said in the empty list: what would be here and how it gets here
    source: str = ""
    quality: Quality = Quality()
    version: int = 1
    upgrades: tuple[Upgrade, ...] = ()  # how records of earlier versions are carried on

    @property
    def masked(self) -> dict[str, tuple[str, ...]]:
        """Private and secret fields, and the roles that may unmask each."""
        return {**self.private, **self.secret}

    @cached_property
    def post_fields(self) -> tuple[str, ...]:
        """Fields that hold a post: a flow may name them where it names who must or may act."""
        return tuple(name for name, one in self.fields.items() if one.type == "post")

    def public_fields(self) -> list[str]:
        """Names of the fields that are neither masked nor shown to some roles only."""
        return [name for name in self.fields if name not in self.masked and name not in self.shown_to]


@dataclass(frozen=True)
class State:
    """within: a limit as `deadlines.parse_limit` reads it, `limit:<stage>` for the limits table, or `clock`
    when the record's own clock bounds it; lapses: the step the system takes when the time is over."""

    name: str
    title: str
    holder: str = ""  # a role, `responsible`, resident, or a field that holds a post; none in a final state
    within: str = ""
    lapses: str = ""
    final: bool = False
    light: str = ""  # green, amber, red or grey: how lists colour the state


@dataclass(frozen=True)
class Also:
    """A step that is taken on a referenced record in the same act, when it is open there.
    record  field of type record; step: a step of that ledger's flow
    give    field there -> expression here
    """

    record: str
    step: str
    give: dict[str, Expression] = field(default_factory=dict)
    when: Expression | None = None


@dataclass(frozen=True)
class Step:
    name: str
    title: str  # a verb: what the button says
    from_: tuple[str, ...]
    to: str
    by: tuple[str, ...]  # roles, or responsible, assisting, resident, system, or fields that hold a post
    asks: tuple[str, ...] = ()  # fields to fill; those marked `field?` are optional
    optional: tuple[str, ...] = ()
    needs: Expression | None = None
    needs_text: str = ""  # the sentence for whoever is refused
    other_than: str = ""  # a step whose actor must not be this step's actor
    assigns: str = ""  # "dispatch": lead and assisting posts are set by the table or by whoever acts; or a field that
    # holds a post, or refers to a record: that post, or the one responsible for that record, becomes responsible
    to_others: bool = False  # whoever becomes responsible is of another office than whoever acts
    precedent: bool = False  # the assignment becomes the rule for the next like record
    counts: str = ""  # an integer field that goes up by one
    at_most: int = 0  # 0: no bound
    stamps: str = ""  # a time field that is set to the moment of the act
    compares: dict[str, str] = field(default_factory=dict)  # kept, changed (asked values) -> the field that counts them
    sets: dict[str, Expression] = field(default_factory=dict)  # field -> expression over the record
    pauses: bool = False
    resumes: bool = False
    extends: str = ""  # a limit added to the clock
    restarts: bool = False  # the clock starts anew
    reopens: bool = False  # it may lead out of a final state
    tells: tuple[str, ...] = ()  # who gets a notice: resident, responsible, or a role
    also: tuple[Also, ...] = ()
    simple: bool = False  # handled on the spot: one step
    second_look: SecondLook | None = None  # a share of what it settles is looked at again by others
    minor: bool = False  # shown in the menu, not as the next act


@dataclass(frozen=True)
class ClockRule:
    """The record's own clock: `due_at`. limit: a stage of the limits table, or a limit."""

    starts: str
    stops: str
    limit: str
    tell_late: str = ""  # a role: told once when the time is over


@dataclass(frozen=True)
class Flow:
    name: str  # full name, the ledger's
    title: str
    states: dict[str, State]
    steps: dict[str, Step]
    clock: ClockRule | None = None
    dispatch_by: str = ""  # the field whose value, with the area, chooses the row of the dispatch table
    dispatch_step: str = ""  # the step that a precedent takes by itself
    like: str = ""
    source: str = ""

    def open_steps(self, state: str) -> list[Step]:
        """Steps that lead out of (or stay in) `state`, in the order they were declared."""
        return [step for step in self.steps.values() if state in step.from_]

    @cached_property
    def final(self) -> frozenset[str]:
        return frozenset(name for name, state in self.states.items() if state.final)


@dataclass(frozen=True)
class DispatchRow:
    """category: a code or `*`; area: a unit code or `*`; lead: `<office>:<role>` where office is an office's
    code or `area` (the office of the record's own street); assist: office selectors alike."""

    category: str
    area: str
    lead: str
    assist: tuple[str, ...] = ()
    when: Expression | None = None
    clause: str = ""  # the clause of the duty list
    kind: str = "basic"  # basic, assist, or withdrawn (上收: may not go to a street)
    line: int = 0


@dataclass(frozen=True)
class Dispatch:
    name: str
    rows: tuple[DispatchRow, ...]
    source: str = ""


@dataclass(frozen=True)
class LimitRow:
    category: str
    severity: str
    area: str
    stage: str
    limit: str
    since: str  # ISO date
    until: str = ""
    source: str = ""
    line: int = 0


@dataclass(frozen=True)
class Limits:
    name: str
    rows: tuple[LimitRow, ...]


@dataclass(frozen=True)
class CodeEntry:
    code: str
    title: str
    parent: str = ""
    asks: tuple[str, ...] = ()  # fields of the ledger that only this entry asks for
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CodeList:
    name: str
    entries: dict[str, CodeEntry]

    def within(self, code: str) -> list[str]:
        """`code` and its ancestors, nearest first; stops at an unknown parent."""
        chain: list[str] = []
        while code in self.entries and code not in chain:
            chain.append(code)
            code = self.entries[code].parent
        return chain


@dataclass(frozen=True)
class Role:
    """reach: district, area (units under the post's office), office (records of that office) or none.
    may: rights beyond steps, such as administer, rule, seal, export, share_views."""

    name: str
    title: str
    reach: str = "office"
    may: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseFile:
    """One given / when / then of a pack, as written (see docs/declarations.md)."""

    name: str
    of: str
    given: dict[str, Any]
    when: tuple[dict[str, Any], ...]
    then: dict[str, Any]
    on: str = ""  # of a derived ledger: the day asked, in the place of steps


@dataclass(frozen=True)
class Pack:
    name: str
    title: str
    version: int
    needs: tuple[str, ...] = ()
    owner: str = ""
    source: str = ""
    provides: dict[str, str] = field(default_factory=dict)  # claims, documents, rounds … -> ledger
    budget: dict[str, int] = field(default_factory=dict)  # level -> minutes a month that forms may ask of one filler
    words: dict[str, str] = field(default_factory=dict)  # a noun of the program -> 中文 | English


@dataclass(frozen=True)
class Rules:
    """Everything in force at once. Lookups by full name; KeyError says what is missing."""

    packs: dict[str, Pack] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    dispatch: dict[str, Dispatch] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    readings: tuple[Reading, ...] = ()  # what became of every sentence of the documents that packs broke down
    published: tuple[Published, ...] = ()  # figures that documents published, to compare with
    calibration: dict[str, Calibration] = field(
        default_factory=dict
    )  # records made up to hold indicators against figures
    stated: dict[str, Stated] = field(default_factory=dict)  # numbers that documents state, by full name
    crosschecks: dict[str, Crosscheck] = field(default_factory=dict)
    derived: dict[str, Derived] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    cases: tuple[CaseFile, ...] = ()
    bodies: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, full name) -> canonical text
    digests: dict[tuple[str, str], bytes] = field(default_factory=dict)  # (kind, full name) -> sha256 of that text
    provides: dict[str, str] = field(default_factory=dict)  # claims -> supervision.claim …
    calendars: dict[str, dict[str, Any]] = field(default_factory=dict)  # full name -> working calendar, as written

    @cached_property
    def words(self) -> dict[str, str]:
        """The packs' words for the program's nouns: two packs that say one differently are refused."""
        return {noun: words for pack in self.packs.values() for noun, words in pack.words.items()}

    def like(self, name: str) -> list[str]:
        """`name` and every ledger made like it, in order of name."""
        return [name, *sorted(n for n, ledger in self.ledgers.items() if ledger.like == name)]
