"""How quick every job is beside its limit, on installations of growing size.

    python benchmarks/bench.py /tmp/thousand /tmp/many postgresql://…/million

Names each installation by its data folder or the address of its database. Every page is
asked for in turn with its limit (`limits.py`), so that both meet the same machine; what
counts is the ratio. Writes a table in Markdown.
"""

import os
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.installations import Keys, find_keys  # noqa: E402
from benchmarks.server import (  # noqa: E402
    Answer,
    Client,
    Server,
    collect_static_files,
    data_folder,
    environment_of,
    serving,
    sign_in,
)

ROUNDS, WARM_UPS = 20, 3
COORDINATOR, REPORTER = "dieuphoi", "danang"


@dataclass(frozen=True)
class Job:
    """One thing people do, what it is measured by and how near it has to come."""

    name: str
    address: str
    limit: str
    goal: float
    reader: str = COORDINATOR


JOBS = (
    Job("list", "/recommendations/", "list", 2.0),
    Job("by resolution", "/recommendations/?resolution={slug}", "resolution", 2.0),
    Job("by progress", "/recommendations/?progress=in_progress", "progress", 2.0),
    Job("by province", "/recommendations/?province={place}", "province", 2.0),
    Job(
        "combined",
        "/recommendations/?resolution={slug}&progress=in_progress&province={place}",
        "combined",
        2.0,
    ),
    Job("text", "/recommendations/?q=khu+cong+nghiep", "text", 2.0),
    Job("last page", "/recommendations/?page={last}", "list", 2.0),
    Job("reporter's list", "/recommendations/", "list", 3.0, REPORTER),
    Job("one recommendation", "/recommendations/{code}/", "detail", 2.0),
    Job("overview", "/overview/", "overview", 2.0),
    Job("province", "/provinces/{place}/", "overview", 2.0),
    Job("my work", "/my-work/", "bytes", 0, REPORTER),
    Job("search", "/search/?q=khu+cong+nghiep", "bytes", 0),
    Job("as of a past day", "/recommendations/?as_of=2025-06-30", "list", 4.0),
)


@dataclass(frozen=True)
class Measured:
    """What one job took: seconds of page and limit, statements and bytes."""

    job: Job
    page: list[float]
    limit: list[float]
    statements: int
    size: int

    @property
    def ratio(self) -> float:
        return statistics.median(self.page) / statistics.median(self.limit)


def main(installations: list[str]) -> int:
    if not installations:
        print(__doc__)
        return 2
    for installation in installations:
        with data_folder() as folder:
            environment = environment_of(installation, folder)
            collect_static_files(environment)
            keys = find_keys(environment)
            print(f"\n### {keys.vendor}, {keys.rows} recommendations\n")
            with serving(environment) as server:
                measure_all(server, environment, keys)
    return 0


def measure_all(server: Server, environment: dict[str, str], keys: Keys) -> None:
    sessions = {name: sign_in(environment, name) for name in (COORDINATOR, REPORTER)}
    print("| job | p50 | p95 | limit p50 | ratio | goal | SQL | bytes |")
    print("|---|---|---|---|---|---|---|---|")
    for job in JOBS:
        client = Client(server.port, sessions[job.reader])
        show(measure(client, job, keys))
    client = Client(server.port, sessions[COORDINATOR])
    show(measure_writing(client, keys))
    print(f"\nMemory of two workers: {server.memory() / 1024:.0f} MiB (PSS)")
    for job in (JOBS[0], JOBS[4], JOBS[9]):
        rate, errors = pages_a_second(server, sessions[COORDINATOR], job, keys)
        print(f"{job.name}, eight at once: {rate:.1f} pages/s, {errors} errors")


def measure(client: Client, job: Job, keys: Keys) -> Measured:
    address = job.address.format(**keys.words)
    first = client.get(address)
    if first.status != 200:
        raise SystemExit(f"{address} answered {first.status}.")
    limit = f"/limit/{job.limit}/?bytes={len(first.body)}&{keys.numbers}"
    pages, limits = in_turn(lambda: client.get(address), lambda: client.get(limit))
    return Measured(job, pages, limits, client.get(address).statements, len(first.body))


def in_turn(
    page: Callable[[], Answer], limit: Callable[[], Answer]
) -> tuple[list[float], list[float]]:
    """Take both by turns; what is slow is taken less often."""
    pages, limits = [], []
    begun = time.monotonic()
    for number in range(WARM_UPS + ROUNDS):
        one, other = page(), limit()
        for answer in (one, other):
            if answer.status not in {200, 302}:
                raise SystemExit(f"Answered {answer.status}.")
        if number >= WARM_UPS or one.seconds > 5:
            pages.append(one.seconds)
            limits.append(other.seconds)
        if pages and time.monotonic() - begun > 60:
            break
    return pages, limits


def measure_writing(client: Client, keys: Keys) -> Measured:
    """Report progress, each time with a fresh form that is not counted."""
    job = Job("report progress", "", "write", 1.5)
    statements, size = 0, 0

    def write() -> Answer:
        nonlocal statements, size
        address = f"/recommendations/{keys.words['code']}/"
        form = client.get(address).body
        fields = {
            name: re.search(rf'name="{name}" value="([^"]+)"'.encode(), form)[
                1
            ].decode()
            for name in ("form_key", "version")
        }
        fields |= {
            "csrfmiddlewaretoken": read_value(form, "csrfmiddlewaretoken"),
            "progress": "in_progress",
            "effective_on": f"{time.strftime('%d/%m/%Y')}",
            "note": "Đang thực hiện theo kế hoạch (mẫu).",
            "spoken_for": keys.words["body"],
        }
        answer = client.ask("POST", f"{address}progress/", fields)
        if answer.status != 302:
            raise SystemExit(f"The report was answered {answer.status}.")
        statements, size = answer.statements, len(answer.body)
        return answer

    limit = f"/limit/write/?bytes=0&{keys.numbers}"
    pages, limits = in_turn(write, lambda: client.get(limit))
    return Measured(job, pages, limits, statements, size)


def read_value(form: bytes, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"'.encode(), form)
    if found is None:
        raise SystemExit(f"The form has no {name}.")
    return found[1].decode()


def show(one: Measured) -> None:
    goal = f"{one.job.goal}" if one.job.goal else "–"
    cells = (
        one.job.name,
        milliseconds(one.page),
        milliseconds(one.page, 0.95),
        milliseconds(one.limit),
        f"{one.ratio:.1f}",
        goal,
        str(one.statements),
        f"{one.size:,}".replace(",", "."),
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def milliseconds(seconds: list[float], part: float = 0.5) -> str:
    ordered = sorted(seconds)
    return f"{ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000:.1f} ms"


def pages_a_second(
    server: Server, session: str, job: Job, keys: Keys, seconds: float = 8
) -> tuple[float, int]:
    """Ask for one page from eight people at once for a while."""
    address = job.address.format(**keys.words)
    statuses: list[int] = []
    until = time.monotonic() + seconds

    def ask() -> None:
        client = Client(server.port, session)
        while time.monotonic() < until:
            statuses.append(client.get(address).status)

    people = [threading.Thread(target=ask) for _person in range(8)]
    begun = time.monotonic()
    for person in people:
        person.start()
    for person in people:
        person.join()
    taken = time.monotonic() - begun
    return len(statuses) / taken, sum(status != 200 for status in statuses)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
