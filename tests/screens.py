"""Make the pictures of every screen, in both languages, on the desk and on a phone.

An installation of its own in a temporary folder, with made-up work in it, is walked
with Chromium. `make screens` runs this; the pictures are kept in docs/screens/, those
of the help pages beside the other static files. The word `help` makes these alone.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
LANGUAGES = ("vi", "en")
# Width: the height of the window, and where a long page is cut.
WINDOWS = {1440: (1000, 1600), 390: (844, 2400)}
MOST_BYTES = 100_000
HELP_FOLDER = ROOT / "tracker" / "static" / "tracker" / "help"
HELP_LANGUAGE, HELP_HEIGHT = "vi", 460
# All pictures of one page: with its words it stays under 60 kB.
HELP_MOST_BYTES = 40_000
COORDINATOR, REPORTER, ADMINISTRATOR = "dieuphoi", "danang", "quantri"
FILTER = "resolution=23-nq-tw&progress=in_progress"
PASSWORD = "only-for-pictures"
# Without these the edges of rounded corners differ from run to run.
STEADY = ("--disable-partial-raster", "--disable-skia-runtime-opts")
# A list box centres its words in the letters it was first laid out with.
SETTLE = """document.fonts.ready.then(() => {
    const page = document.body;
    page.hidden = true; page.offsetHeight; page.hidden = false;
})"""
STORY = "from tests.screens_story import install; install()"


@dataclass(frozen=True)
class Screen:
    """One page as one person sees it; nobody is signed in without a user."""

    name: str
    address: str
    user: str = COORDINATOR
    is_dark: bool = False
    status: int = 200
    is_whole: bool = False

    def picture(self, language: str, width: int) -> str:
        return f"{self.name}.{language}.{width}.webp"

    @property
    def pictures(self) -> list[str]:
        return [self.picture(*one) for one in product(LANGUAGES, WINDOWS)]


SCREENS = [
    Screen("sign-in", "/accounts/login/", user=""),
    Screen("password", "/accounts/password/change/"),
    Screen("my-work", "/", user=REPORTER),
    Screen("overview", "/overview/"),
    Screen("overview-dark", "/overview/", is_dark=True),
    Screen("overview-past", "/overview/?province=49&as_of=2026-10-31&count=overdue"),
    Screen("list", "/recommendations/"),
    Screen("list-dark", "/recommendations/", is_dark=True),
    Screen("list-filtered", f"/recommendations/?{FILTER}"),
    Screen("saved-views", "/recommendations/views/"),
    Screen("recommendation", "/recommendations/QNA-24-03/", is_whole=True),
    Screen("recommendation-reporter", "/recommendations/QNA-24-05/", user=REPORTER),
    Screen("action", "/recommendations/QNA-24-03/actions/1/"),
    Screen("confirmations", "/confirmations/"),
    Screen("reminders", "/reminders/"),
    Screen("recommendation-new", "/recommendations/new/"),
    Screen("search", "/search/?q=chu+lai"),
    Screen("resolutions", "/resolutions/"),
    Screen("resolution", "/resolutions/23-nq-tw/"),
    Screen("indicator", "/indicators/7/"),
    Screen("observation-new", "/indicators/7/observations/new/"),
    Screen("provinces", "/provinces/"),
    Screen("provinces-before", "/provinces/?in_force_on=2025-06-30"),
    Screen("province", "/provinces/48/"),
    Screen("sessions", "/sessions/"),
    Screen("session", "/sessions/1/"),
    Screen("documents", "/documents/"),
    Screen("document", "/documents/1/"),
    Screen("document-read", "/documents/13/"),
    Screen("passage", "/documents/1/passages/30/"),
    Screen("flag", "/documents/1/flags/1/"),
    Screen("reports", "/reports/?resolution=23-nq-tw&province=49&as_of=2026-10-31"),
    Screen("report-templates", "/reports/templates/"),
    Screen("report-changes", "/reports/compare/?since=2026-01-01&as_of=2026-10-31"),
    Screen("letter", "/reminders/23/letter/"),
    Screen("fact-sheet-province", "/provinces/48/fact-sheet/"),
    Screen("fact-sheet-resolution", "/resolutions/23-nq-tw/fact-sheet/"),
    Screen("calendar", "/calendar/"),
    Screen("shortcuts", "/help/shortcuts/"),
    Screen("not-found", "/recommendations/QNA-24-99/", status=404),
]


@dataclass(frozen=True)
class HelpPicture:
    """A part of a screen, as a help page shows it beside its words."""

    name: str
    address: str
    part: str
    user: str = COORDINATOR
    width: int = 800

    @property
    def file(self) -> str:
        return f"{self.name}.webp"


ASKED = "/recommendations/QNA-24-05/"
HELP_PICTURES = [
    HelpPicture("reporter-work", "/", "main", REPORTER),
    HelpPicture("reporter-progress", ASKED, "#recommendation-progress-form", REPORTER),
    HelpPicture("coordinator-confirmations", "/confirmations/", "main", width=1000),
    HelpPicture(
        "coordinator-deadline",
        "/recommendations/QNA-24-03/",
        "#recommendation-deadline-form",
        width=500,
    ),
    HelpPicture("leader-resolution", "/resolutions/23-nq-tw/", "main"),
    HelpPicture("leader-filter", "/recommendations/", ".facets", width=1440),
    HelpPicture("administrator-tables", "/admin/", "#content", ADMINISTRATOR),
    HelpPicture(
        "administrator-user", "/admin/provinces/user/add/", "#content", ADMINISTRATOR
    ),
]


def main(asked: str = "") -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("Pictures need Chromium: apt install chromium\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="tracker-screens-") as folder:
        environment = install(folder)
        with serve(environment) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium,
                args=["--no-sandbox", "--disable-background-networking", *STEADY],
            )
            made = {} if asked == "help" else walk(browser, address)
            shown = walk_help(browser, address)
            browser.close()
    if made:
        keep(made, FOLDER)
    keep(shown, HELP_FOLDER)
    return 0


def install(folder: str) -> dict[str, str]:
    """Set the product up in a folder, with its story; give its environment."""
    # Nothing else: no data at work here, no setting of production.
    environment = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    environment |= {"DATA_DIR": folder, "DEMO_PASSWORD": PASSWORD}
    collect = ["collectstatic", "--noinput", "--verbosity=0"]
    for arguments in (collect, ["shell", "--verbosity=0", f"--command={STORY}"]):
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        subprocess.run(command, env=environment, check=True)
    return environment


@contextmanager
def serve(environment: dict[str, str]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        # Opened here: no port to guess, and who comes early waits at it.
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        command = [sys.executable, "-m", "gunicorn", f"--bind=fd://{door.fileno()}"]
        command += ["--threads=4", "--no-control-socket", "--log-level=warning"]
        command += ["--chdir", str(ROOT), "tracker.wsgi"]
        server = subprocess.Popen(command, env=environment, pass_fds=[door.fileno()])
    try:
        yield address
    finally:
        server.terminate()
        server.wait()


def walk(browser: Browser, address: str) -> dict[str, bytes]:
    """Give every picture by the name of its file."""
    cookies = {u: sign_in(browser, address, u) for u in (COORDINATOR, REPORTER)}
    made = {}
    for screen, language, width in product(SCREENS, LANGUAGES, WINDOWS):
        chosen = {"name": "django_language", "value": language, "url": address}
        shown = [*cookies.get(screen.user, []), chosen]
        png = shoot(browser, address, screen, width, shown)
        made[screen.picture(language, width)] = compress(png)
        sys.stderr.write(".")
    return made


def walk_help(browser: Browser, address: str) -> dict[str, bytes]:
    """Give the pictures of the help pages by the names of their files."""
    made = {}
    for picture in HELP_PICTURES:
        language = {"name": "django_language", "value": HELP_LANGUAGE, "url": address}
        context = browser.new_context(
            viewport={"width": picture.width, "height": 1000}, reduced_motion="reduce"
        )
        context.add_cookies([*sign_in(browser, address, picture.user), language])
        page = context.new_page()
        page.goto(f"{address}{picture.address}")
        part = page.locator(picture.part).first
        # What is folded away is shown unfolded.
        part.evaluate("(one) => one.matches('details') && (one.open = true)")
        if picture.part.endswith("-form"):
            part.locator("form").first.wait_for()
        page.evaluate(SETTLE)
        png = part.screenshot(animations="disabled")
        made[picture.file] = compress_for_help(png)
        context.close()
        sys.stderr.write(".")
    return made


def compress_for_help(png: bytes) -> bytes:
    """Give the top of a part as a light WebP: a help page stays under 60 kB with it."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    shown = picture.crop((0, 0, picture.width, min(picture.height, HELP_HEIGHT)))
    file = io.BytesIO()
    shown.save(file, "WEBP", quality=60, method=6)
    return file.getvalue()


def sign_in(browser: Browser, address: str, user: str) -> list:
    """Sign in once, not once a picture; give the cookies that prove it."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".person")
    cookies = context.cookies()
    context.close()
    return cookies


def shoot(
    browser: Browser, address: str, screen: Screen, width: int, cookies: list
) -> bytes:
    height, longest = WINDOWS[width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if screen.is_dark else "light",
        reduced_motion="reduce",
    )
    context.add_cookies(cookies)
    page = context.new_page()
    answer = page.goto(f"{address}{screen.address}")
    assert answer and answer.status == screen.status, screen
    page.evaluate(SETTLE)
    full = page.evaluate("document.documentElement.scrollHeight")
    shown = full if screen.is_whole else min(full, longest)
    clip = FloatRect(x=0, y=0, width=width, height=shown)
    png = page.screenshot(full_page=True, clip=clip, animations="disabled")
    context.close()
    return png


def compress(png: bytes) -> bytes:
    """Give a WebP that is small enough: a shorter one, but never a blurred one."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    while True:
        file = io.BytesIO()
        picture.save(file, "WEBP", lossless=True, method=6)
        if file.tell() < MOST_BYTES:
            return file.getvalue()
        picture = picture.crop((0, 0, picture.width, picture.height - 100))


def keep(made: dict[str, bytes], folder: Path) -> None:
    """Replace the pictures, and leave none behind that no screen has any more."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if old.name not in made:
            old.unlink()
    for name, content in made.items():
        (folder / name).write_bytes(content)
    size = sum(len(content) for content in made.values())
    sys.stdout.write(f"\n{len(made)} pictures, {size // 1000} kB, in {folder}\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
