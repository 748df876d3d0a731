"""Antigravity Q&A: preprints in, checked answers out, as a static site.

Six stages, in the order of the data. Each asks the store what is pending, works in pure code, and writes at one edge.

| stage    | asks the store for                                 | writes                          |
|----------|----------------------------------------------------|---------------------------------|
| ingest   | what each source held last time                    | preprints, versions, ledger     |
| embed    | texts that have no vector for this encoder         | embeddings                      |
| retrieve | questions whose passages rest on another archive   | passages                        |
| answer   | questions whose key has no draft                   | drafts                          |
| verify   | drafts that have no answer for this set of checks  | answers (one row per revision)  |
| render   | everything shown, in a fixed order                 | the site, aside, then swapped   |

`steps.py` shows the whole night on one screen; `cli.py` and `flow.py` are two thin skins over it.
"""

__version__ = "0.1.0"
