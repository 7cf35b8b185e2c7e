"""What every test here gets: Nearkey in a process of its own, empty, and clients of it.

The server is the built `server/dist/main.js`, as `test/support/nearkey.ts` starts it for the suites in TypeScript: on a free
port of the loopback interface, in a directory of its own. NEARKEY_TRANSPORT=net (or native) in the environment decides, as
for any Nearkey, which transport it runs on.
"""

import os
from collections.abc import Iterator

import pytest
import redis

from nearkey_process import NearkeyProcess as Server
from nearkey_process import start_nearkey

# Nothing that is tested may look for models or send statistics.
os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "MEM0_TELEMETRY": "False", "DO_NOT_TRACK": "1"}


@pytest.fixture(scope="session")
def running_server() -> Iterator[Server]:
    server = start_nearkey()
    yield server
    server.stop()


@pytest.fixture
def server(running_server: Server) -> Iterator[Server]:
    """The server without keys, indexes and functions, before and after the test."""
    with redis.Redis(host=running_server.host, port=running_server.port) as client:
        client.flushall()
        yield running_server
        client.flushall()


# Each reads replies by another parser: RESP2 as redis-py always did, RESP3 as it does when nobody chooses (its objects are
# then those of RESP2), and RESP3 with the replies of its next generation.
PROTOCOLS = {
    "resp2": {"protocol": 2},
    "default": {},
    "resp3": {"protocol": 3, "legacy_responses": False},
}


@pytest.fixture(params=PROTOCOLS.values(), ids=PROTOCOLS.keys())
def client(request: pytest.FixtureRequest, server: Server) -> Iterator[redis.Redis]:
    """redis-py in both protocols; replies are text."""
    with redis.Redis(host=server.host, port=server.port, decode_responses=True, **request.param) as connected:
        yield connected


@pytest.fixture(params=PROTOCOLS.values(), ids=PROTOCOLS.keys())
def byte_client(request: pytest.FixtureRequest, server: Server) -> Iterator[redis.Redis]:
    """redis-py in both protocols, as libraries make it: replies are bytes."""
    with redis.Redis(host=server.host, port=server.port, **request.param) as connected:
        yield connected


@pytest.fixture(params=["resp2", "default"])
def library_client(request: pytest.FixtureRequest, server: Server) -> Iterator[redis.Redis]:
    """As `byte_client`, for libraries that do not read the next generation's replies yet."""
    with redis.Redis(host=server.host, port=server.port, **PROTOCOLS[request.param]) as connected:
        yield connected
