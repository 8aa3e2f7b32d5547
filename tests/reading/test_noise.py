"""Whatever stands between the words and whatever the file: each row's quote is the text between its offsets."""

import html
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.reading import read
from huying.reading.markup import marked
from tests.reading.made import EXPECTED, TEXT, docx, odt, p, pdf, printed, values

# Signs that old pages, tables and word processors leave among the words.
NOISE = ["\u200b", "\u00ad", "\ufeff", "\u2060", "\xa0", "\u3000", "│", "|", "┃", "〇", "零", "\t", " ", "\n", "１２", "．",
         "％", "，", "“", "①", "[3]", "&", "<", "/", "𠀀", "é", "\u0301", "·", "—", "-", "~"]  # fmt: skip
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u200e"]


def as_page(text):
    return (
        "<html><body>" + "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n")) + "</body></html>"
    ).encode()


def as_docx(text):
    return docx(*(p(html.escape(line) or " ") for line in text.split("\n")))


def as_odt(text):
    return odt(*(f"<text:p>{html.escape(line)}</text:p>" for line in text.split("\n")))


def as_pdf(text):
    return pdf(*printed("".join(sign for sign in text if sign <= "\uffff").replace("\t", " ")))


FILES = {
    "text": lambda text: text,
    "utf-8": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "gb18030": lambda text: text.encode("gb18030"),
    "gbk": lambda text: text.encode("gbk", "ignore"),
    "html": as_page,
    "docx": as_docx,
    "odt": as_odt,
    "pdf": as_pdf,
}
noisy = st.lists(st.tuples(st.integers(0, len(TEXT)), st.sampled_from(NOISE)), max_size=24)


def with_noise(pieces):
    text = TEXT
    for at, sign in sorted(pieces, key=lambda piece: -piece[0]):
        # The words by which a report is known as one stay whole.
        at = max(at, TEXT.index("现在"))
        text = text[:at] + sign + text[at:]
    return text


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=40)
@given(noisy)
def test_every_quote_is_the_text_between_its_offsets(kind, pieces):
    report = read(FILES[kind](with_noise(pieces)), "报告")
    for row in (*report.figures, *report.commitments):
        assert report.text[row.start : row.end] == row.quote
        assert row.start < row.end
    for row in (*report.glossary, *report.outline, *report.chrome):
        assert 0 <= row.start <= row.end <= len(report.text)
    shown = "".join(run.text for paragraph in marked(report) for run in paragraph.runs)
    assert shown == "".join(line for line in report.text.split("\n") if line.strip())


@pytest.mark.parametrize("kind", ["text", "utf-8", "gb18030", "html", "docx", "odt"])
@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.sampled_from(UNSEEN)), max_size=40))
def test_signs_that_nobody_sees_change_no_figure(kind, pieces):
    text = TEXT
    for at, sign in sorted(pieces, key=lambda piece: -piece[0]):
        text = text[:at] + sign + text[at:]
    assert values(read(FILES[kind](text), "报告"))[-len(EXPECTED) :] == EXPECTED


@settings(max_examples=30)
@given(st.sets(st.sampled_from([at for at, sign in enumerate(TEXT) if sign.isdigit() or sign in "%."])))
def test_full_width_numbers_are_the_same_numbers(places):
    text = "".join(chr(ord(sign) + 0xFEE0) if at in places else sign for at, sign in enumerate(TEXT))
    assert unicodedata.normalize("NFKC", text).count("156.8") == 1
    report = read(text, "报告")
    assert values(report) == EXPECTED
    assert all(text[row.start : row.end] == row.quote for row in report.figures)


def test_a_circled_number_after_ten_thousand_is_no_lower_place():
    assert values(read(TEXT.replace("5000人以上", "5万①人以上"), "报告"))[:4] == EXPECTED[:4]
