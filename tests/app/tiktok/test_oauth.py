"""Sign-in: what TikTok is sent, what it issues, and what its errors become."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.hub.tiktok import oauth
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.errors import PermanentError, SignInAgainError, TikTokError, TransientError
from app.hub.tiktok.oauth import SignIn, TikTokApp
from dev.hub.tiktok import CLIENT_KEY, CLIENT_SECRET, StandIn
from dev.hub.tiktok_pages import Reply, json_reply, redirect
from dev.hub.tiktok_samples import ANNA

APP = TikTokApp(
    client_key=CLIENT_KEY,
    client_secret=CLIENT_SECRET,
    redirect_uri="https://hub.example/v1/sign-in/callback",
)
TOKEN_PATH = "/v2/oauth/token/"
SECRETS = ("hunter2", CLIENT_SECRET)


def callback(url: str, creator: str = ANNA.handle) -> dict[str, str]:
    """What comes back to the redirect URI once the browser chose a creator."""
    answer = httpx.get(f"{url}&creator={creator}", trust_env=False)
    assert answer.status_code == 302
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == APP.redirect_uri
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def refused(client: TikTokClient, app: TikTokApp = APP) -> TikTokError:
    with pytest.raises(TikTokError) as caught:
        oauth.refresh(client, app, "hunter2")
    assert not any(secret in str(caught.value) for secret in SECRETS)
    return caught.value


def test_a_sign_in_leads_to_tokens_of_the_creator(tiktok: StandIn, client: TikTokClient) -> None:
    sign_in = oauth.begin()
    back = callback(oauth.authorize_url(client, APP, sign_in))
    assert sign_in.is_answered_by(back["state"])
    tokens = oauth.exchange_code(client, APP, back["code"], sign_in)
    assert tokens.open_id == ANNA.open_id
    assert tokens.scopes == ("user.info.basic", "user.info.profile", "video.list")
    assert (tokens.expires_in, tokens.refresh_expires_in) == (7_200, 15_552_000)
    (asked,) = tiktok.asked_of(TOKEN_PATH)
    assert (asked.method, asked.host) == ("POST", "open.tiktokapis.com")
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.query == {}
    assert asked.form == {
        "client_key": CLIENT_KEY,
        "client_secret": CLIENT_SECRET,
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": APP.redirect_uri,
        "code_verifier": sign_in.code_verifier,
    }


def test_the_authorize_url_has_tiktoks_parameters_and_no_secret() -> None:
    sign_in = SignIn(state="a state", code_verifier="v" * 43)
    url = oauth.authorize_url(TikTokClient(), APP, sign_in)
    address = urlsplit(url)
    assert (address.scheme, address.netloc, address.path) == (
        "https",
        "www.tiktok.com",
        "/v2/auth/authorize/",
    )
    assert parse_qs(address.query) == {
        "client_key": [CLIENT_KEY],
        "response_type": ["code"],
        "scope": ["user.info.basic,user.info.profile,video.list"],
        "redirect_uri": [APP.redirect_uri],
        "state": ["a state"],
        "code_challenge": [hashlib.sha256(b"v" * 43).hexdigest()],
        "code_challenge_method": ["S256"],
    }


def test_every_sign_in_has_a_state_and_verifier_of_its_own() -> None:
    one, other = oauth.begin(), oauth.begin()
    secrets = {one.state, one.code_verifier, other.state, other.code_verifier}
    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {43}


def test_a_forged_state_is_no_answer() -> None:
    sign_in = oauth.begin()
    assert sign_in.is_answered_by(sign_in.state)
    for state in ("", oauth.begin().state, f"{sign_in.state} ", "naïve", "\ud800"):
        assert not sign_in.is_answered_by(state)


def test_secrets_are_not_shown(tiktok: StandIn, client: TikTokClient) -> None:
    sign_in = oauth.begin()
    first = tiktok.sign_in(ANNA)["refresh_token"]
    tokens = oauth.refresh(client, APP, first)
    shown = f"{sign_in!r} {APP!r} {tokens!r}"
    for secret in (
        sign_in.state,
        sign_in.code_verifier,
        CLIENT_SECRET,
        tokens.access_token,
        tokens.refresh_token,
    ):
        assert secret not in shown


def test_a_code_works_once(client: TikTokClient) -> None:
    sign_in = oauth.begin()
    code = callback(oauth.authorize_url(client, APP, sign_in))["code"]
    oauth.exchange_code(client, APP, code, sign_in)
    with pytest.raises(SignInAgainError, match="invalid_grant") as caught:
        oauth.exchange_code(client, APP, code, sign_in)
    assert code not in str(caught.value)
    assert "expired." not in str(caught.value)


def test_a_code_works_with_its_verifier_alone(client: TikTokClient) -> None:
    sign_in = oauth.begin()
    code = callback(oauth.authorize_url(client, APP, sign_in))["code"]
    with pytest.raises(PermanentError, match="invalid_request"):
        oauth.exchange_code(client, APP, code, oauth.begin())


@pytest.mark.parametrize("code", ["", "made up", "naïve", "\ud800", "a&grant_type=b\r\n\r\n"])
def test_a_made_up_code_asks_for_a_new_sign_in(
    tiktok: StandIn, client: TikTokClient, code: str
) -> None:
    with pytest.raises(SignInAgainError):
        oauth.exchange_code(client, APP, code, oauth.begin())
    assert tiktok.asked[-1].form["grant_type"] == "authorization_code"


def test_a_creator_who_cancels_comes_back_without_a_code(client: TikTokClient) -> None:
    sign_in = oauth.begin()
    back = callback(oauth.authorize_url(client, APP, sign_in), creator="nobody")
    assert back["error"] == "access_denied"
    assert sign_in.is_answered_by(back["state"])
    assert "code" not in back


def test_a_refresh_token_works_once_and_its_successor_after_it(
    tiktok: StandIn, client: TikTokClient
) -> None:
    first = tiktok.sign_in(ANNA)["refresh_token"]
    second = oauth.refresh(client, APP, first).refresh_token
    assert second != first
    with pytest.raises(SignInAgainError):
        oauth.refresh(client, APP, first)
    assert oauth.refresh(client, APP, second).open_id == ANNA.open_id
    assert tiktok.asked[0].form == {
        "client_key": CLIENT_KEY,
        "client_secret": CLIENT_SECRET,
        "grant_type": "refresh_token",
        "refresh_token": first,
    }


def test_an_expired_refresh_token_asks_for_a_new_sign_in(
    tiktok: StandIn, client: TikTokClient
) -> None:
    token = tiktok.sign_in(ANNA)["refresh_token"]
    tiktok.accounts.expire_refresh_tokens()
    with pytest.raises(SignInAgainError, match="Let the creator sign in again"):
        oauth.refresh(client, APP, token)


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_grant", SignInAgainError),
        ("access_denied", SignInAgainError),
        ("server_error", TransientError),
        ("temporarily_unavailable", TransientError),
        ("invalid_client", PermanentError),
        ("invalid_request", PermanentError),
        ("unsupported_grant_type", PermanentError),
        ("<b>hunter2 is no code", PermanentError),
        (7, PermanentError),
    ],
)
def test_a_documented_error_is_told_whatever_the_status(
    tiktok: StandIn, client: TikTokClient, status: int, code: object, kind: type[TikTokError]
) -> None:
    content = {"error": code, "error_description": "hunter2", "log_id": "2026ABC"}
    tiktok.script(TOKEN_PATH, json_reply(content, status=status))
    error = refused(client)
    assert type(error) is kind
    assert error.status == status
    assert "log id 2026ABC" in str(error)


def test_a_wrong_client_secret_is_our_own_mistake(client: TikTokClient) -> None:
    app = TikTokApp(client_key=CLIENT_KEY, client_secret="hunter2", redirect_uri=APP.redirect_uri)
    error = refused(client, app)
    assert type(error) is PermanentError
    assert "invalid_client" in str(error)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=503), TransientError),
        (Reply(status=429), TransientError),
        (Reply(status=403, body=b"<html>"), PermanentError),
        (json_reply({}, status=404), PermanentError),
        (Reply(body=b"<html>hunter2"), PermanentError),
        (json_reply({"access_token": "hunter2"}), PermanentError),
        (redirect("https://www.tiktok.com/"), PermanentError),
    ],
)
def test_an_answer_without_tokens_is_an_error(
    tiktok: StandIn, client: TikTokClient, reply: Reply, kind: type[TikTokError]
) -> None:
    tiktok.script(TOKEN_PATH, reply)
    assert type(refused(client)) is kind
    assert len(tiktok.asked) == 1
