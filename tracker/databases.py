"""The databases that the environment names, for the settings alone."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from tracker.environment import read_text

PRIMARY, REPLICA = "default", "replica"
POSTGRESQL = "django.db.backends.postgresql"


def read_databases(data: Path) -> dict[str, dict[str, Any]]:
    """Give the database of the environment, and its replica where it has one."""
    url = read_text("DATABASE_URL", f"sqlite:///{data / 'tracker.sqlite3'}")
    primary: dict[str, Any] = {**dj_database_url.parse(url)}
    databases = {PRIMARY: primary}
    if primary["ENGINE"] == POSTGRESQL:
        _keep_connected(primary)
    else:
        _let_many_read(primary, data)
    if replica := read_text("DATABASE_REPLICA_URL"):
        databases[REPLICA] = _describe_replica(replica, primary)
    return databases


def _keep_connected(database: dict[str, Any]) -> None:
    """Let each thread keep its connection: there are as many as threads, no more."""
    database["CONN_MAX_AGE"] = 60
    database["CONN_HEALTH_CHECKS"] = True
    # Seconds, milliseconds: whoever waits for a silent host is told so soon.
    told: dict[str, Any] = {"connect_timeout": 3, "tcp_user_timeout": 2000}
    # Room for the places of a tenth of a million rows: with the server's 4 MB, words
    # that so many rows have are looked for in all of them again, ten times as long.
    told["options"] = "-c work_mem=32MB"
    database["OPTIONS"] = told | database.get("OPTIONS", {})


def _let_many_read(database: dict[str, Any], data: Path) -> None:
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: an acknowledged write survives a loss of power.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file: an in-memory database knows no WAL and no waiting.
    database["TEST"] = {"NAME": data / "test.sqlite3"}


def _describe_replica(url: str, primary: dict[str, Any]) -> dict[str, Any]:
    replica: dict[str, Any] = {**dj_database_url.parse(url)}
    if {primary["ENGINE"], replica["ENGINE"]} != {POSTGRESQL}:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL names a streaming replica of PostgreSQL: set it, and"
            " DATABASE_URL, to postgres://…, or leave it out."
        )
    _keep_connected(replica)
    # What a replica does not answer, the primary does: it need not be asked before.
    replica["CONN_HEALTH_CHECKS"] = False
    # A replica that was made a primary tells another story from then on.
    replica["OPTIONS"]["target_session_attrs"] = "standby"
    return replica
