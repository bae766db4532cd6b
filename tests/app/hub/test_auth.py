"""Who asks: tokens and keys that are good, and all that are not."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from fastapi.security import HTTPAuthorizationCredentials
from hypothesis import given
from hypothesis import strategies as st

from app.hub.secret_values import LOOK_AGAIN_SECONDS, RotatingSecret
from app.hub.times import epoch, now
from app.hub.web.auth import VALID, Auth, Principal, forbid_others, issue_token
from app.hub.web.problems import Problem
from dev.hub.aws import AwsServer
from tests.app.hub.samples import Clock

KEY, OTHER_KEY, API_KEY = "k" * 64, "o" * 64, "client-" + "a" * 57
ANNA = Principal(kind="creator", id="canna")


class AuthService:
    """An `Auth` on secrets of its own, and what it says of a token or a key."""

    def __init__(self, aws: AwsServer) -> None:
        client = aws.client("secretsmanager")
        self.clock = Clock()
        self.signing_arn, self.api_arn = aws.secret(KEY), aws.secret(API_KEY)
        self.signing_keys = RotatingSecret(client, self.signing_arn, monotonic=self.clock)
        self._auth = Auth(
            signing_keys=self.signing_keys,
            api_keys=RotatingSecret(client, self.api_arn, monotonic=self.clock),
        )

    def token(self, token: str) -> Principal:
        """Who shows it."""
        shown = HTTPAuthorizationCredentials(scheme="Bearer", credentials=token)
        return self._auth.principal(shown, None)

    def key(self, key: str | None) -> Principal:
        """Who shows it."""
        return self._auth.principal(None, key)


@pytest.fixture(scope="module")
def service(aws: AwsServer) -> AuthService:
    return AuthService(aws)


def claims(**changes: object) -> dict[str, object]:
    moment = now()
    good = {
        "iss": "buylink",
        "sub": "canna",
        "iat": epoch(moment),
        "exp": epoch(moment + timedelta(hours=1)),
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(
    service: AuthService,
    payload: dict[str, object],
    key: str = KEY,
    algorithm: str = "HS512",
    **headers: Any,
) -> str:
    kid = service.signing_keys.current().id
    return jwt.encode(payload, key, algorithm=algorithm, headers={"kid": kid} | headers)


def unsigned(header: object, payload: object, signature: str = "") -> str:
    parts = [json.dumps(part).encode() for part in (header, payload)]
    encoded = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, signature])


def refusal(call: Callable[..., object], *credentials: object) -> Problem:
    with pytest.raises(Problem) as refused:
        call(*credentials)
    assert (refused.value.status, refused.value.kind) == (401, "unauthorized")
    assert refused.value.headers == {"WWW-Authenticate": "Bearer"}
    return refused.value


def test_a_token_that_was_issued_is_good_for_twelve_hours(service: AuthService) -> None:
    moment = now()
    token, until = issue_token(service.signing_keys, "canna", moment=moment)
    assert until == moment + VALID
    assert service.token(token) == ANNA
    old, _ = issue_token(
        service.signing_keys, "canna", moment=moment - VALID - timedelta(minutes=1)
    )
    assert "got one that ended" in str(refusal(service.token, old))


def test_a_token_with_what_it_needs_and_no_more_is_good(service: AuthService) -> None:
    assert service.token(signed(service, claims())) == ANNA


def test_a_token_without_a_signature_is_refused(service: AuthService) -> None:
    kid = service.signing_keys.current().id
    for algorithm in ("none", "None", "NONE", "HS512"):
        refusal(service.token, unsigned({"alg": algorithm, "typ": "JWT", "kid": kid}, claims()))


def test_a_token_of_another_key_is_refused_whatever_it_says(service: AuthService) -> None:
    refusal(service.token, signed(service, claims(), OTHER_KEY))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384"])
def test_a_token_of_another_algorithm_is_refused(service: AuthService, algorithm: str) -> None:
    refusal(service.token, signed(service, claims(), algorithm=algorithm))


@pytest.mark.parametrize("kid", ["unknown", "", None, 7, ["a"]])
def test_a_token_of_an_unknown_key_is_refused(service: AuthService, kid: object) -> None:
    head = {"alg": "HS512", "kid": kid}
    refusal(service.token, unsigned(head, claims(), "AAAA"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("iss", "sub", "iat", "exp")),
        ("iss", "somebody"),
        ("exp", -31),
        ("exp", "soon"),
        ("nbf", 3600),
        ("aud", "others"),
    ],
)
def test_a_token_that_lacks_a_claim_or_has_a_wrong_one_is_refused(
    service: AuthService, name: str, value: str | int | None
) -> None:
    claim = epoch(now()) + value if isinstance(value, int) else value
    refusal(service.token, signed(service, claims(**{name: claim})))


def test_a_token_of_the_key_before_is_good_and_of_the_one_before_that_is_not(
    aws: AwsServer,
) -> None:
    service = AuthService(aws)
    first, _ = issue_token(service.signing_keys, "canna", moment=now())
    aws.rotate(service.signing_arn, OTHER_KEY)
    service.clock.now += LOOK_AGAIN_SECONDS + 1
    # A task that has the new key already signs with it.
    ahead = RotatingSecret(aws.client("secretsmanager"), service.signing_arn)
    second, _ = issue_token(ahead, "canna", moment=now())
    assert (service.token(second), service.token(first)) == (ANNA, ANNA)
    aws.rotate(service.signing_arn, "n" * 64)
    service.clock.now += LOOK_AGAIN_SECONDS + 1
    refusal(service.token, unsigned({"alg": "HS512", "kid": "unknown"}, claims()))
    refusal(service.token, first)
    assert service.token(second) == ANNA


def test_a_key_is_good_and_a_new_one_within_a_minute(aws: AwsServer) -> None:
    service = AuthService(aws)
    client = service.key(API_KEY)
    assert client.kind == "client"
    assert API_KEY not in client.id
    aws.rotate(service.api_arn, "new")
    refusal(service.key, "new")
    service.clock.now += LOOK_AGAIN_SECONDS + 1
    assert service.key("new").id != client.id
    assert service.key(API_KEY) == client


@pytest.mark.parametrize("key", [None, "", "sesame", API_KEY[:-1], "ÿ" * 64])
def test_another_key_or_none_is_refused(service: AuthService, key: str | None) -> None:
    problem = refusal(service.key, key)
    assert not key or key not in str(problem)


def test_a_creator_acts_for_themselves_and_a_client_for_all() -> None:
    client = Principal(kind="client", id="ab12")
    assert (ANNA.label, client.label) == ("creator:canna", "client:ab12")
    forbid_others(ANNA, "canna")
    forbid_others(client, "canna")
    with pytest.raises(Problem) as refused:
        forbid_others(ANNA, "cother")
    assert refused.value.status == 403


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
NEARLY = st.builds(
    unsigned,
    st.fixed_dictionaries({"alg": st.sampled_from(["HS512", "none", "RS256"]), "kid": JSON}) | JSON,
    JSON,
    st.text("abcAB-_", max_size=12),
)


@given(st.text(max_size=80) | NEARLY)
def test_anything_else_is_refused(service: AuthService, token: str) -> None:
    refusal(service.token, token)


@pytest.mark.parametrize("deep", [b"[" * 30_000, b'{"a":' * 10_000])
def test_a_token_of_great_depth_is_refused(service: AuthService, deep: bytes) -> None:
    refusal(service.token, f"{base64.urlsafe_b64encode(deep).decode().rstrip('=')}.e30.AAAA")
