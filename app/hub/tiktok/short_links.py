"""Where a short link leads: TikTok is asked hop by hop, and nobody else ever is."""

from app.hub.tiktok.client import MOST_REDIRECTS, PAGES, TikTokClient
from app.hub.tiktok.errors import NoSuchVideoError
from app.hub.tiktok.urls import ShortLink, UrlError, VideoUrl, parse

_WHAT = "TikTok short link"


def resolve(client: TikTokClient, link: ShortLink) -> VideoUrl:
    """The video it leads to; the video's page itself isn't asked for.

    Raises NoSuchVideoError when it leads to something else, PermanentError when it leads off
    TikTok or is refused, TransientError when TikTok has trouble.
    """
    url = link.url
    for _ in range(MOST_REDIRECTS):
        response = client.send(_WHAT, url, hosts=PAGES, method="HEAD")
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
        f"{_WHAT}: expected it to lead to a video, got another page: the video may be gone. "
        "Copy the link again from the video's Share menu in TikTok.",
        what=_WHAT,
    )
