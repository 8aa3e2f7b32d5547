"""The key file: read again when it changes, never made anew under a running process, whole or not at all."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from huying import installation, keys


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file that this process runs under for the length of a test."""
    own = replace(installation.current_options(), secret_file=tmp_path / "own.keys")
    monkeypatch.setattr(installation, "current_options", lambda: own)
    return own.secret_file


def test_a_rotation_is_seen_by_a_running_process(file: Path):
    first = installation.current_keys()
    assert installation.current_keys() is first
    keys.replace(file, replace(first, kek={**first.kek, 2: b"k" * 32}))
    assert installation.current_keys().current_kek == (2, b"k" * 32)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and list(file.parent.iterdir()) == [file]


def test_a_file_that_goes_missing_under_a_running_process_is_not_made_anew(file: Path):
    held = installation.current_keys()
    file.unlink()
    assert installation.current_keys() == held and not file.exists()


def test_a_file_from_before_secret_fields_gives_an_index_key_that_stays_the_same(file: Path):
    installation.current_keys()
    stored = json.loads(file.read_text())
    del stored["index"]
    file.write_text(json.dumps(stored))
    first = keys.read(file)
    assert set(first.index) == {1} and first.index[1] != first.blind and keys.read(file) == first


def test_keys_in_use_are_never_written_over_but_by_a_rotation(file: Path):
    held = installation.current_keys()
    with pytest.raises(FileExistsError):
        keys.write(file, keys.new())
    assert keys.read(file) == held
