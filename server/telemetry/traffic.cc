#include "server/telemetry/traffic.h"

#include <algorithm>

namespace weft::telemetry {

bool Traffic::Answers::is_used() const {
  return std::any_of(by_class.begin(), by_class.end(),
                     [](const Counter& counter) { return counter.value() > 0; });
}

Traffic::Traffic(const std::vector<RouteName>& routes) : other_(add({other, other})) {
  for (const RouteName& route : routes)
    by_name_.emplace(std::pair(route.method, route.pattern), &add(route));
}

Traffic::Answers& Traffic::add(RouteName name) {
  all_.push_back(std::make_unique<Answers>());
  all_.back()->name = name;
  return *all_.back();
}

void Traffic::answered(std::string_view method, std::string_view pattern, int status,
                       Duration took) {
  const auto found = by_name_.find({method, pattern});
  Answers& answers = found == by_name_.end() ? other_ : *found->second;
  const int of_class = std::clamp(status / 100, 1, 5);
  answers.by_class[static_cast<std::size_t>(of_class - 1)].add();
  answers.took.observe(took);
}

}  // namespace weft::telemetry
