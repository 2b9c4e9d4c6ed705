"""What official reports cost, format by format, and the exports of a long list.

Needs an installation with rows (see README.md) named by DATA_DIR or DATABASE_URL. Each
figure is taken in a process of its own: seconds, peak memory, and how many times the
seconds of a peer that does the bare work in the same run. Ends with 1 when the workbook
of the list takes more than 1.3 times its peer or the CSV more than 5 times.
"""

import argparse
import csv
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
READER = "dieuphoi"
SIZES = (27, 1000, 2000, 5000)
LIMITS = {"list.xlsx": 1.3, "list.csv": 5.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "ROWS"))
    one = parser.parse_args().one
    if one:
        measure(one[0], int(one[1]))
        return 0
    failed = False
    for rows in SIZES:
        for what in ("build", "docx", "pdf", "xlsx", "csv"):
            if what != "pdf" or rows <= 2000:
                say(what, rows, run(what, rows))
    for what, limit in LIMITS.items():
        seconds, peer, peak, rows = run(what, 0)
        say(what, rows, (seconds, peer, peak, rows))
        failed |= peer > 0 and seconds > limit * peer
    return int(failed)


def say(what: str, rows: int, found: tuple[float, float, int, int]) -> None:
    seconds, peer, peak, counted = found
    ratio = f"{seconds / peer:5.2f} x its peer" if peer else ""
    print(f"{counted or rows:>7} rows {what:>9}: {seconds:7.2f} s {peak:5} MiB {ratio}")


def run(what: str, rows: int) -> tuple[float, float, int, int]:
    """Measure in a process of its own: its memory is nobody else's."""
    command = [sys.executable, __file__, "--one", what, str(rows)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, peer, peak, counted = said.split()
    return float(seconds), float(peer), int(peak), int(counted)


def measure(what: str, rows: int) -> None:
    """Print seconds, those of the peer, the peak in MiB, and how many rows."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    # slow import
    import django  # noqa: PLC0415

    django.setup()
    work, peer, counted = (list_work if what.startswith("list.") else report_work)(
        what, rows
    )
    seconds = timed(work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(seconds, timed(peer) if peer else 0, peak, counted)


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


# -- the official report --------------------------------------------------------------


def report_work(what: str, rows: int) -> tuple[Callable, Callable | None, int]:
    from django.utils import timezone  # noqa: PLC0415

    from provinces.models import User  # noqa: PLC0415
    from tracker.choices import Basis  # noqa: PLC0415
    from tracker.models import Recommendation, Resolution  # noqa: PLC0415
    from tracker.reports import official, sources  # noqa: PLC0415
    from tracker.reports.writers.official_csv import (  # noqa: PLC0415
        write_official_csv,
    )
    from tracker.reports.writers.official_docx import (  # noqa: PLC0415
        write_official_docx,
    )
    from tracker.reports.writers.official_pdf import write_official_pdf  # noqa: PLC0415
    from tracker.reports.writers.official_xlsx import (  # noqa: PLC0415
        write_official_xlsx,
    )

    user = User.objects.select_related("organisation").get(username=READER)
    seen = Recommendation.objects.visible_to(user).order_by("pk").values("pk")
    ids = list(seen.values_list("pk", flat=True)[:rows])
    scope = sources.Scope(
        # An interval of ids, as a filter would give: no list of thousands of ids.
        rows=Recommendation.objects.visible_to(user).filter(
            pk__gte=ids[0], pk__lte=ids[-1]
        ),
        in_words="",
        resolutions=frozenset(Resolution.objects.values_list("pk", flat=True)),
    )

    def build() -> Any:
        return official.build_official_report(
            scope,
            as_of=timezone.localdate() - timedelta(days=30),
            frozen_at=timezone.now(),
            basis=Basis.REPORTED,
            issuer=user.organisation,
            viewer=user,
        )

    if what == "build":
        return build, None, len(ids)
    content = official.read_payload(official.write_payload(build()))
    writers = {
        "docx": write_official_docx,
        "pdf": write_official_pdf,
        "xlsx": write_official_xlsx,
        "csv": write_official_csv,
    }
    peers = {"xlsx": bare_workbook, "csv": bare_csv}
    cells = [row for table in content["tables"] for row in rows_of(table)]
    peer = peers.get(what)
    return (
        lambda: writers[what](content),
        (lambda: peer(cells)) if peer else None,
        len(content["items"]),
    )


def rows_of(table: dict[str, Any]) -> list[list[Any]]:
    return [row for group in table["groups"] for row in group["rows"]]


# -- the list -------------------------------------------------------------------------


def list_work(what: str, rows: int) -> tuple[Callable, Callable, int]:
    from django.http import QueryDict  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from provinces.models import User  # noqa: PLC0415
    from tracker.filters import RecommendationFilter  # noqa: PLC0415
    from tracker.reports.progress import build_progress_report  # noqa: PLC0415
    from tracker.reports.writers.csv import write_csv  # noqa: PLC0415
    from tracker.reports.writers.xlsx import write_xlsx  # noqa: PLC0415

    user = User.objects.select_related("organisation").get(username=READER)
    today = timezone.localdate()
    chosen = RecommendationFilter(QueryDict(), user=user, on=today)

    def report() -> Any:
        return build_progress_report(chosen.qs, on=today, filter_in_words="", by=user)

    def work() -> None:
        if what == "list.csv":
            for _piece in write_csv(report()):
                pass
        else:
            write_xlsx(report()).close()

    def peer() -> None:
        """Read the same table once and write as many cells, with nothing decided."""
        cells = chosen.qs.order_by("pk").values_list(
            *("wording", "progress", "due_on", "raised_on", "lead__name"),
            *("addressee__name", "raised_by__name", "answer", "code_prefix"),
            *("code_year", "code_number", "completed_on", "last_update_at"),
            *("original_due_on", "extension_count", "open_difficulties"),
        )
        (bare_csv if what == "list.csv" else bare_workbook)(
            [plain(one) for one in row] for row in cells.iterator(chunk_size=2000)
        )

    return work, peer, chosen.qs.count()


# -- peers ----------------------------------------------------------------------------


def plain(value: Any) -> Any:
    return value if isinstance(value, int | str | date) and value else str(value or "")


def bare_csv(rows: Any) -> None:
    writer = csv.writer(io.StringIO())
    for row in rows:
        writer.writerow(row)


def bare_workbook(rows: Any) -> None:
    """Write cells row by row in constant memory, as the library's manual does."""
    from xlsxwriter import Workbook  # noqa: PLC0415

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "dd/mm/yyyy",
        "remove_timezone": True,
    }
    with (
        tempfile.NamedTemporaryFile(suffix=".xlsx") as file,
        Workbook(file.name, options) as workbook,
    ):
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)


if __name__ == "__main__":
    sys.exit(main())
