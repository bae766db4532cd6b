"""Which texts are links to a TikTok video, and the one canonical form of each; no network.

Forms: https://developers.tiktok.com/doc/embed-videos (`/@handle/video/ID`),
https://developers.tiktok.com/doc/embed-player (`/player/v1/ID`), the older `/embed/ID`,
`/embed/v2/ID` and `/v/ID.html`, and the app's short links. TikTok finds a video by its id alone,
whatever the handle says, so `/@/video/ID` and `/@_/video/ID` are links too, without a handle.
Photo posts (`/@handle/photo/ID`) are none: oEmbed is documented for videos alone.
"""

import re
from dataclasses import dataclass

LONGEST_URL = 2048
PAGE_HOSTS = frozenset({"tiktok.com", "www.tiktok.com", "m.tiktok.com"})
SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})

# Both are what people are shown, so they are kept short.
_LONGEST_SHOWN = 60
_EXAMPLE = "https://www.tiktok.com/@handle/video/7301234567890123456"

_ADDRESS = re.compile(r"(?:https?://)?(?P<authority>[^/]+)(?P<path>/.*)?", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_HANDLE = re.compile(r"[a-z0-9_.]{1,23}[a-z0-9_]")
# TikTok's own links name an author by `_`, by nothing, or by an internal id.
_NO_HANDLE = re.compile(r"_?|MS4wLjABAAAA[A-Za-z0-9_-]+")
_ID = r"(?P<id>[1-9][0-9]{0,19})"
_OF_A_HANDLE = re.compile(rf"/@(?P<handle>[^/]*)/(?P<kind>video|photo)/{_ID}")
_OF_AN_ID = re.compile(rf"/(?:v|embed|embed/v2|player/v1)/{_ID}(?:\.html)?")
_CODE = r"[A-Za-z0-9_-]{1,32}"
_SHORT_PATH = re.compile(rf"/{_CODE}")
_T_PATH = re.compile(rf"/t/{_CODE}")


class UrlError(Exception):
    """A text isn't a link to a TikTok video; says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class VideoUrl:
    """A video: its decimal id (1 to 20 digits), and its creator's handle if the link told it."""

    video_id: str
    handle: str | None = None

    @property
    def url(self) -> str:
        """The canonical form, which also oEmbed takes."""
        return f"https://www.tiktok.com/@{self.handle or '_'}/video/{self.video_id}"


@dataclass(frozen=True, kw_only=True)
class ShortLink:
    """A link that redirects to a video or to something else: only TikTok knows which."""

    url: str


def parse(text: str) -> VideoUrl | ShortLink:
    """Read a link as people paste it: http or no scheme, any case of host, query, trailing slash.

    Raises UrlError for everything that is no link to a TikTok video.
    """
    host, path = _host_and_path(text)
    if host in SHORT_HOSTS and _SHORT_PATH.fullmatch(path):
        return ShortLink(url=f"https://{host}{path}/")
    if host not in PAGE_HOSTS | SHORT_HOSTS:
        raise _refused(f"one to {host[:_LONGEST_SHOWN]}", "that isn't TikTok")
    if host in PAGE_HOSTS and _T_PATH.fullmatch(path):
        return ShortLink(url=f"https://www.tiktok.com{path}/")
    if host in PAGE_HOSTS and (match := _OF_AN_ID.fullmatch(path)):
        return VideoUrl(video_id=match["id"])
    if host in PAGE_HOSTS and (match := _OF_A_HANDLE.fullmatch(path)):
        return _video_of(match)
    raise _refused("another page of TikTok's", "only a video can be added")


def valid_handle(text: str) -> bool:
    """Whether it is a TikTok handle in lower case: 2 to 24 of a-z, 0-9, _ and ., no dot last."""
    return _HANDLE.fullmatch(text) is not None


def normal_handle(text: str) -> str | None:
    """A handle in lower case, as TikTok takes them in any; None for what is none.

    Letters that only look like ASCII's are refused before they are lowered: the Kelvin sign's
    lower case is k.
    """
    if text.isascii() and valid_handle(text.lower()):
        return text.lower()
    return None


def _host_and_path(text: str) -> tuple[str, str]:
    """Host in lower case; path without trailing slashes, its only possible escape (%40) undone."""
    if len(text) > LONGEST_URL:
        raise _refused(f"{len(text)} characters", f"the longest link has {LONGEST_URL}")
    address = re.split(r"[?#]", text.strip(), maxsplit=1)[0]
    if not re.fullmatch(r"[!-\[\]-~]+", address):
        raise _refused("characters that no such link has", "it may lead elsewhere than it seems")
    match = _ADDRESS.fullmatch(address)
    if match is None or not _HOST.fullmatch(match["authority"]):
        raise _refused(
            "a user name, a port, another scheme or no host", "such links may lead elsewhere"
        )
    path = (match["path"] or "").rstrip("/").replace("%40", "@")
    return match["authority"].lower(), path


def _video_of(match: re.Match[str]) -> VideoUrl:
    handle = normal_handle(match["handle"])
    if handle is None and not _NO_HANDLE.fullmatch(match["handle"]):
        raise _refused(
            "a handle that TikTok doesn't give", "handles have 2 to 24 of a-z, 0-9, _ and ."
        )
    if match["kind"] == "photo":
        raise _refused("a photo post", "only a video can be added")
    return VideoUrl(video_id=match["id"], handle=handle)


def _refused(got: str, why: str) -> UrlError:
    return UrlError(
        f"TikTok link: expected one to a video, such as {_EXAMPLE}, got {got}: {why}. "
        "Copy the link from the video's Share menu in TikTok."
    )
