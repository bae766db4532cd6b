"""Videos, from their posting to the links found in them.

queued -> done, or failed with a reason; one that was given up may be done yet. Each time a video is
queued its `revision` rises, and what a worker writes is for the revision it read: work that was
done twice changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Literal, TypeAlias

from app.hub import keys
from app.hub.table import NEW, ConditionFailedError, HubTable, Item, Put, When, Write
from app.hub.times import stamp

Status: TypeAlias = Literal["queued", "done", "failed"]
Source: TypeAlias = Literal["posted", "feed"]

GAVE_UP = "gave-up"
"""The reason of what failed at each try: its message is set aside, and may come back."""

_STILL = "#status = :status AND #revision = :revision"


@dataclass(frozen=True, kw_only=True)
class Video:
    """A creator's video; `media` is the key of its upload in the bucket of originals.

    `links` are the ids of those it shows a product of, `reason` says why it failed, and `error` for
    operators what kind of error it was given up for.
    """

    id: str
    creator_id: str
    url: str
    source: Source
    status: Status
    revision: int
    queued_at: str
    caption: str = ""
    media: str | None = None
    reason: str | None = None
    error: str | None = None
    links: tuple[str, ...] = ()

    @property
    def to_do(self) -> bool:
        """Whether a message about it is worth work."""
        return self.status == "queued" or self.reason == GAVE_UP


@dataclass(frozen=True, kw_only=True)
class TakenVideo:
    """A video after it was posted, and whether it has to be worked on now."""

    video: Video
    to_do: bool


def find(table: HubTable, video_id: str) -> Video | None:
    item = table.get(keys.video(video_id))
    return None if item is None else _video(item)


def take(
    table: HubTable, *, video_id: str, creator_id: str, url: str, source: Source, moment: datetime
) -> TakenVideo:
    """Write a video down as queued, unless it is known; one that failed is tried anew.

    Of two at once that post the same video one finds it known.
    """
    video = Video(
        id=video_id,
        creator_id=creator_id,
        url=url,
        source=source,
        status="queued",
        revision=1,
        queued_at=stamp(moment),
    )
    try:
        table.write(Put(item=_item(video), when=NEW))
    except ConditionFailedError:
        known = find(table, video_id)
        if known is not None and known.status == "failed":
            return _again(table, replace(video, revision=known.revision + 1), "failed")
        return TakenVideo(video=known or video, to_do=False)
    return TakenVideo(video=video, to_do=True)


def take_upload(table: HubTable, video: Video, media: str, moment: datetime) -> TakenVideo:
    """Queue a video anew, now that its upload is there; one that is still queued takes it along."""
    with_media = replace(
        video,
        media=media,
        status="queued",
        revision=video.revision + 1,
        queued_at=stamp(moment),
        reason=None,
        error=None,
    )
    return _again(table, with_media, video.status)


def _again(table: HubTable, video: Video, was: Status) -> TakenVideo:
    before = When(
        expression="#status = :was AND #revision = :before",
        values={"was": was, "before": video.revision - 1},
    )
    try:
        table.write(Put(item=_item(video), when=before))
    except ConditionFailedError:
        return TakenVideo(video=find(table, video.id) or video, to_do=False)
    return TakenVideo(video=video, to_do=True)


def finished(video: Video, *, caption: str, links: Sequence[str]) -> Write:
    """The write that ends a video's work, for a transaction with what was found."""
    done = replace(
        video, status="done", caption=caption, links=tuple(links), reason=None, error=None
    )
    return Put(item=_item(done), when=_still(video))


def fail(table: HubTable, video: Video, reason: str, *, error: str | None = None) -> bool:
    """End a video's work without links; False when it isn't any more as it was read."""
    failed = replace(video, status="failed", reason=reason, error=error)
    return table.write_if_so(Put(item=_item(failed), when=_still(video)))


def unfinished(table: HubTable, *, before: datetime) -> Iterator[str]:
    """The ids of videos that were queued before a moment and are not done, the oldest first."""
    condition = When(
        expression="#gsi1pk = :unfinished AND #gsi1sk < :before",
        values={"unfinished": keys.UNFINISHED, "before": stamp(before)},
    )
    for item in table.query(condition, index=True):
        yield item["id"]


def of_creator(table: HubTable, creator_id: str, *, most: int) -> list[Video]:
    """A creator's newest videos that are done or failed."""
    condition = When(expression="#gsi1pk = :creator", values={"creator": keys.owned_by(creator_id)})
    items = table.query(condition, index=True, newest_first=True, page=most)
    return [_video(item) for item in islice(items, most)]


def _still(video: Video) -> When:
    return When(expression=_STILL, values={"status": video.status, "revision": video.revision})


def _item(video: Video) -> Item:
    partition = keys.UNFINISHED if video.status == "queued" else keys.owned_by(video.creator_id)
    attributes = {
        "id": video.id,
        "creatorId": video.creator_id,
        "url": video.url,
        "source": video.source,
        "status": video.status,
        "revision": video.revision,
        "queuedAt": video.queued_at,
        "caption": video.caption,
        "media": video.media,
        "reason": video.reason,
        "error": video.error,
        "links": list(video.links),
    }
    return {
        **keys.video(video.id),
        **keys.video_in_index(partition, video.queued_at, video.id),
        **{name: value for name, value in attributes.items() if value},
    }


def _video(item: Item) -> Video:
    return Video(
        id=item["id"],
        creator_id=item["creatorId"],
        url=item["url"],
        source=item["source"],
        status=item["status"],
        revision=int(item["revision"]),
        queued_at=item["queuedAt"],
        caption=item.get("caption", ""),
        media=item.get("media"),
        reason=item.get("reason"),
        error=item.get("error"),
        links=tuple(item.get("links", ())),
    )
