"""People at their work: each reads, thinks, reports, and takes note of the waiting."""

import random
import re
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException

from benchmarks.server import Answer, Client

ROW = re.compile(r'href="(/recommendations/[A-Z][^/"]*-\d+/)[?"]')
LISTS = (
    "",
    "?progress=in_progress",
    "?timeliness=overdue",
    "?confirmation=unconfirmed",
    "?resolution={resolution}",
    "?province={province}",
    "?resolution={resolution}&province={province}&progress=in_progress",
    "?page=2",
)
SEARCHES = ("khu+cong+nghiep", "nha+o+xa+hoi", "%C4%91%E1%BA%A5t", "QNA-24", "mau+2")
# How often people do what, of a hundred times.
HABITS = {
    "list": 35,
    "one recommendation": 30,
    "report progress": 12,
    "search": 8,
    "overview": 5,
    "my work": 5,
    "province": 5,
}


@dataclass(frozen=True)
class Wait:
    """One answer that somebody waited for; 0 is the status of none."""

    act: str
    begun: float
    seconds: float
    status: int


@dataclass
class Diary:
    """What everybody waited for, in one list, until it is over."""

    # Seconds between two pages of one person, on average.
    think_time: float
    over: threading.Event = field(default_factory=threading.Event)
    waits: list[Wait] = field(default_factory=list)

    def think(self) -> None:
        self.over.wait(random.uniform(0.5, 1.5) * self.think_time)

    def begin(self) -> None:
        """Let nobody begin at the very same moment."""
        self.over.wait(random.uniform(0, 1.5) * self.think_time)


class ProgressForm(HTMLParser):
    """The fields of the form that reports progress, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.address, self.fields = "", {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        said = dict(pairs)
        if tag == "form":
            is_it = (said.get("action") or "").split("?")[0].endswith("/progress/")
            self._inside = is_it and "/actions/" not in (said["action"] or "")
            self.address = (said["action"] or "") if self._inside else self.address
        elif self._inside and tag == "select":
            self._select = said.get("name") or ""
        elif self._inside and tag == "option":
            if "selected" in said:
                self.fields[self._select] = said.get("value") or ""
        elif self._inside and tag in {"input", "textarea"} and _is_sent(said):
            self.fields[said["name"] or ""] = said.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    _inside = False


def _is_sent(said: dict[str, str | None]) -> bool:
    kind = said.get("type")
    if kind in {"radio", "checkbox"}:
        return "checked" in said
    return kind != "file" and "name" in said


@dataclass
class Person:
    """Somebody signed in, with the rows of the list that was last looked at."""

    port: int
    session: str
    words: dict[str, str]
    diary: Diary
    rows: list[str] = field(default_factory=list)

    def work(self) -> None:
        self.diary.begin()
        self.client = Client(self.port, self.session)
        while not self.diary.over.is_set():
            self.act(*random.choices([*HABITS], weights=[*HABITS.values()]))
            self.diary.think()

    def act(self, name: str) -> None:
        if name == "list" or not self.rows:
            self.read_list()
        elif name == "one recommendation":
            self.ask(name, "GET", random.choice(self.rows))
        elif name == "report progress":
            self.report()
        elif name == "search":
            self.ask(name, "GET", f"/search/?q={random.choice(SEARCHES)}")
        else:
            places = {"overview": "overview", "my work": "my-work"}
            place = places.get(name, f"provinces/{self.words['province']}")
            self.ask(name, "GET", f"/{place}/")

    def read_list(self) -> None:
        query = random.choice(LISTS).format(**self.words)
        answer = self.ask("list", "GET", f"/recommendations/{query}")
        found = ROW.findall(answer.body.decode()) if answer else []
        self.rows = [*dict.fromkeys(found)] or self.rows

    def report(self) -> None:
        """Open a recommendation, write a report, send it, see what came of it."""
        page = self.ask("one recommendation", "GET", random.choice(self.rows))
        form = ProgressForm(page.body.decode()) if page else None
        if form is None or not form.address:
            return
        self.diary.think()
        form.fields |= {
            "progress": "in_progress",
            "note": "Đang thực hiện theo kế hoạch (mẫu).",
            "document_number": random.choice(["", "12-BC/TU"]),
        }
        answer = self.ask("report progress", "POST", form.address, form.fields)
        if answer and answer.status == 302:
            self.ask("one recommendation", "GET", answer.headers["location"])

    def ask(
        self, act: str, method: str, path: str, fields: dict[str, str] | None = None
    ) -> Answer | None:
        begun = time.monotonic()
        try:
            answer = self.client.ask(method, path.split("#")[0], fields)
        except (OSError, HTTPException):
            answer = None
        # While people think, the server closes what is idle.
        self.client.connection.close()
        seconds, status = time.monotonic() - begun, answer.status if answer else 0
        self.diary.waits.append(Wait(act, begun, seconds, status))
        return answer


@dataclass
class Exporter(Person):
    """Somebody who takes the whole list as a file, and at once again."""

    kind: str = "csv"

    def work(self) -> None:
        self.client = Client(self.port, self.session)
        while not self.diary.over.is_set():
            path = f"/recommendations/export.{self.kind}"
            answer = self.ask(f"export {self.kind}", "GET", path)
            if answer is None or answer.status != 200:
                self.diary.think()


@dataclass
class Newcomer(Person):
    """Somebody who signs in with a password, once a minute or so."""

    name: str = ""
    password: str = ""

    def work(self) -> None:
        self.diary.think()
        while not self.diary.over.is_set():
            self.client = Client(self.port, "")
            self.client.cookies = ""
            page = self.ask("sign-in page", "GET", "/accounts/login/")
            token = r'name="csrfmiddlewaretoken" value="([^"]+)"'
            if page and (found := re.search(token, page.body.decode())):
                fields = {"login": self.name, "password": self.password}
                fields["csrfmiddlewaretoken"] = found[1]
                self.ask("sign in", "POST", "/accounts/login/", fields)
            self.diary.over.wait(random.uniform(30, 90))
