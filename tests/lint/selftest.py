"""A lint that finds nothing must be shown to find something: planted breaches and clean twins."""

import pathlib
import unittest

import coroutines
import examples
import layers
import words


def path(name):
    return pathlib.PurePosixPath(name)


def messages(lint, name, text):
    return [message for _, message in lint.check_text(path(name), text)]


class Layers(unittest.TestCase):
    def test_the_core_includes_nothing_outward(self):
        text = '#include "server/storage/writer.h"\n'
        self.assertEqual(len(messages(layers, "server/core/dag/dag.cc", text)), 1)
        self.assertEqual(messages(layers, "server/engine/engine.cc", text), [])

    def test_the_core_is_pure(self):
        for header in ("<boost/asio.hpp>", "<sqlite3.h>", "<spdlog/spdlog.h>", "<curl/curl.h>",
                       "<thread>", "<mutex>"):
            found = messages(layers, "server/core/dag/dag.cc", f"#include {header}\n")
            self.assertEqual(len(found), 1, header)
        self.assertEqual(messages(layers, "server/core/dag/dag.cc", "#include <vector>\n"), [])
        clock = "auto t = std::chrono::system_clock::now();\n"
        self.assertEqual(len(messages(layers, "server/core/dag/dag.cc", clock)), 1)
        self.assertEqual(messages(layers, "server/core/dag/dag.cc", "// " + clock), [])

    def test_net_knows_no_dags(self):
        text = '#include "server/core/dag/dag.h"\n'
        self.assertEqual(len(messages(layers, "server/net/listener.cc", text)), 1)

    def test_api_sees_http_but_no_socket(self):
        self.assertEqual(messages(layers, "server/api/dags.cc", '#include "server/net/http.h"'), [])
        for text in ('#include "server/net/listener.h"', "#include <boost/beast.hpp>"):
            self.assertEqual(len(messages(layers, "server/api/dags.cc", text)), 1)

    def test_server_and_worker_meet_only_in_proto(self):
        text = '#include "server/core/dag/dag.h"\n'
        self.assertEqual(len(messages(layers, "worker/agent.cc", text)), 1)
        self.assertEqual(messages(layers, "worker/agent.cc", '#include "proto/wire/worker.h"'), [])

    def test_sql_stands_in_storage(self):
        for text in ('auto q = "SELECT id FROM run ";', 'q = "SELECT a, b"\n    " FROM run ";',
                     'q = R"(INSERT INTO run VALUES (1))";'):
            self.assertEqual(len(messages(layers, "server/api/dags.cc", text)), 1, text)
            self.assertEqual(messages(layers, "server/storage/writer.cc", text), [])
        words_only = 'say("select a run from the list");'
        self.assertEqual(messages(layers, "server/api/a.cc", words_only), [])


class Coroutines(unittest.TestCase):
    def found(self, statement):
        text = f"awaitable<void> f() {{\n  {statement}\n}}\n"
        return messages(coroutines, "server/net/session.cc", text)

    def test_dangerous_expressions(self):
        for statement in ("co_await write(Options{1, 2});",
                          "auto n = co_await read({1, 2});",
                          "co_await post([this] { go(); });",
                          "co_await (a ? b : c);",
                          "auto x = ready ? co_await read() : 0;",
                          "Pair p{co_await read(), 1};"):
            self.assertTrue(self.found(statement), statement)

    def test_safe_expressions(self):
        for statement in ("co_await write(options);",
                          "auto [error, n] = co_await read(socket, buffer);",
                          "if (co_await ready()) { go(a ? b : c); }",
                          "while (open) { co_await step(); }",
                          "for (auto& x : all) co_await x.run();",
                          "Options o{1, 2}; co_await write(o);",
                          'co_await write(text, "a ? {b}");',
                          "co_return co_await read(values[3]);",
                          "co_await post([] { return 1; });"):
            self.assertEqual(self.found(statement), [], statement)

    def test_only_net_has_coroutines(self):
        found = messages(coroutines, "server/api/dags.cc", "void f() { co_await g(); }")
        self.assertEqual(len(found), 1)


class Words(unittest.TestCase):
    def test_unfinished_work(self):
        self.assertTrue(messages(words, "base/a.cc", "// TO" + "DO: later\n"))
        self.assertEqual(messages(words, "base/a.cc", "// todos are tasks\n"), [])

    def test_sleeping_tests(self):
        nap = "std::this_thread::sleep_for(1s);\n"
        self.assertTrue(messages(words, "tests/unit/a_test.cc", nap))
        self.assertEqual(messages(words, "worker/runner.cc", nap), [])
        self.assertEqual(messages(words, "tests/unit/a_test.cc", 'run("sleep 60");\n'), [])
        excused = nap.rstrip() + "  // lint: allow-sleep the child has no signal to give\n"
        self.assertEqual(messages(words, "tests/unit/a_test.cc", excused), [])
        self.assertTrue(messages(words, "tests/integration/a.py", "time.sleep(1)\n"))

    def test_headers_are_guarded(self):
        self.assertTrue(messages(words, "base/a.h", "int x;\n"))
        self.assertEqual(messages(words, "base/a.h", "#pragma once\nint x;\n"), [])


class Examples(unittest.TestCase):
    def test_json(self):
        good = '{"description": "d", "tags": ["t"], "tasks": [{"task_id": "a"}]} // c\n'
        self.assertEqual(messages(examples, "examples/a.dag.jsonc", good), [])
        for bad in ("{", '{"a": 1, "a": 2, "tasks": [1]}', '{"tasks": []}'):
            self.assertTrue(messages(examples, "examples/a.dag.json", bad), bad)


if __name__ == "__main__":
    unittest.main()
