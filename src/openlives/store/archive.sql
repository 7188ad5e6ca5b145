-- What we were told, as it was told, with the ledger of what was looked at and the frontier of what is left to do.
-- Times of ours are seconds since 1970-01-01 UTC with fractions; times of the Hub are whole seconds.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;  -- schema, endpoint, platform

CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    command TEXT NOT NULL,      -- collect or refresh
    scope TEXT NOT NULL,        -- what it is about, as JSON: the same scope goes on where it stopped
    started REAL NOT NULL,
    ended REAL,                 -- NULL: not finished; the next run of this scope goes on
    cursor TEXT,                -- address of the next page of the list of models; NULL once the list is read
    listed INTEGER NOT NULL DEFAULT 0,  -- whether the list of models was read to its end
    requests INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE bodies (
    body INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,  -- the same body is kept once, however often it was told
    packed BLOB NOT NULL          -- zlib
);

CREATE TABLE replies (
    reply INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    kind TEXT NOT NULL,     -- models, model, listing, thread, card
    model INTEGER,          -- the model that was asked about, whatever it is called
    about TEXT,             -- name of the model that was asked about
    num INTEGER,            -- number of the thread
    page INTEGER,           -- page of the listing
    path TEXT NOT NULL,     -- what was asked for, with its query
    time REAL NOT NULL,     -- when the reply was here
    status INTEGER,         -- HTTP status; NULL where no reply came
    headers TEXT NOT NULL,  -- as JSON, without what every reply repeats
    body INTEGER,           -- NULL where no reply came
    moved TEXT,             -- name under which the model answered, if not the one asked for
    used INTEGER NOT NULL DEFAULT 0  -- whether the tables are made from it; the others are kept as evidence
);
CREATE INDEX replies_about ON replies (kind, about, num) WHERE used;

CREATE TABLE models (
    model INTEGER PRIMARY KEY,
    id TEXT UNIQUE,       -- the Hub's own id, which outlives renames
    name TEXT NOT NULL,   -- as last seen
    created INTEGER, likes INTEGER, downloads INTEGER, trending REAL,
    modified TEXT,        -- time of the last commit, as told
    listed REAL,          -- when it last stood in a list
    looked REAL,          -- when its threads were last looked at, and how that ended
    outcome TEXT,
    reason TEXT,
    deep REAL,            -- when all pages of its threads were last read
    first_event INTEGER, last_event INTEGER, events INTEGER NOT NULL DEFAULT 0,  -- comments known
    card TEXT,            -- `modified` of the card that we have
    hinted REAL           -- somebody said that something happened
);
CREATE INDEX models_name ON models (name);

CREATE TABLE threads (
    model INTEGER NOT NULL,
    num INTEGER NOT NULL,
    listed TEXT,          -- what its row in the listing said
    fetched TEXT,         -- what its row said when the thread was last read
    time REAL,            -- when that was
    last_event INTEGER,
    comments TEXT,        -- times of its comments, as JSON: what refreshes are planned by
    gone INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,  -- whether the ledger says that it could not be read
    PRIMARY KEY (model, num)
) WITHOUT ROWID;

CREATE TABLE frontier (
    run INTEGER NOT NULL,
    task TEXT NOT NULL,     -- model (its metadata), threads, card
    model INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    place INTEGER NOT NULL DEFAULT 0,  -- whose turn it is
    PRIMARY KEY (run, task, model)
) WITHOUT ROWID;
CREATE INDEX frontier_order ON frontier (run, task, tries, place, model);

CREATE TABLE looks (
    look INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    model INTEGER,
    name TEXT NOT NULL,
    num INTEGER,            -- NULL: the model as a whole
    time REAL NOT NULL,
    outcome TEXT NOT NULL,  -- complete, partial, failed, disabled, gone, private, unreachable
    status INTEGER,
    reason TEXT
);
