#include "server/net/static_files.h"

#include <zlib.h>

#include <array>

#include "server/net/problem.h"

namespace weft::http {
namespace {

constexpr std::string_view not_built_page =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Weft</title></head>"
    "<body><h1>Weft is running</h1><p>This binary was built without the web UI. Build it with "
    "<code>./dev build</code>, or use the command line and the API under "
    "<code>/api/v2</code>.</p></body></html>\n";

std::string_view content_type(std::string_view path) {
  struct Type {
    std::string_view ending, type;
  };
  static constexpr std::array<Type, 11> types{{{".html", "text/html; charset=utf-8"},
                                               {".js", "text/javascript; charset=utf-8"},
                                               {".css", "text/css; charset=utf-8"},
                                               {".json", "application/json"},
                                               {".svg", "image/svg+xml"},
                                               {".png", "image/png"},
                                               {".ico", "image/x-icon"},
                                               {".woff2", "font/woff2"},
                                               {".webmanifest", "application/manifest+json"},
                                               {".txt", "text/plain; charset=utf-8"},
                                               {".map", "application/json"}}};
  for (const Type& type : types) {
    if (path.ends_with(type.ending)) return type.type;
  }
  return "application/octet-stream";
}

/// Everything but assets/ and what lies at the top (/favicon.ico) is a route of the UI, whatever
/// the ids in it end with: /dags/report.js is a DAG's page.
bool looks_like_file(std::string_view path) {
  if (path.starts_with("/assets/")) return true;
  const bool at_top = path.find('/', 1) == std::string_view::npos;
  return at_top && content_type(path) != "application/octet-stream";
}

// Swagger UI draws its arrows and clips as data: images; nothing else of it needs more than this
// origin. So /docs may, and nothing else: an image can neither run nor ask for anything.
constexpr std::string_view docs_policy =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'";
constexpr std::string_view docs_page = "/docs", docs_files = "/docs/";

bool is_of_docs(std::string_view path) {
  return path == docs_page || path.starts_with(docs_files);
}

bool accepts_gzip(const Request& request) {
  return request.header("accept-encoding").find("gzip") != std::string_view::npos;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gunzip(std::string_view gzip) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string out;
  std::array<char, 16 << 10> piece;
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_OK || status == Z_STREAM_END) {
      out.append(piece.data(), piece.size() - stream.avail_out);
    }
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? out : std::string();
}

StaticFiles::StaticFiles(const EmbeddedFiles& files, std::string_view base_path) {
  for (const EmbeddedFile& file : files) files_.emplace(file.path, &file);
  place_page(base_path);
}

/// The page is built with paths relative to itself, but it is sent for routes of any depth.
void StaticFiles::place_page(std::string_view base_path) {
  const auto index = files_.find("index.html");
  if (index == files_.end()) return;
  std::string page = gunzip(index->second->bytes);
  const std::string base(base_path);
  replace_all(page, "=\"./", "=\"" + base + "/");
  if (!base.empty()) {
    replace_all(page, "<head>", "<head><meta name=\"weft-base\" content=\"" + base + "\" />");
  }
  page_bytes_ = gzip(page);
  page_hash_ = std::string(index->second->hash) + base;
  page_ = {"index.html", page_bytes_, page_hash_};
  index->second = &page_;
}

Response StaticFiles::handle(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response refused =
        problem(405, "method_not_allowed", "only GET and HEAD are possible here", request.path);
    refused.headers.emplace_back("allow", "GET, HEAD");
    return refused;
  }
  const std::string_view path = request.path;
  const auto found = files_.find(path == docs_page ? "docs/index.html" : path.substr(1));
  if (found != files_.end()) return send(request, *found->second);
  if (looks_like_file(path) || is_of_docs(path)) {
    return problem(404, "not_found", "there is no file " + request.path, request.path);
  }
  const auto index = files_.find("index.html");
  if (index != files_.end()) return send(request, *index->second);
  Response page;
  page.headers.emplace_back("content-type", "text/html; charset=utf-8");
  page.body = not_built_page;
  return page;
}

Response StaticFiles::send(const Request& request, const EmbeddedFile& file) const {
  Response response;
  const std::string etag = "\"" + std::string(file.hash) + "\"";
  const bool is_immutable = file.path.starts_with("assets/");
  response.headers.emplace_back("etag", etag);
  response.headers.emplace_back("vary", "accept-encoding");
  response.headers.emplace_back("cache-control",
                                is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.header("if-none-match").find(etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("content-type", content_type(file.path));
  if (is_of_docs(request.path)) {
    response.headers.emplace_back("content-security-policy", docs_policy);
  }
  if (accepts_gzip(request)) {
    response.headers.emplace_back("content-encoding", "gzip");
    response.body = file.bytes;
  } else {
    response.body = gunzip(file.bytes);
  }
  return response;
}

}  // namespace weft::http
