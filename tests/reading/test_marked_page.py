"""The marked-up page: one file, every mark explained, every row a place to jump to, nothing taken for markup."""

import io
import re
from decimal import Decimal

import pytest
from selectolax.lexbor import LexborHTMLParser

from huying.reading import read, write
from huying.reading.explain import WORDS, amount, facts, say, why
from tests.reading.made import TEXT

SOURCE = "首页 > 政府工作报告\n打印本页\n" + TEXT + (
    "推进青溪路、翠微路建设。新建学校12所，其中小学8所。实施“六稳”举措，推广333模糊做法。\n新增床位\t300张\n"
    "名词解释\n1.四好农村路：建好、管好、护好、运营好农村公路。\n"
)  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return read(SOURCE, "青<溪>.txt")


def page(*reports, what=("figures", "commitments"), language="zh"):
    stream = io.StringIO()
    write(reports, what, "html", stream, language)
    return stream.getvalue()


@pytest.fixture(scope="module")
def tree(report):
    return LexborHTMLParser(page(report))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_leads_to_a_place_of_the_page_and_no_place_is_there_twice(report, language):
    made = LexborHTMLParser(page(report, report, language=language))
    ids = [node.attributes["id"] for node in made.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {node.attributes["href"] for node in made.css("a")} <= {f"#{one}" for one in ids}
    assert {node.attributes["aria-describedby"] for node in made.css("[aria-describedby]")} <= set(ids)


def test_every_figure_and_commitment_is_marked_explained_and_in_the_index(report, tree):
    ids = {node.attributes["id"] for node in tree.css("[id]")}
    for kind, rows in (("figure", report.figures), ("commitment", report.commitments)):
        for place in range(len(rows)):
            assert {f"{kind}-{place}", f"row-{kind}-{place}"} <= ids
    notes = "".join(node.text() for node in tree.css(".note"))
    for figure in report.figures:
        assert figure.subject in notes


def test_the_page_needs_no_script_and_no_network(report):
    made = page(report)
    assert not re.search(r"<script|\bsrc=|<link|https?://|@import|url\(", made)


def test_the_words_of_the_report_stand_in_the_page_as_they_are(report, tree):
    for node in tree.css(".note"):
        node.decompose()
    said = re.sub(r"\s", "", tree.css_first("article").text())
    assert said == re.sub(r"\s", "", report.text)


def test_words_that_look_like_markup_are_words():
    report = read(SOURCE.replace("青溪大桥", "<script>桥</script>&amp;桥"), '"><b>.txt')
    made = LexborHTMLParser(page(report))
    assert not made.css("script") and not made.css("b")
    assert "<script>桥</script>&amp;桥" in made.css_first("article").text()


def test_what_was_set_aside_says_why(report, tree):
    set_aside = {node.text(): node.attributes["title"] for node in tree.css("article .n")}
    assert set_aside["六"] == "不作数字：口号、概称" and set_aside["333"] == "不作数字：没有读懂"
    assert "打印本页" in "".join(node.text() for node in tree.css("article p.x"))
    assert "没有读懂（1）" in tree.css_first(".why").text()


def test_a_row_of_cells_keeps_its_tabs(tree):
    for node in tree.css(".note"):
        node.decompose()
    assert [node.text() for node in tree.css("p.row")] == ["新增床位\t300张"]


def test_what_was_not_asked_is_there_but_switched_off(report):
    made = LexborHTMLParser(page(report, what=("figures",)))
    on = {node.attributes["id"] for node in made.css("input") if "checked" in node.attributes}
    assert "show-figures" in on and "show-commitments" not in on


def test_the_page_speaks_english(report):
    made = LexborHTMLParser(page(report, language="en"))
    assert made.css_first("html").attributes["lang"] == "en"
    assert made.css_first("article").attributes["lang"] == "zh-Hans"
    outside = made.css_first(".legend").text() + " ".join(node.text() for node in made.css("h2, h3, th"))
    article = made.css_first("article").text()
    assert not [word for word in re.findall(r"[\u4e00-\u9fff]+", outside) if word not in article]


def test_what_was_done_to_the_file_is_told():
    assert "1 invisible signs" in page(read(TEXT.replace("学校", "学\u200b校"), "青溪.txt"), language="en")


def test_amounts_are_written_as_offices_write_them():
    for value, unit, said in (("15685000000", "元", "156.85亿元"), ("5000", "人", "5,000人"), ("7.2", "%", "7.2%"),
                              ("20000", "户", "2万户"), ("123456789", "元", "12,345.6789万元"), ("-3", "%", "-3%")):  # fmt: skip
        assert amount(Decimal(value), unit) == said


def test_every_word_has_its_english():
    for word, said in WORDS.items():
        assert " | " in said, word
    assert say("ge", "en") == "at least" and say("eq") == "" and why("date", "en").startswith("a date")
    assert say("没有的词 | no such word", "en") == "no such word"


def test_facts_say_what_a_row_means(report):
    place = next(n for n, one in enumerate(report.figures) if one.value == 5000)
    told = dict(facts(report, f"figure-{place}", "en"))
    assert told["Value"] == "at least 5,000人" and told["Kind"] == "target" and told["Due"].startswith("2022-12-31")
    assert dict(facts(report, "term-0")) == {"解释": report.glossary[0].meaning}


def test_matters_of_minutes_are_marked_and_in_the_index():
    minutes = read(
        "柳川县人民政府常务会议纪要\n〔2023〕8号\n2023年5月10日，县长周望舒主持召开县第十七届人民政府第三十次常务会议。现将会议议定事项纪要如下：\n"
        "一、研究城区易涝点整治工作\n会议决定：\n（一）由县住建局牵头，会同县水务局，于6月15日前完成12处易涝点整治。\n",
        "纪要.txt",
    )
    made = LexborHTMLParser(page(minutes, what=("matters",), language="en"))
    assert minutes.matters and "县住建局" in made.css_first("#row-matter-0").text()
    assert dict(facts(minutes, "matter-0"))["谁办"].startswith("县住建局")
    assert made.css_first("#matter-0").attributes["aria-label"] == "Matter 1"


@pytest.mark.parametrize("reason", sorted({"bare", "date", "duration", "ordinal", "name", "title", "term", "heading", "slogan",
                                           "level", "ratio", "round", "structure", "list", "phrase", "word", "one", "zero",
                                           "group", "vague", "attendees", "printed", "chrome"}))  # fmt: skip
def test_every_reason_is_a_sentence_in_both_languages(reason):
    assert why(reason) != reason and why(reason, "en") != reason
