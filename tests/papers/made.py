"""Papers of made-up content, for tests of the files."""

from __future__ import annotations

from decimal import Decimal

from huying.papers.model import OFFICIAL, Break, Cell, Paper, Para, Rule, Run, Space, Table

HEADS = "序号 任务内容 责任领导 牵头单位 配合单位 责任人 联系电话 时限 一季度 二季度 三季度 四季度 进展 备注".split()
WIDTHS = (10.0, 70.0, 18.0, 28.0, 34.0, 16.0, 24.0, 20.0, 34.0, 34.0, 34.0, 34.0, 20.0, 14.0)
HOSTILE = "=1+2 {title} $case <b>&\"' \x00\x08\x1f\ufffe 𠮷䶮 \n第二行"


def words(text: str, note: int = 0) -> tuple[Run, ...]:
    return (Run(text, note),)


def row(number: int, text: str = "推进城中村污水治理，完成 13.6 公里碧道建设") -> tuple[Cell, ...]:
    """A row of 14 cells; each third begins a merged cell of three."""
    cells = [Cell(words(str(number + 1)), number=Decimal(number + 1)), Cell(words(text))]
    cells.append(Cell(words("张三"), down=0 if number % 3 else 3, align="center"))
    return (*cells, *(Cell(words(f"{head}{number}")) for head in HEADS[3:]))


def breakdown(rows: int = 6, text: str = "推进城中村污水治理", mark: str = "") -> Paper:
    table = Table(
        WIDTHS, tuple(row(n, text) for n in range(rows)), (tuple(Cell(words(h), style="label") for h in HEADS),)
    )
    return Paper("任务分解表", (Para(words("任务分解表"), "title"), table), size="A3", landscape=True, mark=mark)


def letter(text: str = "请于9月28日前反馈。") -> Paper:
    parts = (
        Para(words("天河区人民政府办公室文件"), "organ", colour="1F4E9E"),
        Para(words("穗天府办〔2020〕12号"), "number"),
        Rule("1F4E9E", 2),
        Para(words("督办通知"), "title"),
        Para(words("区住房和建设局："), "to"),
        Para((Run("新增就业"), Run("31200", 1), Run("人。")), "body"),
        Para(words("一、工作要求"), "heading1"),
        Para(words("（一）压实责任"), "heading2"),
        Para(words(text), "body"),
        Space(2),
        Para(words("区政府办公室"), "signed", right=2),
        Break(),
        Para(words("抄送：区委办公室。"), "foot"),
    )
    return Paper("督办通知", parts, format=OFFICIAL)
