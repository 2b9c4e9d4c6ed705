"""Settings: what production refuses, and that the README lists every variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPLETE = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": "x" * 64,
    "ALLOWED_HOSTS": "theodoi.example",
    "DATABASE_URL": "postgres://tracker:secret@db.example/tracker",
}


def start(tmp_path, **variables):
    """Import the shipped settings in a process of its own, as a server would."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.DATABASES['default']['ENGINE'])"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "DATA_DIR": str(tmp_path),
            **variables,
        },
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_and_says_what_to_set(tmp_path, missing):
    variables = {k: v for k, v in COMPLETE.items() if k != missing}

    done = start(tmp_path, **variables)

    assert done.returncode != 0
    assert f"Production needs {missing}: set it to" in done.stderr
    assert not (tmp_path / "secret-key").exists()


def test_complete_production_starts_secured(tmp_path):
    done = start(tmp_path, **COMPLETE)

    assert done.stdout.split() == [
        *["True"] * 4,
        "False",
        "django.db.backends.postgresql",
    ], done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("DJANGO_ENV", "prod"), ("STALE_DAYS", "ninety")]
)
def test_nonsense_stops_the_start_with_a_sentence(tmp_path, name, value):
    done = start(tmp_path, **{name: value})

    assert done.returncode != 0
    assert f"Set {name} to" in done.stderr


@pytest.mark.parametrize(
    ("primary", "replica"),
    [("", "postgres://x@a/x"), ("postgres://x@a/x", "sqlite:////tmp/x.sqlite3")],
)
def test_only_postgresql_has_a_replica(tmp_path, primary, replica):
    done = start(tmp_path, DATABASE_URL=primary, DATABASE_REPLICA_URL=replica)

    assert done.returncode != 0
    assert "DATABASE_REPLICA_URL names a streaming replica of PostgreSQL" in done.stderr


def test_key_of_a_first_start_is_kept_for_the_owner_only(tmp_path):
    start(tmp_path)
    key = (tmp_path / "secret-key").read_text()
    start(tmp_path)

    assert len(key) > 50
    assert (tmp_path / "secret-key").read_text() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_sqlite_waits_and_survives_a_loss_of_power(tmp_path):
    code = (
        "import django; django.setup(); from django.db import connection as c;"
        "k = c.cursor();"
        "print(*[k.execute('PRAGMA ' + p).fetchone()[0] for p in"
        " ('journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout')],"
        " c.transaction_mode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == ["wal", "2", "1", "20000", "IMMEDIATE"], done.stderr


def test_readme_lists_exactly_the_variables_that_are_read():
    source = (
        "".join(
            path.read_text()
            for folder in ("tracker", "provinces")
            for path in (ROOT / folder).rglob("*.py")
        )
        + (ROOT / "Makefile").read_text()
    )
    read = set(re.findall(r'read_(?:text|list|number)\(\s*"([A-Z0-9_]+)"', source))
    read |= set(re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z0-9_]+)"', source))
    read |= set(re.findall(r"^export ([A-Z0-9_]+) \?=", source, re.MULTILINE))
    read -= {"DJANGO_SETTINGS_MODULE"}
    table = set(
        re.findall(
            r"^\| `([A-Z0-9_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE
        )
    )

    assert {"SECRET_KEY", "PORT", "DEMO_PASSWORD", "DATA_DIR"} <= read
    assert table == read
