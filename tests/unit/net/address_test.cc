#include "server/net/address.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

TEST(ListenAddress, ReadsAddressAndPort) {
  const auto four = parse_listen_address("127.0.0.1:8080");
  ASSERT_TRUE(four);
  EXPECT_EQ(four->host, "127.0.0.1");
  EXPECT_EQ(four->port, 8080);
  const auto six = parse_listen_address("[::1]:0");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "::1");
  EXPECT_EQ(http_url(six->host, 80), "http://[::1]:80");
  EXPECT_EQ(http_url("192.0.2.7", 443, "https"), "https://192.0.2.7:443");
  EXPECT_TRUE(parse_listen_address("localhost:1"));
}

TEST(ListenAddress, RefusesTheRestWithAnExample) {
  for (const char* text : {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                           "127.0.0.1:65536", "::1:80", "example.org:80", "127.0.0.1:80 "}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.error().message.find("127.0.0.1:8080"), std::string::npos);
  }
}

TEST(BasePath, IsPlainAndEndsWithoutASlash) {
  EXPECT_EQ(parse_base_path("").value(), "");
  EXPECT_EQ(parse_base_path("/").value(), "");
  EXPECT_EQ(parse_base_path("/weft").value(), "/weft");
  EXPECT_EQ(parse_base_path("/a/b-1_2.x~/").value(), "/a/b-1_2.x~");
  for (const char* text : {"weft", "//weft", "/a//b", "/../a", "/a/..", "/a b", "/%41", "/a?b",
                           "/ä", "http://host/weft", "/a\"b"}) {
    const auto path = parse_base_path(text);
    ASSERT_FALSE(path) << text;
    EXPECT_NE(path.error().message.find("/weft"), std::string::npos);
  }
}

TEST(HostAllowList, AnswersLoopbackListenAddressAndPublicNames) {
  HostAllowList hosts("192.0.2.7");
  hosts.add("https://weft.example.org:8443/ui");
  for (const char* host :
       {"localhost", "LOCALHOST:8080", "127.0.0.1:80", "127.9.9.9", "[::1]:80", "192.0.2.7:8080",
        "weft.example.org", "Weft.Example.Org:1", "weft.example.org."}) {
    EXPECT_TRUE(hosts.allows(host)) << host;
  }
  for (const char* host : {"", "evil", "localhost.evil.org", "127.0.0.1.evil.org", "192.0.2.8",
                           "evil:127.0.0.1", "0.0.0.0"}) {
    EXPECT_FALSE(hosts.allows(host)) << host;
  }
  EXPECT_FALSE(HostAllowList("0.0.0.0").allows("0.0.0.0"));
}

}  // namespace
}  // namespace weft::http
