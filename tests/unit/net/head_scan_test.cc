#include "server/net/head_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace weft::http {
namespace {

using Verdict = HeadScan::Verdict;

Verdict verdict_on(std::string_view head) {
  return HeadScan(4).look(head);
}

TEST(HeadScan, WaitsForTheEmptyLineAndLooksNoFurther) {
  EXPECT_EQ(verdict_on(""), Verdict::more);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\r\n"), Verdict::more);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\r\n\r"), Verdict::more);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\r\n\r\n"), Verdict::complete);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\r\n\r\n \n\nbody"), Verdict::complete);
}

TEST(HeadScan, FindsWhatReadersDisagreeOn) {
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\n"), Verdict::bare_line_end);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\n"), Verdict::bare_line_end);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\rx: b\r\n"), Verdict::bare_line_end);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\r\r\n"), Verdict::bare_line_end);
  EXPECT_EQ(verdict_on("\n"), Verdict::bare_line_end);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\nhost: a\r\n b\r\n"), Verdict::folded_line);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\n\thost: a\r\n"), Verdict::folded_line);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\na:\r\nb:\r\nc:\r\n\r\n"), Verdict::complete);
  EXPECT_EQ(verdict_on("GET / HTTP/1.1\r\na:\r\nb:\r\nc:\r\nd:\r\n\r\n"), Verdict::too_many_lines);
}

TEST(HeadScan, SaysTheSameHoweverTheBytesCome) {
  const std::string good = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
  const std::string folded = "GET / HTTP/1.1\r\nhost: a\r\n b\r\n\r\n";
  HeadScan of_good(4), of_folded(4);
  for (std::size_t size = 0; size < good.size(); ++size) {
    ASSERT_EQ(of_good.look(good.substr(0, size)), Verdict::more) << size;
  }
  EXPECT_EQ(of_good.look(good), Verdict::complete);
  Verdict verdict = Verdict::more;
  for (std::size_t size = 0; size <= folded.size() && verdict == Verdict::more; ++size) {
    verdict = of_folded.look(folded.substr(0, size));
  }
  EXPECT_EQ(verdict, Verdict::folded_line);
}

}  // namespace
}  // namespace weft::http
