"""Several commands may use one embedded server: the first starts it, the last one out stops it.

Each user holds a shared file lock for as long as it works; the lock ends with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huying.cluster.server import Cluster, Dsn


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path`, waiting for it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    """A descriptor of `path`; a file made by root belongs to the folder's owner, who may come next."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        os.fchown(descriptor, path.parent.stat().st_uid, -1)
    return descriptor


class Lease:
    """`with Lease(cluster) as dsn:` the server runs at least as long as the block.

    keep  leave it running afterwards, for whoever comes next
    """

    def __init__(self, cluster: Cluster, keep: bool = False):
        self.cluster, self.keep, self._users = cluster, keep, -1

    def __enter__(self) -> Dsn:
        self.cluster.check_folder()
        with locked(self.cluster.folder / "start.lock"):
            self._users = _open(self.cluster.folder / "users.lock")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                return self.cluster.start()
            except BaseException:
                os.close(self._users)
                raise

    def __exit__(self, *_error: object) -> None:
        with locked(self.cluster.folder / "start.lock"):
            alone = True
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                alone = False
            if alone and not self.keep:
                self.cluster.stop()
            os.close(self._users)
