#include "server/net/static_files.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace weft::http {
namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

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
  EXPECT_EQ(packed.body, page_);
  EXPECT_EQ(header_of(packed, "content-encoding"), "gzip");
  EXPECT_EQ(header_of(packed, "cache-control"), "no-cache");
  EXPECT_EQ(get("/", {{"if-none-match", header_of(packed, "etag")}}).status, 304);
  EXPECT_EQ(get("/", {{"if-none-match", "\"other\""}}).status, 200);
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
