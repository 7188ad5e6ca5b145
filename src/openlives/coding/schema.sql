-- One coding project. It is a living document: every change of codes, codings, themes and memos goes through `journal`.

CREATE TABLE project (key TEXT PRIMARY KEY, value TEXT NOT NULL);  -- name, sample rule and seed, store it was drawn from

CREATE TABLE coders (
    coder TEXT PRIMARY KEY,         -- key
    name TEXT NOT NULL UNIQUE,      -- as people call them; machines are called machine:METHOD@VERSION
    kind TEXT NOT NULL CHECK (kind IN ('human', 'machine')),
    secret TEXT NOT NULL DEFAULT '' -- salted hash of the password, where the project is served beyond this machine
);

CREATE TABLE threads (
    thread TEXT PRIMARY KEY,        -- address: owner/model#12
    artifact TEXT NOT NULL,
    num INTEGER NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    opened INTEGER,                 -- second (UTC)
    pull_request INTEGER,
    place INTEGER NOT NULL,         -- order in the sample
    facts TEXT NOT NULL DEFAULT '{}' -- what was known of the model when the sample was drawn: licence, gate, task
);
CREATE INDEX threads_in_order ON threads (place, thread);

CREATE TABLE units (
    unit TEXT PRIMARY KEY,          -- key, made of the address and the event's id
    thread TEXT NOT NULL REFERENCES threads,
    place INTEGER NOT NULL,         -- order within the thread
    event TEXT NOT NULL DEFAULT '', -- the platform's id of the comment
    time INTEGER,
    week INTEGER,                   -- whole weeks since the model's first interaction
    role TEXT NOT NULL DEFAULT '',  -- owner, member, staff, newcomer, user, deleted, unknown
    voice INTEGER,                  -- which person of the thread, in the order of their first words; never the name
    text TEXT NOT NULL,             -- snapshot (private tier)
    hash TEXT NOT NULL,             -- SHA-256 of the text as it was coded
    language TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'present' -- present, changed, hidden, gone, erased, stub (told of by others, not in the collection)
);
CREATE INDEX units_of_thread ON units (thread, place, unit); -- texts are long: what is counted is read from here
CREATE INDEX units_flagged ON units (state) WHERE state <> 'present';

CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    parent TEXT,                    -- the code above, if any
    theme TEXT,                     -- the theme it was put under, if any
    name TEXT NOT NULL,
    definition TEXT NOT NULL DEFAULT '',
    include TEXT NOT NULL DEFAULT '',
    exclude TEXT NOT NULL DEFAULT '',
    examples TEXT NOT NULL DEFAULT '',
    colour TEXT NOT NULL DEFAULT '#4477AA',
    place INTEGER NOT NULL DEFAULT 0,
    vivo TEXT NOT NULL DEFAULT '',  -- the unit whose own words are its name: when they are erased, so is the name
    retired INTEGER NOT NULL DEFAULT 0 -- merged away or dropped; its codings were moved or stay to be read
);

CREATE TABLE themes (
    theme TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    definition TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE codings (
    coding TEXT PRIMARY KEY,
    unit TEXT NOT NULL REFERENCES units,
    coder TEXT NOT NULL REFERENCES coders,
    code TEXT NOT NULL REFERENCES codes,
    start INTEGER,                  -- span in characters of the snapshot; NULL for the whole comment
    stop INTEGER,
    negative INTEGER NOT NULL DEFAULT 0, -- a case against the code
    memo TEXT NOT NULL DEFAULT '',
    round TEXT,                     -- the blind round it belongs to; NULL in the open
    layer TEXT NOT NULL DEFAULT 'coding', -- coding, or adjudication
    made INTEGER NOT NULL
);
CREATE INDEX codings_of_unit ON codings (unit);
CREATE INDEX codings_of_code ON codings (code);
CREATE INDEX codings_of_coder ON codings (coder, made);
CREATE INDEX codings_coded ON codings (coder, layer, unit);

CREATE TABLE memos (
    memo TEXT PRIMARY KEY,
    about TEXT NOT NULL,            -- unit:KEY, code:KEY, theme:KEY, thread:ADDRESS, or project
    coder TEXT NOT NULL,
    text TEXT NOT NULL,
    round TEXT,
    made INTEGER NOT NULL
);
CREATE INDEX memos_about ON memos (about);

CREATE TABLE seen (unit TEXT NOT NULL, coder TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (unit, coder));

CREATE TABLE requeued (             -- to be looked at again, since a definition changed
    unit TEXT NOT NULL, coder TEXT NOT NULL, code TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (unit, coder, code)
);

CREATE TABLE rounds (round TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, made INTEGER NOT NULL);
CREATE TABLE round_units (round TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (round, unit));
CREATE TABLE round_coders (round TEXT NOT NULL, coder TEXT NOT NULL, closed INTEGER, PRIMARY KEY (round, coder)); -- closed: when they said done; below zero, when it was abandoned before they did
CREATE INDEX rounds_of_unit ON round_units (unit);
CREATE TABLE settled (              -- adjudicated, be it to no code at all; the codes are codings of the layer adjudication
    round TEXT NOT NULL, unit TEXT NOT NULL, coder TEXT NOT NULL, made INTEGER NOT NULL, PRIMARY KEY (round, unit)
);

CREATE TABLE versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, made INTEGER NOT NULL, codebook TEXT NOT NULL); -- frozen codebooks

CREATE TABLE journal (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    coder TEXT NOT NULL,
    kind TEXT NOT NULL,             -- code, uncode, merge, split, recode, undo, …
    says TEXT NOT NULL,             -- in words, without text of comments
    changes TEXT NOT NULL,          -- rows before and after, as JSON: its recorded inverse is the same, turned round
    round TEXT,                     -- the open round it belongs to
    state TEXT NOT NULL DEFAULT 'done', -- done, undone, past (can be undone no more: something else was done after)
    turns INTEGER                   -- for undo and redo: the entry that was turned
);
CREATE INDEX journal_of_coder ON journal (coder, state, entry);

CREATE VIRTUAL TABLE words USING fts5(text, title, unit UNINDEXED, tokenize = 'trigram');
