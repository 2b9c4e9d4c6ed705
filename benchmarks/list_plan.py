"""What the list costs: its statements, their times, and the plan of its page.

Run on an installation that `manage.py generate` has filled. Ends with 1 when the list
needs more than ten statements or the page reads or sorts the whole table.
"""

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from provinces.models import User  # noqa: E402
from tracker.models import Recommendation, StatusUpdate  # noqa: E402

MOST_STATEMENTS = 10
TABLE = "tracker_recommendation"
# A coordinator, a reporter at a ministry and one at a provincial body.
READERS = ("dieuphoi", "boct", "danang")
SHOWN = 100


def main() -> int:
    made = Recommendation.objects.count(), StatusUpdate.objects.count()
    print(f"{connection.vendor}: {made[0]} recommendations, {made[1]} updates")
    faults = [fault for name in READERS for fault in measure(name)]
    for fault in faults:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


def measure(username: str) -> list[str]:
    """Ask for the list as one person; print what it cost; say what is wrong."""
    user = User.objects.get(username=username)
    visible = Recommendation.objects.visible_to(user).count()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    client.get("/recommendations/")
    start = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/recommendations/")
    seconds = time.perf_counter() - start
    statements = [one["sql"] for one in captured.captured_queries]
    print(
        f"\n{username}: sees {visible} rows; status {response.status_code},"
        f" {len(statements)} statements, {seconds * 1000:.0f} ms in all"
    )
    for sql in statements:
        print(f"  {read_all(sql) * 1000:8.1f} ms  {' '.join(sql.split())[:SHOWN]}")
    faults = []
    if len(statements) > MOST_STATEMENTS:
        faults.append(f"{username}: {len(statements)} statements")
    pages = [sql for sql in statements if is_page(sql)]
    if len(pages) != 1:
        return [*faults, f"{username}: {len(pages)} statements read a page"]
    plan = explain(pages[0])
    print("  plan of the page:")
    for line in plan:
        print(f"    {line}")
    return faults + [f"{username}: {f}" for f in judge(plan, all_rows=visible)]


def read_all(sql: str) -> float:
    """Time a statement with all its rows: SQLite works while rows are fetched."""
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()
    return time.perf_counter() - start


def is_page(sql: str) -> bool:
    return (
        f'FROM "{TABLE}"' in sql
        and "ORDER BY" in sql
        and f"LIMIT {settings.LIST_PAGE_SIZE}" in sql
    )


def explain(sql: str) -> list[str]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF) {sql}")
            return [line for (line,) in cursor.fetchall()]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        rows: list[Any] = cursor.fetchall()
    depth = {0: 0}
    for pk, parent, _unused, _detail in rows:
        depth[pk] = depth[parent] + 1
    return [f"{'  ' * (depth[pk] - 1)}{detail}" for pk, _p, _u, detail in rows]


def judge(plan: list[str], *, all_rows: int) -> list[str]:
    """Find a scan of the whole table, or a sort where everybody's rows come.

    Whoever sees a part reads it by its keys and sorts that part; whoever sees all
    must get the first rows in the order of an index.
    """
    scans = (rf"^\s*SCAN {TABLE}$", rf"Seq Scan on {TABLE}\b")
    sorts = (r"USE TEMP B-TREE FOR ORDER BY", r"Sort Method")
    found = [
        f"the page scans the table: {line.strip()}"
        for line in plan
        if any(re.search(scan, line) for scan in scans)
    ]
    if all_rows == Recommendation.objects.count():
        found += [
            f"the page sorts the table: {line.strip()}"
            for line in plan
            if any(re.search(sort, line) for sort in sorts)
        ]
    return found


if __name__ == "__main__":
    sys.exit(main())
