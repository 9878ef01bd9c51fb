#include "server/net/head_scan.h"

namespace weft::http {

HeadScan::Verdict HeadScan::look(std::string_view head) {
  for (;;) {
    const std::size_t end = head.find('\n', line_start_);
    if (end == std::string_view::npos) return Verdict::more;
    const std::string_view line = head.substr(line_start_, end - line_start_);
    // The only CR of a line is its last character.
    if (line.empty() || line.find('\r') != line.size() - 1) return Verdict::bare_line_end;
    if (line.size() == 1) return Verdict::complete;
    if (lines_ > 0 && (line.front() == ' ' || line.front() == '\t')) return Verdict::folded_line;
    if (++lines_ > max_lines_) return Verdict::too_many_lines;
    line_start_ = end + 1;
  }
}

}  // namespace weft::http
