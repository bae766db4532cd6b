"""How much a client has done today, counted in the table: the same for all tasks."""

from datetime import datetime, timedelta

from app.hub import keys
from app.hub.table import HubTable, Update, When
from app.hub.times import day, epoch

KEPT = timedelta(days=2)


def act(table: HubTable, client: str, *, most: int, moment: datetime) -> bool:
    """Count an action; False, and nothing is counted, when today's are used up.

    Raises what boto3 raises.
    """
    left = When(expression="attribute_not_exists(#count) OR #count < :most", values={"most": most})
    return table.write_if_so(
        Update(
            key=keys.actions(client, day(moment)),
            expression="SET #expiresAt = :expiresAt ADD #count :one",
            values={"expiresAt": epoch(moment + KEPT), "one": 1},
            when=left,
        )
    )
