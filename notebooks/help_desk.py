"""The questions of the demo (`server/demo/help-desk.json`) as traffic: each knows its answer, so it is known which hits are right."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "server/demo/help-desk.json"
UNANSWERED = "Sorry, I cannot help with that; let me connect you to a colleague."


@dataclass(frozen=True)
class Asked:
    text: str
    answer: str


def load() -> tuple[list[Asked], list[Asked]]:
    """Questions and paraphrases that share answers, and traps: questions that only look like one of those."""
    desk = json.loads(DATA.read_text())
    answers = {entry["id"]: entry["answer"] for entry in desk["entries"]}
    questions = [
        Asked(text, entry["answer"])
        for entry in desk["entries"]
        for text in (entry["question"], *(paraphrase["text"] for paraphrase in entry["paraphrases"]))
    ]
    # A trap without an answer of its own is told to wait, each in words of its own.
    traps = [
        Asked(trap["prompt"], answers.get(trap["expected"]) or f"{UNANSWERED} ({number})")
        for number, trap in enumerate(desk["traps"])
    ]
    return questions, traps


def traffic(count: int, seed: int) -> list[Asked]:
    """Some is asked often and most is not, in ever other words; one question in seven is a trap."""
    questions, traps = load()
    chance = random.Random(seed)
    answers = list(dict.fromkeys(asked.answer for asked in questions))
    chance.shuffle(answers)
    popularity = [1 / (rank + 3) for rank in range(len(answers))]
    by_answer = {answer: [asked for asked in questions if asked.answer == answer] for answer in answers}
    return [
        chance.choice(traps) if chance.random() < 1 / 7 else chance.choice(by_answer[chance.choices(answers, popularity)[0]])
        for _ in range(count)
    ]
