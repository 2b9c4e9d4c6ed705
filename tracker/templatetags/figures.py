"""Figures in words and as bars: targets, observations, counts."""

from django import template
from django.utils.safestring import SafeString

from tracker.reports.charts import build_bullet_chart, build_line_charts
from tracker.reports.counting import ProgressCount, write_count
from tracker.reports.figures import figure, target_words
from tracker.templatetags.tracker import compiled

register = template.Library()
register.simple_tag(figure)
register.simple_tag(target_words)
register.simple_tag(build_bullet_chart, name="bullet_chart")
register.filter("line_charts", build_line_charts)

GAP = 2


@register.simple_tag
def progress_bar(count: ProgressCount, width: int, height: int) -> SafeString:
    """Lay the five values of progress side by side, to scale, in a fixed order."""
    segments = count.segments
    shown = [part for part in segments if part.count]
    room = width - GAP * (len(shown) - 1)
    rectangles, x = [], 0.0
    for part in shown:
        share = room * part.count / count.total
        at = {"x": round(x, 2), "width": round(share, 2)}
        rectangles.append({"progress": part.value, **at})
        x += share + GAP
    return compiled(
        "progress_bar",
        rectangles=rectangles,
        width=width,
        height=height,
        label=", ".join(f"{one.label}: {write_count(one.count)}" for one in segments),
    )
