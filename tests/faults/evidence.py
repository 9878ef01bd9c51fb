"""Everything that the checkers compare, as plain data: read once, when all is over."""

import sqlite3
from collections import Counter, namedtuple
from dataclasses import dataclass, field

Run = namedtuple("Run", "id dag_id run_id state note")
Instance = namedtuple("Instance", "id dag_id run_id task_id map_index state attempt")
Attempt = namedtuple("Attempt", "id instance try_number state error")
Event = namedtuple("Event", "id kind run instance attempt before after")

# Numbers of proto/wire/vocabulary.h and of EventRow::Kind.
RUN_SUCCESS, RUN_FAILED = 2, 3
QUEUED, RUNNING, SUCCESS = 2, 3, 4
TERMINAL = {4, 5, 6, 7, 11}
ATTEMPT_SUCCESS, ATTEMPT_FAILED = 2, 3
OF_RUN, OF_INSTANCE, OF_ATTEMPT = 0, 1, 2


@dataclass
class Evidence:
    entries: list = field(default_factory=list)  # the ledger
    runs: list = field(default_factory=list)
    instances: list = field(default_factory=list)
    attempts: list = field(default_factory=list)
    events: list = field(default_factory=list)
    audit: Counter = field(default_factory=Counter)  # (action, dag, run, task)
    pools: list = field(default_factory=list)  # as the API has them, at rest
    counter: int = 0  # of the register
    logs: dict = field(default_factory=dict)  # attempt → its log, of some that succeeded
    triggered: set = field(default_factory=set)
    acknowledged: list = field(default_factory=list)
    cancelled: set = field(default_factory=set)
    counter_kept: int = 0
    counter_sent: int = 0
    survivors: list = field(default_factory=list)
    deaths: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    stuck: list = field(default_factory=list)
    tools: list = field(default_factory=list)  # (command, exit code, what it printed)


def connect(data):
    return sqlite3.connect(f"file:{data}/weft.db?mode=ro", uri=True)


def newest_attempt(data):
    database = connect(data)
    try:
        return database.execute("SELECT ifnull(max(id), 0) FROM attempt").fetchone()[0]
    finally:
        database.close()


def run_ids(data):
    database = connect(data)
    try:
        return set(database.execute("SELECT d.dag_id, r.run_id FROM run r JOIN dag d "
                                    "ON d.key = r.dag"))
    finally:
        database.close()


def read_database(data, into):
    """Of a server that is down."""
    database = connect(data)
    try:
        def rows(kind, sql):
            return [kind(*row) for row in database.execute(sql)]
        into.runs = rows(Run, "SELECT r.id, d.dag_id, r.run_id, r.state, r.note FROM run r "
                              "JOIN dag d ON d.key = r.dag")
        into.instances = rows(
            Instance, "SELECT i.id, d.dag_id, r.run_id, i.task_id, i.map_index, i.state, i.attempt "
                      "FROM task_instance i JOIN run r ON r.id = i.run JOIN dag d ON d.key = r.dag")
        into.attempts = rows(Attempt, "SELECT id, instance, try_number, state, error FROM attempt")
        into.events = rows(Event, "SELECT id, kind, run, instance, attempt, from_state, to_state "
                                  "FROM event WHERE kind < 3 ORDER BY id")
        into.audit = Counter(database.execute("SELECT action, dag_id, run_id, task_id FROM audit"))
        into.counter = int(database.execute(
            "SELECT description FROM pool WHERE name = 'narrow'").fetchone()[0] or 0)
    finally:
        database.close()
