"""One HTTP/1.1 message off a stream, whole, so that it can be sent again, held back or cut."""

import asyncio
from dataclasses import dataclass

LIMIT = 80 << 20  # of one line's or body's length; answers have at most 64 MiB


@dataclass
class Message:
    head: bytes  # with the empty line behind it
    body: bytes

    @property
    def whole(self):
        return self.head + self.body

    @property
    def first_line(self):
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def closes(self):
        return header(self.head, b"connection").lower() == b"close"

    def with_host(self, host):
        """As a proxy in front of a server sends it on."""
        lines = [line for line in self.head.split(b"\r\n") if not line.lower().startswith(b"host:")]
        lines.insert(1, b"Host: " + host.encode())
        return Message(b"\r\n".join(lines), self.body)


def header(head, name):
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


async def chunked_body(reader):
    parts = []
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        parts += [line, await reader.readexactly(size + 2)]
        if size == 0:
            return b"".join(parts)


async def read_message(reader, is_answer=False):
    """None at the end of the stream, also in the middle of a message: what is cut is no message."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if header(head, b"transfer-encoding").lower() == b"chunked":
            return Message(head, await chunked_body(reader))
        length = header(head, b"content-length")
        if length:
            return Message(head, await reader.readexactly(int(length)))
        is_bare = not is_answer or head.split(b" ", 2)[1] in (b"204", b"304")
        return Message(head, b"" if is_bare else await reader.read(LIMIT))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
        return None
