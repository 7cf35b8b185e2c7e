"""Nearkey in a process of its own, for a notebook or a test: the built `server/dist/main.js` on free ports of the loopback
interface, in a directory of its own. It ends with `stop()`, or with the process that started it.
"""

import atexit
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
STOP_TIMEOUT_SECONDS = 30
RESP_ADDRESS = re.compile(r"RESP\s+\S*:(\d+)")
HTTP_ADDRESS = re.compile(r"HTTP\s+\S*:(\d+)")


@dataclass
class NearkeyProcess:
    port: int
    http_port: int
    _process: subprocess.Popen = field(repr=False)
    _directory: tempfile.TemporaryDirectory = field(repr=False)

    @property
    def host(self) -> str:
        return "127.0.0.1"

    def url(self, scheme: str = "redis") -> str:
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def http_url(self) -> str:
        return f"http://{self.host}:{self.http_port}"

    def stop(self) -> None:
        atexit.unregister(self.stop)
        end(self._process)
        self._directory.cleanup()


def start_nearkey(*options: str, env: dict[str, str] | None = None) -> NearkeyProcess:
    """@param options as on the command line: "--llm-openai-url", "http://..." """
    main = REPOSITORY / "server/dist/main.js"
    command = ["node", "--max-semi-space-size=2", str(main), "--port", "0", "--http-port", "0", *options]
    directory = tempfile.TemporaryDirectory(prefix="nearkey-python-")
    output = Path(directory.name) / "output"
    with output.open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=directory.name,
            env=os.environ | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        ports = ports_of(process, output)
    except BaseException:
        end(process)
        directory.cleanup()
        raise
    started = NearkeyProcess(*ports, process, directory)
    atexit.register(started.stop)
    return started


def ports_of(process: subprocess.Popen, output: Path) -> tuple[int, int]:
    """The ports that the server prints when it is up; a server that ends instead fails with all it wrote."""
    written = ""
    for line in iter(process.stdout.readline, b""):
        written += line.decode()
        resp, http = RESP_ADDRESS.search(written), HTTP_ADDRESS.search(written)
        if resp is not None and http is not None and "ready" in written:
            return int(resp.group(1)), int(http.group(1))
    raise RuntimeError(f"the server ended at start:\n{written}{output.read_text()}")


def end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
