"""The figures that documents published, each answered by its indicator and held against the number that was published.

One function makes the rows; the page, the API and `huying figures` show them. An indicator is measured as on its own page:
the published number is compared with, and never read when it is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from huying.declare import units
from huying.declare.kinds import part as words
from huying.declare.published import Published
from huying.engine import calibrating, figures, indicators
from huying.engine.figures import rounded
from huying.engine.indicators import Measured
from huying.engine.packs import District
from huying.engine.people import Actor

EQUAL, DIFFERS, MISSING, NOT_APPLICABLE, HIDDEN = "equal", "differs", "missing", "not_applicable", "hidden"
UNANSWERED, NOT_RUN, UNDECLARED, OTHER_UNIT = "unanswered", "not_run", "undeclared", "other_unit"
STATUSES = (EQUAL, DIFFERS, MISSING, NOT_APPLICABLE, HIDDEN, UNANSWERED, NOT_RUN, UNDECLARED, OTHER_UNIT)
FELL = "fell"  # published as a fall: the indicator gives it with a minus
COMPUTED, STATEMENT = "computed", "statement"


@dataclass(frozen=True)
class Given:
    """A number to compare with, as it was given from outside."""

    value: Decimal
    unit: str
    comparator: str = "eq"
    title: str = ""
    system: str = ""


@dataclass(frozen=True)
class Answer:
    """One figure with its answer.

    figure    as it is declared; None for one that nothing declares
    kind      computed from records, or a statement of others; "" where nothing answers
    value     in the unit it was published in, to the indicator's places; None where there is none
    published the number it is compared with, in that unit
    status    one of STATUSES; says: why, `中文 | English`
    """

    id: str
    figure: Published | None
    measured: Measured | None
    kind: str
    value: Decimal | None
    published: Decimal
    unit: str
    comparator: str
    status: str
    says: str
    title: str
    system: str

    @property
    def equal(self) -> bool:
        return self.status == EQUAL


def answers(
    district: District,
    *,
    actor: Actor | None = None,
    document: str = "",
    against: Mapping[str, Given] | None = None,
) -> list[Answer]:
    """Every declared figure with its answer, in order of declaration; all are measured in one round trip for each reach.

    document  figures of that one alone
    against   id -> number to compare with, in place of the published ones: exactly these ids are answered, in their order
    """
    declared = [one for one in district.rules.published if document in ("", one.document)]
    if against is not None:
        by_id = {one.id: one for one in declared}
        declared = [by_id[name] for name in against if name in by_id]
    found = dict(zip([one.id for one in declared if one.measure], _measured(district, declared, actor), strict=True))
    made = {one.id: _answer(district, one, found.get(one.id), against and against[one.id]) for one in declared}
    if against is None:
        return list(made.values())
    return [made.get(name) or _undeclared(name, given) for name, given in against.items()]


def documents(district: District) -> list[str]:
    """The documents whose figures are declared, in order."""
    return list(dict.fromkeys(one.document for one in district.rules.published))


def holds(value: Fraction, comparator: str, published: Decimal, percent: bool = False) -> bool:
    """Whether a number is what was published, as exactly as it was published. All and none are exact: 99.7 % is not 100 %.

    >>> holds(Fraction(61814, 10000), "eq", Decimal("6.2")), holds(Fraction(97), "gt", Decimal(97))
    (True, False)
    """
    match comparator:
        case "fell":
            return holds(-value, "eq", published)
        case "gt":
            return value > published
        case "ge":
            return value >= published
        case "lt":
            return value < published
        case "le":
            return value <= published
    if percent and published in (0, 100):
        return value == published
    return rounded(value, _places(published)) == published


def _measured(district: District, declared: Sequence[Published], actor: Actor | None) -> list[Measured | Exception]:
    asked = [
        indicators.Asked(
            one.measure,
            one.stretch.start,
            one.stretch.end,
            by="all" if district.rules.indicators[one.measure].period[0] == "all" else one.stretch.by,
            only=dict(one.only),
        )
        for one in declared
        if one.measure
    ]
    return indicators.measure_each(district, asked, actor=actor)


def _answer(district: District, one: Published, found: Measured | Exception | None, given: Given | None) -> Answer:
    published, comparator, unit = one.value, one.comparator, one.unit
    if given is not None:
        comparator = FELL if one.comparator == FELL else given.comparator
        if not units.fits(given.unit, unit):
            says = f"给的是“{words(given.unit)}”，声明的是“{words(unit)}” | Given in “{given.unit}”, declared in “{words(unit)}”"
            return _made(district, one, None, None, given.value, given.comparator, OTHER_UNIT, says)
        published = rounded(units.convert(given.value, given.unit, unit), _places(one.value))
    if found is None:
        says = f"没有装规则包 {one.named.partition('.')[0]} | The pack {one.named.partition('.')[0]} is not run here"
        return _made(district, one, None, None, published, comparator, NOT_RUN, says)
    if isinstance(found, Exception):
        return _made(district, one, None, None, published, comparator, UNANSWERED, str(found))
    figure = found.figures[0] if len(found.figures) == 1 else None
    if figure is None or figure.exact is None:
        status = {figures.SUPPRESSED: HIDDEN, figures.NOT_APPLICABLE: NOT_APPLICABLE}.get(
            figure.status if figure else figures.MISSING, MISSING
        )
        return _made(district, one, found, None, published, comparator, status, _why_none(district, one, status))
    exact = figure.exact * units.factor(found.indicator.unit, unit)
    if holds(exact, comparator, published, units.fits(unit, units.PERCENT)):
        return _made(district, one, found, exact, published, comparator, EQUAL, figure.says)
    return _made(
        district, one, found, exact, published, comparator, DIFFERS, _why_other(district, one, found, exact, published)
    )


def _made(
    district: District,
    one: Published,
    found: Measured | None,
    exact: Fraction | None,
    published: Decimal,
    comparator: str,
    status: str,
    says: str,
) -> Answer:
    title = one.title or (district.rules.indicators[one.measure].title if one.measure else one.named)
    value = None if exact is None or found is None else rounded(exact, max(_places(published), found.indicator.places))
    kind = _kind(found) if found else ""
    return Answer(one.id, one, found, kind, value, published, one.unit, comparator, status, says, title, one.system)


def _undeclared(name: str, given: Given) -> Answer:
    says = "没有声明用哪个$indicator回答 | No $indicator is declared to answer it"
    return Answer(
        name,
        None,
        None,
        "",
        None,
        given.value,
        given.unit,
        given.comparator,
        UNDECLARED,
        says,
        given.title,
        given.system,
    )


def _kind(measured: Measured) -> str:
    """A statement where all that it is figured from was stated by others."""
    leaves = _leaves(measured)
    return STATEMENT if all(leaf.indicator.statement for leaf in leaves) else COMPUTED


def _leaves(measured: Measured) -> list[Measured]:
    return [leaf for part in measured.parts for leaf in _leaves(part)] if measured.parts else [measured]


def _why_none(district: District, one: Published, status: str) -> str:
    if status == HIDDEN:
        return "数太小，不显示 | Too small to be shown"
    if before := _before_it_begins(district, one):
        return before
    if status == NOT_APPLICABLE:
        return "这一期还没有开始，或分母为零 | The period has not begun, or it would be divided by nought"
    return "这一期没有$record | The period has no $records"


def _why_other(district: District, one: Published, found: Measured, exact: Fraction, published: Decimal) -> str:
    places, figure = max(_places(published), found.indicator.places), found.figures[0]
    if not figure.rows and (before := _before_it_begins(district, one)):
        return before
    gap = rounded(exact - Fraction(-published if one.comparator == FELL else published), places)
    zh, en = f"差 {gap:+f}，来自 {figure.rows} 条$record", f"{gap:+f}, from {figure.rows} $records"
    if district.demonstration and not calibrating.is_calibration(district):
        return f"演示$record是编的，不照公布数：{zh} | The demonstration's $records are made up and follow no published figure: {en}"
    return f"{zh} | {en}"


def _before_it_begins(district: District, one: Published) -> str:
    """Of a period before the demonstration: that it begins later. Of any other nothing."""
    begins = str((district.config.get("demonstration") or {}).get("begins", ""))[:10]
    if not begins or one.stretch.end.isoformat() > begins or district.rules.indicators[one.measure].period[0] == "all":
        return ""
    return f"演示从 {begins} 起，这一期没有$record | The demonstration begins on {begins}: the period has no $records"


def _places(number: Decimal) -> int:
    return max(-int(number.as_tuple().exponent), 0)
