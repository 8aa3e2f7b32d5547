"""A paper as a pdf, set by typst from one template. The paper goes in as data: no text of it is read as markup."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import typst

from huying.papers.model import OFFICIAL, Break, Cell, Paper, Para, Rule, Run, Space, Style, Table

_LONG = re.compile(r"([-/_@.,](?=\w)|[\x21-\x7e]{10})")  # after which a line of a narrow cell may end
TEMPLATE = Path(__file__).with_name("paper.typ")
# For each of our fonts: the names under which machines have one like it, best first.
LIKE = {
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S"),
    "title": (
        "FZXiaoBiaoSong-B05S",
        "方正小标宋简体",
        "STZhongsong",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
        "SimSun",
    ),
    "head": ("SimHei", "黑体", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei"),
    "second": ("KaiTi_GB2312", "KaiTi", "STKaiti", "AR PL UKai CN"),
    "plain": ("SimSun", "NSimSun", "STSong", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN"),
}
ANY = (
    "Noto Serif CJK SC",
    "Noto Sans CJK SC",
    "Source Han Serif SC",
    "Source Han Sans SC",
    "SimSun",
    "Microsoft YaHei",
    "PingFang SC",
    "AR PL UMing CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)


class NoFont(Exception):
    """No Chinese type on this machine. Its text is `中文 | English`."""


@cache
def fonts() -> dict[str, list[str]]:
    """Font of the model -> families that this machine has for it, best first. Raises NoFont when there are none."""
    here = {name.lower(): name for name in typst.Fonts(include_embedded_fonts=False).families()}
    any_of = [here[name.lower()] for name in ANY if name.lower() in here]
    found = {font: [here[n.lower()] for n in names if n.lower() in here] or any_of[:1] for font, names in LIKE.items()}
    if not all(found.values()):
        raise NoFont(
            "这台机器上没有中文字体，做不出 pdf。请管理员装一种（Debian：fonts-noto-cjk 或 fonts-wqy-zenhei），或先用 docx"
            " | This machine has no Chinese font, so no pdf can be made. Install one (Debian: fonts-noto-cjk or "
            "fonts-wqy-zenhei), or take docx"
        )
    return {font: list(dict.fromkeys([*names, *any_of])) for font, names in found.items()}


def write(paper: Paper) -> bytes:
    """The pdf. Raises NoFont."""
    data = {
        "title": paper.title,
        "lang": paper.lang,
        "official": paper.format == OFFICIAL,
        "page": paper.page,
        "margins": paper.margins,
        "mark": paper.mark,
        "fonts": fonts(),
        "parts": [_part(paper, part) for part in paper.parts],
    }
    return typst.compile(
        str(TEMPLATE), format="pdf", sys_inputs={"paper": json.dumps(data, ensure_ascii=False)}, timestamp=0
    )


def _part(paper: Paper, part: object) -> dict:
    match part:
        case Para():
            style = paper.style(part.style)
            return {
                "kind": "para",
                "style": _style(style),
                "align": part.align or style.align,
                "colour": part.colour or "000000",
                "right": part.right,
                "pitch": paper.pitch(style),
                "runs": _runs(part.runs),
            }
        case Table():
            return {
                "kind": "table",
                "widths": part.widths,
                "lines": part.lines,
                "head": [[_cell(paper, cell) for cell in row] for row in part.head],
                "rows": [[_cell(paper, cell) for cell in row] for row in part.rows],
            }
        case Rule(colour, thick):
            return {"kind": "rule", "colour": colour, "thick": thick}
        case Space(lines):
            return {"kind": "space", "lines": lines}
        case Break():
            return {"kind": "break"}
    raise TypeError(part)


def _style(style: Style) -> dict:
    return {name: getattr(style, name) for name in ("font", "size", "indent", "before", "after", "bold", "keep")}


def _runs(runs: tuple[Run, ...]) -> list[dict]:
    return [{"text": run.text, "note": run.note} for run in runs]


def _cell(paper: Paper, cell: Cell) -> dict:
    style = paper.style(cell.style)
    look = {"font": style.font, "size": style.size}
    return {
        "across": cell.across,
        "down": cell.down,
        "align": cell.align or style.align,
        "style": look,
        "runs": [{**run, "text": _LONG.sub("\\1\u200b", run["text"])} for run in _runs(cell.runs)],
    }
