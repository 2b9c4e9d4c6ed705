"""Figures in words and as bars: targets, observations, counts."""

from django import template

from tracker.reports.charts import build_bullet_chart, build_line_charts
from tracker.reports.counting import ProgressCount
from tracker.reports.figures import figure, target_words

register = template.Library()
register.simple_tag(figure)
register.simple_tag(target_words)
register.simple_tag(build_bullet_chart, name="bullet_chart")
register.filter("line_charts", build_line_charts)

GAP = 2


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(count: ProgressCount, width: int, height: int) -> dict:
    """Lay the five values of progress side by side, to scale, in a fixed order."""
    shown = [part for part in count.segments if part.count]
    room = width - GAP * (len(shown) - 1)
    rectangles, x = [], 0.0
    for part in shown:
        share = room * part.count / count.total
        rectangles.append({"part": part, "x": round(x, 2), "width": round(share, 2)})
        x += share + GAP
    return {
        "rectangles": rectangles,
        "width": width,
        "height": height,
        "segments": count.segments,
        "total": count.total,
    }
