"""How much memory a worker needs for a CSV of few rows and of many.

Takes two installations, the small one first: a data folder each, or the address of a
PostgreSQL database (postgresql://…). Starts a fresh gunicorn worker for each, asks
once for little so that everything is loaded, then downloads the whole CSV. Ends with 1
when the peaks are further apart than the limit. Needs Linux: it reads /proc.
"""

import os
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.server import (  # noqa: E402
    collect_static_files,
    data_folder,
    environment_of,
    serving,
    sign_in,
)

LIMIT_KIB = 16 * 1024
READER = "dieuphoi"
PIECE = 64 * 1024
EXPORT = "/recommendations/export.csv"
WARM_UP = f"{EXPORT}?q=QNA-24-01"


@dataclass(frozen=True)
class Measured:
    """What one download cost."""

    rows: int
    mebibytes: float
    first_byte: float
    total: float
    warm_kib: int
    peak_kib: int


def main(installations: list[str]) -> int:
    if len(installations) != 2:
        print("Name two installations: data folders or postgresql:// addresses.")
        return 2
    small, large = (measure(one) for one in installations)
    for one in (small, large):
        print(
            f"{one.rows:>7} rows, {one.mebibytes:6.1f} MiB:"
            f" first byte {one.first_byte:.2f} s, total {one.total:.1f} s;"
            f" peak {one.peak_kib / 1024:.1f} MiB"
            f" ({one.warm_kib / 1024:.1f} MiB before the download)"
        )
    difference = large.peak_kib - small.peak_kib
    print(f"difference {difference / 1024:.1f} MiB, limit {LIMIT_KIB / 1024:.0f} MiB")
    return 1 if abs(difference) > LIMIT_KIB else 0


def measure(installation: str) -> Measured:
    with data_folder() as folder:
        environment = environment_of(installation, folder)
        collect_static_files(environment)
        session = sign_in(environment, READER)
        with serving(environment, workers=1) as server:
            (worker,) = server.workers()
            download(server.port, session, WARM_UP)
            warm = peak_memory(worker)
            rows, size, first_byte, total = download(server.port, session, EXPORT)
            peak = peak_memory(worker)
    return Measured(rows, size / 2**20, first_byte, total, warm, peak)


def download(port: int, session: str, path: str) -> tuple[int, int, float, float]:
    """Read a file to its end; give rows, bytes, seconds to the first and to all."""
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    start = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
    response = connection.getresponse()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}.")
    first = response.read(1)
    first_byte = time.perf_counter() - start
    size, lines = len(first), 0
    while piece := response.read(PIECE):
        size += len(piece)
        lines += piece.count(b"\n")
    return lines - 1, size, first_byte, time.perf_counter() - start


def peak_memory(process: int) -> int:
    """Give the most memory a process ever held, in KiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise SystemExit("This system does not tell peak memory.")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
