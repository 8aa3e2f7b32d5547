"""Why a file is not read: each reason has a code that never changes, and says what to do in Chinese and in English."""

from __future__ import annotations

from .model import NotAReport

# code -> 中文 | English. {} are facts of the file; what to do stands in the sentence.
REASONS = {
    "file.empty": "文件是空的。请确认选对了文件，或重新下载后再读。"
    " | The file is empty. Check that it is the right one, or download it again.",
    "file.no-words": "里面没有文字（也许只有图片）。请先作文字识别，或换一份带文字的文件。"
    " | There are no words in it, perhaps only pictures. Run text recognition first, or find a copy with text.",
    "file.scanned": "是扫描件：{pages} 页里没有可取的文字，只有图像。请先作文字识别（OCR），另存为带文字的 PDF、.docx 或 .txt 再读。"
    " | A scan: its {pages} pages are images without text. Run text recognition (OCR) and save as PDF with text, .docx or .txt.",
    "file.no-letters": "PDF 里的字没有对应的文字编码，复制出来是乱码。请在阅读器里另存或打印成新的 PDF，或作文字识别后再读。"
    " | The glyphs of this PDF are not tied to letters, so its words cannot be taken out. Run text recognition, or find another copy.",
    "file.encrypted": "加了密码，打不开。请用密码打开，去掉密码另存一份再读。"
    " | It is locked with a password. Open it with the password, save a copy without one, and read that.",
    "file.damaged": "内容坏了，打不开（{why}）。请重新下载，或用 Word、WPS、阅读器打开后另存一份再读。"
    " | It is damaged and cannot be opened ({why}). Download it again, or open it in an office program and save a fresh copy.",
    "file.legacy-office": "是旧版 Office 文件（.doc、.wps、.xls、.et 或 .ppt）。请用 Word 或 WPS 打开，另存为 .docx 后再读。"
    " | An old Office file (.doc, .wps, .xls, .et or .ppt). Open it in Word, WPS or LibreOffice, save it as .docx and read that.",
    "file.ofd": "是 OFD 版式文件，这里读不了。请在 OFD 阅读器里导出为 PDF，或全选复制到 .docx、.txt 里再读。"
    " | An OFD file, which is not read here. Export it as PDF in an OFD viewer, or copy its words into .docx or .txt.",
    "file.archive": "是压缩包。请先解压，再把里面的报告逐份交来。"
    " | An archive. Unpack it and give the reports inside one by one.",
    "file.image": "是图片。请先作文字识别，把文字存为 .txt 或 .docx 再读。"
    " | A picture. Run text recognition and save the words as .txt or .docx.",
    "file.not-a-document": "是{what_zh}，不是文档。请交报告正文的 .docx、.pdf、.html 或 .txt。"
    " | It is a {what_en}, not a document. Give the report itself as .docx, .pdf, .html or .txt.",
    "file.too-large": "大于 {limit} MB，不像一份报告。请确认选对了文件，或只留报告正文再读。"
    " | Larger than {limit} MB, which no report is. Check that it is the right file, or keep only the report.",
    "file.too-many-pages": "超过 {limit} 页，不像一份报告。请只留报告正文那几页再读。"
    " | More than {limit} pages, which no report has. Keep only the pages of the report.",
    "file.bomb": "压缩得反常：展开后超过 {limit} MB。为安全起见不读。请用 Word、WPS 或阅读器打开后另存一份。"
    " | It unpacks to more than {limit} MB, so for safety it is not read. Open it in an office program and save a fresh copy.",
    "file.folder": "是文件夹。请给出里面的文件。 | A folder. Give the files in it.",
    "file.binary": "不是文本文件（第 {at} 个字节是零）。请交 .txt、.html、.docx 或 .pdf。"
    " | Not a text file (byte {at} is zero). Give .txt, .html, .docx or .pdf.",
    "file.encoding": "按 {encoding} 读到第 {at} 个字节时断了，也不是 GB 18030 或 Big5。请用记事本或 WPS 打开，另存为 UTF-8 文本后再读。"
    " | As {encoding} it breaks at byte {at}, and it is neither GB 18030 nor Big5. Open it in an editor and save it as UTF-8.",
    "report.not-chinese": "几乎没有中文（前 20 万字里 {letters} 个汉字），不是政府工作报告。请确认选对了文件。"
    " | Hardly any Chinese ({letters} characters), so no work report. Check that it is the right file.",
    "minutes.no-matter": "像是会议纪要、批示或督办件的目录，里面没有议定或交办的事项。请打开其中一份，交它的正文。"
    " | It looks like a list of minutes or instructions and holds no matter decided or ordered. Open one of them and give its text.",
    "report.not-a-report": "全文没有出现“政府工作报告”“各位代表”“人民政府”等字样，不像政府工作报告。如果确实是，请补上标题一行再读。"
    " | None of the words that every work report has (政府工作报告, 各位代表, 人民政府). If it is one, add its title as the first line.",
}


def refuse(code: str, name: str, **facts: object) -> NotAReport:
    """The refusal of the file `name`, to be raised. Its sentences begin with the name."""
    zh, _, en = REASONS[code].partition(" | ")
    return NotAReport(code, f"{name}：{zh.format(**facts)}", f"{name}: {en.format(**facts)}")
