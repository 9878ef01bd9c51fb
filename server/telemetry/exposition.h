#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "server/telemetry/metric.h"

namespace weft::telemetry {

/// Names are program text; values may be anything and are escaped.
using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

enum class Kind : std::uint8_t { counter, gauge, histogram };

/// Writes metrics as Prometheus reads them, text format 0.0.4: a family with its HELP and TYPE,
/// then all of its samples.
class Exposition {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  /// What follows belongs to it. A name is begun once.
  void family(std::string_view name, Kind kind, std::string_view help);
  void sample(Labels labels, std::int64_t value);
  void sample(Labels labels, std::uint64_t value);
  void sample(Labels labels, double value);
  /// Buckets, sum and count; `le` is added to the labels.
  void sample(Labels labels, const Histogram& histogram);

  /// A family of one sample without labels.
  template <class Value>
  void one(std::string_view name, Kind kind, std::string_view help, const Value& value) {
    family(name, kind, help);
    sample({}, value);
  }

  std::string take() { return std::move(text_); }

 private:
  void line(std::string_view suffix, Labels labels, std::string_view le, std::string_view value);

  std::string name_, text_;
};

}  // namespace weft::telemetry
