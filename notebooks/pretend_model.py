"""A model that only pretends, for notebooks that need one and must run anywhere: OpenAI's chat completions on a port of this
process. It takes as long as it is told to and answers what a function says; it counts what it was asked.
"""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PretendModel:
    def __init__(self, answer: Callable[[str], str], latency_seconds: float = 0.4) -> None:
        self.asked: list[str] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Small writes leave at once.
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                question = last_question(body)
                model.asked.append(question)
                time.sleep(latency_seconds)
                reply = json.dumps(completion(body["model"], question, answer(question))).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                """Says nothing: what matters is counted."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def last_question(body: dict) -> str:
    return next(message["content"] for message in reversed(body["messages"]) if message["role"] == "user")


def completion(model: str, question: str, text: str) -> dict:
    """Tokens are counted as words."""
    asked, said = len(question.split()), len(text.split())
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "chatcmpl-pretend",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
    }
