"""`huying report` writes both copies, and says in words what it cannot."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from huying import cli, installation
from huying.engine.packs import District
from tests.papers.test_files import a_font

__all__ = ["a_font"]


@pytest.fixture
def opened(shown: District, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> District:
    monkeypatch.setattr(installation, "opened", nullcontext)
    monkeypatch.chdir(tmp_path)
    return shown


def run(district: District, *words: str, login: str = "ducha") -> int:
    return cli.main(["report", *words, "--login", f"{login}-{district.id}"])


@pytest.mark.parametrize("kind", ["docx", "xlsx", "html", "pdf"])
def test_a_clean_and_an_annotated_copy_are_written_in_every_kind(opened: District, a_font, kind: str, capsys):
    assert run(opened, "build", "home_care.care_year", "--period", "2020", "--format", kind) == 0
    names = {path.name for path in Path().iterdir()}
    assert names == {f"上门照护情况报告-2020.{kind}", f"上门照护情况报告-2020-依据本.{kind}"}
    assert "没有数的：" in capsys.readouterr().out


def test_what_cannot_be_built_is_said_in_words_and_writes_nothing(opened: District, capsys):
    for words, said in (
        (["build", "home_care.none"], "没有报告"),
        (["build", "home_care.care_year", "--period", "2020-06"], "写成 2019"),
        (["build", "home_care.care_year", "-o", "报告.doc"], "写不成“doc”"),
        (["build", "home_care.care_year", "--as-of", "昨天"], "不是时间"),
        (["build", "home_care.care_year", "--as-of", "2031-01-01"], "不能晚于现在"),
    ):
        assert run(opened, *words) == 2
        assert said in capsys.readouterr().err
    assert run(opened, "build", "home_care.care_year", login="longdong") == 2
    assert "不在您的" in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_reports_are_listed_for_whom_they_are(opened: District, capsys):
    assert run(opened, "list") == 0
    assert "home_care.care_year  上门照护情况报告  year" in capsys.readouterr().out
