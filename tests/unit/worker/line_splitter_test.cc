#include "worker/runner/line_splitter.h"

#include <gtest/gtest.h>

#include "proto/wire/utf8.h"

namespace weft::worker {
namespace {

TEST(LogClock, FormatsMicroseconds) {
  LogClock clock;
  EXPECT_EQ(clock.format(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(clock.format(1'767'225'600'123'456), "2026-01-01T00:00:00.123456Z");
  EXPECT_EQ(clock.format(1'767'225'600'000'007), "2026-01-01T00:00:00.000007Z");
}

TEST(LineSplitter, JoinsChunksIntoLines) {
  LineSplitter splitter("stderr");
  std::string out;
  splitter.feed("one\ntw", "T", out);
  EXPECT_EQ(out, "T stderr F one\n");
  splitter.feed("o\n\n", "U", out);
  EXPECT_EQ(out, "T stderr F one\nU stderr F two\nU stderr F \n");
}

TEST(LineSplitter, AMissingLastNewlineLosesNothing) {
  LineSplitter splitter("stdout");
  std::string out;
  splitter.feed("no newline", "T", out);
  EXPECT_EQ(out, "");
  splitter.finish("T", out);
  EXPECT_EQ(out, "T stdout F no newline\n");
  splitter.finish("T", out);
  EXPECT_EQ(out, "T stdout F no newline\n");
}

TEST(LineSplitter, LongLinesComeInParts) {
  LineSplitter splitter("stdout");
  std::string out;
  const std::string part(LineSplitter::max_part, 'x');
  for (const char* piece : {"", "yy"}) splitter.feed(part + piece, "T", out);
  splitter.feed("\n", "T", out);
  EXPECT_EQ(out, "T stdout P " + part + "\nT stdout P " + part + "\nT stdout F yy\n");
}

TEST(LineSplitter, ALineOfExactlyOnePartIsFull) {
  LineSplitter splitter("stdout");
  std::string out;
  const std::string part(LineSplitter::max_part, 'x');
  splitter.feed(part, "T", out);
  splitter.feed("\n", "T", out);
  EXPECT_EQ(out, "T stdout F " + part + "\n");
}

TEST(LineSplitter, NeverCutsACharacterAndReplacesBadBytes) {
  LineSplitter splitter("stdout");
  std::string out;
  std::string text = "x";
  while (text.size() < 3 * LineSplitter::max_part) text += "€";
  for (std::size_t at = 0; at < text.size(); at += 1000)
    splitter.feed(std::string_view(text).substr(at, 1000), "T", out);
  splitter.feed("\n\xFF\xFE\n", "T", out);
  EXPECT_TRUE(wire::is_valid_utf8(out));
  EXPECT_EQ(out.find("\uFFFD"), out.size() - 7) << "only the two bad bytes are replaced";
}

}  // namespace
}  // namespace weft::worker
