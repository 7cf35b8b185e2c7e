"""The embeddings of `vectors.py` as libraries take them."""

from langchain_core.embeddings import Embeddings
from redisvl.utils.vectorize import CustomTextVectorizer

from vectors import embed, embed_many


class WordEmbeddings(Embeddings):
    """For LangChain."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return embed_many(texts)

    def embed_query(self, text: str) -> list[float]:
        return embed(text)


def word_vectorizer() -> CustomTextVectorizer:
    """For RedisVL."""
    return CustomTextVectorizer(embed=embed, embed_many=embed_many)
