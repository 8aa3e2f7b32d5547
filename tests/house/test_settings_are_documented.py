"""Options: each is documented, and each comes from where the documentation says."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from huying import options
from huying.trouble import Trouble

DOCUMENT = options.ROOT / "docs" / "settings.md"


def test_every_key_is_documented_in_order_with_its_default():
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? ?\|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert [name for name, _default in rows] == options.keys()
    defaults = options.load({}, folder=options.ROOT / "tests")
    for name, written in rows:
        value = getattr(defaults, name)
        if isinstance(value, Path):
            assert value.name == written, name
        elif isinstance(value, tuple):
            assert ",".join(value) == written, name
        else:
            assert str(value).lower() == written.lower(), name


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path):
    (tmp_path / "huying.toml").write_text('port = 9000\nlanguage = "en"\nallowed_hosts = ["a.example", "b.example"]\n')
    chosen = options.load({"HUYING_PORT": "9100"}, folder=tmp_path)
    assert (chosen.port, chosen.language, chosen.host) == (9100, "en", "127.0.0.1")
    assert chosen.allowed_hosts == ("a.example", "b.example")


def test_paths_are_taken_from_the_settings_files_folder_and_move_with_the_data(tmp_path: Path):
    (tmp_path / "huying.toml").write_text('data = "d/district"\nbackups = "/mnt/second"\n')
    chosen = options.load({}, folder=tmp_path)
    assert chosen.data == tmp_path / "d/district"
    assert chosen.secret_file == tmp_path / "d/district.keys"
    assert chosen.erasures_file == tmp_path / "d/district.erasures.log"
    assert chosen.backups == Path("/mnt/second")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("prot = 9000", "settings-unknown-key"),
        ("port = 0", "settings-bad-value"),
        ("port = 'many'", "settings-bad-value"),
        ("port = true", "settings-bad-value"),
        ("language = 'fr'", "settings-bad-value"),
        ("hash = 'md5'", "settings-bad-value"),
        ("debug = 3", "settings-bad-value"),
        ("port = ", "settings-unreadable"),
    ],
)
def test_a_wrong_settings_file_is_refused_in_both_languages(tmp_path: Path, text: str, code: str):
    (tmp_path / "huying.toml").write_text(text)
    with pytest.raises(Trouble) as trouble:
        options.load({}, folder=tmp_path)
    assert trouble.value.code == code
    assert all((trouble.value.zh, trouble.value.en, trouble.value.mend_zh, trouble.value.mend_en))


def test_a_settings_file_in_gbk_is_refused_with_a_word_about_utf8(tmp_path: Path):
    (tmp_path / "huying.toml").write_bytes("# 端口\nport = 9000\n".encode("gbk"))
    with pytest.raises(Trouble, match="UTF-8"):
        options.load({}, folder=tmp_path)


def test_a_named_settings_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Trouble, match="settings-missing"):
        options.load({"HUYING_SETTINGS": str(tmp_path / "none.toml")})


def test_options_need_nothing_but_python():
    """The set-up and the embedded server read them before anything is installed."""
    import subprocess

    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(options.ROOT)!r}); import huying.options",
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
