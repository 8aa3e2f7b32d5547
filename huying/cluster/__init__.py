"""The embedded PostgreSQL: found, made, started, shared by several commands, stopped. No Django."""

from huying.cluster.lease import Lease
from huying.cluster.server import DATABASE, Cluster, Dsn

__all__ = ["DATABASE", "Cluster", "Dsn", "Lease"]
