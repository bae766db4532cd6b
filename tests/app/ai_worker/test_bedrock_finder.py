"""Products by a model: what it is asked, and what is made of each kind of answer."""

import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from botocore.stub import ANY, Stubber

from app.ai_worker.bedrock_finder import (
    LONGEST_CAPTION,
    MOST_OWN_LINKS,
    MOST_TOKENS,
    TOOL,
    BedrockFinder,
)
from app.ai_worker.product_finder import (
    MOST_PRODUCTS,
    Caption,
    FinderUnavailableError,
    Product,
    RuleFinder,
)
from app.hub.clients import Client
from dev.listening import Json, loopback_server

MODEL = "amazon.nova-lite-v1:0"
SERUM = Product(title="My serum", url="https://shop.example/serum", hashtags=("glow",))
CAPTION = Caption(
    text="Red lipstick https://shop.example/lip, more on https://blog.example/post #glow",
    own_links=(SERUM,),
)
BY_RULES = RuleFinder().find(CAPTION)


def client(**settings: object) -> Client:
    return boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        **settings,
    )


@pytest.fixture
def bedrock() -> Iterator[Stubber]:
    with Stubber(client()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answered(*content: object, stop_reason: str = "tool_use") -> dict[str, object]:
    """As Converse answers."""
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop_reason,
        "usage": {"inputTokens": 512, "outputTokens": 48, "totalTokens": 560},
        "metrics": {"latencyMs": 830},
    }


def tool_use(arguments: object, *, name: str = TOOL) -> dict[str, object]:
    return {
        "toolUse": {"toolUseId": "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "name": name, "input": arguments}
    }


def find(bedrock: Stubber, caption: Caption = CAPTION) -> tuple[Product, ...]:
    return BedrockFinder(bedrock.client, MODEL).find(caption)


def answers(bedrock: Stubber, *products: dict[str, object]) -> tuple[Product, ...]:
    bedrock.add_response("converse", answered(tool_use({"products": list(products)})))
    return find(bedrock)


def test_the_products_are_those_that_the_model_numbered_in_its_order(bedrock: Stubber) -> None:
    products = answers(
        bedrock,
        {"number": 2, "title": "Glow serum, 30 ml"},
        {"number": 0, "title": "Matte lipstick"},
        {"number": 0, "title": "Again"},
    )
    lipstick = Product(title="Matte lipstick", url="https://shop.example/lip")
    assert products == (SERUM, lipstick)  # the creator's own title stays


def test_words_before_the_tools_use_are_no_harm(bedrock: Stubber) -> None:
    used = tool_use({"products": [{"number": 2, "title": ""}]})
    bedrock.add_response("converse", answered({"text": "Let me see."}, used))
    assert find(bedrock) == (SERUM,)


def test_a_video_without_products_has_none(bedrock: Stubber) -> None:
    assert answers(bedrock) == ()


@pytest.mark.parametrize("text", ["", " \n", "#ad", "https://evil.example/"])
def test_a_title_that_says_nothing_or_is_an_address_is_not_taken(
    bedrock: Stubber, text: str
) -> None:
    [product] = answers(bedrock, {"number": 0, "title": text})
    assert product.title == "Red lipstick"


def test_the_model_is_asked_once_with_bounds_and_must_use_the_tool(bedrock: Stubber) -> None:
    bedrock.add_response(
        "converse",
        answered(tool_use({"products": []})),
        {
            "modelId": MODEL,
            "system": ANY,
            "messages": [{"role": "user", "content": [{"text": ANY}]}],
            "inferenceConfig": {"maxTokens": MOST_TOKENS},
            "toolConfig": {
                "tools": [
                    {"toolSpec": {"name": TOOL, "description": ANY, "inputSchema": {"json": ANY}}}
                ],
                "toolChoice": {"tool": {"name": TOOL}},
            },
        },
    )
    find(bedrock)


def asked_about(caption: Caption) -> Json:
    """What the model is shown, from the request as it leaves."""
    with loopback_server(lambda _: (200, answered(tool_use({"products": []})))) as server:
        BedrockFinder(client(endpoint_url=server.url), MODEL).find(caption)
    [asked] = server.asked
    [message] = asked.body["messages"]
    return json.loads(message["content"][0]["text"])


def test_the_model_is_shown_the_caption_and_numbered_links_as_data() -> None:
    assert asked_about(CAPTION) == {
        "caption": CAPTION.text,
        "links": [
            {"number": 0, "title": "Red lipstick", "url": "https://shop.example/lip"},
            {"number": 1, "title": "more on", "url": "https://blog.example/post"},
            {"number": 2, "title": "My serum", "url": "https://shop.example/serum"},
        ],
    }


def test_the_question_stays_short_whatever_the_caption_and_the_links() -> None:
    links = tuple(
        Product(title="t" * 1000, url=f"https://shop.example/{n}/" + "u" * 1900) for n in range(90)
    )
    text = " ".join(f"https://mall.example/{n}" for n in range(90)) + "x" * 9000
    asked = asked_about(Caption(text=text, own_links=links))
    assert len(asked["caption"]) == LONGEST_CAPTION
    assert len(asked["links"]) == MOST_PRODUCTS + MOST_OWN_LINKS
    assert len(json.dumps(asked)) < 40_000


def test_nothing_is_asked_when_there_is_no_link_to_choose(bedrock: Stubber) -> None:
    assert find(bedrock, Caption(text="Buy at http://shop.example #glow")) == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answered({"text": "The lipstick."}, stop_reason="end_turn"), id="words"),
        pytest.param(answered(stop_reason="guardrail_intervened"), id="nothing"),
        pytest.param(
            answered(tool_use({"products": []}), stop_reason="max_tokens"), id="half an answer"
        ),
        pytest.param(answered(tool_use({"products": []}, name="buy")), id="another tool"),
        pytest.param(answered(tool_use({})), id="no products"),
        pytest.param(answered(tool_use({"products": "all"})), id="text for a list"),
        pytest.param(answered(tool_use({"products": ["https://evil.example"]})), id="an address"),
        *(
            pytest.param(answered(tool_use({"products": [product]})), id=str(product))
            for product in (
                {"number": 3, "title": "x"},
                {"number": -1, "title": "x"},
                {"number": True, "title": "x"},
                {"number": 0.0, "title": "x"},
                {"number": "0", "title": "x"},
                {"number": 0},
                {"number": 0, "title": None},
                {"url": "https://evil.example", "title": "x"},
            )
        ),
        pytest.param(
            answered(tool_use({"products": [{"number": 0, "title": "x"}] * 21})), id="too many"
        ),
    ],
)
def test_an_answer_beside_the_question_leaves_it_to_the_rules(
    bedrock: Stubber, answer: dict[str, Json], caplog: pytest.LogCaptureFixture
) -> None:
    bedrock.add_response("converse", answer)
    assert find(bedrock) == BY_RULES
    [warning] = caplog.records
    assert warning.levelname == "WARNING"
    assert answer["stopReason"] in warning.getMessage()
    assert "example" not in warning.getMessage()  # nothing of the caption or the answer


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", 403),
        ("ValidationException", 400),
        ("ResourceNotFoundException", 404),
        ("ModelErrorException", 424),
    ],
)
def test_a_refusal_that_another_try_would_not_change_leaves_it_to_the_rules(
    bedrock: Stubber, code: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    bedrock.add_client_error("converse", code, http_status_code=status)
    assert find(bedrock) == BY_RULES
    assert code in caplog.text
    assert "bedrock:InvokeModel" in caplog.text


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 429),
        ("ModelNotReadyException", 429),
        ("ModelTimeoutException", 408),
        ("InternalServerException", 500),
        ("ServiceUnavailableException", 503),
    ],
)
def test_trouble_that_passes_is_worth_another_try(bedrock: Stubber, code: str, status: int) -> None:
    bedrock.add_client_error("converse", code, http_status_code=status)
    with pytest.raises(FinderUnavailableError, match=code):
        find(bedrock)


def test_no_answer_in_time_is_worth_another_try() -> None:
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    unreachable = client(endpoint_url="http://127.0.0.1:1", config=once)
    with pytest.raises(FinderUnavailableError, match="EndpointConnectionError"):
        BedrockFinder(unreachable, MODEL).find(CAPTION)
