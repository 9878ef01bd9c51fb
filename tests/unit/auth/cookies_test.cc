#include "server/auth/cookies.h"

#include <gmock/gmock.h>

#include "server/auth/cross_site.h"
#include "server/auth/oidc_sign_in.h"

namespace weft::auth {
namespace {

http::Request over_tls(std::string cookie = {}) {
  http::Request request;
  request.is_https = true;
  if (!cookie.empty()) request.headers["cookie"] = std::move(cookie);
  return request;
}

TEST(Cookies, over_tls_belong_to_the_host_alone) {
  const Cookies cookies("/weft");
  const auto [name, value] =
      cookies.set(over_tls(), CookieKind::session, "x", std::chrono::hours(24));
  EXPECT_EQ(name, "set-cookie");
  EXPECT_EQ(value,
            "__Host-weft_session=x; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(cookies.clear(over_tls(), CookieKind::oidc).second,
            "__Host-weft_oidc=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
}

TEST(Cookies, over_plain_http_go_without_what_needs_tls) {
  EXPECT_EQ(Cookies("").set({}, CookieKind::session, "x", std::chrono::seconds(5)).second,
            "weft_session=x; Path=/; Max-Age=5; HttpOnly; SameSite=Strict");
  EXPECT_EQ(Cookies("/a/b").set({}, CookieKind::oidc, "x", std::chrono::seconds(-5)).second,
            "weft_oidc=x; Path=/a/b; Max-Age=0; HttpOnly; SameSite=Lax");
}

TEST(Cookies, are_found_by_their_exact_name) {
  const auto find = [](std::string cookie) {
    return Cookies::find(over_tls(std::move(cookie)), CookieKind::session);
  };
  EXPECT_EQ(find(""), std::nullopt);
  EXPECT_EQ(find("a=b; __Host-weft_session=x=y;c=d"), "x=y");
  EXPECT_EQ(find("__Host-weft_session=x"), "x");
  EXPECT_EQ(find("weft_session=x; x__Host-weft_session=x; __Host-weft_session"), std::nullopt);
  EXPECT_EQ(find("__Host-weft_session="), "");
  EXPECT_EQ(find("__Host-weft_session=x; __Host-weft_session=y"), "") << "which one?";
}

TEST(Origin, is_scheme_host_and_port) {
  EXPECT_EQ(origin_of("https://Weft.example.com/weft?x"), "https://weft.example.com");
  EXPECT_EQ(origin_of("https://weft.example.com:443"), "https://weft.example.com");
  EXPECT_EQ(origin_of("http://[::1]:80"), "http://[::1]");
  EXPECT_EQ(origin_of("http://weft.example.com:443"), "http://weft.example.com:443");
  for (const char* none : {"", "null", "weft.example.com", "ftp://x", "https://", "https:///x"})
    EXPECT_EQ(origin_of(none), "") << none;
}

TEST(LocalTarget, leads_nowhere_else) {
  for (const char* path : {"/", "/dags", "/dags?q=a&state=x", "/dags/a%2Fb/runs/manual__1:2+3"})
    EXPECT_EQ(local_target(path), path);
  EXPECT_EQ(local_target("/dags?q=ä b\"<"), "/dags?q=%C3%A4%20b%22%3C");
  for (const char* path :
       {"", "dags", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "///evil.example", "/\t/evil.example", "/\r\nset-cookie: a=b", "/./evil", "/a/../b",
        "/a//b", "javascript:alert(1)", "/dags#token=weft_x", "/auth/oidc/login", "/api/v2/dags",
        " /dags", "/\x7f"})
    EXPECT_EQ(local_target(path), "/") << path;
  EXPECT_EQ(local_target("/" + std::string(2'000, 'a')), "/");
}

}  // namespace
}  // namespace weft::auth
