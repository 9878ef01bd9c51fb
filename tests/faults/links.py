"""A network namespace per worker, with one cable to the server's, that can be pulled."""

import os
import subprocess
import threading


class CannotLink(Exception):
    pass


def ip(*words):
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotLink("there is no ip here (Debian package iproute2)") from None
    if done.returncode != 0:
        raise CannotLink(f"ip {' '.join(words[:3])}: {done.stderr.strip()}")


class Link:
    """Number `number` of this process. `host` is the server's end."""

    def __init__(self, number):
        self.namespace = f"weft-{os.getpid()}-{number}"
        self.near, self.far = (f"wf{os.getpid()}{end}{number}" for end in "nf")
        network = (os.getpid() * 4 + number) % 16384  # a /30 of 10.213.0.0/16
        self.pulled = 0  # by how many
        self.lock = threading.Lock()
        self.host, self.guest = (f"10.213.{network >> 6}.{(network & 63) * 4 + i}" for i in (1, 2))

    def make(self):
        ip("netns", "add", self.namespace)
        try:
            ip("link", "add", self.near, "type", "veth", "peer", "name", self.far, "netns",
               self.namespace)
            ip("address", "add", f"{self.host}/30", "dev", self.near)
            ip("link", "set", self.near, "up")
            ip("-n", self.namespace, "address", "add", f"{self.guest}/30", "dev", self.far)
            ip("-n", self.namespace, "link", "set", self.far, "up")
            ip("-n", self.namespace, "link", "set", "lo", "up")
        except CannotLink:
            self.remove()
            raise
        return self

    @property
    def prefix(self):
        """Starts a command in it, as the same process."""
        return ["nsenter", f"--net=/run/netns/{self.namespace}"]

    def pull(self):
        """What is sent is lost; nobody is told."""
        with self.lock:
            self.pulled += 1
            ip("link", "set", self.near, "down")

    def plug(self):
        """Back in, once all who pulled it say so."""
        with self.lock:
            self.pulled = max(0, self.pulled - 1)
            if self.pulled == 0:
                ip("link", "set", self.near, "up")

    def repair(self):
        with self.lock:
            self.pulled = 0
            ip("link", "set", self.near, "up")

    def remove(self):
        ip("netns", "del", self.namespace)


def why_none():
    try:
        Link(9).make().remove()
    except CannotLink as error:
        return str(error)
    return None
