"""Letters that urge a body: look at one, keep it, record that it was sent."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from provinces.models import Organisation
from tracker.addresses import within_list
from tracker.choices import ReportKind
from tracker.forms.letters import LetterForm, SendingForm
from tracker.models import Report
from tracker.permissions import can_write_letters
from tracker.reports.letters import Letter, build_letter
from tracker.reports.official import lay_out, read_payload, write_payload
from tracker.services.letters import record_sending
from tracker.services.reports import keep_report
from tracker.services.submissions import AlreadySubmittedError
from tracker.views.report_page import answer_keeping, show_report
from tracker.views.requests import SignedInRequest, read_form_key


@require_safe
def letter_new(request: SignedInRequest, organisation: int) -> HttpResponse:
    """Show the letter as it would be kept."""
    body = _find_body(request, organisation)
    form = LetterForm(request.GET, user=request.user)
    letter = _build(body, form, request) if form.is_valid() else None
    content = letter and read_payload(write_payload(letter.content))
    context = {
        "body": body,
        "form": form,
        "report": content and lay_out(content),
        "count": len(letter.recommendations) if letter else 0,
        "query": form.data,
        "form_key": uuid4(),
    }
    return render(request, "tracker/letter_new.html", context)


@require_POST
def letter_keep(request: SignedInRequest, organisation: int) -> HttpResponse:
    """Keep the letter with its files, as it is at this moment."""
    body = _find_body(request, organisation)
    key = read_form_key(request)
    form = LetterForm(request.POST, user=request.user)
    letter = _build(body, form, request) if form.is_valid() else None
    if letter is None or not letter.recommendations:
        return redirect(_back_to(form, request))

    def keep() -> Report:
        return keep_report(
            letter.content,
            issuer=form.cleaned_data["issuer"],
            query="",
            is_personal=False,
            key=key,
            by=request.user,
            kind=ReportKind.LETTER,
            addressee=body,
            recommendations=letter.recommendations,
        )

    return answer_keeping(request, keep, back_to=_back_to(form, request))


@require_POST
def letter_record_sending(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Record under which number and on which day a letter left the house."""
    visible = Report.objects.visible_to(request.user)
    letter = get_object_or_404(visible, key=key, kind=ReportKind.LETTER)
    if not can_write_letters(request.user):
        raise PermissionDenied
    form = SendingForm(request.POST)
    if not form.is_valid():
        return show_report(request, letter, sending_form=form, status=422)
    said = form.cleaned_data
    try:
        record_sending(
            letter,
            number=said["number"],
            sent_on=said["sent_on"],
            key=said["form_key"],
            by=request.user,
        )
    except AlreadySubmittedError as earlier:
        return redirect(within_list(request, earlier.answer))
    except ValidationError as error:
        form.add_error(None, error)
        return show_report(request, letter, sending_form=form, status=422)
    messages.success(request, _("The sending was recorded."))
    return redirect(within_list(request, letter.get_absolute_url()))


def _back_to(form: LetterForm, request: SignedInRequest) -> str:
    asked = urlencode({name: request.POST.get(name, "") for name in form.fields})
    return f"{request.path.removesuffix('keep/')}?{asked}"


def _find_body(request: SignedInRequest, organisation: int) -> Organisation:
    body = get_object_or_404(Organisation, pk=organisation)
    if not can_write_letters(request.user):
        raise PermissionDenied
    return body


def _build(body: Organisation, form: LetterForm, request: SignedInRequest) -> Letter:
    return build_letter(
        body,
        as_of=form.cleaned_data["as_of"],
        frozen_at=timezone.now(),
        issuer=form.cleaned_data["issuer"],
        viewer=request.user,
    )
