"""A server of the product with the measuring stick beside it, and its clients."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
PIECE = 64 * 1024
GUNICORN = Path(sys.executable).parent / "gunicorn"
SIGN_IN = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from provinces.models import User
client = Client()
client.force_login(User.objects.get(username={reader!r}))
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def environment_of(installation: str, folder: str) -> dict[str, str]:
    """Say where an installation is: a data folder, or the address of a database."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    # What lasts is measured, not stopped.
    environment["READ_TIMEOUT_SECONDS"] = "0"
    if "://" in installation:
        return environment | {"DATABASE_URL": installation, "DATA_DIR": folder}
    return environment | {"DATABASE_URL": "", "DATA_DIR": installation}


def sign_in(environment: dict[str, str], reader: str) -> str:
    """Make a session for a person; give its key."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SIGN_IN.format(reader=reader)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def collect_static_files(environment: dict[str, str]) -> None:
    """Do what `make run` does before it serves."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@dataclass
class Server:
    """Two workers of four threads each, serving one installation."""

    port: int
    process: int

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process}/task/{self.process}/children")
        return [int(child) for child in children.read_text().split()]

    def memory(self) -> int:
        """Give what the workers hold in KiB, shared pages split among them (PSS)."""
        total = 0
        for worker in self.workers():
            text = Path(f"/proc/{worker}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])
        return total

    def forget_peaks(self) -> dict[int, int]:
        """Let peaks begin anew; give what each worker holds now, in KiB."""
        for worker in self.workers():
            Path(f"/proc/{worker}/clear_refs").write_text("5")
        return self.peaks()

    def peaks(self) -> dict[int, int]:
        """Give the most that each worker has held, in KiB."""
        found = {}
        for worker in self.workers():
            text = Path(f"/proc/{worker}/status").read_text()
            found[worker] = int(re.search(r"^VmHWM:\s+(\d+)", text, re.MULTILINE)[1])
        return found


@contextmanager
def serving(environment: dict[str, str], *, workers: int = 2) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(str(GUNICORN), "--workers", str(workers), "--threads", "4"),
        *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        # Nobody is hung up on while a slow neighbour is asked.
        *("--keep-alive", "900"),
        *("--log-level", "warning", "tracker.wsgi"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def wait_for(port: int, process: subprocess.Popen, seconds: int = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/accounts/login/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The server did not start.")


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took from asking to the last byte."""

    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float
    first_byte: float
    length: int = 0

    @property
    def statements(self) -> int:
        return int(self.headers.get("x-statements", 0))

    @property
    def writes(self) -> int:
        """How many of the statements insert, update or delete."""
        return int(self.headers.get("x-writes", 0))


@dataclass
class Client:
    """One signed-in person on one connection."""

    port: int
    session: str
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=900)
        self.cookies = f"sessionid={self.session}"

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def ask(
        self,
        method: str,
        path: str,
        fields: dict[str, str] | None = None,
        *,
        keep: bool = True,
    ) -> Answer:
        """Ask and read to the end; a long file is counted and not kept."""
        headers = {"Cookie": self.cookies, "Accept-Encoding": "identity"}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(fields) if fields is not None else None
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        first = response.read(1)
        first_byte = time.perf_counter() - start
        rest, length = b"", len(first)
        while piece := response.read() if keep else response.read(PIECE):
            rest, length = piece if keep else b"", length + len(piece)
        seconds = time.perf_counter() - start
        found = {name.lower(): value for name, value in response.getheaders()}
        for said in response.headers.get_all("Set-Cookie", []):
            self.keep_cookie(said)
        return Answer(response.status, first + rest, found, seconds, first_byte, length)

    def keep_cookie(self, said: str) -> None:
        if match := re.match(r"csrftoken=[^;]+", said):
            self.cookies = f"sessionid={self.session}; {match[0]}"


@contextmanager
def data_folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="tracker-benchmark-") as folder:
        yield folder
