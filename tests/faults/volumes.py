"""Small disks of our own: one in memory that can be full, and one with ext4 in a file, that can also
lose its power."""

import errno
import fcntl
import os
import subprocess
from pathlib import Path

EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
LOG_FLUSHED = 1  # the journal reaches the disk first, the data does not
LOG_LOST = 2  # nothing that nobody waited for reaches the disk


class CannotMount(Exception):
    """Rights or loop devices are missing; the text says why."""


def command(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        first_line = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[0]
        raise CannotMount(f"{words[0]}: {first_line}")


class Volume:
    def __init__(self, place, megabytes):
        self.place, self.megabytes = Path(place), megabytes
        self.place.mkdir(parents=True, exist_ok=True)
        self.ballast = self.place / "ballast"
        self.is_mounted = False

    def unmount(self):
        if self.is_mounted:
            command("umount", str(self.place))
            self.is_mounted = False

    def fill(self, leave):
        """Until nothing goes in any more, then `leave` bytes are given back."""
        with open(self.ballast, "ab") as file:
            size = os.fstat(file.fileno()).st_size
            for block in (1 << 20, 4096):
                try:
                    while True:
                        os.write(file.fileno(), bytes(block))
                        os.fsync(file.fileno())
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
            size = os.fstat(file.fileno()).st_size
            os.ftruncate(file.fileno(), max(0, size - leave))

    def free(self):
        self.ballast.unlink(missing_ok=True)


class MemoryVolume(Volume):
    def mount(self):
        command("mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m", "weft-faults",
                str(self.place))
        self.is_mounted = True
        return self


class Ext4Volume(Volume):
    """Its file lies beside the mount point."""

    def mount(self):
        image = self.place.with_suffix(".img")
        if not image.exists():
            with open(image, "wb") as file:
                file.truncate(self.megabytes << 20)
            command("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
        command("mount", "-o", "loop", str(image), str(self.place))
        self.is_mounted = True
        return self

    def cut_power(self, flags):
        """From now on every write fails, and what was not on the disk never gets there. Then end
        all processes that use it, unmount() and mount()."""
        folder = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, flags.to_bytes(4, "little"))
        except OSError as error:
            raise CannotMount(f"EXT4_IOC_SHUTDOWN: {error.strerror}") from None
        finally:
            os.close(folder)


def why_no_memory_volume(folder):
    return why_not(MemoryVolume(Path(folder) / "try-tmpfs", 1))


def why_no_ext4(folder):
    return why_not(Ext4Volume(Path(folder) / "try-ext4", 16), lambda it: it.cut_power(LOG_LOST))


def why_not(volume, also=lambda _: None):
    """The reason why this machine cannot have such a volume; None when it can."""
    try:
        volume.mount()
        try:
            also(volume)
        finally:
            volume.unmount()
    except (CannotMount, OSError) as error:
        return str(error)
    finally:
        volume.place.with_suffix(".img").unlink(missing_ok=True)
    return None
