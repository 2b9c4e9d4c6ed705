"""A field looks alike on every page, by whichever templates its form is laid out."""

import re

import pytest
from django.forms.renderers import DjangoTemplates
from django.template.loader import render_to_string

from tests.factories import make_recommendation
from tracker.views.recommendation_page import FORMS


def tags(html):
    """Give the HTML without what stands between tags only to be read in a file."""
    return re.sub(r"\s+(?=<|$)|(?<=>)\s+", "", html)


def boxes(field):
    return re.findall(r"<input[^>]*>", str(field))


@pytest.mark.parametrize("is_wrong", [False, True], ids=["fresh", "wrong"])
@pytest.mark.parametrize("name", FORMS)
def test_compiled_templates_say_what_those_of_django_say(ha, name, is_wrong):
    made = {"subject": make_recommendation(lead=ha.organisation), "user": ha}
    data = {"effective_on": "<b>", "lead": "x", "is_final": "on"} if is_wrong else None
    compiled = FORMS[name][0](data, initial={"form_key": "a"}, **made)
    plain = FORMS[name][0](data, initial={"form_key": "a"}, **made)
    plain.renderer = DjangoTemplates()

    assert compiled.visible_fields()
    for one, other in zip(compiled, plain, strict=True):
        if one.widget_type == "checkboxselectmultiple":
            # Stands in a frame that scrolls; its boxes are the same.
            assert boxes(one) == boxes(other) != []
            continue
        assert tags(str(one)) == tags(str(other))
        field = render_to_string("components/field.html", {"field": other})
        assert tags(one.as_field_group()) == tags(field)
