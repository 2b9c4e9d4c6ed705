"""Remember of each recommendation when anything last moved its state."""

from django.db import migrations, models

MOVING = (
    *("confirmation", "answer", "deadlinechange", "difficulty"),
    "difficultyclearance",
)
UPDATES = (
    "SELECT effective_on FROM tracker_statusupdate"
    " WHERE recommendation_id = tracker_recommendation.id AND action_id IS NULL"
)
OTHERS = (
    "SELECT effective_on FROM tracker_{}"
    " WHERE recommendation_id = tracker_recommendation.id"
)
MOVES = " UNION ALL ".join([UPDATES, *map(OTHERS.format, MOVING)])


class Migration(migrations.Migration):
    dependencies = [("tracker", "0012_index_words")]

    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="last_moved_on",
            field=models.DateField(
                editable=False, null=True, verbose_name="last moved on"
            ),
        ),
        migrations.RunSQL(
            "UPDATE tracker_recommendation SET last_moved_on ="
            f" (SELECT max(effective_on) FROM ({MOVES}) moves)",
            migrations.RunSQL.noop,
        ),
    ]
