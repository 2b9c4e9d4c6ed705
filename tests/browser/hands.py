"""Hands on a keyboard, and the acts they do: Tab to reach, keys to do, no mouse."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

# More stops than any page has.
MOST_STOPS = 400
# Files of reports are made while somebody waits.
PATIENCE = 60_000
# The form of every page where something is entered.
ENTRY = "form.entry"


class Hands:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page, address, places):
        self.page, self.address, self.places = page, address, places
        # Asked for only when needed, Chromium may open its own dialog before it hears.
        page.on("filechooser", lambda _chooser: None)

    def go(self, address):
        self.page.goto(f"{self.address}{address.format(**self.places)}")

    def reach(self, selector):
        """Press Tab until the control has the focus."""
        wanted = self.page.locator(selector).first
        expect(wanted).to_be_attached(timeout=PATIENCE)
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.has_focus(selector):
                return
        pytest.fail(f"Tab does not lead to {selector}")

    def has_focus(self, selector):
        asked = "(selector) => !!document.activeElement?.matches(selector)"
        return self.page.evaluate(asked, selector)

    def press(self, selector, key="Enter"):
        self.reach(selector)
        self.page.keyboard.press(key)

    def open(self, selector):
        self.press(f"{selector} > summary")

    def write(self, selector, text):
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def pick(self, name, value):
        """Move to one of the radio buttons: Tab stops at the group, arrows go on."""
        self.reach(name)
        self.page.keyboard.press("Space")
        wanted = f"{name}[value='{value}']:checked"
        for _step in range(10):
            if self.has_focus(wanted):
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no arrow leads to {wanted}")

    def choose(self, selector, label=""):
        """Go down a list to a choice, or to the first one that says something."""
        self.reach(selector)
        for _step in range(MOST_STOPS):
            self.page.keyboard.press("ArrowDown")
            said = self.page.evaluate(
                "() => document.activeElement.selectedOptions[0].text"
            )
            if label in said:
                return
        pytest.fail(f"no arrow leads to {label}")

    def attach(self, selector, file):
        self.reach(selector)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files([file])

    def send(self, form):
        self.press(f"{form} [type=submit]")

    def strike(self, key):
        """Press a key where one is."""
        self.page.keyboard.press(key)

    def type(self, text):
        """Type letter by letter where one is."""
        self.page.keyboard.type(text, delay=20)

    def see(self, selector):
        expect(self.page.locator(selector).first).to_be_visible(timeout=PATIENCE)

    def download(self, selector):
        with self.page.expect_download():
            self.press(selector)


@dataclass(frozen=True)
class Act:
    """One act: the page it is done on, its keys in their order, what is said then."""

    name: str
    address: str
    keys: tuple[Callable[[Hands], None], ...]
    where: str
    says: str

    def __str__(self):
        return self.name


def act(name, address, *keys, where="#messages .success", says=""):
    return Act(name, address, keys, where, says)


def keys(name):
    """Give what is done by the hands as a step of a table."""
    return lambda *said: lambda hands: getattr(hands, name)(*said)


go, press, open_, write = keys("go"), keys("press"), keys("open"), keys("write")
pick, choose, attach, send = keys("pick"), keys("choose"), keys("attach"), keys("send")
strike, type_ = keys("strike"), keys("type")
see, download = keys("see"), keys("download")
