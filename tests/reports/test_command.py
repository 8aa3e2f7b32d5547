"""`huying report` writes both copies, and says in words what it cannot."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from huying import cli, installation
from huying.engine.packs import District
from tests.papers.test_files import a_font
from tests.reports.conftest import LONGDONG, visit
from tests.reports.test_draft import HEAD

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


def test_an_edition_is_frozen_and_listed_and_its_restatements_are_told(
    visited: District, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
):
    monkeypatch.setattr(installation, "opened", nullcontext)
    assert run(visited, "freeze", "home_care.care_year", "--period", "2020") == 0
    edition = capsys.readouterr().out.split()[0]
    assert run(visited, "editions") == 0 and edition in capsys.readouterr().out
    visit(visited, LONGDONG, "2020-06-01", "E5", 60, known_at=visited.now())
    assert run(visited, "editions", edition) == 0
    assert "上门人次  4人次 → 5人次  (rows)" in capsys.readouterr().out
    assert (
        run(visited, "editions", "0000") == 2 and run(visited, "freeze", "home_care.care_year", login="longdong") == 2
    )


def test_a_draft_is_checked_into_lines_data_and_a_document(opened: District, capsys):
    draft = Path("讲话稿.txt")
    draft.write_text(HEAD + "2020年，上门人次达到4人次，照护时长达到13.6小时。", encoding="utf-8")
    assert run(opened, "check", str(draft)) == 0
    said = capsys.readouterr().out
    assert "共 2 个数：相合 1，不合 1" in said and "佐证 4小时，差 9.6小时" in said
    assert run(opened, "check", str(draft), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["tally"]["differs"] == 1
    assert run(opened, "check", str(draft), "-o", "核对.docx") == 0 and Path("核对.docx").read_bytes().startswith(b"PK")
    Path("密.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40)
    for words, sentence in (
        (["check", "密.docx"], "密码"), (["check", "没有.docx"], "打不开"), (["check", str(draft), "--period", "去年"], "不是一期"),
        (["check", str(draft), "--format", "pdf"], "没有说写到哪里"),
    ):  # fmt: skip
        assert run(opened, *words) == 2
        assert sentence in capsys.readouterr().err
