#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "server/telemetry/metric.h"

namespace weft::telemetry {

/// A method and the pattern of a path, both of static storage.
struct RouteName {
  std::string_view method, pattern;
};

/// What a server of HTTP counts. The routes are given once and no label comes from a caller, so
/// there are as many series as routes, whoever asks for what. Written on the loop's thread alone.
class Traffic {
 public:
  static constexpr std::string_view other = "other";  ///< method and route of what is not a route

  struct Answers {
    RouteName name;
    std::array<Counter, 5> by_class;  ///< 1xx … 5xx
    Histogram took{answer_bounds()};

    bool is_used() const;
  };

  explicit Traffic(const std::vector<RouteName>& routes);

  /// `took`: from the whole request to the first byte of its answer.
  void answered(std::string_view method, std::string_view pattern, int status, Duration took);

  Gauge connections;    ///< open
  Gauge following;      ///< of those: answers without an end, and such as wait for something
  Counter accepted;     ///< connections
  Counter turned_away;  ///< of those: with a 503, as there were too many

  /// Of each route that was ever asked for.
  template <class F>
  void each(F&& f) const {
    for (const auto& answers : all_)
      if (answers->is_used()) f(*answers);
  }

 private:
  Answers& add(RouteName name);

  std::vector<std::unique_ptr<Answers>> all_;
  std::map<std::pair<std::string_view, std::string_view>, Answers*> by_name_;
  Answers& other_;
};

}  // namespace weft::telemetry
