"""What faults are done to: a server, two workers, and between each of them and the server a proxy;
all on disks, clocks and cables of our own as far as the machine allows."""

import signal
import subprocess
import threading
import time

import evidence
import ledger
from callers import Callers
from clocks import Clock
from journal import Journal
from links import Link
from load import dags
from pair import PACE, Pair
from processes import send
from proxy import Proxy
from volumes import Ext4Volume, MemoryVolume
from worker_process import WorkerProcess

LOGS_AT_RISK_S = 30  # the server syncs them every 5 s, and an attempt takes up to 20
MEGABYTES = 96  # of a disk: more than the database and the logs of an hour
START_SECONDS = 60


class Worker:
    def __init__(self, world, name, number):
        self.world, self.name = world, name
        self.folder = world.folder / name
        self.folder.mkdir()
        self.volume = None
        if "disk" in world.kinds:
            self.volume = MemoryVolume(self.folder, MEGABYTES)
        self.link = Link(number) if "net" in world.kinds else None
        self.clock = Clock(world.folder / f"clock-{name}") if "clock" in world.kinds else None
        self.process = WorkerProcess(world.pair.binary, self.folder / "state", name, slots=6)
        self.proxy = None

    def prepare(self):
        if self.volume:
            self.volume.mount()
        if self.link:
            self.link.make()
            self.process.prefix = self.link.prefix
        if self.clock:
            self.process.environment = self.clock.environment
        self.proxy = Proxy(self.link.host if self.link else "127.0.0.1", self.world.pair.port,
                           f"{self.world.seed}-{self.name}", self.world.journal).start()

    def start(self):
        self.process.start(self.proxy.url, self.world.pair.data / "worker-token",
                           self.world.pair.log_file)

    def clean_up(self):
        self.process.stop()
        if self.proxy:
            self.proxy.stop()
        if self.link and self.process.prefix:
            self.link.remove()
        if self.volume:
            self.volume.unmount()


class World:
    """Use as a context. `kinds` are the kinds of faults that shall be possible."""

    def __init__(self, binary, folder, kinds, seed, longest=20):
        self.folder, self.kinds, self.seed, self.longest = folder, kinds, seed, longest
        self.journal = Journal(folder / "journal")
        self.deaths = []  # processes that ended though nobody had ended them
        self.findings = []  # what was wrong at some moment on the way
        self.timers = []
        self.attempts_seen = []  # (when, the newest attempt's number)
        self.risks = []  # attempts behind the first up to the second lost power with their logs
        self.volume = None
        disk = folder / "server"
        disk.mkdir()
        if "power" in kinds:
            self.volume = Ext4Volume(disk, MEGABYTES)
        elif "disk" in kinds:
            self.volume = MemoryVolume(disk, MEGABYTES)
        self.pair = Pair(binary, folder, data=disk / "data")
        self.clock = Clock(folder / "clock-server") if "clock" in kinds else None
        if self.clock:
            self.pair.server_environment = self.clock.environment
        self.workers = [Worker(self, name, number) for number, name in enumerate(("a", "b"))]
        self.callers = Callers(self.pair, f"{seed}-callers")

    def note_attempts(self):
        self.attempts_seen.append((time.monotonic(), evidence.newest_attempt(self.pair.data)))

    def logs_at_risk(self):
        """The power is about to go. Logs are on the disk some seconds after they were written, so
        those of attempts that began long before are safe."""
        now, newest = time.monotonic(), evidence.newest_attempt(self.pair.data)
        safe = [number for at, number in self.attempts_seen if at <= now - LOGS_AT_RISK_S]
        self.risks.append((max(safe, default=0), newest))

    def is_at_risk(self, attempt):
        return any(first < attempt <= last for first, last in self.risks)

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        ledger.prepare(self.folder)
        (self.folder / "marks").mkdir()
        if self.volume:
            self.volume.mount()
        made = dags(self.folder, self.longest)
        for dag in made:
            self.pair.put_dag(dag)
        self.start_server()
        for worker in self.workers:
            worker.prepare()
            worker.start()
        self.pair.wait_for_dags(len(made))
        self.callers.start()

    def __exit__(self, *_):
        self.callers.editor.go_on = False
        for trigger in self.callers.triggers:
            trigger.go_on = False
        for worker in self.workers:
            worker.clean_up()
        self.pair.stop_server()
        if self.volume:
            self.volume.unmount()
        self.pair.log_file.close()
        self.journal.close()

    def start_server(self):
        """With a bound: a server that hangs while it starts is ended, and that is an error."""
        def too_long():
            if self.pair.server is not None:
                send(self.pair.server.pid, signal.SIGABRT)
        timer = threading.Timer(START_SECONDS, too_long)
        timer.start()
        try:
            self.pair.start_server()
        finally:
            timer.cancel()

    def restart_server(self, seconds=START_SECONDS):
        """As a service manager does, again and again while the disk may be full."""
        def starts():
            try:
                self.start_server()
                return True
            except RuntimeError as error:
                self.journal.note(f"the server did not start: {str(error).splitlines()[-1]}")
                self.pair.stop_server()
                return False
        self.pair.wait_for(starts, "the server's start", seconds, every=0.5)

    def mend(self, server_may_end=False):
        """Starts what has ended by itself, and remembers that, unless it had a reason."""
        code = self.pair.server.poll()
        if code is not None:
            text = f"the server ended by itself ({code})"
            self.journal.note(text)
            if not server_may_end:
                self.deaths.append(text)
            self.pair.server.stdout.close()
            self.restart_server()
        for worker in self.workers:
            if worker.process.is_running():
                continue
            self.deaths.append(f"agent {worker.name} ended by itself "
                               f"({worker.process.process.returncode})")
            self.journal.note(self.deaths[-1])
            worker.start()

    def check_database(self, triggered):
        """Of a server that is down: it is sound, and has all of `triggered`."""
        code, text = self.weft("db", "check", "--data", str(self.pair.data))
        if code != 0:
            self.findings.append(f"weft db check ({code}):\n{text}")
        lost = triggered - evidence.run_ids(self.pair.data)
        if lost:
            self.findings.append(f"acknowledged, and not on the disk: {sorted(lost)}")

    def weft(self, *words):
        """(exit code, what it printed)."""
        done = subprocess.run([self.pair.binary, *words], capture_output=True, text=True,
                              timeout=120, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    def calm(self):
        """All faults are over."""
        for timer in self.timers:
            timer.cancel()
        for clock in [self.clock, *(worker.clock for worker in self.workers)]:
            if clock:
                clock.jump(0)
        if self.volume:
            self.volume.free()
        for worker in self.workers:
            worker.proxy.severity, worker.proxy.is_cut = 0.0, False
            if worker.link:
                worker.link.repair()
            if worker.volume:
                worker.volume.free()
            for pid in (worker.process.process.pid, worker.process.runner()):
                if pid is not None:
                    send(pid, signal.SIGCONT)
        send(self.pair.server.pid, signal.SIGCONT)

    def wait(self, seconds):
        """Faults come at random moments: nothing waits for a result here."""
        PACE.wait(seconds)
