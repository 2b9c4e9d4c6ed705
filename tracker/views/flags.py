"""Pages of data flags: what is doubtful in a source, and what is decided about it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.forms.flags import DecisionForm, FlagForm
from tracker.forms.stamped import StampedForm
from tracker.models import DataFlag, Document
from tracker.models.documents import join_seen_passage
from tracker.permissions import can_enter
from tracker.reports.decisions import list_decisions
from tracker.services.flags import add_flag, decide_flag
from tracker.views.acts import act
from tracker.views.entering import enter
from tracker.views.passages import find_named_passage
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def data_flag(request: SignedInRequest, pk: int, flag: int) -> HttpResponse:
    """Show a flag with its decisions; coordinators decide here."""
    user = request.user
    visible = DataFlag.objects.visible_to(user).filter(document=pk)
    told = join_seen_passage(visible.with_raiser().select_related("document"), user)
    found = get_object_or_404(told, pk=flag)

    def show(form: StampedForm | None, status: int = 200) -> HttpResponse:
        if form:
            form.focus_first_wrong()
        context = {"flag": found, "decisions": list_decisions(found), "form": form}
        return render(request, "tracker/data_flag.html", context, status=status)

    def describe(made: DataFlag) -> str:
        return _("The decision was saved.")

    if request.method != "POST":
        may_decide = can_enter(user)
        return show(DecisionForm(subject=found, user=user) if may_decide else None)
    if not can_enter(user):
        raise PermissionDenied
    form = DecisionForm(request.POST, subject=found, user=user)
    return act(request, form, decide_flag, found, describe=describe, show=show)


@require_http_methods(["GET", "HEAD", "POST"])
def data_flag_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Raise a doubt about a document; its address may name the passage in doubt."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    passage = find_named_passage(request)
    is_own = passage is not None and passage.document_id == document.pk
    return enter(
        request,
        FlagForm,
        DataFlag(document=document, passage=passage if is_own else None),
        add_flag,
        title=_("Raise a data flag"),
        done=_("The flag was added."),
        back=document,
    )
