"""One real worker: its agent, which is a child of the test, and its runner, which is not."""

import signal
import subprocess
from pathlib import Path

from processes import runner_of, send


class WorkerProcess:
    """`prefix` and `environment` say under what the agent is started: another network, another
    clock. They may be changed between two starts."""

    def __init__(self, binary, state, name="w", slots=8):
        self.binary, self.state, self.name, self.slots = str(binary), Path(state), name, slots
        self.prefix = []
        self.environment = None
        self.process = None

    def start(self, url, token_file, log_file, *options):
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [*self.prefix, self.binary, "worker", "--server", url, "--token-file", str(token_file),
             "--slots", str(self.slots), "--state", str(self.state), "--name", self.name, *options],
            stdout=log_file, stderr=log_file, env=self.environment)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def runner(self):
        return runner_of(self.state)

    def kill_runner(self):
        runner = self.runner()
        if runner is not None:
            send(runner, signal.SIGKILL)

    def stop(self):
        """Drains; kills what does not obey. The agent's exit code, or None if it was not there."""
        code = end(self.process) if self.is_running() else None
        self.kill_runner()
        return code


def end(process, seconds=30):
    """SIGTERM, in the end SIGKILL. The exit code."""
    process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
