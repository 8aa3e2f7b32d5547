"""How fast the reader is: reports a minute over a folder of reports, memory, and time on texts that are hard.

    PYTHONPATH=. python bench/reading.py ../shared/reports/corpus

Times are processor time (time.process_time), medians of three runs, on one core. Hard texts are made here: ten megabytes of
reports in one text, a text without an end of a sentence, a text of digits alone; each at one and at two sizes, so that
time that grows faster than the text shows.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path

from huying.reading import NotAReport, read
from huying.reading.reader import read_text

STEP = 5
HEAD = "2021年柳川县政府工作报告\n各位代表：\n一、2020年工作回顾\n"
PLAN = "2021年柳川县政府工作报告\n各位代表：\n一、2020年工作回顾\n成绩不小。\n二、2021年工作安排\n"
PROMISES = "加快推进柳川大桥、青云隧道建设，进一步提高办事效率，完成15个老旧小区改造"
SENTENCE = "新建农村公路127公里，地区生产总值增长6.8%，其中工业增加值32.5亿元，居全省第四位"


def seconds(work) -> float:
    """Median processor time of three runs, in seconds."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def megabytes() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def folder(path: Path) -> None:
    """Reports a minute over every fifth report below a folder, and what memory it took."""
    paths = sorted(path.rglob("*.txt"))[::STEP]
    sizes = sum(len(p.read_bytes()) for p in paths)
    refused = 0

    def once() -> None:
        nonlocal refused
        refused = 0
        for one in paths:
            try:
                read(one)
            except NotAReport:
                refused += 1

    once()
    before = megabytes()
    taken = seconds(once)
    print(f"{len(paths)} reports, {sizes / 1e6:.1f} MB, {refused} refused: {len(paths) / taken * 60:,.0f} reports/min")
    print(f"memory {megabytes():.0f} MB, {megabytes() - before:+.0f} MB over three more passes")


def hard() -> None:
    """Time on texts that are hard, at one and at two sizes."""
    texts = {
        "sentences": lambda size: HEAD + (SENTENCE + "。\n") * (size // (len(SENTENCE) + 2)),
        "no sentence ends": lambda size: HEAD + (SENTENCE + "，") * (size // (len(SENTENCE) + 1)),
        "promises without ends": lambda size: PLAN + (PROMISES + "，") * (size // (len(PROMISES) + 1)),
        "adverbs alone": lambda size: PLAN + "从严从快" * (size // 4),
        "digits alone": lambda size: HEAD + "1234567890" * (size // 10),
        "Chinese digits alone": lambda size: HEAD + "一二三四五六七八九十" * (size // 10),
        "numbers and commas": lambda size: HEAD + "12,345，" * (size // 7),
    }
    for name, make in texts.items():
        for size in (250_000, 500_000):
            text = make(size)
            print(f"{name:22} {size:>9,} characters {seconds(lambda text=text: read_text(text, 'x')):7.2f} s")
    text = HEAD + (SENTENCE + "。\n") * (10_000_000 // (3 * len(SENTENCE) + 4))
    begin = time.process_time()
    rows = len(read_text(text, "x").figures)
    print(f"10 MB in one text: {time.process_time() - begin:.1f} s, {rows:,} figures, memory {megabytes():.0f} MB")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        folder(Path(name))
    hard()
