"""Making a database ready: roles, tables, packs in force, districts. Safe to repeat; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from psycopg import sql

from huying import installation
from huying.engine import database, erasure, sql_readers

SQL = Path(__file__).parent / "sql"
ROLES = ("hy_writer", "hy_all", "hy_some", "hy_office", "hy_part", "hy_private", "hy_eraser", "hy_sealer")
SQL_ROLES = ("hy_analyst", "hy_reader")  # of people with SQL: the owner's to hand out, never the application's
HOUSE_TABLES = (
    "engine_person",
    "django_session",
    "django_content_type",
    "django_migrations",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
)
Progress = Callable[..., None]


def migrate() -> None:
    """Roles, tables and rights of an empty or older database."""
    _make_roles()
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    with database.owning() as query:
        query.run((SQL / "access.sql").read_text(encoding="utf-8"))
        for table in HOUSE_TABLES:
            query.run(f"grant select on public.{table} to hy_app")
        query.run("grant insert, update, delete on public.django_session to hy_app")
        query.run("grant update (password, last_login, must_change) on public.engine_person to hy_app")
        query.run("grant usage on schema public to hy_app")
        query.run("grant select (id, name, phone) on public.engine_person to hy_all, hy_some, hy_office, hy_part")


def prepare(options: object, progress: Progress, demonstration: bool = False) -> None:
    """Everything up to a district that can be switched on. progress(title, done=0, total=0): one line a stage."""
    from huying.engine import districts

    progress("建表与权限 tables")
    migrate()
    districts.load_all(progress, demonstration=demonstration)
    sql_readers.bring_up()


def sign_in_lines() -> list[str]:
    """How to sign in, for the one who has just started it."""
    from huying.engine import districts

    return districts.sign_in_lines()


def after_restore(erasures: list[dict]) -> None:
    """Erase again what was erased since the backup; then followers and seals start behind what was restored.

    erasures  {"district": int, "record": str} each, with "leaves" where something remains. Transaction ids of another cluster mean nothing here.
    """
    with database.owning() as query:
        for gone in erasures:
            erasure.erase_rows(query, gone["district"], gone["record"], gone.get("leaves", erasure.NOTHING))
        query.run(
            "update follower set tx = '0'::xid8, after_n = (select coalesce(max(n), 0) from event where event.district = follower.district)"
        )
        query.run("update event set tx = '0'::xid8")
        query.run("delete from cell_fold")  # they stood where the follower was
        query.run("delete from cell")
        query.run("delete from derived_state")  # derived ledgers are computed anew from what was restored
    sql_readers.bring_up()


def _make_roles() -> None:
    connection = connections["owner"]
    connection.ensure_connection()
    app = installation.login_of(installation.app_url()) or "hy_app"
    with connection.cursor() as cursor:
        for role in (*ROLES, *SQL_ROLES):
            cursor.execute("select 1 from pg_roles where rolname = %s", [role])
            if not cursor.fetchone():
                cursor.execute(
                    sql.SQL("create role {} nologin noinherit")
                    .format(sql.Identifier(role))
                    .as_string(connection.connection)
                )
        cursor.execute("grant hy_analyst to current_user")
        cursor.execute(
            sql.SQL(f"grant {', '.join(ROLES)} to {{}}").format(sql.Identifier(app)).as_string(connection.connection)
        )
