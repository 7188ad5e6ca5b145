-- From originals to meaning. The views o_artifacts, o_people, o_threads, o_events and o_fetches are the originals, each row
-- with its origin and its `version`: a number that grows with the time of observation, so that the last word wins.
-- `artifact_alias` and `person_alias` lead from a former name to the present one; `erased` holds accounts to be forgotten.

-- An account that is to be forgotten is named in other people's originals, too: among editors, or those who reacted.
SET VARIABLE forgotten = (SELECT '"(' || string_agg(regexp_escape(name), '|') || ')"' FROM (SELECT name FROM erased UNION SELECT name FROM to_erase));

-- names: every artifact that anything speaks of ---------------------------------------------------------------------
CREATE TEMP VIEW n_artifacts AS SELECT coalesce(a.present, o.name) AS present, o.* FROM o_artifacts o LEFT JOIN artifact_alias a USING (name);
CREATE TEMP VIEW n_threads AS SELECT coalesce(a.present, o.artifact) AS present, o.* FROM o_threads o LEFT JOIN artifact_alias a ON a.name = o.artifact;
CREATE TEMP VIEW n_events AS SELECT coalesce(a.present, o.artifact) AS present, o.* FROM o_events o LEFT JOIN artifact_alias a ON a.name = o.artifact;
CREATE TEMP VIEW n_fetches AS SELECT coalesce(a.present, o.artifact) AS present, o.* FROM o_fetches o LEFT JOIN artifact_alias a ON a.name = o.artifact;

CREATE TEMP TABLE named AS
SELECT row_number() OVER (ORDER BY present) AS artifact, present, min(import_platform) AS platform FROM (
    SELECT present, import_platform FROM n_artifacts UNION ALL SELECT present, import_platform FROM n_threads
    UNION ALL SELECT present, import_platform FROM n_events UNION ALL SELECT present, import_platform FROM n_fetches
) WHERE present NOT IN (SELECT name FROM private_artifacts) GROUP BY present;

-- people: deleted accounts are nobody in particular -----------------------------------------------------------------
CREATE TEMP VIEW accounts AS
SELECT author AS name, author_kind AS kind, by_staff AS staff, NULL AS platform_id, NULL AS deleted, version FROM o_events
UNION ALL SELECT author, NULL, NULL, NULL, NULL, version FROM o_threads
UNION ALL SELECT name, kind, staff, platform_id, deleted, version FROM o_people;

INSERT INTO people
SELECT row_number() OVER (ORDER BY present), present, nullif(list_sort(list_distinct(list(name) FILTER (name <> present))), []),
    arg_max(platform_id, version), arg_max(kind, version), bool_or(staff), bool_or(deleted)
FROM (SELECT coalesce(a.present, c.name) AS present, c.* FROM accounts c LEFT JOIN person_alias a USING (name))
WHERE present IS NOT NULL AND present <> '' AND lower(present) <> 'deleted' AND present NOT IN (SELECT present FROM erased)
GROUP BY present;

CREATE TEMP TABLE person_of AS
SELECT name, person FROM people UNION ALL SELECT a.name, p.person FROM person_alias a JOIN people p ON p.name = a.present;

-- artifacts: the last known value of each field ---------------------------------------------------------------------
-- The head of a card is written by hand: what is no mapping is left out.
CREATE TEMP MACRO is_mapping(metadata) AS CASE WHEN json_valid(metadata) THEN json_type(metadata) = 'OBJECT' ELSE false END;

CREATE TEMP TABLE described AS
SELECT present, arg_max(platform, version) AS platform, arg_max(kind, version) AS kind, arg_max(platform_id, version) AS platform_id,
    list_sort(list_distinct(list_concat(coalesce(list(name) FILTER (name <> present), []),
        coalesce(flatten(list(former_names) FILTER (former_names IS NOT NULL)), [])))) AS former_names, arg_max(owner, version) AS owner, min(created) AS created,
    arg_max(license, version) AS license, arg_max(gate, version) AS gate, arg_max(task, version) AS task, arg_max(library, version) AS library,
    arg_max(downloads, version) AS downloads, arg_max(likes, version) AS likes, arg_max(base_models, version) AS base_models,
    arg_max(tags, version) AS tags, arg_max(files, version) AS files, arg_max(paths, version) AS paths, arg_max(disabled, version) AS disabled, arg_max(card, version) AS card,
    arg_max(metadata, version) FILTER (is_mapping(metadata)) AS metadata,
    bool_or(census) AS listed
FROM n_artifacts GROUP BY present;

CREATE TEMP TABLE looks AS
SELECT present, arg_max(outcome, (coalesce(time, 0), version)) FILTER (num IS NULL) AS outcome, max(time) FILTER (num IS NULL) AS looked
FROM n_fetches GROUP BY present;

-- A thread that failed and was read since, or is gone, is no hole.
CREATE TEMP TABLE holed AS
SELECT DISTINCT present FROM (
    SELECT present, num, arg_max(outcome, (coalesce(time, 0), version)) AS outcome, max(time) AS time FROM n_fetches
    WHERE num IS NOT NULL GROUP BY ALL
) h WHERE outcome NOT IN ('complete', 'gone')
    AND NOT EXISTS (FROM n_events e WHERE e.present = h.present AND e.num = h.num AND e.observed >= h.time);

-- A model whose threads were handed to us was looked at (of those we asked for ourselves, the ledger tells); one of whose threads failed was looked at in part.
CREATE TEMP TABLE seen AS
SELECT DISTINCT present FROM (SELECT present, origin FROM n_threads UNION ALL SELECT present, origin FROM n_events)
JOIN imports USING (origin) WHERE imports.kind <> 'archive';

INSERT INTO artifacts
SELECT n.artifact, coalesce(d.platform, n.platform), coalesce(d.kind, CASE WHEN starts_with(n.present, 'datasets/') THEN 'dataset' WHEN starts_with(n.present, 'spaces/') THEN 'space' ELSE 'model' END),
    d.platform_id, n.present, nullif(list_filter(d.former_names, lambda x: x <> n.present), []), o.owner, dense_rank() OVER (ORDER BY o.owner), d.created, d.license, d.gate, d.task, d.library,
    d.downloads, d.likes, d.base_models, d.files, d.paths, d.disabled, d.card, d.metadata, coalesce(d.listed, false),
    CASE WHEN l.outcome IS NOT NULL AND l.outcome <> 'complete' THEN l.outcome
         WHEN h.present IS NOT NULL THEN 'partial'
         WHEN l.outcome IS NOT NULL OR s.present IS NOT NULL THEN 'complete'
         ELSE 'never' END,
    l.looked
FROM named n LEFT JOIN described d USING (present) LEFT JOIN looks l USING (present) LEFT JOIN seen s USING (present) LEFT JOIN holed h USING (present),
    LATERAL (SELECT coalesce(d.owner, CASE WHEN contains(n.present, '/') THEN split_part(regexp_replace(n.present, '^(datasets|spaces)/', ''), '/', 1) ELSE n.present END) AS owner) o
ORDER BY n.artifact;

INSERT INTO tags
SELECT DISTINCT n.artifact, lower(trim(t.tag)) AS tag FROM named n JOIN described d USING (present), LATERAL (SELECT unnest(d.tags) AS tag) t
WHERE trim(t.tag) <> '' ORDER BY ALL;

INSERT INTO snapshots
SELECT DISTINCT n.artifact, o.observed, o.downloads, o.likes, o.license, o.gate, o.tags, o.disabled, o.origin
FROM n_artifacts o JOIN named n USING (present) WHERE o.observed IS NOT NULL
    AND coalesce(o.downloads, o.likes, len(o.license), len(o.gate), len(o.tags), o.disabled::INT) IS NOT NULL ORDER BY ALL;

INSERT INTO fetches
SELECT DISTINCT n.artifact, o.num, o.time, o.outcome, o.status, o.reason, o.origin FROM n_fetches o JOIN named n USING (present) ORDER BY ALL;

-- events: one row for each thing that happened, however often it was told ---------------------------------------------
-- An event is known by its id; one without an id by its time, author and words. Commits of one second share their id, so
-- of those it is the nth in the thread, as told by one source at one time. A thread told twice in one file is one thread.
CREATE TEMP TABLE told AS
SELECT n.artifact, e.num, e.kind, e.time, e.position, e.observed, e.version, e.origin, e.row,
    coalesce(e.id, md5(concat_ws('|', e.time, e.author, e.body))) AS same
FROM n_events e JOIN named n USING (present)
QUALIFY e.position IS NULL OR row_number() OVER (PARTITION BY e.origin, e.observed, n.artifact, e.num, e.kind, same, e.position ORDER BY e.row DESC) = 1;

CREATE TEMP TABLE counted AS
SELECT *, CASE WHEN kind = 'commit' THEN row_number() OVER (PARTITION BY origin, observed, artifact, num, kind, same ORDER BY position, time, row) ELSE 1 END AS nth FROM told;

CREATE TEMP TABLE kept AS
SELECT * FROM counted QUALIFY row_number() OVER (PARTITION BY artifact, num, kind, same, nth ORDER BY version DESC) = 1;

INSERT INTO build_notes SELECT 'events told more than once, of which the last version is kept', (SELECT count(*) FROM n_events JOIN named USING (present)) - (SELECT count(*) FROM kept);

CREATE TEMP TABLE numbered AS
SELECT row_number() OVER (ORDER BY artifact, num) AS thread, artifact, num FROM (
    SELECT artifact, num FROM kept UNION SELECT n.artifact, t.num FROM n_threads t JOIN named n USING (present)
);

INSERT INTO events
SELECT row_number() OVER (ORDER BY t.thread, k.position, k.time, k.same, k.nth), t.thread, k.artifact, k.position, e.id, k.kind, k.time, p.person,
    coalesce(e.by_owner, false) OR coalesce(e.author = a.owner, false), e.by_member, e.by_staff, e.app,
    k.kind = 'comment' AND row_number() OVER (PARTITION BY t.thread, k.kind ORDER BY k.position, k.time, k.same, k.nth) = 1,
    e.hidden, e.edited,
    CASE WHEN x.name IS NULL THEN e.body END, CASE WHEN x.name IS NULL THEN coalesce(regexp_replace(e.raw, getvariable('forgotten'), '"erased"', 'gi'), e.raw) END, k.origin
FROM kept k JOIN numbered t USING (artifact, num) JOIN artifacts a USING (artifact)
    JOIN o_events e ON e.origin = k.origin AND e.row = k.row
    LEFT JOIN person_of p ON p.name = e.author LEFT JOIN erased x ON x.name = e.author
ORDER BY 1;

-- threads: the last known value of each field, and the opening text without what varies -------------------------------
CREATE TEMP TABLE thread_facts AS
SELECT n.artifact, t.num, arg_max(pull_request, version) AS pull_request, arg_max(status, version) AS status, arg_max(title, version) AS title,
    arg_max(author, version) AS author, min(created) AS created, arg_max(pinned, version) AS pinned, arg_max(locked, version) AS locked,
    arg_max(merge_commit, version) AS merge_commit, arg_max(raw, version) AS raw, arg_max(origin, version) AS origin
FROM n_threads t JOIN named n USING (present) GROUP BY ALL;

INSERT INTO threads
SELECT t.thread, t.artifact, t.num, f.pull_request, f.status, CASE WHEN x.name IS NULL THEN f.title END,
    coalesce(p.person, o.person), coalesce(f.created, o.time), f.pinned, f.locked, f.merge_commit,
    CASE WHEN w.words IS NOT NULL THEN (md5_number_lower(w.words) >> 1)::BIGINT END,
    CASE WHEN x.name IS NULL THEN coalesce(regexp_replace(f.raw, getvariable('forgotten'), '"erased"', 'gi'), f.raw) END, f.origin
FROM numbered t LEFT JOIN thread_facts f USING (artifact, num) JOIN artifacts a USING (artifact)
    LEFT JOIN (SELECT thread, person, time, body FROM events WHERE opening) o USING (thread)
    LEFT JOIN person_of p ON p.name = f.author LEFT JOIN erased x ON x.name = f.author,
    LATERAL (SELECT nullif(trim(regexp_replace(
        regexp_replace(replace(replace(lower(coalesce(nullif(trim(o.body), ''), f.title)), lower(a.name), ''), lower(split_part(a.name, '/', -1)), ''), 'https?://[^\s)>]+|[0-9]+', ' ', 'g'),
        '\s+', ' ', 'g')), '') AS words) w
ORDER BY t.thread;

INSERT INTO build_notes SELECT 'threads whose own record is missing, known from their events only', count(*) FROM numbered ANTI JOIN thread_facts USING (artifact, num);
INSERT INTO build_notes SELECT 'heads of cards that are no mapping, left out', count(*) FROM n_artifacts WHERE metadata IS NOT NULL AND NOT is_mapping(metadata);
INSERT INTO build_notes SELECT 'heads of cards whose longest fields were left out', count(*) FROM artifacts WHERE contains(metadata, '"openlives_cut":');
INSERT INTO build_notes SELECT 'private artifacts left out', count(*) FROM private_artifacts;
INSERT INTO build_notes SELECT 'accounts to be erased that nobody has', count(*) FROM to_erase WHERE NOT found;
INSERT INTO build_notes SELECT 'accounts erased', count(DISTINCT present) FROM erased;
