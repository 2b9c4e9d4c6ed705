"""Tables in Markdown; what misses its goal is bold, the goal in parentheses."""

import math
import statistics

from benchmarks.jobs import GROWING, Job
from benchmarks.measuring import Measured, Rate, Taken

JOBS_HEAD = (
    *("job", "p50", "p95", "limit", "× limit (goal)", "admin", "× ahead"),
    *("SQL", "writes", "bytes", "gzip"),
)
RATES_HEAD = (
    *("job", "people", "pages/s", "p95", "errors", "PSS"),
    *("admin pages/s", "× ahead (goal)", "admin PSS"),
)
EXPORTS_HEAD = (
    *("export", "MB", "first byte", "of the time (goal)", "growth (goal)"),
    *("limit: MB", "first byte", "growth"),
)
MEMORY_GOAL, AHEAD_GOAL = 250, 5.0
# At most so much memory for a file, in MiB, and this part of the time to its start.
GROWTH_GOALS, START_GOAL = {"export CSV": 16, "export XLSX": 32}, 0.05


def head(cells: tuple[str, ...]) -> str:
    return f"{row(*cells)}\n|{'---|' * len(cells)}"


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def judged(shown: str, is_met: bool, goal: str = "") -> str:
    said = shown if is_met else f"**{shown}**"
    return f"{said} ({goal})" if goal else said


def at_most(value: float, goal: float, shown: str, said: str = "") -> str:
    if not goal:
        return shown
    return judged(shown, value <= goal, said or f"{goal:g}")


def job_row(one: Measured) -> str:
    job, answer = one.job, one.answer
    # What a file is read by while it is sent is not counted.
    counted = answer.length == len(answer.body)
    return row(
        job.name,
        milliseconds(one.page.median),
        milliseconds(one.page.percentile(0.95)),
        milliseconds(one.limit.median),
        at_most(one.ratio, job.goal, f"{one.ratio:.1f}"),
        milliseconds(one.peer.median) if one.peer else "–",
        f"{one.ahead:.1f}" if one.peer else "–",
        at_most(answer.statements, job.statements, str(answer.statements))
        if counted
        else "–",
        at_most(answer.writes, job.writes, str(answer.writes)),
        f"{answer.length:,}",
        _compressed(one),
    )


def _compressed(one: Measured) -> str:
    # What is posted has no body, a long file is not kept.
    if not one.answer.body or one.answer.length != len(one.answer.body):
        return "–"
    return at_most(one.compressed, one.job.compressed, f"{one.compressed:,}")


def refused_row(job: Job, why: str) -> str:
    return row(job.name, f"**{why}**", *["–"] * (len(JOBS_HEAD) - 2))


def export_row(one: Measured) -> str:
    page, limit = one.page.last, one.limit.last
    assert page is not None
    assert limit is not None
    share = page.first_byte / page.seconds
    # A workbook has no first byte before its end.
    start_goal = START_GOAL if one.job.name == "export CSV" else 0
    growth = one.growth / 1024
    return row(
        one.job.name,
        megabytes(page.length),
        milliseconds(page.first_byte),
        at_most(share, start_goal, f"{share:.0%}", f"{START_GOAL:.0%}"),
        at_most(growth, GROWTH_GOALS[one.job.name], f"{growth:.0f} MiB"),
        megabytes(limit.length),
        milliseconds(limit.first_byte),
        f"{one.limit_growth / 1024:.0f} MiB",
    )


def rate_row(job: Job, own: Rate, peer: Rate | None) -> str:
    memory = own.memory / 1024
    several = own.people > 1
    return row(
        job.name,
        str(own.people),
        f"{own.a_second:.1f}",
        milliseconds(own.p95),
        judged(str(own.errors), not own.errors),
        at_most(memory, MEMORY_GOAL, f"{memory:.0f} MiB"),
        f"{peer.a_second:.1f}" if peer else "–",
        _ahead(own.a_second / peer.a_second, goal=several) if peer else "–",
        f"{peer.memory / 1024:.0f} MiB" if peer else "–",
    )


def _ahead(times: float, *, goal: bool) -> str:
    if not goal:
        return f"{times:.1f}"
    return judged(f"{times:.1f}", times >= AHEAD_GOAL, f"{AHEAD_GOAL:g}")


def growth_table(sizes: list[tuple[int, dict[str, Measured]]]) -> str:
    """Give p50 by size and the exponent of its growth, for one database."""
    lines = [head(("job", *(f"{rows:,}" for rows, _found in sizes), "exponent (goal)"))]
    for name in dict.fromkeys(name for _rows, found in sizes for name in found):
        points = {rows: found[name] for rows, found in sizes if name in found}
        if len(points) < 2:
            continue
        grown = exponent([(rows, one.page) for rows, one in points.items()])
        goal = GROWING if next(iter(points.values())).job.compressed else 0
        cells = [
            milliseconds(points[rows].page.median) if rows in points else "–"
            for rows, _found in sizes
        ]
        lines.append(row(name, *cells, at_most(grown, goal, f"{grown:.2f}")))
    return "\n".join(lines)


def exponent(points: list[tuple[int, Taken]]) -> float:
    """Give k of time = c · rowsᵏ that fits best."""
    rows = [math.log(number) for number, _taken in points]
    return statistics.linear_regression(
        rows, [math.log(taken.median) for _number, taken in points]
    ).slope


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.{1 if seconds < 0.1 else 0}f} ms"


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
