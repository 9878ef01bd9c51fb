/** What home says only when it is asked, or somebody is: it comes with that. */
export const homeAsks = {
  retryTitle: "Retry what failed",
  retryPreview: "Asking what would run again …",
  retryTasks: { one: "{count} task runs again", other: "{count} tasks run again" },
  retryNothing: "nothing to run again",
  retryDo: { one: "Retry {count} task", other: "Retry {count} tasks" },
  retryDone: { one: "{count} run goes on.", other: "{count} runs go on." },
  retrying: "Retrying {done} of {all} …",
  retryExplain:
    "Only tasks that failed, and those they pulled down, run again; what succeeded stays.",
  answers: "Waits for an answer",
  answerFails: "fails without one",
  holdTitle: "Hold everything",
  holdText: {
    one: "{count} active DAG is paused: it starts no new run. What runs goes on to its end.",
    other: "{count} active DAGs are paused: they start no new runs. What runs goes on to its end.",
  },
  holdKept:
    "This browser remembers which ones, so that “Resume” later unpauses those and no others.",
  holdDo: { one: "Pause {count} DAG", other: "Pause {count} DAGs" },
  holding: "Paused {done} of {all} …",
  resumeTitle: "Resume what was held",
  resumeText: {
    one: "{count} DAG that was held here is unpaused. DAGs that were paused before stay paused.",
    other:
      "{count} DAGs that were held here are unpaused. DAGs that were paused before stay paused.",
  },
  resumeDo: { one: "Unpause {count} DAG", other: "Unpause {count} DAGs" },
  resuming: "Unpaused {done} of {all} …",
  resumeAsking: "Asking what starts at once …",
  resumeMissed: {
    one: "Runs that this {count} DAG missed meanwhile may start at once.",
    other: "Runs that these {count} DAGs missed meanwhile may start at once.",
  },
  resumeNothing: "No run was missed: nothing starts at once.",
  resumeStarts: {
    one: "{count} missed run starts at once (DAGs: {dags}).",
    other: "{count} missed runs start at once (DAGs: {dags}).",
  },
  resumeStartsAtLeast: {
    one: "At least {count} missed run starts at once (DAGs: {dags} or more).",
    other: "At least {count} missed runs start at once (DAGs: {dags} or more).",
  },
  forget: "Forget them",
  forgetTitle: "Forget what was held?",
  forgetText: {
    one: "{count} DAG stays paused, and nothing remembers any more that it was paused here: it is then among all others that are paused, and no “Resume” finds it.",
    other:
      "{count} DAGs stay paused, and nothing remembers any more which ones were paused here: they are then among all others that are paused, and no “Resume” finds them.",
  },
  forgetLink: "All that is paused",
  stop: "Stop",
  noHold: "All DAGs are paused already.",
  problems: { one: "{count} did not work:", other: "{count} did not work:" },
} as const;
