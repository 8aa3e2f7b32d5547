"""A report on the web: handed in, marked up, settled by forms, read again, published."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huying.engine import database, documents, packs, places, readings
from tests.engine.papers import NEWER, OTHER, PAPER
from tests.engine.small import actor_of
from tests.engine.tasking import drafted, issued
from tests.web.walking import person, text_of

COUNTS = Path(__file__).parent / "reading_query_counts.json"
SECRECY = "涉密的不能放这里"
HX = {"HX-Request": "true"}


@pytest.fixture
def supervisor(town) -> Client:
    return person(town, "ducha")


def hand_in(client: Client, text: str = PAPER, name: str = "报告.txt", **more: str):
    return client.post("/documents/new", {"file": SimpleUploadedFile(name, text.encode()), **more})


def entered(client: Client, text: str = PAPER, name: str = "报告.txt") -> str:
    """The address of a document whose drafts are all entered."""
    url = hand_in(client, text, name)["Location"]
    assert client.post(f"{url}/read").status_code == 302
    return url


def lines_of(town, url: str) -> list[readings.Line]:
    supervisor = actor_of(town, "ducha")
    return readings.lines(town, supervisor, documents.by_code(town, supervisor, url.rsplit("/", 1)[1]).id)


def line_of(town, url: str, words: str) -> readings.Line:
    return next(line for line in lines_of(town, url) if words in line.title and line.live)


def settle(client: Client, url: str, line: readings.Line, act: str, headers: dict | None = None, **typed):
    given = {"seen": line.seq, **typed}
    return client.post(f"{url}/readings/{line.code}/{act}", given, headers=headers or {})


def test_a_report_is_handed_in_read_at_once_and_entered_bit_by_bit(town, supervisor):
    assert SECRECY in text_of(supervisor.get("/documents/new"))
    answer = hand_in(supervisor)
    url = answer["Location"]
    assert answer.status_code == 302 and re.fullmatch(r"/documents/WJ-\d{5}", url)
    page = supervisor.get(url).content.decode()
    total = len(documents.report_in(town, documents.by_code(town, actor_of(town, "ducha"), url[11:])).commitments)
    assert f"读出 {total} 条，正在登记" in page and 'hx-trigger="load"' in page
    assert "年内改善8个交通拥堵点" in page.replace('<b class="figure">', "").replace("</b>", ""), (
        "shown before it is entered"
    )
    while (answer := supervisor.post(f"{url}/read", headers=HX)).status_code == 200:
        assert "<progress" in answer.content.decode()
    assert answer["HX-Refresh"] == "true"
    page = supervisor.get(url).content.decode()
    assert "正在登记" not in page and f"/ {total}" in text_of(supervisor.get(url)) and 'data-r="DG-' in page


def test_pasted_text_is_read_too_and_without_a_file(town, supervisor):
    url = supervisor.post("/documents/new", {"text": PAPER})["Location"]
    assert supervisor.get(f"{url}/file").status_code == 404
    assert "2020 年枫林区政府工作报告" in text_of(supervisor.get(url))


def test_the_file_comes_back_as_it_was(town, supervisor):
    url = entered(supervisor)
    answer = supervisor.get(f"{url}/file")
    assert answer.content.decode() == PAPER and "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "图片"),
        (b"PK\x03\x04" + b"x" * 100, "docx|文件|坏"),
        (b"", "空"),
        ("天气" * 99, "工作报告"),
    ],
)
def test_a_wrong_file_is_answered_by_the_readers_sentence_and_nothing_typed_is_lost(town, supervisor, data, said):
    body = data if isinstance(data, bytes) else data.encode()
    answer = supervisor.post("/documents/new", {"file": SimpleUploadedFile("甲.txt", body), "text": "我粘贴的字"})
    assert answer.status_code == 422 and re.search(said, text_of(answer)) and "甲.txt" in text_of(answer)
    assert "我粘贴的字" in answer.content.decode()
    english = person(town, "ducha", "en").post("/documents/new", {"file": SimpleUploadedFile("a.txt", body)})
    assert english.status_code == 422 and re.search(r"a\.txt: [A-Z]", text_of(english))


def test_the_same_words_again_change_nothing_and_say_so(town, supervisor):
    url = entered(supervisor)
    before = lines_of(town, url)
    again = hand_in(supervisor, name="换个名字.txt")
    assert again["Location"] == url and "没有改动任何东西" in text_of(supervisor.get(url))
    assert lines_of(town, url) == before


def test_a_newer_version_is_offered_taken_and_known_again(town, supervisor):
    url = entered(supervisor)
    settle(supervisor, url, line_of(town, url, "人行天桥"), "accept")
    offered = hand_in(supervisor, NEWER, "新版.txt")
    assert offered.status_code == 200 and re.search(r"文字 \d\d% 相同", text_of(offered))
    token = re.search(r'name="handed" value="([^"]+)"', offered.content.decode())[1]
    answer = supervisor.post("/documents/new", {"handed": token, "as": url.rsplit("/", 1)[1]})
    assert answer["Location"] == url
    supervisor.post(f"{url}/read")
    assert line_of(town, url, "人行天桥").state == "accepted" and line_of(town, url, "路灯").state == "draft"
    assert "旧版文字" in text_of(supervisor.get(hand_in(supervisor)["Location"]))
    words = text_of(supervisor.get(f"{url}/list?show=unread"))
    assert "新增绿道13.6公里" in words and "换成新版文字" in words


def test_a_like_report_can_be_another_document(town, supervisor):
    url = entered(supervisor)
    token = re.search(r'name="handed" value="([^"]+)"', hand_in(supervisor, NEWER).content.decode())[1]
    other = supervisor.post("/documents/new", {"handed": token, "as": "new"})["Location"]
    assert other != url and supervisor.get(other).status_code == 200


@pytest.mark.parametrize("token", ["x", "a:b:c.0123", ""])
def test_a_forged_hand_over_is_read_as_nothing(town, supervisor, token):
    assert supervisor.post("/documents/new", {"handed": token, "as": "new"}).status_code == 422


def test_the_text_is_marked_and_every_mark_says_what_it_is(town, supervisor):
    url = entered(supervisor)
    page = supervisor.get(url).content.decode()
    mark = re.search(
        r'<a class="m draft[^"]*" href="([^"]+)" data-r="(DG-\d+)" data-why="([^"]+)"[^>]*>(?:<b class="figure">)?年内',
        page,
    )
    assert "待定" in mark[3] and "8个" in mark[3] and "2020-12-31" in mark[3]
    both = re.search(r'data-r="(DG-\d+ DG-\d+)"[^>]*>推进枫林大道、栖霞路改造', page)
    assert both, "two readings share one stretch"
    assert re.search(r'<span class="figure" tabindex="0" data-why="数字：[^"]*3\.2万[^"]*结果', page), (
        "an outcome is a figure, no promise"
    )
    assert re.search(r'<span class="numeral" tabindex="0" data-why="[^"]*原因 [^"]+"', page), (
        "what was set aside says why"
    )
    english = person(town, "ducha", "en").get(url).content.decode()
    assert re.search(r'data-why="DG-\d+ To settle', english)


def test_each_act_goes_by_a_plain_form_and_leads_to_the_next(town, supervisor):
    url = entered(supervisor)
    first, second = lines_of(town, url)[:2]
    answer = settle(supervisor, url, first, "accept")
    assert answer.status_code == 302 and answer["Location"] == f"{url}?at={second.code}"
    words = text_of(supervisor.get(answer["Location"]))
    assert f"已认可 {first.code}" in words and "已定 1 /" in words and f"撤销 {first.code}" in words
    settle(supervisor, url, second, "drop", reason="标题")
    page = text_of(supervisor.get(url))
    assert f"撤销 {second.code}" in page
    settle(supervisor, url, lines_of(town, url)[1], "undo")
    assert f"撤销 {first.code}" in text_of(supervisor.get(url)), "the one before can be taken back too"
    settle(supervisor, url, lines_of(town, url)[1], "drop", reason="标题")
    assert [line.state for line in lines_of(town, url)[:2]] == ["accepted", "dropped"]
    third = line_of(town, url, "停车位")
    settle(supervisor, url, third, "mend", short_title="新增车位", measurable="numeric", value="1600", value_unit="个",
           comparator="ge", deadline="2020-11-30", quote="新增停车位1500个")  # fmt: skip
    assert line_of(town, url, "新增车位").value == 1600
    settle(supervisor, url, line_of(town, url, "拥堵点"), "adopt", task=drafted(town).code)
    assert line_of(town, url, "拥堵点").state == "adopted"
    settle(supervisor, url, line_of(town, url, "拥堵点"), "undo")
    assert line_of(town, url, "拥堵点").state == "draft"
    words = text_of(supervisor.get(f"{url}?at={third.code}&show=all"))
    assert "莫拟秋 改正并认可" in words, "the history says who mended it, though the engine took the step"


def test_with_script_an_act_is_answered_by_the_next_reading_alone(town, supervisor):
    url = entered(supervisor)
    first, second = lines_of(town, url)[:2]
    answer = settle(supervisor, url, first, "accept", HX)
    body = answer.content.decode()
    assert "<html" not in body and f'data-at="{second.code}"' in body and 'id="tally" hx-swap-oob="true"' in body
    assert answer["HX-Replace-Url"] == f"{url}?at={second.code}"
    assert json.loads(answer["HX-Trigger-After-Settle"])["reading"] == {
        "text": False, "code": first.code, "state": "accepted", "at": second.code,
    }  # fmt: skip


def test_merge_and_split_by_forms_and_back(town, supervisor):
    url = entered(supervisor)
    one, two = line_of(town, url, "停车管理"), line_of(town, url, "停车位")
    page = supervisor.get(f"{url}?at={one.code}").content.decode()
    assert f'name="with" value="{two.code}@{two.seq}"' in page
    answer = settle(supervisor, url, one, "merge", **{"with": f"{two.code}@{two.seq}"})
    made = next(line for line in lines_of(town, url) if line.quote == "加强停车管理，新增停车位1500个以上")
    assert answer["Location"] == f"{url}?at={made.code}", "what came of it is at hand"
    page = supervisor.get(answer["Location"])
    assert "合自" in text_of(page) and one.code in text_of(page)
    cut = re.search(r'name="cut" value="(\d+)"', page.content.decode())[1]
    settle(supervisor, url, made, "part", cut=cut)
    pieces = [line for line in lines_of(town, url) if line.made_from == made.id]
    assert [line.quote for line in pieces] == ["加强停车管理", "新增停车位1500个以上"]
    settle(supervisor, url, pieces[0], "undo")
    now = {line.code: line.state for line in lines_of(town, url)}
    assert now[made.code] == "draft" and {now[line.code] for line in pieces} == {"withdrawn"}
    assert "已合并、拆分" in text_of(supervisor.get(url))


def test_two_reviewers_at_once_the_second_is_told_and_loses_nothing(town, supervisor):
    url = entered(supervisor)
    line = line_of(town, url, "停车位")
    settle(person(town, "ducha"), url, line, "drop", reason="日常")
    for headers in ({}, HX):
        late = settle(supervisor, url, line, "mend", headers, short_title="我写的标题", quote=line.quote)
        words = text_of(late)
        assert late.status_code == 422 and "刚被别人办过" in words and "不立项" in words
        assert "您填的是：" in words and "我写的标题" in words, "even where its form is closed now"
    assert line_of(town, url, "停车位").reason == "日常"
    line = line_of(town, url, "人行天桥")
    settle(person(town, "ducha"), url, line, "mend", short_title="天桥三座", quote=line.quote)
    late = settle(supervisor, url, line, "mend", short_title="我写的标题", value="4", quote=line.quote)
    page = late.content.decode()
    assert late.status_code == 422 and 'value="我写的标题"' in page and 'value="4"' in page
    assert f'name="seen" value="{line.seq + 1}"' in page, "sent again it acts on what is there now"


@pytest.mark.parametrize(
    ("act", "typed", "said"),
    [
        ("drop", {"reason": ""}, "请填写不立项原因"),
        ("drop", {"reason": "字" * 301}, "最多 300 字"),
        ("mend", {"short_title": "", "quote": ""}, "请填写标题"),
        ("mend", {"short_title": "甲", "quote": "原文里没有的字"}, "不在原文里"),
        ("mend", {"short_title": "甲", "value": "一千"}, "不是数字"),
        ("part", {}, "请选在哪里断开"),
        ("part", {"cut": "99999"}, "不在这条的文字里"),
        ("part", {"cut": "-1"}, "不在这条的文字里"),
        ("part", {"cut": "1e9"}, "不在这条的文字里"),
        ("merge", {}, "至少要选两条"),
        ("merge", {"with": "DG-99999@1"}, "同一份文件"),
        ("adopt", {"task": ""}, "请填写归入任务"),
        ("adopt", {"task": "没有的"}, "没有这项任务"),
        ("undo", {}, "没有可撤销的"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence_and_changes_nothing(town, supervisor, act, typed, said):
    url = entered(supervisor)
    line = line_of(town, url, "停车位")
    for headers in ({}, HX):
        answer = settle(supervisor, url, line, act, headers, **typed)
        assert answer.status_code == 422 and said in text_of(answer)
    assert line_of(town, url, "停车位") == line


def test_a_dropped_one_is_not_dropped_again(town, supervisor):
    url = entered(supervisor)
    line = line_of(town, url, "停车位")
    settle(supervisor, url, line, "drop", quick="日常工作", reason="")
    again = settle(supervisor, url, line_of(town, url, "停车位"), "drop", reason="再来")
    assert again.status_code == 422 and "不能“不立项”" in text_of(again)


def test_readings_of_another_document_are_not_there(town, supervisor):
    url, other = entered(supervisor), entered(supervisor, OTHER, "白塔.txt")
    foreign = line_of(town, other, "社区食堂")
    assert settle(supervisor, url, foreign, "accept").status_code == 404
    answer = settle(supervisor, url, line_of(town, url, "停车位"), "merge", **{"with": f"{foreign.code}@1"})
    assert answer.status_code == 422 and line_of(town, other, "社区食堂") == foreign
    for path in ("/documents/WJ-99999", "/documents/%00", f"{url}/readings/DG-99999/accept", f"{url}/step/nothing"):
        assert supervisor.get(path).status_code in (404, 405) and supervisor.post(path).status_code in (404, 405)


@pytest.mark.parametrize("login", ["longdong", "diaodu", None])
def test_drafts_are_for_supervisors_only(town, supervisor, login):
    url = entered(supervisor)
    line = lines_of(town, url)[0]
    other = person(town, login) if login else Client()
    for path in ("/documents", "/documents/new", url, f"{url}/list", f"{url}/file"):
        answer = other.get(path)
        assert answer.status_code in (302, 403) and "枫林" not in text_of(answer)
    for path in ("/documents/new", f"{url}/read", f"{url}/readings/{line.code}/accept", f"{url}/step/publish"):
        assert other.post(path, {"text": OTHER}).status_code in (302, 403)
    assert lines_of(town, url)[0] == line and "/documents" not in text_of(other.get("/commitments", follow=True))


def test_filters_count_and_the_list_comes_in_pages(town, supervisor, monkeypatch):
    from huying.web.views import reading as view

    monkeypatch.setattr(view, "ROWS", 5)
    url = entered(supervisor)
    lines = lines_of(town, url)
    settle(supervisor, url, lines[0], "accept")
    settle(supervisor, url, lines[1], "drop", reason="标题")
    page = text_of(supervisor.get(f"{url}/list"))
    assert f"没定的 {len(lines) - 2}" in page and "已认可 1" in page and "不立项 1" in page
    codes = [
        c
        for n in range(1, 9)
        for c in re.findall(r">(DG-\d+)</a>", supervisor.get(f"{url}/list?page={n}").content.decode())
    ]
    assert codes == [line.code for line in lines[2:]]
    for query in ("show=nothing", "page=0", "page=-1", "page=x", "page=99999", "by=z", "at=DG-99999"):
        assert (
            supervisor.get(f"{url}/list?{query}").status_code == 200
            and supervisor.get(f"{url}?{query}").status_code == 200
        )


def test_the_least_sure_come_first_when_asked(town, supervisor):
    url = entered(supervisor)
    codes = re.findall(r">(DG-\d+)</a>", supervisor.get(f"{url}/list?by=unsure&show=all").content.decode())
    by_code = {line.code: line for line in lines_of(town, url)}
    sure = [(not by_code[c].unsure, by_code[c].confidence) for c in codes]
    assert sure == sorted(sure) and len(codes) == len(by_code)


def publish(client: Client, url: str):
    page = client.get(f"{url}/list").content.decode()
    form = page[page.index("/step/publish") :]
    seen = re.search(r'name="seen" value="(\d+)"', form)[1]
    return client.post(f"{url}/step/publish", {"seen": seen})


def test_the_public_sees_the_text_with_promises_in_force_and_nothing_else(town, supervisor):
    url, anyone = entered(supervisor), Client()
    code = url.rsplit("/", 1)[1]
    task = issued(town)
    settle(supervisor, url, line_of(town, url, "拥堵点"), "adopt", task=task.code)
    settle(supervisor, url, line_of(town, url, "人行天桥"), "accept")
    settle(supervisor, url, line_of(town, url, "停车管理"), "drop", reason="内部原因不外传")
    assert anyone.get(f"/promises/{code}").status_code == 404 and code not in anyone.get("/promises").content.decode()
    publish(supervisor, url)
    assert f"/promises/{code}" in anyone.get("/promises").content.decode()
    page = anyone.get(f"/promises/{code}")
    body, words = page.content.decode(), text_of(page)
    assert body.count('class="m adopted"') == 1 and "改善拥堵点8个以上" in words and f"/promises#{task.code}" in body
    assert "新建人行天桥3座" in words, "the text is whole"
    assert "DG-" not in body and "内部原因" not in body and "待定" not in words and "把握" not in words
    english = Client()
    english.cookies["django_language"] = "en"
    assert "congestion points" in text_of(english.get(f"/promises/{code}"))
    settle(supervisor, url, line_of(town, url, "拥堵点"), "undo")
    assert 'class="m adopted"' not in anyone.get(f"/promises/{code}").content.decode()


def test_taking_back_needs_a_reason_and_closes_the_public_page(town, supervisor):
    url, anyone = entered(supervisor), Client()
    publish(supervisor, url)
    supervisor.post(f"{url}/step/revise", {"reason": ""})
    assert anyone.get(f"/promises/{url[11:]}").status_code == 200
    offered = hand_in(supervisor, NEWER)
    assert "请先撤下再核定" in text_of(offered)
    supervisor.post(f"{url}/step/revise", {"reason": "附表有误"})
    assert anyone.get(f"/promises/{url[11:]}").status_code == 404
    assert "附表有误" in text_of(supervisor.get(f"{url}/list"))


def test_a_document_entered_by_mistake_is_removed_with_a_reason(town, supervisor):
    url = entered(supervisor)
    supervisor.post(f"{url}/step/remove", {"reason": ""})
    assert line_of(town, url, "停车位").state == "draft"
    answer = supervisor.post(f"{url}/step/remove", {"reason": "传错了"}, follow=True)
    assert "已撤除" in text_of(answer) and all(not line.live for line in lines_of(town, url))


def test_pages_ask_as_many_statements_as_are_stored_however_many_readings_there_are(town, supervisor, monkeypatch):
    for module in (packs, places):
        monkeypatch.setattr(module, "FRESH", 3600)  # what is looked up once a second is looked up once

    def counted(url: str) -> dict[str, int]:
        line = lines_of(town, url)[1]
        found = {}
        for name, address, headers in (
            ("documents", "/documents", {}), ("list", f"{url}/list", {}),
            ("review", f"{url}?at={line.code}", {}), ("hand", f"{url}?at={line.code}", HX),
        ):  # fmt: skip
            supervisor.get(address, headers=headers)
            with database.counting() as count:
                assert supervisor.get(address, headers=headers).status_code == 200
            found[name] = count.n
        line = lines_of(town, url)[0]
        with database.counting() as count:
            assert settle(supervisor, url, line, "accept", HX).status_code == 200
        return {**found, "accept": count.n}

    works = "".join(f"新建示例设施{n}处，完成示例工程{n}项。\n" for n in range(10, 210))
    long = entered(supervisor, PAPER.replace("（二）", f"{works}\n（二）"), "长报告.txt")
    assert len(lines_of(town, long)) > 400
    few, many = counted(entered(supervisor, OTHER, "白塔.txt")), counted(long)
    assert few == many == json.loads(COUNTS.read_text()), f"statements changed: {json.dumps(many, indent=2)}"
