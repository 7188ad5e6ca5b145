-- What a store holds. Every time is integer seconds since 1970-01-01 UTC, every key an integer; NULL means not known.
-- All of it is derived from a collection's originals and decisions (build.sql), and can be made again at any time.

CREATE TABLE meta (  -- what this store is made of
    key VARCHAR,     -- name of the fact: schema, version, fingerprint, census
    value VARCHAR    -- its value as text
);

CREATE TABLE imports (  -- the originals that were given by hand
    origin INTEGER,     -- key of the import, in the order of its identity
    id VARCHAR,         -- identity: hash of the file's bytes, the kind and the map
    file VARCHAR,       -- name of the file, without its folder
    sha256 VARCHAR,     -- hash of the file
    kind VARCHAR,       -- what it was read as: api, hf-community, events, threads, models, people, fetches
    map VARCHAR,        -- the map of columns that was used
    observed BIGINT,    -- when the platform looked like this, where the importer was told
    platform VARCHAR,   -- where the things in it live
    census BOOLEAN,     -- whether the table lists every artifact of the platform
    rejected BIGINT     -- rows that could not be used; they are kept beside the import
);

CREATE TABLE artifacts (       -- the things that communities gather round
    artifact INTEGER,          -- key, in the order of names
    platform VARCHAR,          -- where it lives: huggingface, github
    kind VARCHAR,              -- model, dataset, space, repository
    platform_id VARCHAR,       -- the platform's own immutable id
    name VARCHAR,              -- path of its page, as last seen
    former_names VARCHAR[],    -- names it had before
    owner VARCHAR,             -- account or organisation that holds it
    owner_key INTEGER,         -- key of the owner, in the order of names
    created BIGINT,            -- when it was created: the earliest time that any source gives
    license VARCHAR,           -- licence as declared, as last seen
    gate VARCHAR,              -- none, auto (terms to accept), manual (somebody decides)
    task VARCHAR,              -- the task it is published for (pipeline tag)
    library VARCHAR,           -- the library that loads it
    downloads BIGINT,          -- downloads of the last 30 days, as last seen
    likes BIGINT,              -- likes, as last seen
    base_models VARCHAR[],     -- names of the artifacts it was made from
    files BIGINT,              -- number of files beside the card, the licence and git's own
    paths VARCHAR[],           -- names of all its files
    disabled BOOLEAN,          -- whether the platform has switched it off
    card VARCHAR,              -- its model card (private tier)
    metadata VARCHAR,          -- the head of its card as JSON; `openlives_cut` names the fields that were too long (private tier)
    listed BOOLEAN,            -- whether a census of the platform lists it
    outcome VARCHAR,           -- how the last look at its threads ended: complete, partial, failed, disabled, gone, private, unreachable, never
    looked BIGINT              -- when that was
);

CREATE TABLE tags (    -- one row a tag of an artifact, as last seen
    artifact INTEGER,  -- the artifact
    tag VARCHAR        -- the tag, in lower case
);

CREATE TABLE snapshots (  -- what can change, as it was each time somebody looked
    artifact INTEGER,     -- the artifact
    observed BIGINT,      -- when it looked like this
    downloads BIGINT,     -- downloads of the 30 days before
    likes BIGINT,         -- likes
    license VARCHAR,      -- licence as declared
    gate VARCHAR,         -- none, auto, manual
    tags VARCHAR[],       -- tags as written
    disabled BOOLEAN,     -- whether the platform had switched it off
    origin INTEGER        -- the import that says so
);

CREATE TABLE people (     -- accounts; deleted ones are nobody in particular, and have no row
    person INTEGER,       -- key, in the order of names
    name VARCHAR,         -- account name, as last seen (private tier)
    former_names VARCHAR[],  -- names it had before (private tier)
    platform_id VARCHAR,  -- the platform's own immutable id (private tier)
    kind VARCHAR,         -- user or org
    staff BOOLEAN,        -- whether it ever acted as staff of the platform
    deleted BOOLEAN       -- whether the account is known to have been deleted since
);

CREATE TABLE threads (      -- discussions and pull requests
    thread INTEGER,         -- key, in the order of artifact and number
    artifact INTEGER,       -- the artifact it belongs to
    num BIGINT,             -- its number within the artifact
    pull_request BOOLEAN,   -- whether it proposes a change
    status VARCHAR,         -- open, closed, merged, draft, as last seen
    title VARCHAR,          -- its title (private tier)
    opener INTEGER,         -- the person who opened it; NULL for a deleted account
    created BIGINT,         -- when it was opened
    pinned BOOLEAN,         -- whether it is pinned
    locked BOOLEAN,         -- whether it is locked
    merge_commit VARCHAR,   -- the commit that merged it
    template BIGINT,        -- the opening text without digits, links and artifact names, as a number: equal texts have equal numbers
    raw VARCHAR,            -- the thread as it came, without its events (private tier)
    origin INTEGER          -- the import that last told of it
);

CREATE TABLE events (     -- what happened in threads, of every kind
    event INTEGER,        -- key, in the order of thread and position
    thread INTEGER,       -- the thread
    artifact INTEGER,     -- the artifact of the thread
    position BIGINT,      -- place in the thread as the platform gave it
    id VARCHAR,           -- the platform's id of the event; not unique: commits share theirs
    kind VARCHAR,         -- comment, status-change, commit, title-change, ..., or a kind not known yet
    time BIGINT,          -- when it happened
    person INTEGER,       -- who did it; NULL for a deleted account
    by_owner BOOLEAN,     -- whether that person owns the artifact
    by_member BOOLEAN,    -- whether that person is a member of the owning organisation
    by_staff BOOLEAN,     -- whether that person was staff of the platform
    app VARCHAR,          -- the app that posted it for the person
    opening BOOLEAN,      -- whether it is the first comment of its thread
    hidden BOOLEAN,       -- whether the comment was hidden
    edited BOOLEAN,       -- whether the comment was edited
    body VARCHAR,         -- the comment's text (private tier)
    raw VARCHAR,          -- the event as it came (private tier)
    origin INTEGER        -- the import that last told of it
);

CREATE TABLE fetches (  -- looks at the platform, and how they ended
    artifact INTEGER,   -- the artifact looked at
    num BIGINT,         -- the thread looked at; NULL for the artifact as a whole
    time BIGINT,        -- when
    outcome VARCHAR,    -- complete, partial, failed, disabled, gone, private, unreachable
    status BIGINT,      -- the HTTP status that was given
    reason VARCHAR,     -- why, in words
    origin INTEGER      -- the import that says so
);

CREATE TABLE build_notes (  -- what the build had to leave out or put together
    note VARCHAR,           -- what
    count BIGINT            -- how often
);
