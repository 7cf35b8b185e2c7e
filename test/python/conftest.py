"""What every test here gets: Nearkey in a process of its own, empty, and clients of it.

The server is the built `server/dist/main.js`, as `test/support/nearkey.ts` starts it for the suites in TypeScript: on a free
port of the loopback interface, in a directory of its own. NEARKEY_TRANSPORT=net (or native) in the environment decides, as
for any Nearkey, which transport it runs on.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

REPOSITORY = Path(__file__).resolve().parents[2]
RESP_ADDRESS = re.compile(r"RESP\s+\S*:(\d+)")
HTTP_ADDRESS = re.compile(r"HTTP\s+\S*:(\d+)")
STOP_TIMEOUT_SECONDS = 5

# Nothing that is tested may look for models or send statistics.
os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "MEM0_TELEMETRY": "False", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True)
class Server:
    port: int
    http_port: int = 0

    @property
    def host(self) -> str:
        return "127.0.0.1"

    def url(self, scheme: str = "redis") -> str:
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def http_url(self) -> str:
        return f"http://{self.host}:{self.http_port}"


@pytest.fixture(scope="session")
def running_server() -> Iterator[Server]:
    main = REPOSITORY / "server/dist/main.js"
    command = ["node", "--max-semi-space-size=2", str(main), "--port", "0", "--http-port", "0"]
    with tempfile.TemporaryDirectory(prefix="nearkey-python-") as directory:
        output = Path(directory) / "output"
        with output.open("w") as log:
            process = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        try:
            yield server_of(process, output)
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def server_of(process: subprocess.Popen, output: Path) -> Server:
    """The ports that the server prints when it is up; a server that ends instead fails with all it wrote."""
    written = ""
    for line in iter(process.stdout.readline, b""):
        written += line.decode()
        resp, http = RESP_ADDRESS.search(written), HTTP_ADDRESS.search(written)
        if resp is not None and http is not None and "ready" in written:
            return Server(int(resp.group(1)), int(http.group(1)))
    raise RuntimeError(f"the server ended at start:\n{written}{output.read_text()}")


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
