-- No keys here: an index over millions of rows costs more, at every write, than the joins that keep rows unique
-- (classify.sql finds what is known; ids come from the ledger alone).
CREATE TABLE preprints (
    archive_id           VARCHAR NOT NULL,
    source               VARCHAR NOT NULL,
    source_id            VARCHAR NOT NULL,
    authors              VARCHAR[] NOT NULL,
    categories           VARCHAR[] NOT NULL,
    versions             STRUCT(number INTEGER, created DATE)[] NOT NULL,
    month                VARCHAR NOT NULL,
    updated              DATE,
    doi                  VARCHAR,
    journal_ref          VARCHAR,
    comments             VARCHAR,
    licence              VARCHAR,
    retold               BOOLEAN NOT NULL,
    -- the text that says so, where the preprint counts as withdrawn: a signal that is certain or likely, or an override
    withdrawn            VARCHAR,
    -- what the signal was found in
    withdrawal_text      VARCHAR,
    -- deleted, stated, comments, abstract, source_type
    withdrawal_signal    VARCHAR,
    -- certain, likely, weak
    withdrawal_strength  VARCHAR,
    -- withdrawn or standing: what the operator's file says against the signal
    withdrawal_override  VARCHAR,
    -- of the latest version
    text_hash            VARCHAR NOT NULL,
    -- of everything else that the source says; empty where it is not known
    facts_hash           VARCHAR NOT NULL
);

-- Every title and abstract that was ever current, once: a revision adds one, and touches no other.
CREATE TABLE texts (
    text_hash  VARCHAR NOT NULL,
    title      VARCHAR NOT NULL,
    -- Zstandard: half the time to write, and smaller, than what DuckDB would choose for long texts
    abstract   VARCHAR NOT NULL USING COMPRESSION zstd
);

-- the ledger's lines, so that no night reads the whole file again
CREATE TABLE ledger (
    archive_id  VARCHAR NOT NULL,
    source      VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL,
    month       VARCHAR NOT NULL,
    number      INTEGER NOT NULL
);

-- how far the ledger's file has been read, and the SHA-256 of its last bytes up to there
CREATE TABLE ledger_read (
    bytes   BIGINT NOT NULL,
    digest  VARCHAR NOT NULL
);

-- texts of earlier versions: those that a later one replaced, and those that a source tells of itself
CREATE TABLE versions (
    archive_id  VARCHAR NOT NULL,
    number      INTEGER NOT NULL,
    text_hash   VARCHAR NOT NULL
);

-- where each source goes on
CREATE TABLE cursors (
    source  VARCHAR PRIMARY KEY,
    cursor  VARCHAR NOT NULL
);

-- what each harvest brought
CREATE TABLE harvests (
    source     VARCHAR NOT NULL,
    started    TIMESTAMP NOT NULL,
    pages      INTEGER NOT NULL,
    records    BIGINT NOT NULL,
    new        BIGINT NOT NULL,
    revised    BIGINT NOT NULL,
    unchanged  BIGINT NOT NULL,
    withdrawn  BIGINT NOT NULL,
    rejected   BIGINT NOT NULL,
    -- read to its end: neither put off nor failed
    ended      BOOLEAN NOT NULL
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
    completion_tokens  INTEGER NOT NULL,
    -- why there is no reply, where there is none: it is asked for again the next night
    problem            VARCHAR
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
    started  TIMESTAMP PRIMARY KEY,
    -- of the steps that are done so far
    report   VARCHAR NOT NULL
);
