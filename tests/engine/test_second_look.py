"""Second looks: who is chosen cannot be foreseen and comes out the same again; another person settles it for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engine import access, indicators, packs, places, records, sampling
from huying.engine.acts import Act
from huying.engine.alike import find_alike
from huying.engine.flows import StepRefused, take_step
from huying.web import throttle
from tests.engine.small import actor_of
from tests.web.walking import area, person, press, report, take, text_of

CASE = "command.case"


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "chosen", lambda *_, **__: True)


@pytest.fixture
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "chosen", lambda *_, **__: False)


def settle(town, login: str = "longdongwang", unit: int = 0, **extra) -> UUID:
    answers = {"category": "street.bikes", "unit": unit or area(town)}
    return take_step(town, Act(CASE, "settle_on_spot", actor_of(town, login), answers, **extra)).record


def seen(town, record: UUID, login: str = "hecha"):
    return records.get(town, actor_of(town, login), CASE, record)


@given(st.uuids(), st.decimals(0, 100, places=2))
def test_the_same_act_is_always_chosen_alike_and_more_share_never_spares_it(act, share):
    first = sampling.chosen(440106, act, share)
    assert first == sampling.chosen(440106, act, share)
    assert not first or sampling.chosen(440106, act, min(Decimal(100), share + 1))
    assert sampling.chosen(440106, act, Decimal(100)) and not sampling.chosen(440106, act, Decimal(0))


def test_about_the_share_is_chosen_in_each_district_its_own():
    acts = [uuid4() for _ in range(4000)]
    one = {act for act in acts if sampling.chosen(1, act, Decimal(5))}
    other = {act for act in acts if sampling.chosen(2, act, Decimal(5))}
    assert 120 < len(one) < 290 and 120 < len(other) < 290
    assert len(one & other) < 40, "what one district looks at says nothing of another"


def test_without_the_secret_nobody_foresees_the_choice(monkeypatch):
    acts = [uuid4() for _ in range(500)]
    mine = [sampling.chosen(1, act, Decimal(50)) for act in acts]
    guessed = [sampling.chosen(1, act, Decimal(50), demonstration=True) for act in acts]
    assert 150 < sum(a == b for a, b in zip(mine, guessed, strict=True)) < 350


def test_what_is_not_chosen_is_closed_in_one_step(tianhe, spared):
    found = seen(tianhe, settle(tianhe))
    assert (found.state, found.values["second_look"]) == ("closed", None)


def test_what_is_chosen_counts_as_closed_and_waits_on_anothers_desk(tianhe, chosen):
    record = settle(tianhe)
    found = seen(tianhe, record)
    assert (found.state, found.values["second_look"]) == ("second_look", "due")
    assert found.closed_at is not None
    assert [s.name for s in access.open_steps(tianhe, actor_of(tianhe, "hecha"), found)] == [
        "look_agreed",
        "look_differs",
    ]
    own = records.get(tianhe, actor_of(tianhe, "longdongwang"), CASE, record)
    assert access.open_steps(tianhe, actor_of(tianhe, "longdongwang"), own) == []


def test_what_waits_for_its_second_look_is_no_open_report_nearby(tianhe, chosen):
    tree = places.tree(tianhe.id, tianhe.today())
    spot = next(u for u in tree.units.values() if u.kind == "community" and u.parent == area(tianhe))
    answers = {"category": "street.bikes", "unit": spot.id}
    report(tianhe, **answers)
    assert len(find_alike(tianhe, tree, CASE, answers, uuid4())) == 1
    settle(tianhe, unit=spot.id)
    assert len(find_alike(tianhe, tree, CASE, answers, uuid4())) == 1


def test_as_said_it_stays_closed_since_it_was_settled(tianhe, chosen):
    record = settle(tianhe)
    since = seen(tianhe, record).closed_at
    take(tianhe, "hecha", CASE, "look_agreed", record)
    found = seen(tianhe, record)
    assert (found.state, found.values["second_look"], found.closed_at) == ("closed", "agreed", since)


def test_not_as_said_it_is_open_again_with_the_dispatcher(tianhe, chosen):
    record = settle(tianhe)
    with pytest.raises(StepRefused, match="复看所见"):
        take(tianhe, "hecha", CASE, "look_differs", record)
    take(tianhe, "hecha", CASE, "look_differs", record, look_words="单车还倒着")
    found = seen(tianhe, record, "diaodu")
    assert (found.state, found.values["second_look"], found.closed_at) == ("reported", "differs", None)
    take(tianhe, "diaodu", CASE, "dispatch", record)
    assert seen(tianhe, record, "diaodu").state == "dispatched"


def test_nobody_looks_at_what_is_their_own(tianhe, chosen):
    record = settle(tianhe)
    looker, keeper = actor_of(tianhe, "hecha"), actor_of(tianhe, "longdongwang")
    same = replace(looker, person=keeper.person)  # the one person holds both posts
    with pytest.raises(StepRefused) as refused:
        take_step(tianhe, Act(CASE, "look_agreed", same, {}, record))
    assert refused.value.code == "step.other-than"


def test_the_same_act_sent_again_gets_the_first_answer(tianhe):
    acts = [uuid4() for _ in range(12)]
    first = [settle(tianhe, act=act) for act in acts]
    assert [settle(tianhe, act=act) for act in acts] == first


def test_the_indicator_counts_how_the_looks_ended(tianhe, chosen):
    agreed, differs, _waiting = (settle(tianhe) for _ in range(3))
    take(tianhe, "hecha", CASE, "look_agreed", agreed)
    take(tianhe, "hecha", CASE, "look_differs", differs, look_words="没清")
    day = tianhe.today()
    measured = indicators.measure(
        tianhe,
        "command.second_looks_as_said",
        start=day.replace(day=1),
        end=day + timedelta(days=1),
        by="all",
        actor=actor_of(tianhe, "diaodu"),
    )
    (figure,) = measured.figures
    assert (figure.num, figure.den, figure.value) == (1, 2, Decimal(50))


def test_the_verifier_finds_it_among_her_work_and_settles_it_on_its_page(tianhe, chosen, monkeypatch):
    monkeypatch.setattr(packs, "districts", lambda: [{"id": tianhe.id, "name": tianhe.name, "title": tianhe.title}])
    throttle.forget()
    keeper = person(tianhe, "longdongwang")
    press(keeper, "/spot", category="street.bikes", unit=area(tianhe))
    assert "当场办结" in text_of(keeper.get("/spot"))
    verifier = person(tianhe, "hecha")
    code = records.page(tianhe, actor_of(tianhe, "hecha"), CASE, limit=1).records[0].code
    assert code in text_of(verifier.get("/work")) and "待复看" in text_of(verifier.get("/work"))
    page = text_of(verifier.get(f"/ledgers/{CASE}/{code}"))
    assert "复看属实" in page and "与所报不符，重新办理" in page
    assert "Second look" in text_of(person(tianhe, "hecha", "en").get(f"/ledgers/{CASE}/{code}"))
    answer = press(verifier, f"/ledgers/{CASE}/{code}/look_differs", look_words="单车还倒着")
    assert answer.status_code == 302
    assert "单车还倒着" in text_of(person(tianhe, "diaodu").get(f"/ledgers/{CASE}/{code}"))
    drawn = text_of(verifier.get(f"/flows/{CASE}"))
    assert "抽 5% 由他人复看" in drawn and "待复看" in drawn
