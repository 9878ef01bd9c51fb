#include "server/net/static_files.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class StaticFilesTest : public ::testing::Test {
 protected:
  const std::string page_ = gzip("<p>page"), script_ = gzip("alert(1)");
  const EmbeddedFiles embedded_ = {{"index.html", page_, "aa"}, {"assets/x.js", script_, "bb"}};
  const StaticFiles files_{embedded_};

  Response get(std::string path, std::map<std::string, std::string, std::less<>> headers = {}) {
    Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.headers = std::move(headers);
    return files_.handle(request);
  }
};

TEST_F(StaticFilesTest, SendsFilesAndFallsBackToThePageForRoutes) {
  EXPECT_EQ(get("/").body, "<p>page");
  EXPECT_EQ(get("/dags/a.b/runs").body, "<p>page");
  EXPECT_EQ(get("/dags/report.js").body, "<p>page");
  EXPECT_EQ(get("/dags/a/runs/x.json").body, "<p>page");
  const Response script = get("/assets/x.js");
  EXPECT_EQ(script.body, "alert(1)");
  EXPECT_EQ(header_of(script, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_NE(header_of(script, "cache-control").find("immutable"), std::string::npos);
  EXPECT_EQ(get("/assets/y.js").status, 404);
  EXPECT_EQ(get("/favicon.ico").status, 404);
}

TEST_F(StaticFilesTest, CompressesOnRequestAndKnowsItsETag) {
  const Response packed = get("/", {{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(gunzip(packed.body), "<p>page");
  EXPECT_EQ(header_of(packed, "content-encoding"), "gzip");
  EXPECT_EQ(header_of(packed, "cache-control"), "no-cache");
  EXPECT_EQ(get("/", {{"if-none-match", header_of(packed, "etag")}}).status, 304);
  EXPECT_EQ(get("/", {{"if-none-match", "\"other\""}}).status, 200);
}

TEST(StaticFilesDocs, HaveAPolicyOfTheirOwn) {
  const std::string page = gzip("<p>page"), docs = gzip("<p>docs"), script = gzip("start()");
  const EmbeddedFiles embedded = {
      {"index.html", page, "aa"}, {"docs/index.html", docs, "bb"}, {"docs/start.js", script, "cc"}};
  const StaticFiles files(embedded, "/weft");
  Request request;
  request.method = "GET";
  request.path = "/docs";
  EXPECT_EQ(files.handle(request).body, "<p>docs");
  const std::string policy = header_of(files.handle(request), "content-security-policy");
  EXPECT_NE(policy.find("default-src 'self'; img-src 'self' data:;"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  request.path = "/docs/start.js";
  EXPECT_EQ(files.handle(request).body, "start()");
  EXPECT_EQ(header_of(files.handle(request), "content-security-policy"), policy);
  request.path = "/docs/other.js";
  EXPECT_EQ(files.handle(request).status, 404);
  request.path = "/dags";
  EXPECT_EQ(header_of(files.handle(request), "content-security-policy"), "");
}

TEST_F(StaticFilesTest, HasNoDocsWhereNoneWereBuilt) {
  EXPECT_EQ(get("/docs").status, 404);
}

TEST(StaticFilesBase, TellsThePageWhereItLies) {
  const std::string page = gzip(
      "<html><head><script src=\"./assets/a.js\"></script><link href=\"./assets/b.css\"></head>");
  const EmbeddedFiles embedded = {{"index.html", page, "aa"}};
  Request request;
  request.method = "GET";
  request.path = "/dags/x/runs/y";
  EXPECT_EQ(
      StaticFiles(embedded).handle(request).body,
      "<html><head><script src=\"/assets/a.js\"></script><link href=\"/assets/b.css\"></head>");
  const StaticFiles based(embedded, "/weft");
  const Response plain = based.handle(request);
  EXPECT_EQ(plain.body,
            "<html><head><meta name=\"weft-base\" content=\"/weft\" />"
            "<script src=\"/weft/assets/a.js\"></script>"
            "<link href=\"/weft/assets/b.css\"></head>");
  request.headers["accept-encoding"] = "gzip";
  const Response packed = based.handle(request);
  EXPECT_EQ(gunzip(packed.body), plain.body);
  EXPECT_NE(header_of(packed, "etag"), header_of(StaticFiles(embedded).handle(request), "etag"));
}

TEST_F(StaticFilesTest, RefusesOtherMethodsAndSaysWhenNothingWasBuilt) {
  Request request;
  request.method = "POST";
  request.path = "/";
  EXPECT_EQ(files_.handle(request).status, 405);
  request.method = "GET";
  const EmbeddedFiles none;
  const Response page = StaticFiles(none).handle(request);
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("without the web UI"), std::string::npos);
}

TEST(Gunzip, AnswersNothingForBrokenInput) {
  EXPECT_EQ(gunzip("not gzip"), "");
  EXPECT_EQ(gunzip(gzip("hello").substr(0, 12)), "");
}

}  // namespace
}  // namespace weft::http
