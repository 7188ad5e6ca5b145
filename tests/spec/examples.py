"""Worked examples: little tables, a call, and the answer worked out by hand.

They run on every engine and make a page of the docs.

A week of life has 604800 seconds. 2024-01-01 was a Monday.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openlives.measures.movement import NEVER

WEEK = 604_800


@dataclass(frozen=True)
class Table:
    """Columns with their types, and rows."""

    columns: dict[str, type]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Example:
    """What a measure gives for a small input, and what that shows."""

    title: str
    meaning: str
    given: dict[str, Table]
    call: str
    expected: Table


def at(text: str) -> int:
    """Give a UTC time in seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def said(*rows: tuple[str, str | None, int]) -> dict[str, Table]:
    """Give a table of interactions."""
    return {"interactions": Table({"artifact": str, "person": str, "time": int}, list(rows))}


ACTED = {
    "artifact": str,
    "person": str,
    "time": int,
    "opening": bool,
    "by_owner": bool,
    "by_member": bool,
    "by_staff": bool,
}
PAIR = {"artifact": str, "person": str, "interactions": int, "first": int, "last": int}
LIFE = {"artifact": str, "first": int, "last": int, "interactions": int, "participants": int}
VISIT = {"artifact": str, "person": str, "week": int, "interactions": int}
WEEKLY = {"artifact": str, "week": int, "interactions": int, "contributors": int}
OPENED = {"person": str, "threads": int, "artifacts": int, "same": int}

BASIC = [
    Example(
        "A life",
        "A life runs from the first to the last interaction. Three people wrote to `a/x`; the deleted account "
        "(no person) "
        "interacts too, but is no participant.",
        said(("a/x", "ada", 100), ("a/x", "bea", 300), ("a/x", "ada", 500), ("a/x", "cyr", 200), ("a/x", None, 900)),
        "lives(interactions)",
        Table(LIFE, [("a/x", 100, 900, 5, 3)]),
    ),
    Example(
        "A life of one interaction",
        "One interaction is a life of length 0. Where all who spoke have deleted their accounts, nobody is a "
        "participant.",
        said(("a/x", "ada", 100), ("b/y", None, 200)),
        "lives(interactions)",
        Table(LIFE, [("a/x", 100, 100, 1, 1), ("b/y", 200, 200, 1, 0)]),
    ),
    Example(
        "Each person's part",
        "One row a person and artifact. Deleted accounts are one row without a person: they are nobody in particular.",
        said(("a/x", "ada", 100), ("a/x", "ada", 300), ("a/x", None, 200), ("a/x", None, 400), ("b/y", "ada", 50)),
        "pairs(interactions)",
        Table(PAIR, [("a/x", "ada", 2, 100, 300), ("a/x", None, 2, 200, 400), ("b/y", "ada", 1, 50, 50)]),
    ),
]

WEEKS = [
    Example(
        "Visits by week of life",
        "A week of life has 604800 seconds, counted from the artifact's first interaction: 604799 seconds "
        "later is still "
        "week 0, 604800 seconds later is week 1. `after` leaves out what happened in the very first second.",
        said(
            ("a/x", "ada", 1000),
            ("a/x", "ada", 1000 + WEEK - 1),
            ("a/x", "ada", 1000 + WEEK),
            ("a/x", None, 1000 + WEEK),
            ("b/y", "bea", 1000 + WEEK),
        ),
        "life_visits(interactions, lives(interactions))",
        Table(
            {**VISIT, "after": int},
            [
                ("a/x", "ada", 0, 2, 1),
                ("a/x", "ada", 1, 1, 1),
                ("a/x", None, 1, 1, 1),
                ("b/y", "bea", 0, 1, 0),
            ],
        ),
    ),
    Example(
        "Weeks of life",
        "Visits are added up by week. Nothing happened in weeks 1 and 2, so they have no row: zeros are filled "
        "in where they "
        "are estimated. A week with deleted accounts only has interactions, and no contributor.",
        {
            "visits": Table(
                {**VISIT, "after": int},
                [
                    ("a/x", "ada", 0, 3, 2),
                    ("a/x", "bea", 0, 1, 1),
                    ("a/x", None, 0, 2, 2),
                    ("a/x", "ada", 3, 1, 1),
                    ("a/x", None, 4, 5, 5),
                ],
            )
        },
        "life_weeks(visits)",
        Table(WEEKLY, [("a/x", 0, 6, 2), ("a/x", 3, 1, 1), ("a/x", 4, 5, 0)]),
    ),
    Example(
        "Visits by calendar week",
        "Calendar weeks start on Monday, 00:00 UTC: the last second of Sunday 2023-12-31 is week 2817, the "
        "next one is week "
        "2818 (2024-01-01 is day 19723 since 1970, and (19723 + 3) / 7 = 2818).",
        said(
            ("a/x", "ada", at("2023-12-31 23:59:59")),
            ("a/x", "ada", at("2024-01-01 00:00:00")),
            ("a/x", "ada", at("2024-01-07 23:59:59")),
            ("a/x", None, at("2024-01-03 12:00:00")),
            ("a/x", "bea", at("2024-01-08 00:00:00")),
        ),
        "calendar_visits(interactions)",
        Table(
            VISIT, [("a/x", "ada", 2817, 1), ("a/x", "ada", 2818, 2), ("a/x", None, 2818, 1), ("a/x", "bea", 2819, 1)]
        ),
    ),
    Example(
        "Calendar weeks",
        "Visits are added up by week: two people and a deleted account came in week 2818, a deleted account "
        "alone in 2820.",
        {
            "visits": Table(
                VISIT,
                [
                    ("a/x", "ada", 2818, 4),
                    ("a/x", "bea", 2818, 1),
                    ("a/x", None, 2818, 2),
                    ("a/x", None, 2820, 3),
                    ("b/y", "ada", 2818, 1),
                ],
            )
        },
        "calendar_weeks(visits)",
        Table(WEEKLY, [("a/x", 2818, 7, 2), ("a/x", 2820, 3, 0), ("b/y", 2818, 1, 1)]),
    ),
    Example(
        "Persistence",
        "The score adds up each week's distinct contributors: 2 + 1 for `a/x`, whose deleted accounts do not score. "
        "`b/y` has more interactions and a lower score.",
        {
            "visits": Table(
                VISIT,
                [
                    ("a/x", "ada", 10, 3),
                    ("a/x", "bea", 10, 1),
                    ("a/x", "ada", 11, 2),
                    ("a/x", None, 12, 4),
                    ("b/y", "ada", 10, 90),
                ],
            )
        },
        "persistence(visits)",
        Table({"artifact": str, "score": int}, [("a/x", 3), ("b/y", 1)]),
    ),
    Example(
        "Persistence, from interactions",
        "Ada comes twice in one week (1), both come in the next (2): 3 person-weeks.",
        said(
            ("a/x", "ada", at("2024-01-01 09:00:00")),
            ("a/x", "ada", at("2024-01-07 09:00:00")),
            ("a/x", "ada", at("2024-01-08 09:00:00")),
            ("a/x", "bea", at("2024-01-14 09:00:00")),
            ("a/x", None, at("2024-01-15 09:00:00")),
        ),
        "persistence(calendar_visits(interactions))",
        Table({"artifact": str, "score": int}, [("a/x", 3)]),
    ),
    Example(
        "Months",
        "Months since year 0: 12 × year + month - 1. 2024 and 2000 have a 29 February, 2100 has none.",
        {
            "given": Table(
                {"artifact": str, "time": int},
                [
                    ("a", at("1970-01-01 00:00:00")),
                    ("b", at("1999-12-31 23:59:59")),
                    ("c", at("2000-02-29 12:00:00")),
                    ("d", at("2024-02-29 23:59:59")),
                    ("e", at("2024-03-01 00:00:00")),
                    ("f", at("2100-02-28 23:59:59")),
                    ("g", at("2100-03-01 00:00:00")),
                ],
            )
        },
        "with_month(given)",
        Table(
            {"artifact": str, "time": int, "month": int},
            [
                ("a", at("1970-01-01 00:00:00"), 12 * 1970),
                ("b", at("1999-12-31 23:59:59"), 12 * 1999 + 11),
                ("c", at("2000-02-29 12:00:00"), 12 * 2000 + 1),
                ("d", at("2024-02-29 23:59:59"), 12 * 2024 + 1),
                ("e", at("2024-03-01 00:00:00"), 12 * 2024 + 2),
                ("f", at("2100-02-28 23:59:59"), 12 * 2100 + 1),
                ("g", at("2100-03-01 00:00:00"), 12 * 2100 + 2),
            ],
        ),
    ),
]

AUTOMATION = [
    Example(
        "Who opens threads, and with which words",
        "`template` is the opening text as a number, digits, links and names taken out. The largest set of "
        "equal texts of "
        "`bot` has 2 of its 3 threads. Ada's thread has no text; deleted accounts open nothing.",
        {
            "threads": Table(
                {"artifact": str, "opener": str, "template": int},
                [("a/x", "bot", 7), ("b/y", "bot", 7), ("b/y", "bot", 8), ("a/x", "ada", None), ("a/x", None, 7)],
            )
        },
        "openings(threads)",
        Table(OPENED, [("bot", 3, 2, 2), ("ada", 1, 1, 0)]),
    ),
    Example(
        "Repeaters",
        "At least 5 artifacts, and at least 80 % equal texts: 4 of 5 is enough, 3 of 5 is not, and 4 artifacts "
        "are not.",
        {
            "opened": Table(
                OPENED, [("bot", 5, 5, 4), ("bea", 5, 5, 3), ("cyr", 9, 4, 9), ("dov", 10, 5, 8), ("eli", 1, 1, 0)]
            )
        },
        "repeaters(opened, min_artifacts=5, min_same=0.8)",
        Table(OPENED, [("bot", 5, 5, 4), ("dov", 10, 5, 8)]),
    ),
]

COMMUNITIES = [
    Example(
        "Artifacts with a tag",
        "Tags are compared in lower case, whoever wrote them how; an artifact with several of the tags is one "
        "artifact.",
        {
            "tags": Table(
                {"artifact": str, "tag": str},
                [("a/x", "art"), ("a/x", "roleplay"), ("b/y", "Art"), ("c/z", "artful"), ("d/w", "roleplay")],
            )
        },
        'with_tag(tags, names=["ART", "Roleplay"])',
        Table({"artifact": str}, [("a/x",), ("b/y",), ("d/w",)]),
    ),
    Example(
        "Artifacts of an owner",
        "Owners are compared in lower case too; an artifact without a known owner has none.",
        {
            "artifacts": Table(
                {"artifact": int, "name": str, "owner": str},
                [(1, "Ada/x", "Ada"), (2, "ada/y", "ada"), (3, "adam/z", "adam"), (4, "old", None)],
            )
        },
        'of_owner(artifacts, name="ADA")',
        Table({"artifact": int}, [(1,), (2,)]),
    ),
    Example(
        "Artifacts on a list",
        "Names are compared as they are; a name that nobody has is no artifact.",
        {"artifacts": Table({"artifact": int, "name": str}, [(1, "a/x"), (2, "b/y"), (3, "c/z")])},
        'on_list(artifacts, names=["c/z", "a/x", "nobody/has-this"])',
        Table({"artifact": int}, [(1,), (3,)]),
    ),
    Example(
        "A family",
        "`b/child` was made from `a/base`, `c/grandchild` from that and, in a circle, the other way round; "
        "`d/other` is no "
        "relation.",
        {
            "artifacts": Table(
                {"artifact": int, "name": str, "base_models": list},
                [
                    (1, "a/base", None),
                    (2, "b/child", ["a/base", "c/grandchild"]),
                    (3, "c/grandchild", ["b/child"]),
                    (4, "d/other", ["e/elsewhere"]),
                ],
            )
        },
        'family(artifacts, root="a/base")',
        Table({"artifact": int}, [(1,), (2,), (3,)]),
    ),
]

MOVEMENT = [
    Example(
        "Stays",
        "Periods of one week are counted back from `until`, two weeks in: second 604800 is in the last period "
        "(0), second "
        f"604799 in the one before. Where no thread was opened, `first_opened` is {NEVER} (never). Owners and "
        "members are "
        "producers; deleted accounts stay nowhere.",
        {
            "interactions": Table(
                ACTED,
                [
                    ("a/x", "ada", 5, True, None, None, None),
                    ("a/x", "ada", WEEK - 1, False, False, None, False),
                    ("a/x", "ada", WEEK, False, None, True, None),
                    ("b/y", "ada", WEEK + 7, True, False, False, True),
                    ("a/x", None, 9, True, None, None, None),
                ],
            )
        },
        "stays(interactions, until=1209600, period_weeks=1)",
        Table(
            {
                "person": str,
                "artifact": str,
                "back": int,
                "first": int,
                "first_opened": int,
                "producer": int,
                "staff": int,
            },
            [
                ("ada", "a/x", 1, 5, 5, 0, 0),
                ("ada", "a/x", 0, WEEK, NEVER, 1, 0),
                ("ada", "b/y", 0, WEEK + 7, WEEK + 7, 0, 1),
            ],
        ),
    ),
    Example(
        "Weeks of a community",
        "Only the community's artifacts count. Ada comes three times in week 2818, and opens one thread; the "
        "deleted account "
        "counts, as nobody.",
        {
            "interactions": Table(
                ACTED,
                [
                    ("a/x", "ada", at("2024-01-01 00:00:00"), True, None, None, None),
                    ("a/x", "ada", at("2024-01-02 00:00:00"), False, True, None, None),
                    ("a/x", "ada", at("2024-01-07 23:59:59"), False, None, None, None),
                    ("a/x", None, at("2024-01-08 00:00:00"), True, None, None, None),
                    ("b/y", "ada", at("2024-01-01 00:00:00"), True, None, None, None),
                ],
            ),
            "members": Table({"artifact": str}, [("a/x",), ("c/z",)]),
        },
        "community_weeks(interactions, members)",
        Table(
            {"artifact": str, "person": str, "week": int, "interactions": int, "opened": int, "producer": int},
            [("a/x", "ada", 2818, 3, 1, 1), ("a/x", None, 2819, 1, 1, 0)],
        ),
    ),
]

GOVERNANCE = [
    Example(
        "Derivatives",
        "How many artifacts name each as their base. A base that the collection does not know counts by its name; "
        "what nobody names has no row.",
        {
            "artifacts": Table(
                {"artifact": int, "name": str, "base_models": list},
                [
                    (1, "a/base", None),
                    (2, "b/child", ["a/base", "e/elsewhere"]),
                    (3, "c/child", ["a/base"]),
                ],
            )
        },
        "derivatives(artifacts)",
        Table({"name": str, "derivatives": int}, [("a/base", 2), ("e/elsewhere", 1)]),
    ),
    Example(
        "Talk about access",
        "Written cues in the title or the opening comment. `3` speaks of another kind of access, as do `4` and `6`; in "
        "an opening comment, unlike in a title, the words of `5` are too common to decide anything.",
        {
            "openings": Table(
                {"thread": int, "title": str, "body": str},
                [
                    (1, "Access request", None),
                    (2, "Hello", "My request to see the weights was rejected, why?"),
                    (3, "Where do I put my access token?", ""),
                    (4, "How to access the hidden states", "I cannot find them."),
                    (5, None, "Now that we have access to more machines, it is fast."),
                    (6, "Illegal memory access", None),
                    (7, "申请访问权限", None),
                    (8, "How do I get access?", None),
                    (9, "Solicitud de acceso pendiente", None),
                    (10, None, "OSError: You are trying to access a gated repo."),
                ],
            )
        },
        "access_threads(openings)",
        Table({"thread": int}, [(1,), (2,), (7,), (8,), (9,), (10,)]),
    ),
]

THREAD = {"artifact": str, "thread": int, **{name: kind for name, kind in ACTED.items() if name != "artifact"}}
REPLY = {
    "artifact": str,
    "thread": int,
    "comments": int,
    "last": int,
    "opened": int,
    "own": int,
    "people": int,
    "answered": int,
    "by_producer": int,
    "by_staff": int,
}
VISITOR = {"artifact": str, "person": str, "way": str, "start": int, "end": int}
SEEN = {"artifact": str, "person": str, "way": str, "other": str}

LIVES = [
    Example(
        "Who answers",
        "Ada's own second comment answers nobody: bea does, 40 seconds after the opening, and a member in the same "
        "second (`by_producer`). In thread 2 nobody but ada speaks. Thread 3 was opened before the window, so it is "
        "not among those of which an answer can be told.",
        {
            "interactions": Table(
                THREAD,
                [
                    ("a/x", 1, "ada", 100, True, None, None, None),
                    ("a/x", 1, "ada", 120, False, False, False, False),
                    ("a/x", 1, "bea", 140, False, False, False, False),
                    ("a/x", 1, "cyr", 140, False, False, True, None),
                    ("a/x", 1, "dov", 900, False, True, False, True),
                    ("a/x", 2, "ada", 200, True, None, True, None),
                    ("a/x", 2, "ada", 300, False, None, True, None),
                    ("a/x", 3, "bea", 400, False, None, None, None),
                ],
            )
        },
        "replies(interactions)",
        Table(
            REPLY,
            [
                ("a/x", 1, 5, 900, 100, 0, 4, 140, 1, 0),
                ("a/x", 2, 2, 300, 200, 1, 1, None, None, None),
            ],
        ),
    ),
    Example(
        "Answers by the deleted, and at once",
        "A deleted account is somebody else than ada (thread 1), and she than it (2); whether two deleted accounts are "
        "one cannot be told, so that is no answer (3). An answer in the same second counts (4); what lies before the "
        "opening, as a comment that was moved there, does not (5).",
        {
            "interactions": Table(
                THREAD,
                [
                    ("a/x", 1, "ada", 100, True, None, None, None),
                    ("a/x", 1, None, 150, False, None, None, None),
                    ("a/x", 2, None, 100, True, None, None, None),
                    ("a/x", 2, "ada", 170, False, None, None, True),
                    ("a/x", 3, None, 100, True, None, None, None),
                    ("a/x", 3, None, 180, False, None, None, None),
                    ("b/y", 4, "ada", 100, True, True, None, None),
                    ("b/y", 4, "bea", 100, False, None, None, None),
                    ("b/y", 5, "ada", 100, True, None, None, None),
                    ("b/y", 5, "bea", 50, False, None, None, None),
                ],
            )
        },
        "replies(interactions)",
        Table(
            REPLY,
            [
                ("a/x", 1, 2, 150, 100, 0, 1, 150, 0, 0),
                ("a/x", 2, 2, 170, 100, 0, 1, 170, 0, 1),
                ("a/x", 3, 2, 180, 100, 0, 0, None, None, None),
                ("b/y", 4, 2, 100, 100, 1, 2, 100, 0, 0),
                ("b/y", 5, 2, 100, 100, 0, 2, None, None, None),
            ],
        ),
    ),
    Example(
        "Who can be followed",
        "The window is [1000, 2000), and people are followed for 300 seconds. Ada's last second plus 300 is 1999, the "
        "last second of the window; bea's is 2000, which is out. Ada's first second minus 300 is 1000, the first of "
        "the window; bea's is 999, before it. Nobody follows the deleted accounts.",
        {
            "pairs": Table(
                PAIR,
                [
                    ("a/x", "ada", 2, 1300, 1699),
                    ("a/x", "bea", 2, 1299, 1700),
                    ("a/x", None, 2, 1400, 1500),
                    ("b/y", "bea", 1, 1450, 1450),
                ],
            )
        },
        "visitors(pairs, since=1000, until=2000, seconds=300)",
        Table(
            VISITOR,
            [
                ("a/x", "ada", "to", 1700, 1999),
                ("a/x", "ada", "from", 1000, 1299),
                ("b/y", "bea", "to", 1451, 1750),
                ("b/y", "bea", "from", 1150, 1449),
            ],
        ),
    ),
    Example(
        "Where they were",
        "Each other artifact once, however often ada came there, and both ends of the time are in it. Neither the "
        "artifact itself, nor a second too early or too late, nor somebody else is met.",
        {
            "visitors": Table(VISITOR, [("a/x", "ada", "to", 200, 300), ("a/x", "ada", "from", 50, 99)]),
            "interactions": Table(
                {"artifact": str, "person": str, "time": int},
                [
                    ("b/y", "ada", 200),
                    ("b/y", "ada", 250),
                    ("c/z", "ada", 300),
                    ("d/w", "ada", 301),
                    ("d/w", "ada", 199),
                    ("a/x", "ada", 220),
                    ("b/y", "ada", 50),
                    ("b/y", "bea", 210),
                    ("e/v", None, 210),
                ],
            ),
        },
        "elsewhere(visitors, interactions)",
        Table(SEEN, [("a/x", "ada", "to", "b/y"), ("a/x", "ada", "to", "c/z"), ("a/x", "ada", "from", "b/y")]),
    ),
    Example(
        "Ways",
        "People are counted by where they were, before and after apart.",
        {
            "elsewhere": Table(
                SEEN,
                [
                    ("a/x", "ada", "to", "b/y"),
                    ("a/x", "bea", "to", "b/y"),
                    ("a/x", "bea", "to", "c/z"),
                    ("a/x", "ada", "from", "b/y"),
                ],
            )
        },
        "ways(elsewhere)",
        Table(
            {"artifact": str, "way": str, "other": str, "people": int},
            [("a/x", "to", "b/y", 2), ("a/x", "to", "c/z", 1), ("a/x", "from", "b/y", 1)],
        ),
    ),
]

EXAMPLES = [*BASIC, *WEEKS, *AUTOMATION, *COMMUNITIES, *MOVEMENT, *GOVERNANCE, *LIVES]
