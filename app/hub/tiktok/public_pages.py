"""What TikTok tells everybody about a video: where a short link leads, caption, author and cover.

A short link is followed hop by hop, asking nobody but TikTok. The rest is oEmbed's:
https://developers.tiktok.com/doc/embed-videos documents its answer. For what is no public video it
is status 400 or 404, or 200 with "Something went wrong" in place of the video.
"""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from app.hub.tiktok.answers import Answer, json_object
from app.hub.tiktok.client import MOST_REDIRECTS, PAGES, PICTURES, TikTokClient
from app.hub.tiktok.errors import NoSuchVideoError, PermanentError
from app.hub.tiktok.urls import ShortLink, UrlError, VideoUrl, normal_handle, parse

OEMBED_URL = "https://www.tiktok.com/oembed"
COVER_BYTES = 10_000_000

_SHORT_LINK = "TikTok short link"
_EMBED = "TikTok oEmbed"
_COVER = "TikTok cover"


def resolve(client: TikTokClient, link: ShortLink) -> VideoUrl:
    """The video it leads to; the video's page itself isn't asked for.

    Raises NoSuchVideoError when it leads to something else, PermanentError when it leads off
    TikTok or is refused, TransientError when TikTok has trouble.
    """
    url = link.url
    for _ in range(MOST_REDIRECTS):
        response = client.send(_SHORT_LINK, url, hosts=PAGES, method="HEAD")
        if response.redirect is None:
            if response.status not in {200, 404}:
                raise response.trouble()
            break
        url = response.redirect
        try:
            address = parse(url)
        except UrlError:
            continue  # a page on the way, or one that the next request refuses to ask for
        if isinstance(address, VideoUrl):
            return address
    raise NoSuchVideoError(
        f"{_SHORT_LINK}: expected it to lead to a video, got another page: the video may be gone. "
        "Copy the link again from the video's Share menu in TikTok.",
        what=_SHORT_LINK,
    )


@dataclass(frozen=True, kw_only=True)
class Embed:
    """A video as oEmbed tells it: the title is its caption; sizes are in pixels.

    The handle is in lower case, and None when TikTok tells none that is valid.
    """

    title: str
    author_handle: str | None
    author_name: str
    thumbnail_url: str | None
    thumbnail_width: int | None
    thumbnail_height: int | None


def read_embed(client: TikTokClient, video: VideoUrl) -> Embed:
    """Ask for a video. Raises NoSuchVideoError, PermanentError and TransientError."""
    url = f"{OEMBED_URL}?{urlencode({'url': video.url})}"
    try:
        answer = json_object(client.get(_EMBED, url, hosts=PAGES))
    except PermanentError as error:
        if error.status in {400, 404}:
            raise _no_such_video(error.status) from None
        raise
    if answer.optional_text("type") != "video":
        raise _no_such_video(200)
    return Embed(
        title=answer.optional_text("title") or "",
        author_handle=_handle(answer),
        author_name=answer.optional_text("author_name") or "",
        thumbnail_url=answer.optional_text("thumbnail_url"),
        thumbnail_width=answer.optional_whole_number("thumbnail_width"),
        thumbnail_height=answer.optional_whole_number("thumbnail_height"),
    )


def fetch_cover(client: TikTokClient, thumbnail_url: str) -> bytes:
    """A cover's bytes, at most 10 MB, of whatever type; its URL is valid for some hours.

    Raises PermanentError, also for a URL that isn't on TikTok's CDNs, and TransientError.
    """
    return client.get(_COVER, thumbnail_url, hosts=PICTURES, limit=COVER_BYTES).body


def _handle(answer: Answer) -> str | None:
    handle = answer.optional_text("author_unique_id")
    if handle is not None:
        return normal_handle(handle)
    try:
        path = urlsplit(answer.optional_text("author_url") or "").path
    except ValueError:
        return None
    return normal_handle(path.removeprefix("/@").removesuffix("/"))


def _no_such_video(status: int) -> NoSuchVideoError:
    return NoSuchVideoError(
        f"{_EMBED}: expected a public video, got status {status} without one: it is gone, private, "
        "or no video. Post a link to a public video.",
        what=_EMBED,
        status=status,
    )
