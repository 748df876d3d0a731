"""Find the preprints that bear on a question: BM25 and exact cosine, put together by their scores."""
