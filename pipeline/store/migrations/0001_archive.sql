-- (source, source_id) is unique too: the ledger sees to it. A second key here would forbid INSERT OR REPLACE.
CREATE TABLE preprints (
    archive_id   VARCHAR PRIMARY KEY,
    source       VARCHAR NOT NULL,
    source_id    VARCHAR NOT NULL,
    title        VARCHAR NOT NULL,
    abstract     VARCHAR NOT NULL,
    authors      VARCHAR[] NOT NULL,
    categories   VARCHAR[] NOT NULL,
    versions     STRUCT(number INTEGER, created DATE)[] NOT NULL,
    month        VARCHAR NOT NULL,
    updated      DATE,
    doi          VARCHAR,
    journal_ref  VARCHAR,
    comments     VARCHAR,
    licence      VARCHAR,
    retold       BOOLEAN NOT NULL,
    withdrawn    VARCHAR,
    text_hash    VARCHAR NOT NULL,
    record_hash  VARCHAR NOT NULL
);

-- texts that a later version replaced
CREATE TABLE versions (
    archive_id  VARCHAR NOT NULL,
    number      INTEGER NOT NULL,
    title       VARCHAR NOT NULL,
    abstract    VARCHAR NOT NULL,
    text_hash   VARCHAR NOT NULL,
    PRIMARY KEY (archive_id, text_hash)
);

-- what each source held when it was last read to its end
CREATE TABLE harvests (
    source       VARCHAR PRIMARY KEY,
    fingerprint  VARCHAR NOT NULL
);

-- no key on text_hash: an index over millions of hashes costs more than the anti-join that keeps rows unique
CREATE TABLE embeddings (
    text_hash  VARCHAR NOT NULL,
    encoder    VARCHAR NOT NULL,
    vector     FLOAT[] NOT NULL
);

CREATE TABLE retrievals (
    slug           VARCHAR PRIMARY KEY,
    retrieval_key  VARCHAR NOT NULL,
    preprints      INTEGER NOT NULL
);

CREATE TABLE passages (
    slug        VARCHAR NOT NULL,
    rank        INTEGER NOT NULL,
    archive_id  VARCHAR NOT NULL,
    version     INTEGER NOT NULL,
    text_hash   VARCHAR NOT NULL,
    similarity  DOUBLE NOT NULL,
    lexical     DOUBLE NOT NULL,
    fused       DOUBLE NOT NULL
);

CREATE TABLE drafts (
    draft_key          VARCHAR PRIMARY KEY,
    slug               VARCHAR NOT NULL,
    reply              VARCHAR NOT NULL,
    evidence           VARCHAR NOT NULL,
    prompt_tokens      INTEGER NOT NULL,
    completion_tokens  INTEGER NOT NULL
);

CREATE TABLE answers (
    slug         VARCHAR NOT NULL,
    revision     INTEGER NOT NULL,
    answered_on  DATE NOT NULL,
    document     VARCHAR NOT NULL,
    PRIMARY KEY (slug, revision)
);

-- every key that was worked through, and the revision that it led to: the same one where nothing changed
CREATE TABLE outcomes (
    answer_key  VARCHAR PRIMARY KEY,
    slug        VARCHAR NOT NULL,
    revision    INTEGER NOT NULL
);

CREATE TABLE runs (
    started  TIMESTAMP NOT NULL,
    report   VARCHAR NOT NULL
);
