"""What the documentation says can be done, can be done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huying import cli, options

PAGES = sorted(
    path
    for path in [
        *options.ROOT.glob("*.md"),
        *(options.ROOT / "docs").rglob("*.md"),
        *(options.ROOT / "packs").rglob("README.md"),
        options.ROOT / "changes" / "README.md",
    ]
)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(options.ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path):
    broken = [
        target
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(page))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(options.ROOT)))
def test_commands_in_code_exist_and_take_the_arguments_shown(page: Path, capsys: pytest.CaptureFixture):
    wrong = []
    code = re.findall(r"```.*?```|`[^`\n]+`|^    .+$", text_of(page), re.S | re.M)
    for line in "\n".join(code).splitlines():
        shown = re.search(r"(?:^\s*|`|bin/|-m )huying ([a-z][a-z-]*)((?: [^#`|&;（）→]*)?)", line)
        if not shown:
            continue
        if shown[1] not in cli.names():
            wrong.append(line.strip())
            continue
        flags = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", shown[2]))
        second = re.match(r"\s+([a-z]+)\s", f"{shown[2]} ")  # `ledger from` has flags of its own
        for words in ([shown[1]], [shown[1], second[1]] if second else []):
            with pytest.raises(SystemExit):
                cli.parser(shown[1]).parse_args([*words, "--help"])
        shown_help = capsys.readouterr().out
        wrong += [f"{line.strip()}: {flag}" for flag in flags if flag not in shown_help]
    assert not wrong


def test_every_make_target_that_is_mentioned_exists():
    targets = set(re.findall(r"^([a-z]+):", text_of(options.ROOT / "Makefile"), re.M))
    for page in PAGES:
        assert set(re.findall(r"`make ([a-z]+)", text_of(page))) <= targets, page


def test_settings_shown_are_settings(tmp_path: Path):
    for page in PAGES:
        for number, block in enumerate(re.findall(r"```toml\n(.*?)```", text_of(page), re.S)):
            folder = tmp_path / f"{page.stem}{number}"
            folder.mkdir()
            (folder / "huying.toml").write_text(block, encoding="utf-8")
            options.load({}, folder=folder)
