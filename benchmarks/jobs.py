"""What people do, what each job is measured by and how near it has to come."""

from dataclasses import dataclass

COORDINATOR, REPORTER = "dieuphoi", "danang"
LIST, ADMIN = "/recommendations/", "/admin/tracker/recommendation/"


@dataclass(frozen=True)
class Job:
    """One thing people do; a goal of nought is none.

    A limit that begins with a stroke is another page of the product; the peer is the
    page of the Django admin that does the same.
    """

    name: str
    address: str
    limit: str
    goal: float = 0
    peer: str = ""
    statements: int = 0
    compressed: int = 0
    writes: int = 0
    reader: str = COORDINATOR


def listed(name: str, query: str, limit: str, peer: str, goal: float = 2.0) -> Job:
    return Job(name, LIST + query, limit, goal, ADMIN + peer, 10, 8000)


IN_BOTH = "?resolution={slug}&province={place}"
PAST = "as_of=2025-06-30"
PAGES = (
    listed("list", "", "list", ""),
    listed(
        "by resolution",
        "?resolution={slug}",
        "resolution",
        "?resolutions__id__exact={resolution}",
    ),
    listed(
        "by progress",
        "?progress=in_progress",
        "progress",
        "?progress__exact=in_progress",
    ),
    listed(
        "by province",
        "?province={place}",
        "province",
        "?province__id__exact={province}",
    ),
    listed(
        "combined",
        f"{IN_BOTH}&progress=in_progress",
        "combined",
        "?resolutions__id__exact={resolution}&progress__exact=in_progress"
        "&province__id__exact={province}",
    ),
    listed("text", "?q=khu+cong+nghiep", "text", "?q=khu+công+nghiệp", 1.5),
    listed("page 2", "?page=2", LIST, "?p=2", 1.2),
    listed("half depth", "?page={half}", LIST, "?p={half}", 1.2),
    listed("last page", "?page={last}", "list", "?p={last}"),
    Job("reporter's list", LIST, "list", 3.0, statements=10, reader=REPORTER),
    Job("as of a past day", f"{LIST}?{PAST}", LIST, 4.0),
    Job("report of a past day", f"/reports/{IN_BOTH}&{PAST}", "report"),
    Job(
        "one recommendation",
        "/recommendations/{code}/",
        "detail",
        2.0,
        ADMIN + "{one}/change/",
        10,
    ),
    Job("overview", "/overview/", "overview", 2.0),
    Job("province", "/provinces/{place}/", "overview", 2.0),
    Job("my work", "/my-work/", "bytes", reader=REPORTER),
    Job("search", "/search/?q=khu+cong+nghiep", "bytes"),
)
SIGN_IN = Job("sign in", "/accounts/login/", "hash", 1.3, "/admin/login/", writes=4)
WRITING = Job("report progress", LIST + "{code}/progress/", "write", 1.5, statements=8)
EXPORTS = (
    Job("export CSV", LIST + "export.csv", "csv", 5.0, ADMIN + "export/"),
    Job("export XLSX", LIST + "export.xlsx", "xlsx", 1.3, ADMIN + "export/"),
)
ALL = (SIGN_IN, *PAGES, WRITING, *EXPORTS)
# What is asked for by eight at once, beside one alone.
TOGETHER = ("list", "combined", "one recommendation", "overview")
GROWING = 0.2


def choose(names: str) -> tuple[Job, ...]:
    """Give the jobs named, by commas, in the order of the table; all for no name."""
    asked = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := set(asked) - {job.name for job in ALL}:
        known = ", ".join(job.name for job in ALL)
        raise SystemExit(
            f"No such job: {', '.join(sorted(unknown))}. There are {known}."
        )
    return tuple(job for job in ALL if not asked or job.name in asked)
