"""The keys of the hub's one table: all there are.

`pk` names what an item belongs to, `sk` what it is; the index `gsi1` looks the other way round.

| item | pk | sk | gsi1pk | gsi1sk |
|---|---|---|---|---|
| creator | `CREATOR#<id>` | `PROFILE` | | |
| link | `CREATOR#<id>` | `LINK#<link>` | `LINK#<link>` | `LINK` |
| clicks and sales of a link on a day | `CREATOR#<id>` | `STATS#<day>#<link>` | | |
| TikTok tokens and feed cursor | `CREATOR#<id>` | `TIKTOK` | `SIGNED_IN` | `<id>` |
| who has a handle | `HANDLE#<handle>` | `HANDLE` | | |
| video, not done | `VIDEO#<id>` | `VIDEO` | `UNFINISHED` | `<queued at>#<id>` |
| video, done or failed | `VIDEO#<id>` | `VIDEO` | `CREATOR#<id>` | `<queued at>#<id>` |
| conversion that was counted | `CONVERSION#<id>` | `CONVERSION` | | |
| actions of a client on a day | `ACTIONS#<client>` | `<day>` | | |
| sign-in that has begun | `SIGN_IN#<state>` | `SIGN_IN` | | |

A page is one query: `CREATOR#<id>` up to `PROFILE` holds its links and its creator. The last three
kinds end by themselves, by `expiresAt` (seconds since 1970).
"""

INDEX = "gsi1"
EXPIRES_AT = "expiresAt"

UNFINISHED = "UNFINISHED"
SIGNED_IN = "SIGNED_IN"
LINKS = "LINK#"
PROFILE = "PROFILE"
STATS = "STATS#"

Key = dict[str, str]

NO_ITEM: Key = {"pk": "NO_ITEM", "sk": "NO_ITEM"}
"""Whoever asks for it learns whether the table answers."""


def creator(creator_id: str) -> Key:
    return {"pk": owned_by(creator_id), "sk": PROFILE}


def owned_by(creator_id: str) -> str:
    """The partition of all that is a creator's."""
    return f"CREATOR#{creator_id}"


def handle(name: str) -> Key:
    return {"pk": f"HANDLE#{name}", "sk": "HANDLE"}


def link(creator_id: str, link_id: str) -> Key:
    return {"pk": owned_by(creator_id), "sk": f"{LINKS}{link_id}"}


def link_in_index(link_id: str) -> Key:
    return {"gsi1pk": f"{LINKS}{link_id}", "gsi1sk": "LINK"}


def stats(creator_id: str, day: str, link_id: str) -> Key:
    return {"pk": owned_by(creator_id), "sk": f"{STATS}{day}#{link_id}"}


def tiktok(creator_id: str) -> Key:
    return {"pk": owned_by(creator_id), "sk": "TIKTOK"}


def video(video_id: str) -> Key:
    return {"pk": f"VIDEO#{video_id}", "sk": "VIDEO"}


def video_in_index(partition: str, queued_at: str, video_id: str) -> Key:
    """`partition` is `UNFINISHED`, or its creator's."""
    return {"gsi1pk": partition, "gsi1sk": f"{queued_at}#{video_id}"}


def conversion(conversion_id: str) -> Key:
    return {"pk": f"CONVERSION#{conversion_id}", "sk": "CONVERSION"}


def actions(client: str, day: str) -> Key:
    return {"pk": f"ACTIONS#{client}", "sk": day}


def sign_in(state: str) -> Key:
    return {"pk": f"SIGN_IN#{state}", "sk": "SIGN_IN"}
