"""Bytes to text: which encoding, or a refusal."""

from __future__ import annotations

from .model import NotAReport
from .refusals import refuse

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# The commonest signs of Chinese prose: a wrong decoding hardly has any.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
    "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因"
    "由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解"
    "问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
    "图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府报告市县省届"
)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding). UTF-8, UTF-16 and UTF-32 with or without a mark, GB 18030 (GBK), Big5.

    Raises NotAReport with code file.binary or file.encoding.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _broken(name, encoding, error) from None
    nulls = data[:4096].count(0)
    if nulls:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _chinese_share(text) > 0.3:
                return text, encoding
        raise refuse("file.binary", name, at=data.find(0) + 1)
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
    raise _broken(name, "utf-8", first)


def _broken(name: str, encoding: str, error: UnicodeDecodeError) -> NotAReport:
    return refuse("file.encoding", name, encoding=encoding.removesuffix("-sig").upper(), at=error.start + 1)


def _chinese_share(text: str) -> float:
    """How much of the text is common Chinese signs."""
    sample = text[:20000]
    signs = [ch for ch in sample if not ch.isspace()]
    return sum(ch in _COMMON for ch in signs) / len(signs) if signs else 0.0


def universal(text: str) -> str:
    """Line ends of every kind as one, as Python's text mode does."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
