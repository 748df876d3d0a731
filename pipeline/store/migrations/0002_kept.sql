-- what is computed from the archive and costs too much to be computed every night
CREATE TABLE kept (
    name     VARCHAR PRIMARY KEY,
    -- of everything that it was computed from
    key      VARCHAR NOT NULL,
    content  BLOB NOT NULL
);
