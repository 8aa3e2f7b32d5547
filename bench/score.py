"""How well the reader reads, against rows made by hand: a folder of NAME.figures.csv and NAME.commitments.csv.

    .venv/bin/python bench/score.py GOLD [--reports FOLDER]

GOLD's rows say line_no (from 1) and quote, and of a figure subject, value, unit, comparator, change, kind; of a
commitment measurable, value, unit, comparator. NAME.txt stands beside them or in FOLDER. Rows pair one to one.
  figures      detect: the value and unit at an overlapping place; strict: comparator, change and kind too, and half of
               the subject's pairs of signs (Dice)
  commitments  detect: the spans share half of the longer one; strict: measurable too, and the number of a numeric one
Prints F1 with precision and recall for each text, and the mean.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from huying.reading import NotAReport, read

Row = dict[str, Any]
Score = tuple[float, float, float]  # F1, precision, recall
FITS = ("detect", "strict")


def main(gold: Path, reports: Path) -> int:
    """Print a line for each file of rows; 1 where there is none."""
    means: dict[str, list[tuple[float, float]]] = {"figures": [], "commitments": []}
    for file in sorted(gold.glob("*.csv")):
        name, _, what = file.stem.rpartition(".")
        text = next((path for folder in (gold, reports) if (path := folder / f"{name}.txt").exists()), None)
        if what not in means or text is None:
            continue
        scores = score(file, text, what)
        means[what].append((scores["detect"][0], scores["strict"][0]))
        shown = "   ".join(f"{fit} {f1:.3f} (P {p:.3f} R {r:.3f})" for fit, (f1, p, r) in scores.items())
        print(f"{what:<12} {name:<24} {shown}")
    for what, found in means.items():
        if found:
            detect, strict = (sum(values) / len(found) for values in zip(*found, strict=True))
            print(f"{what:<12} {'mean of ' + str(len(found)):<24} detect {detect:.3f}   strict {strict:.3f}")
    return 0 if any(means.values()) else 1


def score(gold: Path, text: Path, what: str) -> dict[str, Score]:
    """detect and strict of one text's rows; a refused text scores nothing."""
    words = text.read_text(encoding="utf-8")
    wanted = rows_of(gold, words)
    try:
        report = read(words, text.name)
    except NotAReport as refusal:
        print(refusal.sentence, file=sys.stderr)
        found: list[Row] = []
    else:
        rows = report.figures if what == "figures" else report.commitments
        found = [{name: getattr(row, name) for name in row.__dataclass_fields__} for row in rows]
    pairs = paired(wanted, found, _figure if what == "figures" else _span)
    strict = [(a, b) for a, b in pairs if (_figure_whole if what == "figures" else _promise_whole)(a, b)]
    return {fit: _score(len(hits), len(wanted), len(found)) for fit, hits in zip(FITS, (pairs, strict), strict=True)}


def rows_of(gold: Path, text: str) -> list[Row]:
    """The rows made by hand, each with its place in the text. Raises ValueError for a quote that is not on its line."""
    lines, starts, at = text.split("\n"), [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    rows: list[Row] = []
    with gold.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["line_no"]) - 1
            place = lines[number].find(row["quote"])
            if place < 0:
                raise ValueError(f"{gold.name}: {row['quote']} is not on line {number + 1}")
            start = starts[number] + place
            rows.append(row | {"start": start, "end": start + len(row["quote"])})
    return rows


def paired(wanted: list[Row], found: list[Row], fits: Callable[[Row, Row], tuple | None]) -> list[tuple[Row, Row]]:
    """Rows paired one to one, the best fits first."""
    options = [(fit, a, b) for a, one in enumerate(wanted) for b, two in enumerate(found) if (fit := fits(one, two))]
    pairs, left, right = [], set(), set()
    for _, a, b in sorted(options, key=lambda option: option[0], reverse=True):
        if a not in left and b not in right:
            left.add(a)
            right.add(b)
            pairs.append((wanted[a], found[b]))
    return pairs


def _figure(one: Row, two: Row) -> tuple | None:
    shared = _overlap(one, two)
    same = shared > 0 and _number(one) == _number(two) and _unit(one) == _unit(two)
    return (_alike(one["subject"], two["subject"]), shared) if same else None


def _figure_whole(one: Row, two: Row) -> bool:
    words = all((one[name] or "") == (two[name] or "") for name in ("comparator", "change", "kind"))
    return words and _alike(one["subject"], two["subject"]) >= 0.5


def _span(one: Row, two: Row) -> tuple | None:
    shared, longer = _overlap(one, two), max(one["end"] - one["start"], two["end"] - two["start"])
    return (shared,) if shared * 2 >= longer else None


def _promise_whole(one: Row, two: Row) -> bool:
    if one["measurable"] != two["measurable"] or one["measurable"] != "numeric":
        return one["measurable"] == two["measurable"]
    number = _number(one) == _number(two) and _unit(one) == _unit(two)
    return number and (one["comparator"] or "") == (two["comparator"] or "")


def _overlap(one: Row, two: Row) -> int:
    return min(one["end"], two["end"]) - max(one["start"], two["start"])


def _number(row: Row) -> Decimal | None:
    try:
        return Decimal(row["value"])
    except (InvalidOperation, TypeError):
        return None


def _unit(row: Row) -> str:
    return (row["unit"] or "").strip().replace("㎡", "平方米").replace("％", "%")


def _alike(one: str, two: str) -> float:
    """Dice over pairs of neighbouring signs."""
    a, b = (Counter(zip(text, text[1:], strict=False)) or Counter(text) for text in (_letters(one), _letters(two)))
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def _letters(text: str | None) -> str:
    return "".join(sign for sign in text or "" if sign.isalnum())


def _score(hits: int, wanted: int, found: int) -> Score:
    precision, recall = hits / found if found else 0.0, hits / wanted if wanted else 0.0
    return 2 * precision * recall / (precision + recall) if hits else 0.0, precision, recall


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--reports", type=Path, default=Path("."))
    given = parser.parse_args()
    sys.exit(main(given.gold, given.reports))
