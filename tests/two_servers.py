"""Two servers as `make run` starts them, a proxy that takes turns, and a visitor."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from html import unescape
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.conf import settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

GUNICORN = Path(sys.executable).parent / "gunicorn"
# What belongs to one stretch of the way alone.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@contextmanager
def two_servers(folder, environment):
    """Serve from two folders of data, as two machines would; give both ports."""
    with ExitStack() as running:
        ports = []
        collected = None
        for name in ("one", "other"):
            own = environment | {"DATA_DIR": str(folder / name)}
            if collected is None:
                collected = collect_static_files(own)
            else:
                shutil.copytree(collected, folder / name / "static")
            ports.append(running.enter_context(serving(own)))
        for port in ports:
            wait_for(port)
        yield ports


def collect_static_files(environment):
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
    return Path(environment["DATA_DIR"]) / "static"


@contextmanager
def serving(environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(str(GUNICORN), "--workers", "2", "--threads", "4"),
        *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--log-level", "error", "tracker.wsgi"),
    ]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port):
    for _attempt in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"Nothing serves on port {port}.")


class Proxy(ThreadingHTTPServer):
    """Sends every second request to the other server, whoever asks for whatever."""

    daemon_threads = True

    def __init__(self, ports):
        super().__init__(("127.0.0.1", 0), Passing)
        self.ports, self.turn = ports, count()

    def __enter__(self):
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()


class Passing(BaseHTTPRequestHandler):
    """One request on its way."""

    def pass_on(self):
        port = self.server.ports[next(self.server.turn) % 2]
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        sent = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        sent["X-Forwarded-For"] = self.client_address[0]
        connection.request(self.command, self.path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", f"{len(content)}")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = pass_on

    def log_message(self, *said):
        """Say nothing: the test tells what went wrong."""


class Page:
    """An answer that was read to its end, wherever it led."""

    def __init__(self, answer):
        self.status, self.content = answer.status, answer.read()
        self.address, self.headers = answer.url, answer.headers

    @property
    def text(self):
        return self.content.decode()

    def value_of(self, name):
        """Give what the hidden field holds, if there is one."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""


class Visitor:
    """A browser with its cookies, in front of the proxy or of one of the servers."""

    def __init__(self, port):
        self.port = port
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        return self._ask(path)

    def post(self, path, fields):
        """Send fields with the token; it stands in the page that was read last."""
        fields = {**fields, "csrfmiddlewaretoken": self.token}
        return self._ask(path, urlencode(fields, doseq=True).encode())

    def send_files(self, path, fields):
        fields = {**fields, "csrfmiddlewaretoken": self.token}
        body = encode_multipart(BOUNDARY, fields)
        return self._ask(path, body, {"Content-Type": MULTIPART_CONTENT})

    def sign_in(self, username, password):
        self.get("/accounts/login/")
        return self.try_password(username, password)

    def try_password(self, username, password):
        fields = {"login": username, "password": password}
        return self.post("/accounts/login/", fields)

    def _ask(self, path, body=None, headers=None):
        url = path if "://" in path else f"http://127.0.0.1:{self.port}{path}"
        try:
            answer = self.opener.open(Request(url, body, headers or {}), timeout=60)
        except HTTPError as refused:
            answer = refused
        with answer:
            page = Page(answer)
        if "text/html" in page.headers.get("Content-Type", ""):
            self.token = page.value_of("csrfmiddlewaretoken")
        return page

    def beside(self, port):
        """The same person with the same cookies, in front of another door."""
        other = Visitor(port)
        other.opener = self.opener
        return other


def environment_of_servers(database, s3_address):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database,
        "TRUSTED_PROXY_COUNT": "1",
        "EVIDENCE_S3_BUCKET": "minh-chung",
        "EVIDENCE_S3_ENDPOINT": s3_address,
        "EVIDENCE_S3_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "kiem-thu",
        "AWS_SECRET_ACCESS_KEY": "kiem-thu",
    }
