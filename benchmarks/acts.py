"""What is posted: signing in, reporting progress, exporting from the admin."""

import itertools
import re
import time
from collections.abc import Callable

from benchmarks.installations import Keys
from benchmarks.jobs import LIST
from benchmarks.server import Answer, Client

# The admin offers CSV first, then the workbook.
FORMATS = {"export CSV": "0", "export XLSX": "1"}


def read_value(form: bytes, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"'.encode(), form)
    if found is None:
        raise SystemExit(f"The form has no {name}.")
    return found[1].decode()


def signing_in(port: int, address: str, keys: Keys) -> Callable[[], Answer]:
    """Sign in each time as somebody new; the form is not counted."""

    def sign_in() -> Answer:
        client = Client(port, "")
        form = client.get(address)
        # The field of the name is "login" in the product, "username" in the admin.
        fields = {
            "csrfmiddlewaretoken": read_value(form.body, "csrfmiddlewaretoken"),
            **dict.fromkeys(("login", "username"), keys.person),
            "password": keys.password,
        }
        answer = client.ask("POST", address, fields)
        if answer.status != 302:
            raise SystemExit(f"Signing in was answered {answer.status}.")
        return answer

    return sign_in


def reporting_progress(client: Client, keys: Keys) -> Callable[[], Answer]:
    """Report on one recommendation after the other, each with a fresh form.

    A history that is measured as read is never written to, nor does one grow long.
    """
    written = itertools.cycle(keys.written)

    def report() -> Answer:
        code, body = next(written)
        address = f"{LIST}{code}/"
        form = client.get(address).body
        fields = {
            name: read_value(form, name)
            for name in ("csrfmiddlewaretoken", "form_key", "version")
        }
        fields |= {
            "progress": "in_progress",
            "effective_on": time.strftime("%d/%m/%Y"),
            "note": "Đang thực hiện theo kế hoạch (mẫu).",
            "spoken_for": str(body),
        }
        answer = client.ask("POST", f"{address}progress/", fields)
        # One that was sent before leads on as well, and writes nothing.
        if answer.status != 302 or not answer.writes:
            raise SystemExit(f"The report was not written: {answer.status}.")
        return answer

    return report


def exporting(client: Client, address: str, name: str) -> Callable[[], Answer]:
    """Export everything from the admin, by the form that it shows."""
    token = read_value(client.get(address).body, "csrfmiddlewaretoken")
    fields = {"csrfmiddlewaretoken": token, "format": FORMATS[name], "resource": "0"}
    return lambda: client.ask("POST", address, fields, keep=False)
