#pragma once

// One field of a cron expression: `*`, `1-5`, `*/15`, `MON,WED`, `L`, `15W`, `FRI#2`.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "server/core/time/cron.h"

namespace weft::cron_detail {

/// What a field may hold.
struct FieldKind {
  std::string_view title;  ///< as in messages, e.g. "day of month"
  int low;
  int high;
  const std::string_view* names = nullptr;  ///< three-letter names of low, low+1, …
  int name_count = 0;
};

enum class FieldId : std::uint8_t { second, minute, hour, day, month, weekday };

const FieldKind& field_kind(FieldId id);

/// Parses one field into its part of `cron`. `expression` is for messages.
Result<void> parse_field(FieldId id, std::string_view field, std::string_view expression,
                         Cron& cron);

}  // namespace weft::cron_detail
