"""The reader of feeds as Lambda calls it: AWS on loopback, TikTok's stand-in, real HTTP."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.hub import connections, creators, videos
from app.hub.connections import Connection, TokenCipher, sealed
from app.hub.creators import Creator
from app.hub.environment import SettingsError
from app.hub.table import HubTable
from app.hub.tiktok.oauth import Tokens
from app.hub.times import now
from app.scheduled_ingestion.handler import AllFeedsFailedError, handler
from dev.hub import tiktok_samples
from dev.hub.aws import AwsServer, Queue
from dev.hub.tiktok import CLIENT_KEY, CLIENT_SECRET, StandIn, stand_in
from dev.hub.tiktok_pages import Reply
from dev.hub.tiktok_samples import ANNA, BEN

STACK = "buylink-test"
ANNAS = [video.video_id for video in tiktok_samples.VIDEOS if video.handle == ANNA.handle]
BENS = [video.video_id for video in tiktok_samples.VIDEOS if video.handle == BEN.handle]
LISTED, TOKEN = "/v2/video/list/", "/v2/oauth/token/"


class Context:
    """What Lambda hands the function besides the event."""

    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


@dataclass
class Hub:
    """The function's surroundings."""

    aws: AwsServer
    table: HubTable
    queue: Queue
    tiktok: StandIn
    cipher: TokenCipher
    state_table: str

    def signed_in(self, sample: tiktok_samples.Creator, *, age: timedelta = timedelta()) -> str:
        """A creator's id, whose tokens were given so long ago."""
        creator_id = creators.id_of(sample.open_id)
        creators.save(
            self.table,
            Creator(
                id=creator_id,
                handle=sample.handle,
                display_name=sample.display_name,
                created_at="2026-01-01T00:00:00Z",
            ),
        )
        answer = self.tiktok.sign_in(sample)
        tokens = Tokens(
            open_id=sample.open_id,
            scopes=(),
            access_token=answer["access_token"],
            expires_in=answer["expires_in"],
            refresh_token=answer["refresh_token"],
            refresh_expires_in=answer["refresh_expires_in"],
        )
        sealed_tokens = sealed(self.cipher, creator_id, tokens, now() - age)
        connections.connect(self.table, creator_id, sealed_tokens)
        return creator_id

    def connection(self, creator_id: str) -> Connection:
        connection = connections.find(self.table, creator_id)
        assert connection is not None
        return connection

    def status(self, video_id: str) -> str | None:
        video = videos.find(self.table, video_id)
        return None if video is None else video.status


@pytest.fixture
def hub(
    aws: AwsServer,
    hub_table: HubTable,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    function_environment: None,  # noqa: ARG001  boto3 finds the AWS
) -> Iterator[Hub]:
    key, state_table = aws.kms_key(), aws.state_table()
    app = json.dumps({"client_key": CLIENT_KEY, "client_secret": CLIENT_SECRET})
    with stand_in() as tiktok:
        for name, value in {
            "QUEUE_URL": queue.url,
            "TABLE_NAME": hub_table.name,
            "STATE_TABLE": state_table,
            "STACK_TAG": STACK,
            "TOKEN_KEY_ID": key,
            "TIKTOK_CLIENT_ARN": aws.secret(app),
            "TIKTOK_ENDPOINT_URL": tiktok.url,
        }.items():
            monkeypatch.setenv(name, value)
        cipher = TokenCipher(aws.client("kms"), key)
        yield Hub(aws, hub_table, queue, tiktok, cipher, state_table)


def run(milliseconds: int = 60_000) -> dict[str, int]:
    return handler({}, Context(milliseconds))


def test_new_videos_of_all_who_signed_in_are_queued_once(hub: Hub) -> None:
    for sample in (ANNA, BEN):
        hub.signed_in(sample)
    first = run()
    assert (first["read"], first["videos"], first["failed"]) == (2, len(ANNAS + BENS), 0)
    assert sorted(hub.queue.take_videos()) == sorted(ANNAS + BENS)
    second = run()
    assert (second["read"], second["videos"]) == (2, 0)
    assert hub.status(ANNAS[0]) == "queued"


def test_only_what_came_since_the_last_run_is_asked_for_again(hub: Hub) -> None:
    creator_id = hub.signed_in(ANNA)
    run()
    newest = max(
        video.create_time for video in tiktok_samples.VIDEOS if video.handle == ANNA.handle
    )
    assert hub.connection(creator_id).newest_seen == newest
    new = replace(tiktok_samples.VIDEOS[0], video_id="7301000000000000099", create_time=newest + 60)
    hub.tiktok.videos.append(new)
    hub.queue.take_videos()
    assert run()["videos"] == 1
    assert hub.queue.take_videos() == [new.video_id]


def test_a_feed_that_grew_by_many_pages_is_read_to_where_it_was(hub: Hub) -> None:
    hub.signed_in(BEN)
    run()
    newest = tiktok_samples.VIDEOS[-1]
    assert newest.handle == BEN.handle
    for number in range(45):
        later = newest.create_time + 60 * (number + 1)
        hub.tiktok.videos.append(
            replace(newest, video_id=str(7302000000000001000 + number), create_time=later)
        )
    assert run()["videos"] == 45
    assert run()["videos"] == 0


def test_an_old_token_is_refreshed_and_the_new_ones_are_kept_sealed(hub: Hub) -> None:
    creator_id = hub.signed_in(ANNA, age=timedelta(hours=3))
    before = hub.connection(creator_id)
    assert run()["read"] == 1
    after = hub.connection(creator_id)
    assert after.generation == before.generation + 1
    assert after.tokens.access_until > now() + timedelta(hours=1)
    opened = hub.cipher.open(creator_id, after.tokens.access)
    assert hub.tiktok.accounts.granted(opened) is not None
    assert opened.encode() not in after.tokens.access
    assert run()["read"] == 1
    assert len(hub.tiktok.asked_of(TOKEN)) == 1


def test_a_token_that_tiktok_took_back_early_is_refreshed(hub: Hub) -> None:
    hub.signed_in(ANNA)
    hub.tiktok.accounts.expire_access_tokens()
    assert run()["read"] == 1
    assert len(hub.tiktok.asked_of(TOKEN)) == 1


def test_of_two_runs_at_once_one_uses_the_refresh_token(hub: Hub) -> None:
    creator_id = hub.signed_in(ANNA, age=timedelta(hours=3))
    hub.tiktok.script(TOKEN, replace(_refreshed(hub), after_seconds=1.0))
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(_outcome, range(2)))
    assert len(hub.tiktok.asked_of(TOKEN)) == 1
    assert sorted(outcomes) == ["failed", "read"]
    assert hub.connection(creator_id).broken is None


def _refreshed(hub: Hub) -> Reply:
    """What TikTok would answer, for a script to delay."""
    return Reply(
        body=json.dumps(hub.tiktok.sign_in(ANNA)).encode(),
        headers={"Content-Type": "application/json"},
    )


def _outcome(_: int) -> str:
    try:
        return "read" if run()["read"] else "failed"
    except AllFeedsFailedError:
        return "failed"


def test_a_lock_that_a_dead_run_left_holds_up_only_for_two_minutes(hub: Hub) -> None:
    creator_id = hub.signed_in(ANNA, age=timedelta(hours=3))
    long_ago = now() - timedelta(minutes=5)
    held = hub.connection(creator_id)
    until = long_ago + timedelta(minutes=2)
    assert connections.lock(hub.table, held, moment=long_ago, until=until)
    assert run()["read"] == 1


def test_who_took_the_consent_back_is_asked_no_more_until_the_next_sign_in(hub: Hub) -> None:
    creator_id = hub.signed_in(ANNA, age=timedelta(hours=3))
    hub.tiktok.accounts.expire_refresh_tokens()
    with pytest.raises(AllFeedsFailedError):
        run()
    assert hub.connection(creator_id).broken == "sign-in-again"
    assert run()["read"] == 0
    hub.signed_in(ANNA)
    assert hub.connection(creator_id).broken is None
    assert run()["read"] == 1


def test_a_refresh_token_that_is_over_is_not_shown_to_tiktok(hub: Hub) -> None:
    creator_id = hub.signed_in(ANNA, age=timedelta(days=200))
    with pytest.raises(AllFeedsFailedError):
        run()
    assert hub.connection(creator_id).broken == "refresh-token-expired"
    assert hub.tiktok.asked_of(TOKEN) == []


def test_a_feed_that_fails_holds_up_no_other_and_is_told(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.signed_in(ANNA)
    hub.signed_in(BEN)
    hub.tiktok.script(LISTED, Reply(status=503, body=b"busy"))
    done = run()
    assert (done["read"], done["failed"]) == (1, 1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [failed] = [line for line in lines if line["message"].startswith("feed not read")]
    assert failed["creator"] in {creators.id_of(creator.open_id) for creator in (ANNA, BEN)}
    assert run()["failed"] == 0


def test_no_token_is_ever_logged(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.signed_in(ANNA, age=timedelta(hours=3))
    run()
    output = capsys.readouterr().out
    asked = hub.tiktok.asked_of(TOKEN)[0].form["refresh_token"]
    bearer = hub.tiktok.asked_of(LISTED)[0].headers["Authorization"].removeprefix("Bearer ")
    for secret in (asked, bearer, CLIENT_SECRET):
        assert secret not in output


def test_with_little_time_left_no_further_feed_is_begun(hub: Hub) -> None:
    hub.signed_in(ANNA)
    assert run(milliseconds=5_000) == {
        "read": 0, "failed": 0, "left": 1, "videos": 0, "requeued": 0,
    }  # fmt: skip
    assert hub.tiktok.asked == []


def test_a_stopped_stack_asks_no_feed(hub: Hub) -> None:
    hub.signed_in(ANNA)
    hub.aws.set_mode(hub.state_table, STACK, "stopped")
    assert run()["read"] == 0
    assert hub.tiktok.asked == []
    assert hub.queue.counts() == (0, 0)


def test_what_an_empty_queue_lost_is_queued_again(hub: Hub) -> None:
    taken = videos.take(
        hub.table,
        video_id="7300000000000000001",
        creator_id="c1",
        url="https://www.tiktok.com/@a.b/video/7300000000000000001",
        source="posted",
        moment=now() - timedelta(hours=2),
    )
    assert taken.to_do
    assert run()["requeued"] == 1
    assert hub.queue.counts() == (1, 0)
    assert run()["requeued"] == 0, "it waits in the queue now"


def test_without_a_tiktok_app_nothing_is_asked_and_somebody_is_told(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.signed_in(ANNA)
    unset = json.dumps({"client_key": "not-set", "client_secret": "not-set"})
    monkeypatch.setenv("TIKTOK_CLIENT_ARN", hub.aws.secret(unset))
    assert run()["left"] == 1
    assert "no TikTok app is set" in capsys.readouterr().out


def test_the_moment_of_a_connection_survives_the_table(hub: Hub) -> None:
    moment = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
    kept = connections.Tokens(
        access=b"a", access_until=moment, refresh=b"r", refresh_until=moment + timedelta(days=180)
    )
    connections.connect(hub.table, "c1", kept)
    assert hub.connection("c1").tokens == kept


def test_each_run_touches_the_queue_and_tells_its_counts(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.queue.send("one", "two")
    hub.queue.send("later", delay=900)
    hub.queue.take_one()
    run()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [touched] = [line for line in lines if line["message"] == "queue touched"]
    assert (touched["visible"], touched["in_flight"], touched["delayed"]) == (1, 1, 1)


@pytest.mark.usefixtures("hub")
def test_all_missing_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUEUE_URL")
    monkeypatch.delenv("TABLE_NAME")
    with pytest.raises(SettingsError, match=r"^QUEUE_URL: .* TABLE_NAME: .* Set it in the task's"):
        run()
