"""Many signed-in people at once: how long each waits, and if exports hold them up.

    python benchmarks/load.py postgresql://…/many --people 200 --minutes 2

Two workers of four threads serve them, as `make run` does. First people read, search
and report; then, with the same people, some take the whole list as a file without a
pause. Whatever is not answered with a page, a redirect or a conflict is an error; a
conflict is what the second of two people who write at one moment has to be told. An
export that has to wait for others (429) is counted apart.

Each person is a thread with a connection of its own: no more is needed for some twenty
pages a second. The clients share the machine with the server and take a part of it.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.people import (  # noqa: E402
    Diary,
    Exporter,
    Newcomer,
    Person,
    Wait,
)
from benchmarks.server import (  # noqa: E402
    Server,
    collect_static_files,
    data_folder,
    environment_of,
    serving,
)

DEFAULT = {"postgresql": 200, "sqlite": 50}
MOST = max(DEFAULT.values())
# With exports, nine of ten people shall wait at most so many times as long.
GOAL = 2.0


@dataclass(frozen=True)
class Stretch:
    """A time in which the same people did the same."""

    waits: list[Wait]
    seconds: float

    def of(self, act: str) -> list[Wait]:
        return [one for one in self.waits if one.act == act and one.status != 429]

    @property
    def pages(self) -> list[Wait]:
        return [one for one in self.waits if not one.act.startswith("export")]


def main(
    installation: str, people: int | None, minutes: float, exporters: int, think: float
) -> int:
    with data_folder() as folder:
        environment = environment_of(installation, folder)
        collect_static_files(environment)
        found = make_people(environment, people or MOST)
        number = people or DEFAULT[found["vendor"]]
        found["people"] = found["people"][:number]
        print(f"\n### {found['vendor']}, {found['rows']} recommendations\n")
        print(f"{number} people who think {think / 2:g} to {think * 1.5:g} seconds")
        diary = Diary(think)
        with serving(environment) as server, watching(server) as peak:
            crowd, takers = gather(server, found, diary, exporters)
            quiet, busy = work(crowd, takers, minutes * 60)
        show(quiet, busy, len(takers))
        print(f"\nMemory of two workers, at most: {max(peak) / 1024:.0f} MiB (PSS)")
        wrong = errors(diary.waits)
        for what, times in wrong.items():
            print(f"ERROR: {times} × {what}")
    return 1 if wrong else 0


def make_people(environment: dict[str, str], number: int) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.make_people"]
    done = subprocess.run(
        [*command, str(number)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


@contextmanager
def watching(server: Server) -> Iterator[list[int]]:
    """Look at the memory of the workers once in two seconds."""
    seen, over = [server.memory()], threading.Event()

    def watch() -> None:
        while not over.wait(2):
            seen.append(server.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield seen
    over.set()
    watcher.join()


def gather(
    server: Server, found: dict[str, Any], diary: Diary, exporters: int
) -> tuple[list[Person], list[Person]]:
    """Give those who work all the time, and those who then take files as well."""
    people, words, port = found["people"], found["words"], server.port
    crowd: list[Person] = [Person(port, key, words, diary) for _name, key in people]
    crowd += [
        Newcomer(port, "", words, diary, name=name, password=found["password"])
        for name, _key in people[: max(1, len(people) // 50)]
    ]
    # One in ten coordinates: their list is the longest.
    keys = [key for _name, key in people[::10]]
    takers = zip(range(exporters), cycle(keys), cycle(["csv", "xlsx"]), strict=False)
    return crowd, [
        Exporter(port, key, words, diary, kind=kind) for _number, key, kind in takers
    ]


def work(
    crowd: list[Person], takers: list[Person], seconds: float
) -> tuple[Stretch, Stretch]:
    """Let all work, then the same with exports; the first pages are not counted."""
    diary = crowd[0].diary
    started = start(crowd)
    time.sleep(1.5 * diary.think_time)
    quiet = stretch(diary, seconds)
    begun = time.monotonic()
    started += start(takers)
    busy = stretch(diary, seconds, begun)
    diary.over.set()
    for one in started:
        one.join()
    return quiet, busy


def start(people: list[Person]) -> list[threading.Thread]:
    threads = [threading.Thread(target=one.work) for one in people]
    for one in threads:
        one.start()
    return threads


def stretch(diary: Diary, seconds: float, begun: float | None = None) -> Stretch:
    begun = begun or time.monotonic()
    time.sleep(seconds)
    waits = [one for one in [*diary.waits] if one.begun >= begun]
    return Stretch(waits, time.monotonic() - begun)


# -- what is said of it -------------------------------------------------------------


def show(quiet: Stretch, busy: Stretch, exporters: int) -> None:
    print("\nMilliseconds, without and with exports:\n")
    print("| act | times | p50 | p95 | max | times | p50 | p95 | max | errors |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for act in sorted({one.act for one in quiet.waits + busy.waits}):
        show_line(act, quiet.of(act), busy.of(act))
    show_line("**all pages**", quiet.pages, busy.pages)
    print()
    for words, one in (("Quiet", quiet), (f"{exporters} export", busy)):
        conflicts = sum(wait.status == 409 for wait in one.waits)
        rate = len(one.pages) / one.seconds
        print(f"{words}: {rate:.1f} pages a second, {conflicts} conflicts.")
    refused = sum(one.status == 429 for one in busy.waits)
    print(f"Exports were asked to wait {refused} times.")
    ratio = part(busy.pages, 0.95) / part(quiet.pages, 0.95)
    print(f"p95 of pages with exports is {ratio:.1f} × quiet; the goal is {GOAL}.")


def show_line(act: str, quiet: list[Wait], busy: list[Wait]) -> None:
    cells = [act]
    for waits in (quiet, busy):
        times = (f"{part(waits, one) * 1000:,.0f}" for one in (0.5, 0.95, 1))
        cells += [f"{len(waits)}", *(times if waits else "–––")]
    cells.append(str(sum(errors(quiet + busy).values())))
    print(f"| {' | '.join(cells)} |")


def part(waits: list[Wait], share: float) -> float:
    ordered = sorted(one.seconds for one in waits) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def errors(waits: list[Wait]) -> dict[str, int]:
    """Count what went wrong, by status and act."""
    found: dict[str, int] = {}
    for one in waits:
        is_export = one.act.startswith("export")
        if one.status in {200, 302, 409} or (is_export and one.status == 429):
            continue
        what = f"{one.status or 'no answer'} for {one.act}"
        found[what] = found.get(what, 0) + 1
    return found


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("installation", help="a data folder, or a database's address")
    asked.add_argument("--people", type=int, help="200; 50 on SQLite")
    asked.add_argument("--minutes", type=float, default=2, help="of each of both parts")
    asked.add_argument("--exporters", type=int, default=10)
    asked.add_argument("--think", type=float, default=30, help="seconds, on average")
    sys.exit(main(**vars(asked.parse_args())))
