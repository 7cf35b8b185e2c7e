"""What mem0 asks of a vector store, whichever server it was written for."""

from vectors import embed

CREATED = "2024-01-01T00:00:00+00:00"
MEMORIES = {"m1": "likes fresh bread", "m2": "writes programs", "m3": "likes cheese"}


def payload(name: str, text: str) -> dict:
    user = "eve-1" if name == "m3" else "ada-1"
    return {"hash": name, "data": text, "created_at": CREATED, "user_id": user, "category": "taste"}


def ids(memories) -> list[str]:
    return sorted(memory.id for memory in memories)


def fill(store):
    vectors = [embed(text) for text in MEMORIES.values()]
    store.insert(vectors, [payload(*item) for item in MEMORIES.items()], list(MEMORIES))
    return store


def check_finding(store) -> None:
    found = store.search("bread", embed("likes bread"), top_k=2)
    assert found[0].id == "m1" and found[0].score > 0.5
    assert found[0].payload["data"] == "likes fresh bread" and found[0].payload["category"] == "taste"
    assert ids(store.search("cheese", embed("likes cheese"), filters={"user_id": "eve-1"})) == ["m3"]
    assert ids(store.list(filters={"user_id": "ada-1"})[0]) == ["m1", "m2"]
    assert len(store.list(top_k=2)[0]) == 2


def check_changing(store) -> None:
    assert store.get("m2").payload["data"] == "writes programs"
    store.update("m2", embed("plays chess"), {**payload("m2", "plays chess"), "updated_at": "2024-02-01T00:00:00+00:00"})
    assert store.search("chess", embed("plays chess"), top_k=1)[0].payload["data"] == "plays chess"
    store.delete("m2")
    assert ids(store.list()[0]) == ["m1", "m3"]


def check_collections(store) -> None:
    assert [name.decode() if isinstance(name, bytes) else name for name in store.list_cols()] == ["memories"]
    assert store.col_info("memories") is not None
    store.reset()
    store.delete_col()
    assert store.list_cols() == []
