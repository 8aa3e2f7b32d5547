"""The workbench: readings become tasks by acts that are whole or nothing and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.engine import documents, drafting, packs, places, readings, tasks, workbench
from huying.engine.decide import StepRefused
from huying.engine.workbench import Bench
from tests.engine.papers import MINUTES, PAPER
from tests.engine.reports import TWICE
from tests.engine.small import actor_of

REAL = next(
    (found for up in Path(__file__).resolve().parents if (found := up / "shared/reports/tianhe-2020.txt").is_file()),
    None,
)


def entered(district: packs.District, text: str = TWICE):
    supervisor = actor_of(district, "ducha")
    made = documents.enter(district, supervisor, documents.hand_in(district, text.encode(), "报告.txt"))
    readings.bring_up(district, supervisor, documents.get(district, supervisor, made.record), most=1000)
    return documents.get(district, supervisor, made.record)


def look(district: packs.District, document=None) -> Bench:
    supervisor = actor_of(district, "ducha")
    name, _ = documents.ledgers(district)
    document = document or documents.by_code(district, supervisor, "WJ-00001")
    return workbench.bench(district, supervisor, document)


def line(bench: Bench, words: str) -> readings.Line:
    return next(one for one in bench.live if words in one.title)


def codes(bench: Bench, *states: str) -> list[str]:
    return [code for code, task in bench.tasks.items() if task.state in (states or ("draft",))]


@pytest.fixture
def bench(town) -> Bench:
    entered(town)
    return look(town)


def test_body_and_annex_make_one_task_by_the_stricter_wording(town, bench) -> None:
    proposal = next(one for one in bench.proposals if line(bench, "8个交通拥堵点").code in one.keys)
    assert proposal.kind == "together" and len(proposal.keys) == 2
    deed = drafting.accept(bench, [proposal])
    task = tasks.one(town, deed.made[0])
    assert (task.values["comparator"], task.values["target"], task.values["target_unit"]) == ("ge", 8, "个")
    assert task.values["measure_note"].startswith("从严") and task.values["source_kind"] == "work_report"
    assert task.values["document"] == bench.document.id and "二(二)" in task.values["place"]
    assert look(town).counts[1] == 2


def test_all_is_accepted_at_once_and_nothing_stays_undecided(town, bench) -> None:
    every, _, _, undecided = bench.counts
    assert every == undecided == len(bench.undecided)
    drafting.accept(bench, bench.proposals)
    after = look(town)
    assert after.counts == (every, every, 0, 0) and not after.proposals
    sixes = [task for task in after.tasks.values() if task.values.get("target") == 6]
    trained = {task.values["target"] for task in after.tasks.values() if task.values.get("target_unit") == "人次"}
    assert len(sixes) == 2 and trained == {16000, 48000}


def test_a_deed_is_taken_back_whole(town, bench) -> None:
    deed = drafting.accept(bench, bench.proposals)
    drafting.undo(look(town), deed)
    after = look(town)
    assert after.counts == bench.counts and not codes(after)
    assert drafting.accept(after, after.proposals).made, "and can be done again"


def test_a_task_that_went_on_is_not_taken_back(town, bench) -> None:
    from tests.engine.tasking import act

    deed = drafting.accept(bench, bench.proposals[:1])
    act(town, "ducha", "send", tasks.one(town, deed.made[0]), lead="zhujian")
    with pytest.raises(StepRefused) as refused:
        drafting.undo(look(town), deed)
    assert refused.value.code == "workbench.built-upon" and deed.made[0] in refused.value.sentence


def test_readings_are_put_in_a_task_moved_to_another_and_let_go(town, bench) -> None:
    one, other = line(bench, "栖霞路"), line(bench, "水杉路")
    first = drafting.make(bench, [one], "道路完工").made[0]
    assert tasks.one(town, first).values["title"] == "道路完工"
    drafting.add(look(town), [other], first)
    held = look(town)
    assert {x.code for x in held.held[held.tasks[first].id]} == {one.code, other.code}
    split = drafting.make(held, [held.by_code[other.code]])
    assert split.moved == ((other.code, first),)
    drafting.undo(look(town), split)
    assert look(town).by_code[other.code].task == look(town).tasks[first].id
    drafting.release(look(town), [look(town).by_code[other.code]])
    assert look(town).by_code[other.code].state == "draft"


def test_merged_tasks_bring_their_readings_and_parts(town, bench) -> None:
    first = drafting.make(bench, [line(bench, "栖霞路")]).made[0]
    second = drafting.make(look(town), [line(look(town), "交通优化")]).made[0]
    part = drafting.make(look(town), [line(look(town), "水杉路")], parent=second).made[0]
    deed = drafting.merge(look(town), [first, second])
    after = look(town)
    assert after.tasks[second].state == "absorbed" and after.tasks[second].values["into"] == after.tasks[first].id
    assert [one.code for one in after.tasks[first].parts] == [part]
    assert len(after.held[after.tasks[first].id]) == 2
    drafting.undo(after, deed)
    back = look(town)
    assert back.tasks[second].state == "draft" and [one.code for one in back.tasks[second].parts] == [part]


def test_a_task_set_aside_gives_its_readings_back(town, bench) -> None:
    made = drafting.make(bench, [line(bench, "栖霞路")]).made[0]
    with pytest.raises(StepRefused) as refused:
        drafting.set_aside(look(town), made, " ")
    assert "reason" in refused.value.fields
    deed = drafting.set_aside(look(town), made, "市里统一办")
    assert look(town).tasks[made].state == "dropped" and line(look(town), "栖霞路").state == "draft"
    drafting.undo(look(town), deed)
    assert look(town).tasks[made].state == "draft" and line(look(town), "栖霞路").state == "adopted"


def test_a_reading_that_makes_no_task_says_why(town, bench) -> None:
    slogan = line(bench, "为民情怀")
    with pytest.raises(StepRefused):
        drafting.drop(bench, [slogan], "")
    drafting.drop(bench, [slogan], "口号")
    after = look(town)
    assert after.by_code[slogan.code].reason == "口号" and after.counts[2] == 1
    with pytest.raises(StepRefused):
        drafting.add(after, [after.by_code[slogan.code]], "RW-2020-9999")


def test_what_is_decided_anew_by_mistake_is_as_it_was(town, bench) -> None:
    slogan, road = line(bench, "为民情怀"), line(bench, "栖霞路")
    drafting.drop(bench, [slogan], "口号")
    drafting.make(look(town), [line(look(town), "栖霞路")])
    before = look(town)
    deed = drafting.release(before, [before.by_code[slogan.code], before.by_code[road.code]])
    assert look(town).counts[3] == bench.counts[3]
    drafting.undo(look(town), deed)
    after = look(town)
    assert (
        after.by_code[slogan.code].reason == "口号" and after.by_code[road.code].task == before.by_code[road.code].task
    )


def test_one_refused_and_nothing_is_done(town, bench) -> None:
    stale = look(town)
    drafting.drop(bench, [line(bench, "为民情怀")], "口号")
    with pytest.raises(StepRefused):
        drafting.accept(stale, stale.proposals)
    assert not codes(look(town)) and look(town).counts[1] == 0


def test_sent_twice_it_is_done_once(town, bench) -> None:
    from huying.engine.clock import new_id

    act = new_id()
    first = drafting.make(bench, [line(bench, "栖霞路")], act=act)
    again = drafting.make(bench, [line(bench, "栖霞路")], act=act)
    assert first.made == again.made and len(codes(look(town))) == 1


def test_whom_minutes_name_is_the_suggested_lead(town) -> None:
    tree = places.tree(town.id, town.today())
    found = look(town, entered(town, MINUTES.replace("区水务局", tree.by_code["zhujian"].name())))
    drafting.accept(found, found.proposals)
    made = {task.values["title"]: task.values for task in tasks.every(town, states=("draft",))}
    drainage = next(values for title, values in made.items() if "内涝点" in title)
    assert drainage["lead_hint"] == tree.by_code["zhujian"].id
    assert (drainage["source_kind"], drainage["basis"]) == ("minutes", "枫府常纪〔2020〕7号")
    assert [values["title"] for values in made.values() if values.get("lead_hint")] == [drainage["title"]], (
        "nothing is guessed"
    )


def test_another_documents_readings_are_not_on_the_bench(town, bench) -> None:
    other = look(town, entered(town, PAPER))
    assert not {one.code for one in other.live} & {one.code for one in bench.live}


@pytest.mark.skipif(REAL is None, reason="the district's own report is not here")
def test_the_real_report_is_settled_as_the_pack_has_it(town) -> None:
    document = entered(town, REAL.read_text("utf-8"))
    found = look(town, document)
    as_ready = [one for one in found.proposals if one.kind in ("ready", "idle")]
    assert sum(len(one.keys) for one in as_ready) >= 0.8 * len(found.undecided)
    drafting.accept(found, as_ready)
    rest = look(town, document)
    drafting.drop(rest, rest.undecided, "面上要求")
    after = look(town, document)
    assert after.counts[3] == 0 and len([task for task in after.every if task.state == "draft"]) <= 200
    home = {line.title: after.by_id[line.task].values for line in after.live if line.task}
    assert home["完成全区8个交通拥堵点整治"] == home["改善优化辖区内交通拥堵点8个以上"]
    assert home["完成全区8个交通拥堵点整治"]["comparator"] == "ge"
    assert home["力争天润路东段工程等6个项目完工"] != home["完成全区6个交通优化和道路升级改造项目"]
    assert home["全年开展补贴性培训1.6万人次"] != home["开展各类培训48000人次以上"]
