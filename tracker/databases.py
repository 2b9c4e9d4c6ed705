"""The databases that the environment names, for the settings alone."""

from pathlib import Path
from typing import Any

import dj_database_url

from tracker.environment import read_text

POSTGRESQL = "django.db.backends.postgresql"


def read_databases(data: Path) -> dict[str, dict[str, Any]]:
    """Give the database of the environment, SQLite beside the data without one."""
    url = read_text("DATABASE_URL", f"sqlite:///{data / 'tracker.sqlite3'}")
    primary: dict[str, Any] = {**dj_database_url.parse(url)}
    if primary["ENGINE"] == POSTGRESQL:
        _keep_connected(primary)
    else:
        _let_many_read(primary, data)
    return {"default": primary}


def _keep_connected(database: dict[str, Any]) -> None:
    """Let each thread keep its connection: there are as many as threads, no more."""
    database["CONN_MAX_AGE"] = 60
    database["CONN_HEALTH_CHECKS"] = True
    # Seconds, milliseconds: whoever waits for a silent host is told so soon.
    waits = {"connect_timeout": 3, "tcp_user_timeout": 2000}
    database["OPTIONS"] = waits | database.get("OPTIONS", {})


def _let_many_read(database: dict[str, Any], data: Path) -> None:
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: an acknowledged write survives a loss of power.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file: an in-memory database knows no WAL and no waiting.
    database["TEST"] = {"NAME": data / "test.sqlite3"}
