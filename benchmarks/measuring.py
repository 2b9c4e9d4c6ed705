"""Asking for a page, its limit and its peer by turns, and what that gives."""

import gzip
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.jobs import Job
from benchmarks.server import Answer, Client, Server

WARM_UPS = 3
Ask = Callable[[], Answer]


class NotAnsweredError(Exception):
    """A page that was refused; the message names its status."""


@dataclass(frozen=True)
class Patience:
    """How often everything is asked, and for how many seconds of its own at most."""

    rounds: int = 20
    seconds: float = 30


@dataclass
class Taken:
    """Seconds of one thing asked for again and again, and its last answer."""

    ask: Ask
    seconds: list[float] = field(default_factory=list)
    spent: float = 0
    last: Answer | None = None

    def once(self, *, counts: bool) -> None:
        self.last = self.ask()
        if self.last.status not in {200, 302}:
            raise NotAnsweredError(f"answered {self.last.status}")
        self.spent += self.last.seconds
        if counts:
            self.seconds.append(self.last.seconds)

    def percentile(self, part: float = 0.5) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Measured:
    """What one job took beside its limit and, where there is one, its peer."""

    job: Job
    page: Taken
    limit: Taken
    peer: Taken | None = None
    growth: int = 0
    limit_growth: int = 0

    @property
    def ratio(self) -> float:
        return self.page.median / self.limit.median

    @property
    def ahead(self) -> float:
        """How many times quicker than the peer; nought without one."""
        return self.peer.median / self.page.median if self.peer else 0

    @property
    def answer(self) -> Answer:
        assert self.page.last is not None
        return self.page.last

    @property
    def compressed(self) -> int:
        """Bytes as a proxy sends them."""
        return len(gzip.compress(self.answer.body, 6))


def by_turns(patience: Patience, page: Taken, *others: Taken) -> None:
    """Take all by turns, so that they meet the same machine.

    Each is warmed up while that is quick. What has had its seconds is left out; when it
    is the page, all end.
    """
    everything = (page, *others)
    for _warm_up in range(WARM_UPS):
        for one in everything:
            if one.spent <= patience.seconds / 10:
                one.once(counts=False)
    for one in everything:
        one.spent = 0
    for _round in range(patience.rounds):
        for one in everything:
            if one.spent <= patience.seconds:
                one.once(counts=True)
        if page.spent > patience.seconds:
            break


@dataclass(frozen=True)
class Rate:
    """How many pages a second several people got, and how many were refused."""

    people: int
    a_second: float
    errors: int
    p95: float
    memory: int


def ask_together(
    server: Server, session: str, address: str, people: int, seconds: float = 8
) -> Rate:
    """Ask for one page from several people at once for a while."""
    answers: list[tuple[int, float]] = []
    until = time.monotonic() + seconds

    def ask() -> None:
        client = Client(server.port, session)
        while time.monotonic() < until:
            answer = client.get(address)
            answers.append((answer.status, answer.seconds))

    threads = [threading.Thread(target=ask) for _person in range(people)]
    begun, memory = time.monotonic(), 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        memory = max(memory, server.memory())
        time.sleep(0.5)
    taken = time.monotonic() - begun
    ordered = sorted(one for _status, one in answers)
    return Rate(
        people,
        len(answers) / taken,
        sum(status != 200 for status, _seconds in answers),
        ordered[int(len(ordered) * 0.95)],
        memory,
    )
