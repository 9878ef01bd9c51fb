"""The faults by their kinds. Each is done by a function of the world and dice of its own, so that a
seed gives the same plan whatever the machine does meanwhile."""

import shutil
import subprocess
import threading

from processes import stop_for
from volumes import LOG_FLUSHED, LOG_LOST

KINDS = ("proxy", "kill", "stop", "disk", "power", "clock", "net")
DAY = 86_400


# ---- kill ---------------------------------------------------------------------------------------

def kill_server(world, dice):
    world.pair.kill_server()
    world.wait(dice.choice((0, 0, dice.uniform(0, 5))))
    world.restart_server()


def kill_agent(world, dice):
    worker = dice.choice(world.workers)
    worker.process.kill()
    world.wait(dice.choice((0, dice.uniform(0, 3))))
    worker.start()


def kill_runner(world, dice):
    dice.choice(world.workers).process.kill_runner()


def kill_agent_and_runner(world, dice):
    worker = dice.choice(world.workers)
    worker.process.kill()
    worker.process.kill_runner()
    worker.start()


def stop_server_cleanly(world, dice):
    """SIGTERM, as for an upgrade."""
    code = world.pair.stop_server()
    if code != 0:
        world.deaths.append(f"the server ended with {code} after SIGTERM")
    world.wait(dice.uniform(0, 3))
    world.restart_server()


# ---- stop ---------------------------------------------------------------------------------------

def mostly_short(dice, longest):
    return dice.uniform(0.1, 3) if dice.random() < 0.75 else dice.uniform(3, longest)


def stop_server(world, dice):
    stop_for(world.pair.server.pid, mostly_short(dice, 18))


def stop_agent(world, dice):
    stop_for(dice.choice(world.workers).process.process.pid, mostly_short(dice, 18))


def stop_runner(world, dice):
    stop_for(dice.choice(world.workers).process.runner(), mostly_short(dice, 6))


# ---- proxy --------------------------------------------------------------------------------------

def storm(world, dice):
    for worker in world.workers:
        worker.proxy.severity = dice.uniform(0.2, 0.7)
    world.wait(dice.uniform(2, 10))
    for worker in world.workers:
        worker.proxy.severity = 0.05


def outage(world, dice):
    """Every connection breaks, and none can be made."""
    worker = dice.choice(world.workers)
    worker.proxy.cut()
    world.wait(dice.uniform(0.2, 8))
    worker.proxy.is_cut = False


# ---- disk ---------------------------------------------------------------------------------------

def fill_server(world, dice):
    world.volume.fill(leave=dice.choice((0, 0, 4096, 65_536, 524_288)))
    world.wait(dice.uniform(0.5, 6))
    world.volume.free()
    world.mend(server_may_end=True)


def fill_worker(world, dice):
    """Its logs, its spool, its scratch folder."""
    volume = dice.choice(world.workers).volume
    volume.fill(leave=dice.choice((0, 4096, 65_536)))
    world.wait(dice.uniform(0.5, 6))
    volume.free()


def fail_fsync(world, _):
    """The next one of the server says EIO: it must stop rather than guess. Only while strace is
    there (a kernel gives no other way without a disk that really breaks)."""
    if shutil.which("strace") is None:
        world.journal.skip("disk: fail_fsync", "there is no strace (Debian package strace)")
        return
    server = world.pair.server
    tracer = subprocess.Popen(  # pylint: disable=consider-using-with
        ["strace", "-f", "-q", "-p", str(server.pid), "-e", "trace=fsync,fdatasync", "-e",
         "inject=fsync,fdatasync:error=EIO:when=1", "-o", str(world.folder / "strace")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        if "EIO" in (world.folder / "strace").read_text(errors="replace"):
            world.deaths.append("the server lives on after a failed fsync")
    tracer.terminate()
    tracer.wait()
    world.mend(server_may_end=True)


# ---- power --------------------------------------------------------------------------------------

def cut_power_of_server(world, dice):
    before = world.callers.triggered()
    world.logs_at_risk()
    flags = dice.choice((LOG_LOST, LOG_LOST, LOG_FLUSHED))
    world.volume.cut_power(flags)
    world.pair.kill_server()
    world.volume.unmount()
    world.volume.mount()
    world.journal.note(f"power is back, flags {flags}")
    world.check_database(before)
    world.restart_server()


# ---- clock --------------------------------------------------------------------------------------

def jump(world, clock, dice):
    offset = round(dice.choice((1, -1)) * dice.choice((1, 60, 3600, DAY, 365 * DAY)) *
                   dice.uniform(0.5, 1))
    clock.jump(offset)
    world.journal.note(f"{clock.path.name}: {offset:+d} s from now on")
    world.wait(dice.uniform(0.5, 6))
    if dice.random() < 0.7:
        clock.jump(0)


def jump_of_server(world, dice):
    jump(world, world.clock, dice)


def jump_of_worker(world, dice):
    jump(world, dice.choice(world.workers).clock, dice)


# ---- net ----------------------------------------------------------------------------------------

def pull_cable(world, dice):
    link = dice.choice(world.workers).link
    link.pull()
    world.wait(mostly_short(dice, 25))
    link.plug()


def pull_cable_beyond_lease(world, dice):
    """Its attempts are killed there, and begin elsewhere. The other faults go on meanwhile."""
    link = dice.choice(world.workers).link
    link.pull()
    timer = threading.Timer(dice.uniform(62, 75), link.plug)
    timer.daemon = True
    timer.start()
    world.timers.append(timer)


FAULTS = {
    "kill": (kill_server, kill_agent, kill_runner, kill_agent_and_runner, stop_server_cleanly),
    "stop": (stop_server, stop_agent, stop_runner),
    "proxy": (storm, storm, outage),
    "disk": (fill_server, fill_worker, fail_fsync),
    "power": (cut_power_of_server,),
    "clock": (jump_of_server, jump_of_worker),
    "net": (pull_cable, pull_cable, pull_cable_beyond_lease),
}


def inject(world, kind, dice):
    world.note_attempts()
    fault = dice.choice(FAULTS[kind])
    world.journal.did(kind, fault.__name__)
    fault(world, dice)
    world.mend()

