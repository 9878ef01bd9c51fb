"""A proxy of our own between a worker and the server. It reads whole requests and answers, and does
to each what the dice say: hands it on, or one of the fates below.

A fate returns whether the worker's connection goes on."""

import asyncio
import random
import socket
import struct
import threading

from http_message import LIMIT, read_message

FATES = ("drop_request", "drop_answer", "delay_request", "delay_answer", "duplicate_at_once",
         "duplicate_late", "reorder", "truncate_request", "truncate_answer", "half_close_to_server",
         "half_close_to_worker", "reset", "stall", "wrong_answer")
GATEWAY = (b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n"
           b"<h1>502 Bad Gateway</h1>\r\n")


class Connection:
    """To the server, kept from request to request, as a front end does."""

    def __init__(self, port):
        self.port = port
        self.reader = self.writer = None

    async def send(self, data):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port,
                                                                     limit=LIMIT)
        self.writer.write(data)
        await self.writer.drain()

    async def ask(self, request):
        """The answer; None when there is none. A connection that the server has closed meanwhile is
        no answer either: whether to ask again is the worker's to decide."""
        await self.send(request.whole)
        answer = await read_message(self.reader, is_answer=True)
        if answer is None or answer.closes:
            self.close()
        return answer

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Proxy:
    """Listens on `host`, in a thread of its own. `severity` is the part of requests that meet a
    fate; `is_cut` refuses everything. Both may be set by any thread."""

    def __init__(self, host, server_port, seed, journal):
        self.host, self.server_port, self.journal = host, server_port, journal
        self.dice = random.Random(seed)
        self.severity = 0.0
        self.is_cut = False
        self.port = 0
        self.requests = 0
        self.passed = None  # set whenever a request went through
        self.stopped = None
        self.writers = set()
        self.tasks = set()
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self):
        self.thread.start()
        self.ready.wait()
        return self

    def stop(self):
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join()

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.live())
        self.loop.close()

    async def live(self):
        self.passed, self.stopped = asyncio.Event(), asyncio.Event()
        server = await asyncio.start_server(self.accept, self.host, 0, limit=LIMIT)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.stopped.wait()
        server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def pause(self, seconds):
        """Or until the proxy ends."""
        try:
            await asyncio.wait_for(self.stopped.wait(), seconds)
        except asyncio.TimeoutError:
            pass

    def cut(self):
        """All connections break, new ones are refused, until `is_cut` is taken back."""
        self.is_cut = True
        self.loop.call_soon_threadsafe(lambda: [reset(writer) for writer in list(self.writers)])

    def keep(self, coroutine):
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def accept(self, reader, writer):
        await asyncio.gather(self.keep(self.serve(reader, writer)), return_exceptions=True)

    async def serve(self, reader, writer):
        link = Connection(self.server_port)
        self.writers.add(writer)
        try:
            goes_on = not self.is_cut
            while goes_on:
                request = await read_message(reader)
                if request is None:
                    break
                goes_on = await self.exchange(request, link, writer)
        except OSError:
            pass  # either side is gone: the other one notices, too
        finally:
            self.writers.discard(writer)
            link.close()
            if self.is_cut:
                reset(writer)
            writer.close()

    async def exchange(self, request, link, writer):
        self.requests += 1
        request = request.with_host(f"127.0.0.1:{self.server_port}")
        fate = self.dice.choice(FATES) if self.dice.random() < self.severity else "hand_on"
        if fate != "hand_on":
            self.journal.met(fate, request.first_line)
        goes_on = await getattr(self, fate)(request, link, writer)
        self.passed.set()
        self.passed = asyncio.Event()
        return goes_on and not request.closes

    # ---- fates ------------------------------------------------------------------------------

    async def hand_on(self, request, link, writer):
        return await self.answer(await link.ask(request), writer)

    async def answer(self, answer, writer):
        if answer is None or self.is_cut:
            return False
        writer.write(answer.whole)
        await writer.drain()
        return not answer.closes

    async def drop_request(self, *_):
        return False

    async def drop_answer(self, request, link, _):
        await link.ask(request)
        return False

    async def delay_request(self, request, link, writer):
        await self.pause(self.dice.uniform(0.05, 3.0))
        return await self.hand_on(request, link, writer)

    async def delay_answer(self, request, link, writer):
        answer = await link.ask(request)
        await self.pause(self.dice.uniform(0.05, 3.0))
        return await self.answer(answer, writer)

    async def duplicate_at_once(self, request, link, writer):
        """On two connections at the same time; the worker is told what either of them says."""
        other = Connection(self.server_port)
        try:
            answers = await asyncio.gather(link.ask(request), other.ask(request))
        finally:
            other.close()
        return await self.answer(self.dice.choice(answers), writer)

    async def duplicate_late(self, request, link, writer):
        self.keep(self.replay(request, self.dice.choice((0.5, 5.0, 30.0)) * self.dice.random()))
        return await self.hand_on(request, link, writer)

    async def replay(self, request, seconds):
        await self.pause(seconds)
        other = Connection(self.server_port)
        try:
            await other.ask(request)
        except OSError:
            pass  # the server is away just now: then it was not repeated
        finally:
            other.close()

    async def reorder(self, request, link, writer):
        """It waits until another one has overtaken it."""
        try:
            await asyncio.wait_for(self.passed.wait(), 2.0)
        except asyncio.TimeoutError:
            pass
        return await self.hand_on(request, link, writer)

    async def truncate_request(self, request, link, _):
        await link.send(request.whole[:self.dice.randrange(len(request.whole))])
        link.close()
        return False

    async def truncate_answer(self, request, link, writer):
        answer = await link.ask(request)
        if answer is not None:
            writer.write(answer.whole[:self.dice.randrange(len(answer.whole))])
            await writer.drain()
        return False

    async def half_close_to_server(self, request, link, writer):
        """The server reads an end behind the request, and may still answer it."""
        await link.send(request.whole)
        link.writer.write_eof()
        answer = await read_message(link.reader, is_answer=True)
        link.close()
        return await self.answer(answer, writer)

    async def half_close_to_worker(self, request, link, writer):
        """The worker reads an end before any answer, while its request is carried out."""
        writer.write_eof()
        await link.ask(request)
        return False

    async def reset(self, request, link, writer):
        if self.dice.random() < 0.5:
            await link.ask(request)
        reset(writer)
        return False

    async def stall(self, request, link, _):
        """Half-open: nobody says anything, and nobody hangs up."""
        if self.dice.random() < 0.5:
            await link.ask(request)
        await self.pause(self.dice.uniform(1.0, 20.0))
        return False

    async def wrong_answer(self, request, link, writer):
        """What a front end says in the server's place."""
        if self.dice.random() < 0.5:
            await link.ask(request)
        writer.write(GATEWAY)
        await writer.drain()
        return True


def reset(writer):
    """An RST instead of a FIN."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
