// Invariant 27: who watches takes nothing from the work. What is read comes from the database.

#include <fmt/format.h>

#include <set>

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

using testing::IsEmpty;

class Watching : public ApiFixture {
 protected:
  /// A route's path about what is there.
  std::string path_of(std::string_view pattern) const {
    std::string path(pattern);
    const auto set = [&](const std::string& name, const std::string& value) {
      const auto at = path.find("{" + name + "}");
      if (at != std::string::npos) path.replace(at, name.size() + 2, value);
    };
    set("dag_id", "orders");
    set("dag_run_id", run_);
    set("task_id", "extract");
    set("map_index", "-1");
    set("task_try_number", "1");
    set("try_number", "1");
    set("version_number", "1");
    set("xcom_key", "rows");
    set("pool_name", "default_pool");
    set("worker_name", "w1");
    if (const auto open = path.find('{'); open != std::string::npos)
      path.replace(open, path.find('}') - open + 1, "1");
    return path;
  }

  std::string run_;
};

TEST_F(Watching, nothing_that_is_read_waits_for_the_engine) {
  // What is not stored is asked of the engine: reasons, and whether it is well.
  const std::set<std::string_view> asks = {"/api/v2/monitor/health", "/readyz"};
  put_dag();
  register_worker();
  run_ = complete_run();
  std::set<std::string> waited;
  int answered = 0;
  for (const auto& route : Api::routes()) {
    const bool is_explained =
        route.pattern.ends_with("/why") || route.pattern.ends_with("/dependencies");
    if (route.method != "GET" || is_explained || asks.contains(route.pattern)) continue;
    const int before = engine_->turns;
    const auto response = get(path_of(route.pattern));
    answered += response.status == 200 ? 1 : 0;
    EXPECT_LT(response.status, 500) << route.pattern;
    if (engine_->turns != before) waited.insert(std::string(route.pattern));
  }
  EXPECT_THAT(waited, IsEmpty());
  EXPECT_GT(answered, 55) << "the paths no longer name what is there";
  const int before = engine_->turns;
  get_json("/api/v2/monitor/health");
  EXPECT_GT(engine_->turns, before) << "the count of turns counts nothing";
}

}  // namespace
}  // namespace weft::test
