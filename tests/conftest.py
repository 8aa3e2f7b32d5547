"""One embedded server for the whole run, one database a worker, made by copying a prepared one.

Django is configured when tests are collected, so test modules import models at their top. Nothing is started
until a test asks for `database`:

  database        this worker's database, migrated; shared by all its tests, so a test makes its own district
  fresh_database  a database of this test alone (a tenth of a second): for what changes roles, packs or the schema
  template        how the two above come into being
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest

from huying.bootstrap.testing import BROWSERS
from huying.cluster import Cluster
from huying.cluster.lease import locked
from huying.cluster.server import FOR_TESTS

PREFIX = "hy-test-"
TEMPLATE = "huying_template"
hypothesis.settings.register_profile("huying", deadline=None)  # no test is timed: a busy machine is no fault
hypothesis.settings.load_profile("huying")
SETUP_ERROR = pytest.StashKey[Exception]()
MIGRATE = "import django; django.setup(); from huying.engine import prepare; prepare.migrate()"


def pytest_configure(config: pytest.Config) -> None:
    if "HUYING_TEST_FOLDER" not in os.environ:
        _sweep()
        os.environ["HUYING_TEST_FOLDER"] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
    for name in [name for name in os.environ if name.startswith("HUYING_") and name != "HUYING_TEST_FOLDER"]:
        del os.environ[name]  # an administrator's settings are no part of a test
    folder = _folder()
    os.environ.update(
        _addresses(_worker_database()), HUYING_DATA=str(folder / "data"), DJANGO_SETTINGS_MODULE="huying.settings"
    )
    settings = folder / "huying.toml"
    settings.touch()
    os.environ["HUYING_SETTINGS"] = str(settings)

    import django

    try:
        django.setup()
    except Exception as error:  # tests without Django still run; those with it fail and say this
        config.stash[SETUP_ERROR] = error


@pytest.fixture(scope="session")
def django_ready(pytestconfig: pytest.Config) -> None:
    """Fails with the reason when Django could not be set up."""
    if error := pytestconfig.stash.get(SETUP_ERROR, None):
        raise error


def pytest_unconfigure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and "HUYING_TEST_FOLDER" in os.environ:
        _remove(_folder())


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The running server of this test run."""
    server = _cluster()
    with locked(_folder() / "start.lock"):
        server.start()
    return server


@pytest.fixture(scope="session")
def template(cluster: Cluster, django_ready: None) -> str:
    """Name of a migrated database, to be copied; nobody may be connected to it."""
    with locked(_folder() / "template.lock"):
        done = _folder() / "template.done"
        if not done.exists():
            cluster.drop_database(TEMPLATE)
            cluster.create_database(TEMPLATE)
            made = subprocess.run(
                [sys.executable, "-c", MIGRATE], env=os.environ | _addresses(TEMPLATE), capture_output=True, text=True
            )
            assert made.returncode == 0, f"huying.engine.prepare.migrate() failed:\n{made.stdout}{made.stderr}"
            done.touch()
    return TEMPLATE


@pytest.fixture(scope="session")
def database(cluster: Cluster, template: str) -> Iterator[str]:
    """Name of this worker's migrated database; Django's connections lead to it."""
    name = _worker_database()
    _copy(cluster, name)
    yield name
    _disconnect()


@pytest.fixture
def fresh_database(cluster: Cluster, template: str) -> Iterator[str]:
    """Name of a migrated database of this test alone; Django's connections lead to it while the test runs."""
    from django.db import connections

    name = f"{_worker_database()}_fresh"
    _disconnect()
    _copy(cluster, name)
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    yield name
    _disconnect()
    for alias, former in before.items():
        connections[alias].settings_dict["NAME"] = former
    cluster.drop_database(name)


@pytest.fixture
def own_keys(django_ready: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file and a data folder of this test alone: while it rotates keys other tests go on under those there are."""
    from huying import installation

    options = installation.current_options()
    installation.current_keys()
    shutil.copy(options.secret_file, tmp_path / "own.keys")
    own = replace(options, secret_file=tmp_path / "own.keys", data=tmp_path / "data")
    monkeypatch.setattr(installation, "current_options", lambda: own)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium: named by HUYING_TEST_CHROMIUM, or the machine's."""
    found = os.environ.get("HUYING_TEST_CHROMIUM") or next(
        (path for name in BROWSERS if (path := shutil.which(name))), None
    )
    if not found:
        pytest.skip("no Chromium here: make test installs one where it may")
    return found


def _copy(cluster: Cluster, name: str) -> None:
    """The template allows one copier at a time."""
    with locked(_folder() / "template.lock"):
        cluster.drop_database(name)
        cluster.create_database(name, template=TEMPLATE)


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()


def _folder() -> Path:
    return Path(os.environ["HUYING_TEST_FOLDER"])


def _cluster() -> Cluster:
    return Cluster(_folder() / "data", settings=FOR_TESTS)


def _worker_database() -> str:
    return f"huying_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def _addresses(database: str) -> dict[str, str]:
    dsn = _cluster().dsn(database)
    return {"HUYING_DATABASE_URL": dsn.owner_url, "HUYING_APP_DATABASE_URL": dsn.app_url}


def _remove(folder: Path) -> None:
    pid = folder / "data" / "postgres" / "postmaster.pid"
    if pid.exists():
        try:
            os.kill(int(pid.read_text().split()[0]), signal.SIGQUIT)
        except (ProcessLookupError, ValueError):
            pass
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what a test run that was killed has left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if folder.stat().st_uid == os.geteuid() and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            _remove(folder)
