"""Pages of the administration filled in the way a person would, from what they show."""

from html.parser import HTMLParser

from django.urls import reverse
from django.utils import translation


def page_of(row, act="change"):
    options = row._meta
    args = [] if isinstance(row, type) else [row.pk]
    return reverse(f"admin:{options.app_label}_{options.model_name}_{act}", args=args)


class Filled(HTMLParser):
    """Collects what a browser would send were the form left as it is."""

    def __init__(self, html):
        super().__init__()
        self.data, self.list, self.text = {}, None, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        name, is_chosen = named.get("name"), "checked" in named
        if tag == "select":
            self.list = name
        elif tag == "option" and "selected" in named:
            self.data[self.list] = named["value"]
        elif tag == "textarea":
            self.text, self.data[name] = name, ""
        elif tag == "input" and named.get("type") == "checkbox":
            if is_chosen:
                self.data.setdefault(name, []).append(named.get("value", "on"))
        elif tag == "input" and name and named.get("type") != "submit":
            self.data[name] = named.get("value", "")

    def handle_data(self, data):
        if self.text:
            self.data[self.text] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text = None


def save(client, row, **typed):
    """Type into the form of a row, or of a new one, and press the button."""
    address = page_of(row, "add" if isinstance(row, type) else "change")
    page = client.get(address).content.decode()
    data = Filled(page).data | typed
    return client.post(address, {k: v for k, v in data.items() if v is not None})


def errors_in(page):
    """Give the messages beside the fields, of the rows inside too."""
    assert page.status_code == 200, page.get("Location")
    said = {**page.context["adminform"].form.errors}
    for inline in page.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            said |= {form.add_prefix(name): text for name, text in form.errors.items()}
    with translation.override(page["Content-Language"]):
        return {name: [*messages] for name, messages in said.items()}


def listed(client, model, query=""):
    page = client.get(page_of(model, "changelist") + query)
    return [str(row) for row in page.context["cl"].result_list]


def in_english(client):
    client.cookies["django_language"] = "en"
    return client
