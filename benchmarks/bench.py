"""How quick every job is beside its limit, on installations of growing size.

Names each installation by its data folder or the address of its database. Every page
is asked for in turn with its limit (`limits.py`) and with the page of the Django admin
that does the same (`peers`), so that all meet the same machine; what counts are the
ratios. Writes tables in Markdown.
"""

import argparse
import os
import sys
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.acts import exporting, reporting_progress, signing_in  # noqa: E402
from benchmarks.installations import Keys, find_keys  # noqa: E402
from benchmarks.jobs import (  # noqa: E402
    COORDINATOR,
    EXPORTS,
    REPORTER,
    SIGN_IN,
    TOGETHER,
    WRITING,
    Job,
    choose,
)
from benchmarks.measuring import (  # noqa: E402
    Ask,
    Measured,
    NotAnsweredError,
    Patience,
    Taken,
    ask_together,
    by_turns,
)
from benchmarks.server import (  # noqa: E402
    Client,
    Server,
    collect_static_files,
    data_folder,
    environment_of,
    serving,
    sign_in,
)
from benchmarks.tables import (  # noqa: E402
    EXPORTS_HEAD,
    JOBS_HEAD,
    RATES_HEAD,
    export_row,
    growth_table,
    head,
    job_row,
    rate_row,
    refused_row,
)

PEER_SETTINGS = "benchmarks.peers.settings"
# An export that loads all that the worker needs for one, and little else.
FEW = "?q=QNA-24-01"


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("installations", nargs="+", help="folders or addresses")
    parser.add_argument("--jobs", default="", help="names of jobs, by commas")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument(
        "--seconds", type=float, default=30, help="for one page of one job, at most"
    )
    parser.add_argument(
        "--most-exported",
        type=int,
        default=150_000,
        help="rows above which the admin, which holds them all, exports nothing",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    asked = read_arguments(arguments)
    jobs = choose(asked.jobs)
    patience = Patience(asked.rounds, asked.seconds)
    sizes = defaultdict(list)
    for installation in asked.installations:
        with data_folder() as folder, ExitStack() as stack:
            environment = environment_of(installation, folder)
            collect_static_files(environment)
            keys = find_keys(environment)
            stand = Stand(
                stack.enter_context(serving(environment)),
                stack.enter_context(
                    serving(environment | {"DJANGO_SETTINGS_MODULE": PEER_SETTINGS})
                ),
                {who: sign_in(environment, who) for who in (COORDINATOR, REPORTER)},
                keys,
                patience,
                asked.most_exported,
            )
            print(f"\n### {keys.vendor}, {keys.rows:,} recommendations\n")
            sizes[keys.vendor].append((keys.rows, stand.measure(jobs)))
    for vendor, found in sizes.items():
        if len({rows for rows, _measured in found}) > 1:
            print(f"\n### Growth on {vendor}, p50\n\n{growth_table(found)}")
    return 0


@dataclass
class Stand:
    """An installation served by the product and by its peer, and who asks."""

    own: Server
    peer: Server
    sessions: dict[str, str]
    keys: Keys
    patience: Patience
    most_exported: int

    def measure(self, jobs: tuple[Job, ...]) -> dict[str, Measured]:
        print(head(JOBS_HEAD))
        found = {}
        for job in jobs:
            try:
                found[job.name] = self.measure_one(job)
            except NotAnsweredError as refusal:
                print(refused_row(job, str(refusal)), flush=True)
            else:
                print(job_row(found[job.name]), flush=True)
        self.show_exports(found)
        self.show_rates([job for job in jobs if job.name in TOGETHER])
        return found

    def measure_one(self, job: Job) -> Measured:
        client = Client(self.own.port, self.sessions[job.reader])
        page = Taken(self.asking(job, client))
        length = 0
        if job not in {*EXPORTS, SIGN_IN, WRITING}:
            page.once(counts=False)
            length = page.last.length if page.last else 0
        limit = Taken(lambda: client.get(self.limit_of(job, length)))
        if job in EXPORTS:
            limit.ask = lambda: client.ask(
                "GET", self.limit_of(job, length), keep=False
            )
        peer = self.peer_of(job)
        measured = Measured(job, page, limit, peer)
        if job in EXPORTS:
            # Before anything large was held: what a worker has held once, it keeps.
            client.get(self.fill(job.address) + FEW)
            measured = replace(
                measured, limit_growth=self.growth(limit), growth=self.growth(page)
            )
        by_turns(self.patience, page, limit, *([peer] if peer else []))
        return measured

    def asking(self, job: Job, client: Client) -> Ask:
        """Say how the product is asked for a job."""
        address = self.fill(job.address)
        if job is SIGN_IN:
            return signing_in(self.own.port, address, self.keys)
        if job is WRITING:
            return reporting_progress(client, self.keys)
        return lambda: client.ask("GET", address, keep=job not in EXPORTS)

    def peer_of(self, job: Job) -> Taken | None:
        """Say how the admin is asked for the same, if it can do it."""
        if not job.peer or (job in EXPORTS and self.keys.rows > self.most_exported):
            return None
        address = quote(self.fill(job.peer), safe="/?&=+")
        if job is SIGN_IN:
            return Taken(signing_in(self.peer.port, address, self.keys))
        client = Client(self.peer.port, self.sessions[job.reader])
        if job in EXPORTS:
            return Taken(exporting(client, address, job.name))
        return Taken(lambda: client.get(address))

    def limit_of(self, job: Job, length: int) -> str:
        if job.limit.startswith("/"):
            return job.limit
        return f"/limit/{job.limit}/?bytes={length}&{self.keys.numbers}"

    def fill(self, address: str) -> str:
        return address.format(**self.keys.words)

    def growth(self, taken: Taken) -> int:
        """Ask once; give by how many KiB the worker that answers grows."""
        before = self.own.forget_peaks()
        taken.ask()
        after = self.own.peaks()
        return max(after[worker] - held for worker, held in before.items())

    def show_exports(self, found: dict[str, Measured]) -> None:
        exports = [found[job.name] for job in EXPORTS if job.name in found]
        if exports:
            print(f"\n{head(EXPORTS_HEAD)}")
        for one in exports:
            print(export_row(one), flush=True)

    def show_rates(self, jobs: list[Job]) -> None:
        """Ask for some pages alone and by eight people at once."""
        if jobs:
            print(f"\n{head(RATES_HEAD)}")
        session = self.sessions[COORDINATOR]
        for job in jobs:
            for people in (1, 8):
                address = self.fill(job.address)
                own = ask_together(self.own, session, address, people)
                peer = None
                if job.peer:
                    peer_address = self.fill(job.peer)
                    peer = ask_together(self.peer, session, peer_address, people)
                print(rate_row(job, own, peer), flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
