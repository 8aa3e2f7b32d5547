"""Bytes to text: which encoding, and what is refused."""

from __future__ import annotations

from .model import NotAReport

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# First bytes of files that are no text, and what to do with each.
_BINARY = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.legacy-office",
    "是旧版 Office 文件（.doc、.wps 或 .xls）。请用 Word 或 WPS 打开，另存为 .docx 后再读。"),
    (b"%PDF", "file.pdf", "是 PDF 文件，这里读不了。请在阅读器里全选、复制，粘贴到文本文件或 .docx 里再读。"),
    (b"Rar!", "file.archive", "是压缩包。请先解压，再把里面的报告逐份交来。"),
    (b"7z\xbc\xaf", "file.archive", "是压缩包。请先解压，再把里面的报告逐份交来。"),
    (b"\x1f\x8b", "file.archive", "是压缩包。请先解压，再把里面的报告逐份交来。"),
    (b"\x89PNG", "file.image", "是图片。请先作文字识别，把文字存为 .txt 或 .docx 再读。"),
    (b"\xff\xd8\xff", "file.image", "是图片。请先作文字识别，把文字存为 .txt 或 .docx 再读。"),
)  # fmt: skip
# The commonest signs of Chinese prose: a wrong decoding hardly has any.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
    "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因"
    "由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解"
    "问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
    "图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府报告市县省届"
)


def refuse_binary(data: bytes, name: str) -> None:
    """Raises NotAReport for an empty file or one that is known to be no text."""
    if not data.strip(b"\x00 \r\n\t"):
        raise NotAReport("file.empty", f"{name}：文件是空的。请确认选对了文件，或重新下载后再读。")
    for sign, code, words in _BINARY:
        if data.startswith(sign):
            raise NotAReport(code, f"{name}：{words}")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding). UTF-8, UTF-16 and UTF-32 with or without a mark, GB 18030 (GBK), Big5.

    Raises NotAReport with code file.binary or file.encoding.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise NotAReport("file.encoding", _broken(name, encoding, error)) from None
    nulls = data[:4096].count(0)
    if nulls:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _chinese_share(text) > 0.3:
                return text, encoding
        raise NotAReport(
            "file.binary", f"{name}：不是文本文件（第 {data.find(0) + 1} 个字节是零）。请交 .txt、.html 或 .docx。"
        )
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first = error
    found = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        found.append((_chinese_share(text), encoding, text))
    best = max(found, default=(0, "", ""), key=lambda item: item[0])
    if best[0] > 0.15:
        return best[2], best[1]
    raise NotAReport("file.encoding", _broken(name, "utf-8", first))


def _broken(name: str, encoding: str, error: UnicodeDecodeError) -> str:
    return (
        f"{name}：按 {encoding.removesuffix('-sig').upper()} 读到第 {error.start + 1} 个字节时断了，也不是 GB "
        f"18030 或 Big5。"
        "请用记事本或 WPS 打开，另存为 UTF-8 文本后再读。"
    )


def _chinese_share(text: str) -> float:
    """How much of the text is common Chinese signs."""
    sample = text[:20000]
    signs = [ch for ch in sample if not ch.isspace()]
    return sum(ch in _COMMON for ch in signs) / len(signs) if signs else 0.0


def universal(text: str) -> str:
    """Line ends of every kind as one, as Python's text mode does."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
