"""What tasks themselves say that they did: lines that they append to one file with O_APPEND, each
with the attempt, its process and the time since boot, which no clock jump moves.

    start DAG RUN TASK MAP_INDEX ATTEMPT PID SECONDS      also: end, fail, overlap

A lock that every process of the attempt inherits tells overlap exactly, however it was killed."""

from collections import namedtuple
from pathlib import Path

SCRIPT = r"""
# usage: task.sh SECONDS [FAILS_BELOW_TRY [LEAVES_CHILD]]
say() {
  read -r up rest </proc/uptime
  echo "$1 $WEFT_DAG_ID $WEFT_RUN_ID $WEFT_TASK_ID $WEFT_MAP_INDEX $WEFT_ATTEMPT_ID $$ $up" \
    >>"@folder@/ledger"
}
exec 9>>"@folder@/locks/$WEFT_DAG_ID.$WEFT_RUN_ID.$WEFT_TASK_ID.$WEFT_MAP_INDEX"
flock -n 9 || say overlap
say start
echo "attempt $WEFT_ATTEMPT_ID begins"
if [ -n "${3:-}" ]; then
  # A child that leaves the session, forks twice and does not hear SIGTERM.
  (trap '' TERM; setsid sh -c '(sleep 600 & wait) & wait' & )
fi
sleep "$1"
if [ -n "${LEDGER_OUTPUT:-}" ]; then
  echo "$LEDGER_OUTPUT" >>"$WEFT_OUTPUT" || { say fail; exit 1; }
fi
echo "attempt $WEFT_ATTEMPT_ID ends"
[ "$WEFT_TRY_NUMBER" -ge "${2:-0}" ] || { say fail; exit 1; }
say end
"""

Entry = namedtuple("Entry", "kind dag_id run_id task_id map_index attempt pid at")


def prepare(folder):
    """Writes what `command` runs."""
    folder = Path(folder)
    (folder / "locks").mkdir(exist_ok=True)
    (folder / "task.sh").write_text(SCRIPT.replace("@folder@", str(folder)), encoding="ascii")


def command(folder, seconds, fails_below_try=0, leaves_child=False):
    """For a DAG file: a task that takes so long, and fails its tries before `fails_below_try`."""
    return ["sh", f"{folder}/task.sh", str(seconds), str(fails_below_try),
            *(["leave"] if leaves_child else [])]


def parse(text):
    entries = []
    for line in text.splitlines():
        kind, dag_id, run_id, task_id, map_index, attempt, pid, at = line.split()
        entries.append(Entry(kind, dag_id, run_id, task_id, int(map_index), int(attempt), int(pid),
                             float(at)))
    return entries


def read(folder):
    path = Path(folder) / "ledger"
    return parse(path.read_text(encoding="ascii")) if path.exists() else []


def overlaps(entries):
    """In words: attempts of one task instance that ran at the same time, and attempts whose command
    began twice."""
    found, open_attempts, begun = [], {}, {}
    for entry in entries:
        instance = entry[1:5]
        if entry.kind == "overlap":
            found.append(f"attempt {entry.attempt} of {instance} began (pid {entry.pid}, {entry.at})"
                         " while a process of an earlier one lived")
        elif entry.kind == "start":
            if entry.attempt in begun:
                found.append(f"attempt {entry.attempt} of {instance} began twice: pids "
                             f"{begun[entry.attempt].pid} and {entry.pid}")
            begun[entry.attempt] = entry
            open_attempts[instance] = entry
        elif instance in open_attempts and open_attempts[instance].attempt != entry.attempt:
            found.append(f"attempt {entry.attempt} of {instance} said {entry.kind} at {entry.at}, "
                         f"after attempt {open_attempts[instance].attempt} had begun")
    return found
