"""Why a file is no table, and what to do: one place for the sentences."""

from __future__ import annotations

from .model import NotASheet

SENTENCES = {
    "sheet.empty": (
        "{name} 是空的。请确认发来的是保存过的那一份。",
        "{name} is empty. See that it is the copy that was saved.",
    ),
    "sheet.no-table": (
        "{name} 里没有一张有内容的表。请打开看一眼，另存后再来。",
        "{name} holds no table. Open it, look, and save it again.",
    ),
    "sheet.header-only": (
        "{name} 只有表头，没有一行数据。填上一行样例，或到“新建台账”直接写字段。",
        "{name} has a header and no rows. Add a sample row, or write the fields by hand.",
    ),
    "sheet.password": (
        "{name} 设了打开密码。请在 Excel 或 WPS 里：文件 → 信息 → 保护工作簿 → 用密码加密，清空密码后另存。",
        "{name} needs a password to open. Clear it in Excel or WPS (File → Info → Protect Workbook) and save again.",
    ),
    "sheet.wps": (
        "{name} 是 WPS 自己的格式，这里读不了。请在 WPS 里“另存为”→“Excel 文件（*.xlsx）”。",
        "{name} is in WPS's own format, which cannot be read here. In WPS choose Save as → Excel (*.xlsx).",
    ),
    "sheet.damaged": (
        "{name} 损坏了（{why}）。请在 Excel 或 WPS 里打开，能打开就另存为 xlsx 再来。",
        "{name} is damaged ({why}). If Excel or WPS can open it, save it as xlsx.",
    ),
    "sheet.unknown": (
        "{name} 不是表格文件。能读的有：xlsx、xls、xlsb、ods、csv、tsv、txt。",
        "{name} is no spreadsheet. These are read: xlsx, xls, xlsb, ods, csv, tsv, txt.",
    ),
    "sheet.too-large": (
        "{name} 解开后有 {size} MB，超过 {most} MB。请删去空白行列和图片后另存，或存成 csv。",
        "{name} unpacks to {size} MB, more than {most} MB. Delete empty rows and pictures, or save it as csv.",
    ),
    "sheet.encoding": (
        "{name} 的文字编码认不出来。请在 Excel 里“另存为”→“CSV UTF-8”。",
        "The encoding of {name} is unknown. In Excel choose Save as → CSV UTF-8.",
    ),
    "sheet.quote": (
        '{name} 第 {line} 行有一个引号（"）没有收尾，后面的内容都被并进了一格。请删去或补上这个引号后再存。',
        'Line {line} of {name} opens a quotation mark (") that is never closed. Delete it or close it, and save again.',
    ),
    "sheet.no-such": (
        "{name} 里没有名为“{sheet}”的工作表。有：{others}。",
        "{name} has no sheet “{sheet}”. It has: {others}.",
    ),
    "sheet.numbers": (
        "{name} 是苹果 Numbers 的格式。请在 Numbers 里：文件 → 导出到 → Excel。",
        "{name} is Apple Numbers. In Numbers choose File → Export to → Excel.",
    ),
    "sheet.too-old": (
        "{name} 是 1995 年以前的 Excel 存的，这里读不了。请用 Excel 或 WPS 打开，另存为 xlsx。",
        "{name} was saved by an Excel older than 1995 and cannot be read here. Open it and save it as xlsx.",
    ),
    "sheet.web-page": (
        "{name} 名为表格，其实是网页。请用 Excel 或 WPS 打开，另存为 xlsx。",
        "{name} is called a spreadsheet but holds a web page. Open it in Excel or WPS and save it as xlsx.",
    ),
    "sheet.too-wide": (
        "{name} 的工作表“{sheet}”从头到尾占 {rows} 行 × {columns} 列，多半是远处有一个多余的字。删去后再存。",
        "Sheet “{sheet}” of {name} spans {rows} rows × {columns} columns; a stray cell stands far away. Delete it and save.",
    ),
    "form.kind": (
        "{name} 是 {kind} 格式，填不回同一个文件里。请在 Excel 或 WPS 里打开，另存为 xlsx 再来；样子不会变。",
        "{name} is a file of kind {kind}, which cannot be filled and given back. Open it in Excel or WPS, save it as xlsx, and give that.",
    ),
    "form.too-large": (
        "{name} 有 {size} MB，表样最大 {most} MB。请删去图片和多余的工作表后另存。",
        "{name} has {size} MB; a form has {most} MB at most. Delete pictures and sheets that are not needed, and save it again.",
    ),
    "form.no-header": (
        "{name} 里没找到表头。请看表头各栏是否都写了名称；一个文件有几张表时，请把要填的放在前面。",
        "No header was found in {name}. See that every column has its title; where there are several tables, put the one to fill first.",
    ),
    "form.too-many": (
        "{name} 要填的有 {cells} 格，最多 {most} 格。请删去多余的空白行。",
        "{name} has {cells} cells to fill; {most} are the most. Delete empty rows that are not needed.",
    ),
    "sheet.document": (
        "{name} 是一份文档，不是表格。请把里面的表复制到 Excel 或 WPS 表格里，存成 xlsx 再来。",
        "{name} is a document, no spreadsheet. Copy the table in it into Excel and save that as xlsx.",
    ),
    "sheet.zip": (
        "{name} 是压缩包。请解压后把里面的表格文件发来。",
        "{name} is an archive. Unpack it and give the spreadsheet in it.",
    ),
}


def refuse(code: str, name: str, **words: object) -> NotASheet:
    """The refusal of a file, with its name and what else its sentence says."""
    zh, en = SENTENCES[code]
    return NotASheet(code, zh.format(name=name, **words), en.format(name=name, **words))
