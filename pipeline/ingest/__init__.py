"""From what a source sends to preprints in the store: one pure parser a feed; http, snapshot, raw, pace and sources/ touch the outside."""
