"""boto3's client of Bedrock Runtime, with nothing but the endpoint changed, over the faked Bedrock of the suites in TypeScript."""

import json
import subprocess
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from nearkey_process import REPOSITORY, start_nearkey

MODEL = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc"
QUESTION = "How do I reset my password please?"
PARAPHRASE = "How do I reset my password, please?"
# The fake says where it is and with what it is signed for; it ends with its standard input.
FAKE = """
const { FakeBedrock, fakeCredentials } = await import(process.argv[1]);
const fake = await new FakeBedrock().start();
console.log(JSON.stringify({ endpoint: fake.endpoint, ...fakeCredentials }));
process.stdin.resume().on('end', () => process.exit());
"""


@pytest.fixture
def bedrock() -> Iterator[object]:
    module = str(REPOSITORY / "test/dist/support/fake-bedrock.js")
    script = ["node", "--input-type=module", "--eval", FAKE, module]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as fake:
        about = json.loads(fake.stdout.readline())
        yield from nearkey(about)
        fake.stdin.close()


def nearkey(about: dict) -> Iterator[object]:
    options = ["--llm-bedrock-url", about["endpoint"], "--llm-bedrock-region", "eu-central-1", "--llm-retries", "0"]
    keys = {"AWS_ACCESS_KEY_ID": about["accessKeyId"], "AWS_SECRET_ACCESS_KEY": about["secretAccessKey"]}
    server = start_nearkey(*options, env=keys)
    yield boto3.client(
        "bedrock-runtime",
        endpoint_url=server.http_url,
        region_name="eu-central-1",
        aws_access_key_id="AKIDCALLER",
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}),
    )
    server.stop()


def asked(text: str) -> dict:
    return {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": text}]}]}


def invoked(text: str) -> dict:
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}
    return {"modelId": MODEL, "body": json.dumps(body)}


def cache_of(answer: dict) -> str:
    return answer["ResponseMetadata"]["HTTPHeaders"]["x-nearkey-cache"]


def said(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_converse_misses_then_a_paraphrase_hits(bedrock) -> None:
    first = bedrock.converse(**asked(QUESTION))
    second = bedrock.converse(**asked(PARAPHRASE))
    assert (cache_of(first), cache_of(second)) == ("miss", "hit")
    assert said(second) == said(first)
    assert first["output"]["message"]["content"][0]["text"] == f"Answer 1 to: {QUESTION}"


def test_streams_are_replayed_in_order(bedrock) -> None:
    first = list(bedrock.converse_stream(**asked(QUESTION))["stream"])
    answer = bedrock.converse_stream(**asked(PARAPHRASE))
    assert list(answer["stream"]) == first
    assert cache_of(answer) == "hit"
    assert first[-1]["metadata"]["usage"]["outputTokens"] == 22


def test_invoke_model_misses_then_a_paraphrase_hits(bedrock) -> None:
    first = bedrock.invoke_model(**invoked(QUESTION))
    second = bedrock.invoke_model(**invoked(PARAPHRASE))
    assert (cache_of(first), cache_of(second)) == ("miss", "hit")
    assert second["body"].read() == first["body"].read()
    begun = [event["chunk"]["bytes"] for event in bedrock.invoke_model_with_response_stream(**invoked(QUESTION))["body"]]
    again = [event["chunk"]["bytes"] for event in bedrock.invoke_model_with_response_stream(**invoked(PARAPHRASE))["body"]]
    assert again == begun
    assert json.loads(begun[-1])["type"] == "message_stop"


def test_errors_are_those_of_the_client(bedrock) -> None:
    with pytest.raises(ClientError) as raised:
        bedrock.converse(**asked("x" * 20_000_000))
    assert raised.value.response["Error"]["Code"] == "ValidationException"
