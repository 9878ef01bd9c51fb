#pragma once

#include <map>
#include <string>
#include <string_view>

#include "server/net/embedded_file.h"
#include "server/net/http.h"

namespace weft::http {

/// The web UI's files, kept compressed. Paths of the UI's own routes answer index.html, /docs the
/// browser of the API's document, whose files are beneath it. Immutable, thread safe.
class StaticFiles {
 public:
  /// `files` must outlive it; gzip. Without an index.html every route answers a page that says
  /// that the web UI was not built. The page is told the `base_path`, and finds its files under it
  /// from every route.
  explicit StaticFiles(const EmbeddedFiles& files, std::string_view base_path = {});
  StaticFiles(const StaticFiles&) = delete;
  StaticFiles& operator=(const StaticFiles&) = delete;

  /// GET and HEAD; others 405. Files under assets/ carry their hash in their name and may be kept
  /// for ever; the rest is asked for again with an ETag. Those of /docs have a policy of their own.
  Response handle(const Request& request) const;

 private:
  void place_page(std::string_view base_path);
  Response send(const Request& request, const EmbeddedFile& file) const;

  std::map<std::string_view, const EmbeddedFile*> files_;
  std::string page_bytes_, page_hash_;
  EmbeddedFile page_;  ///< index.html as it is under the base path, of the two above
};

/// `text`, compressed; level 9.
std::string gzip(std::string_view text);

/// The content of a gzip text as weft_embed makes it; "" when it is broken.
std::string gunzip(std::string_view gzip);

}  // namespace weft::http
