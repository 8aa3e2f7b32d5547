"""Rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from huying.options import ROOT

PROGRAM = ROOT / "huying"
LONGEST_MODULE = 400
NOT_PACKS = {".yaml", ".yml", ".csv", ".md", ".json", ".geojson", ".png", ".jpg", ".svg"}


def kept_files() -> list[Path]:
    """Files under version control, or meant to be."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("not a git work tree")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def modules(folder: Path = PROGRAM) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if "node_modules" not in path.parts]


def test_no_module_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(text_of(path).splitlines())) > LONGEST_MODULE
    }
    assert not long, "split by subject"


def test_no_file_names_a_package_registry():
    hosts = [
        ".".join(words)
        for words in (
            ("pypi", "org"),
            ("files", "pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("npmjs", "com"),
            ("deb", "debian", "org"),
            ("crates", "io"),
            ("proxy", "golang", "org"),
            ("npmmirror", "com"),
            ("pypi", "tuna"),
        )
    ]
    named = {str(path.relative_to(ROOT)): host for path in kept_files() for host in hosts if host in text_of(path)}
    assert not named


def test_lock_files_pin_every_package_by_hash_and_name_no_source():
    for name in ("requirements.txt", "requirements-test.txt", "requirements-node.txt"):
        text = text_of(ROOT / name)
        pinned = re.split(r"\n(?=[a-z])", text)[1:]
        assert pinned and all("==" in entry and "--hash=sha256:" in entry for entry in pinned), name
        assert not re.search(r"^--?(?!hash)|://", text, re.M), name
    lock = text_of(ROOT / "package-lock.json")
    assert '"integrity"' in lock and '"resolved"' not in lock


def test_the_test_lock_agrees_with_the_lock_of_the_program():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==\S+)", text_of(ROOT / name), re.M))

    assert pins("requirements.txt") <= pins("requirements-test.txt")


def test_packs_hold_declarations_and_never_code():
    strange = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "packs").rglob("*")
        if path.is_file() and (path.suffix not in NOT_PACKS or path.stat().st_mode & 0o111)
    ]
    assert not strange


def _literals(tree: ast.AST) -> list[tuple[int, str]]:
    """String constants of a module but its docstrings, with their lines."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
    ]


def test_all_time_comes_from_the_clock_never_from_the_database():
    """One now() in SQL, and the demonstration year and every as-of question would be wrong."""
    clock = re.compile(
        r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(|"
        r"\b(?:current_timestamp|current_date|localtimestamp)\b",
        re.I,
    )
    found = []
    for path in modules(PROGRAM / "engine"):
        found += [
            f"{path.relative_to(ROOT)}:{line}"
            for line, text in _literals(ast.parse(text_of(path)))
            if clock.search(re.sub(r"--.*", "", text))
        ]
    for path in (PROGRAM / "engine").rglob("*.sql"):
        if path.name == "sql_readers.sql":  # people's own sessions, no program of ours beside them: shifted there too
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(text_of(path).splitlines(), 1)
            if clock.search(re.sub(r"--.*", "", line))
        ]
    assert not found


def test_every_command_has_a_sentence_of_help():
    from huying import cli

    assert {"serve", "work", "doctor", "backup", "restore", "words"} <= set(cli.names())
    for name in cli.names():
        assert (cli.module(name).__doc__ or "").strip().splitlines()[0].endswith((".", "。")), name
    cli.parser()


def test_changes_are_fragments_of_a_known_kind():
    kinds = {"added", "changed", "fixed", "removed", "security"}
    wrong = [
        path.name
        for path in (ROOT / "changes").iterdir()
        if path.name != "README.md"
        and not (len(parts := path.name.split(".")) == 3 and parts[1] in kinds and parts[2] == "md")
    ]
    assert not wrong


def test_pages_load_nothing_from_elsewhere():
    """No page needs the internet: no address in a template's src, or in a style."""
    foreign = re.compile(r"""(?:\bsrc|\bsrcset)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import\s+["']http""")
    pages = [
        path
        for ending in ("html", "css", "js", "mjs")
        for path in (PROGRAM / "web").rglob(f"*.{ending}")
        if "build" not in path.parts
    ]
    assert not [f"{path.relative_to(ROOT)}: {found[0]}" for path in pages if (found := foreign.search(text_of(path)))]
