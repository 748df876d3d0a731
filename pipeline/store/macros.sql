-- How text from outside is read. Temporary, so a database never holds an older rule than the code.

-- White space folded to single blanks, none at the ends. Gone are control and direction characters and code points that are no
-- characters, since XML and HTML refuse them or they lead readers astray, and the tag characters, which only a language model
-- reads. Three ways, the cheapest that serves: nearly all texts take the first two.
CREATE OR REPLACE TEMP MACRO clean(raw) AS CASE
    WHEN raw IS NULL OR NOT regexp_matches(raw, '[^ -~]|  |^ | $') THEN raw
    WHEN NOT regexp_matches(raw, '[^\n -~\x{a1}-\x{61b}\x{61d}-\x{167f}]') THEN
        -- not trim, which walks the whole text by characters
        ltrim(regexp_replace(regexp_replace(replace(raw, chr(10), ' '), '  +', ' ', 'g'), ' $', ''))
    ELSE trim(
        regexp_replace(
            regexp_replace(
                raw,
                '[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{fdd0}-\x{fdef}\x{feff}\x{fff9}-\x{fffb}\x{fffe}\x{ffff}\x{1fffe}\x{1ffff}\x{2fffe}\x{2ffff}\x{3fffe}\x{3ffff}\x{4fffe}\x{4ffff}\x{5fffe}\x{5ffff}\x{6fffe}\x{6ffff}\x{7fffe}\x{7ffff}\x{8fffe}\x{8ffff}\x{9fffe}\x{9ffff}\x{afffe}\x{affff}\x{bfffe}\x{bffff}\x{cfffe}\x{cffff}\x{dfffe}\x{dffff}\x{e0000}-\x{e007f}\x{efffe}\x{effff}\x{ffffe}\x{fffff}\x{10fffe}\x{10ffff}]+',
                '',
                'g'
            ),
            '[\s\v\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+',
            ' ',
            'g'
        )
    )
END;

-- The text of a key, cleaned; NULL where the line has a list or an object there, which arrives as its JSON.
CREATE OR REPLACE TEMP MACRO stated_text(line, key, raw) AS CASE
    WHEN starts_with(raw, '[') OR starts_with(raw, '{') THEN CASE WHEN json_type(line, key) = 'VARCHAR' THEN clean(raw) END
    ELSE clean(raw)
END;

-- A day that a preprint can have: an archive id holds its year and month.
CREATE OR REPLACE TEMP MACRO plausible(found) AS CASE
    WHEN found BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' THEN found
END;

-- The UTC day of a date as arXiv writes it, or of an ISO one; NULL for anything else. UTC is the connection's time zone.
CREATE OR REPLACE TEMP MACRO day(raw) AS CASE
    WHEN raw IS NULL THEN NULL
    WHEN raw[5] = '-' THEN plausible(TRY_CAST(raw[1:10] AS DATE))
    ELSE plausible(
        try_strptime(
            raw,
            [
                '%a, %d %b %Y %H:%M:%S GMT',
                '%a, %d %b %Y %H:%M:%S %z',
                '%d %b %Y %H:%M:%S GMT',
                '%d %b %Y %H:%M:%S %z',
                '%a, %d %b %Y'
            ]
        )::DATE
    )
END;

-- Names of people out of one cleaned string: affiliations in brackets left out, "Jr." kept with its name.
CREATE OR REPLACE TEMP MACRO without_brackets(raw) AS regexp_replace(raw, '\s*\([^()]*\)', '', 'g');

CREATE OR REPLACE TEMP MACRO split_people(raw) AS CASE
    WHEN NOT regexp_matches(raw, '\(| and |,[^ ]| ,|, (?:and|Jr|Sr|I|V)') THEN string_split(raw, ', ')
    ELSE string_split_regex(
        regexp_replace(
            without_brackets(without_brackets(without_brackets(without_brackets(without_brackets(raw))))),
            ',\s*((?:Jr|Sr)\b\.?|I{2,3}\b|IV\b)',
            ' \1',
            'g'
        ),
        '\s*,\s*(?:and\s+)?|\s+and\s+'
    )
END;

-- One place in a list for each value, that of its first.
CREATE OR REPLACE TEMP MACRO each_once(items) AS list_filter(
    items,
    lambda item, place: list_position(items, item) = place
);

-- Versions by number, oldest first; of two with one number the first of the list counts. Each is compared with the one sorted
-- before it: a list of a hundred thousand must not hold up the night.
CREATE OR REPLACE TEMP MACRO in_order(items) AS list_sort(
    list_transform(items, lambda item, place: {'number': item.number, 'place': place, 'item': item})
);

CREATE OR REPLACE TEMP MACRO by_number(items) AS CASE
    WHEN len(items) < 2 THEN items
    ELSE list_transform(
        list_filter(
            list_zip(in_order(items), list_prepend(NULL, in_order(items)), true),
            lambda pair: pair[1].number IS DISTINCT FROM pair[2].number
        ),
        lambda pair: pair[1].item
    )
END;

-- The versions of two statements together: the first prevails, but a date is never lost to a missing one.
CREATE OR REPLACE TEMP MACRO merged(first, other) AS by_number(
    list_concat(list_filter(first, lambda item: item.created IS NOT NULL), other, first)
);

-- False friends taken out of a notice: what was withdrawn is an earlier version, another paper, a claim, or it was taken back from
-- a journal; or the word is no verb ("replaces the withdrawn preprint").
CREATE OR REPLACE TEMP MACRO without_other_withdrawals(raw) AS regexp_replace(
    raw,
    '(?i)\b(?:previous|earlier|prior|older?|original|initial|first|second|another|other|former|companion|related|published|preceding|different)(?:ly)?\s+(?:\w+\s+){0,2}?(?:versions?|submissions?|papers?|articles?|preprints?|drafts?|manuscripts?|postings?)\b(?:[^.;]|\.\S){0,80}?\b(?:withdrawn|withdrew|retracted)\b'
    || '|\b(?:v\d+|versions?\s+\d+)\s+(?:was|were|has\s+been|had\s+been)\s+(?:withdrawn|retracted)\b'
    || '|\b(?:replac(?:es|ing|ement)|supersed(?:es|ing)|resubmission|reinstat\w+|instead\s+of|follow(?:s|ing)|extends|combines|(?:revised|corrected|new|improved|expanded)\s+version\s+of)\b(?:[^.;]|\.\S){0,120}?\b(?:withdrawn|retracted|withdrawal)\b'
    || '|\b(?:sections?|chapters?|claims?|theorems?|lemmas?|corollary|propositions?|results?|statements?|proofs?|conjectures?|figures?|tables?|appendix|examples?|conclusions?|data|patients?|participants?)\b(?:\s+\S+){0,4}?\s+(?:has\s+been|have\s+been|is|are|was|were)\s+(?:\w+\s+)?(?:withdrawn|retracted)\b'
    || '|\b(?:not|never|no\s+longer)\s+(?:been\s+|being\s+|be\s+)?(?:withdrawn|retracted)\b'
    || '|\b(?:an?|the|our|my|their|now|previously|since|formerly|recently)[\s-]+(?:withdrawn|retracted)\s+(?:\w+\s+)?(?:papers?|articles?|preprints?|manuscripts?|submissions?|versions?|arxiv)\b'
    || '|\b(?:submitted|submission)\s+(?:to|at)\s[^.;]{0,60}?\bwithdrawn\b',
    ' ',
    'g'
);

-- The same for "withdrawn from the journal".
CREATE OR REPLACE TEMP MACRO without_journal_withdrawals(raw) AS regexp_replace(
    raw,
    '(?i)\b(?:withdrawn|withdrew|withdraw|retracted)\s+(?:\w+\s+)?from\s+(?:the\s+|its\s+|a\s+|that\s+)?(?:\w+\s+)?(?:journal|conference|proceedings|workshop|special\s+issue|review|peer|publication|publisher|consideration|phys|jhep|nature|science|ieee|acm|neurips|icml|iclr|cvpr|aaai)\b',
    ' ',
    'g'
);

-- A notice as arXiv suggests it, or a text that begins with the word: this tells of a withdrawal wherever it stands.
CREATE OR REPLACE TEMP MACRO is_plain_notice(raw) AS regexp_matches(
    raw,
    '(?i)\b(?:this|the)\s+(?:(?:present|above|arxiv|current|whole)\s+)?(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft)(?:\s+and\s+(?:its\s+)?abstract)?\s+(?:has|have|is|was)\s+(?:now\s+|hereby\s+)?(?:been\s+|being\s+)?(?:temporarily\s+)?(?:withdrawn|retracted)\b'
    || '|^\W*(?:(?:this|the)\s+)?(?:(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft)\s+)?(?:temporarily\s+)?withdrawn(?:\s*[^\s\w]|\s+(?:by|due|because|since|pending|for|as|from|until|temporarily|on|after|to)\b|$)'
);

-- A notice at the beginning of an abstract, of whose subject "withdrawn" may be part.
CREATE OR REPLACE TEMP MACRO withdrawn_by_opening(raw) AS CASE
    WHEN NOT (contains(raw, 'ithdr') OR contains(raw, 'ITHDR') OR contains(raw, 'etracted')) THEN false
    ELSE is_plain_notice(without_other_withdrawals(without_journal_withdrawals(raw)))
END;

-- A notice in comments, where authors speak of little else: also that they withdraw it, or ask for it.
CREATE OR REPLACE TEMP MACRO withdrawn_by_comments(raw) AS CASE
    WHEN raw IS NULL OR NOT (contains(raw, 'ithdr') OR contains(raw, 'ITHDR') OR contains(raw, 'etract')) THEN false
    WHEN regexp_matches(
        without_journal_withdrawals(left(raw, 600)),
        '(?i)\bthis\s+(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft)\s+(?:has|have)\s+been\s+(?:temporarily\s+)?withdrawn\b'
    ) THEN true
    ELSE is_plain_notice(without_other_withdrawals(without_journal_withdrawals(left(raw, 600))))
    OR regexp_matches(
        without_other_withdrawals(without_journal_withdrawals(left(raw, 600))),
        '(?i)\b(?:this|it|(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft))\b(?:[^.;:]|[.:]\S){0,60}?\b(?:has|have|had|is|are|was|were)\s+(?:\w+\s+){0,2}?(?:withdrawn|retracted)\b'
        || '|\b(?:needs?|has|have|had|must|should|will)\s+(?:to\s+)?be\s+(?:withdrawn|retracted)\b'
        || '|(?:^|[.;:])\W*(?:(?:(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft)|is|has|been|now|thus|hence|therefore|temporarily)\s+){0,3}withdrawn(?:\s+(?:by|due|because|since|pending|for|as|until|after)\b|\W*$)'
        || '|^\W*withdraw\b|(?-i:\bWITHDRAWN\b)'
        || '|\bwithdrawn\s+by\s+(?:the\s+|its\s+|all\s+)?(?:\w+\s+)?(?:authors?|arxiv|submitters?|admin\w*|moderators?)\b'
        || '|\b(?:withdraw|retract)\s+(?:\w+\s+){0,2}?(?:it|(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft))\b'
        || '|\brequest\w*\s+(?:\w+\s+){0,3}?withdrawal\b|\bwithdrawal\s+of\s+(?:this|the|our)\s+(?:papers?|articles?|submission|manuscript|work|preprint|e-?print|version|note|letter|draft)\b'
    )
END;

-- Month of an id that tells it, as arXiv's do: YYMM.number since April 2007, archive/YYMMnumber since 1991.
CREATE OR REPLACE TEMP MACRO id_month(id) AS CASE
    WHEN regexp_full_match(id, '\d\d(?:0[1-9]|1[0-2])\.\d{4,5}') THEN '20' || id[1:2] || '.' || id[3:4]
    WHEN regexp_full_match(id, '[a-z-]+(?:\.[A-Z]{2})?/\d\d(?:0[1-9]|1[0-2])\d{3}') THEN
        CASE WHEN split_part(id, '/', 2)[1:2] >= '91' THEN '19' ELSE '20' END
        || split_part(id, '/', 2)[1:2] || '.' || split_part(id, '/', 2)[3:4]
END;

-- Of what a source says beside the text and the versions. One value is compared with millions where nine would be read.
CREATE OR REPLACE TEMP MACRO facts_hash(
    authors, categories, doi, journal_ref, comments, licence, retold, withdrawn, withdrawal_strength
) AS md5(
    concat_ws(
        chr(31),
        array_to_string(authors, chr(30)),
        array_to_string(categories, ' '),
        coalesce(doi, ''),
        coalesce(journal_ref, ''),
        coalesce(comments, ''),
        coalesce(licence, ''),
        retold,
        coalesce(withdrawn, ''),
        coalesce(withdrawal_strength, '')
    )
);

-- Every doi that names this preprint: those that it states, bare or as an address, and the one that its source registers for it.
CREATE OR REPLACE TEMP MACRO dois(source, source_id, doi) AS list_filter(
    list_append(
        list_transform(
            string_split(lower(coalesce(doi, '')), ' '),
            lambda one: regexp_replace(one, '^(?:https?://(?:dx\.)?doi\.org/|doi:)|[,;]$', '', 'g')
        ),
        CASE
            WHEN starts_with(source_id, '10.') THEN lower(source_id)
            WHEN source = 'arxiv' THEN '10.48550/arxiv.' || lower(source_id)
        END
    ),
    lambda one: one <> ''
);
