"""Find the preprints that bear on a question: BM25 and exact cosine, fused by reciprocal rank."""
