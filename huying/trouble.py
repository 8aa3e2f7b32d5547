"""What an administrator can mend: one sentence in Chinese, one in English, never a stack trace."""

from __future__ import annotations


class Trouble(Exception):
    """Something outside the program stands in the way, and a person can mend it.

    code     words that never change, such as "port-in-use"
    zh, en   what happened and where, one sentence each
    mend_zh, mend_en   what to do now
    """

    exit_code = 2

    def __init__(self, code: str, zh: str, en: str, mend_zh: str, mend_en: str):
        super().__init__(f"{code}: {zh} {mend_zh} | {en} {mend_en}")
        self.code, self.zh, self.en, self.mend_zh, self.mend_en = code, zh, en, mend_zh, mend_en

    def text(self) -> str:
        """The two sentences and their ways out, as printed by the command line."""
        return f"\n[{self.code}]\n  {self.zh}\n    → {self.mend_zh}\n  {self.en}\n    → {self.mend_en}"
