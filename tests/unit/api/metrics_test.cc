// What Prometheus reads: its text format, by a small parser of our own, and that the numbers are
// those of what happened.

#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "tests/unit/api/api_fixture.h"

namespace weft::test {
namespace {

/// {name{labels as sent}: value}; collects what the format forbids.
class Scrape {
 public:
  explicit Scrape(const std::string& text) {
    if (!text.ends_with('\n')) wrong("the last line does not end");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read(line);
    for (const auto& [family, type] : types_)
      if (type == "histogram") check_histogram(family);
  }

  /// NaN: there is no such sample.
  double value(const std::string& sample) const {
    const auto found = samples_.find(sample);
    return found == samples_.end() ? std::nan("") : found->second;
  }
  const std::map<std::string, double>& samples() const { return samples_; }
  const std::map<std::string, std::string>& types() const { return types_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void wrong(const std::string& what) { problems_.push_back(what); }

  void read(const std::string& line) {
    static const std::regex help(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (\S.*\S))");
    static const std::regex type(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram))");
    static const std::regex sample(
        R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+\})? )re"
        R"re((\+Inf|-Inf|NaN|-?[0-9.]+(?:e[-+][0-9]+)?))re");
    std::smatch found;
    if (std::regex_match(line, found, help)) {
      if (!helped_.insert(found[1]).second) wrong("helped twice: " + line);
      family_ = found[1];
    } else if (std::regex_match(line, found, type)) {
      if (found[1] != family_) wrong("no HELP in front: " + line);
      if (!types_.emplace(found[1], found[2]).second) wrong("typed twice: " + line);
      if ((found[2] == "counter") != family_.ends_with("_total")) wrong("its name: " + line);
    } else if (std::regex_match(line, found, sample)) {
      if (!belongs(found[1])) wrong("in another's family: " + line);
      if (!family_.starts_with("weft_")) wrong("its prefix: " + line);
      const std::string name = found[1].str() + found[2].str();
      if (!samples_.emplace(name, number(found[3])).second) wrong("told twice: " + line);
    } else {
      wrong("what is this: " + line);
    }
  }

  static double number(const std::string& text) {
    if (text.ends_with("Inf")) return text[0] == '-' ? -INFINITY : INFINITY;
    return std::stod(text);
  }

  bool belongs(const std::string& name) const {
    const auto type = types_.find(family_);
    if (type == types_.end()) return false;
    if (type->second != "histogram") return name == family_;
    return name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count";
  }

  /// Buckets grow, and the one of everything is the count.
  void check_histogram(const std::string& family) {
    static const std::regex bound(R"re(,?le="([^"]*)")re");
    std::map<std::string, std::map<double, double>> series;
    for (const auto& [name, value] : samples_) {
      if (!name.starts_with(family + "_bucket")) continue;
      std::smatch found;
      if (!std::regex_search(name, found, bound)) return wrong("no le: " + name);
      std::string labels = found.prefix().str().substr(family.size() + 7) + found.suffix().str();
      series[labels == "{}" ? "" : labels][number(found[1])] = value;
    }
    for (const auto& [labels, buckets] : series) {
      double last = 0;
      for (const auto& [le, count] : buckets) {
        if (count < last) wrong("a bucket shrinks: " + family + labels);
        last = count;
      }
      if (!std::isinf(buckets.rbegin()->first)) wrong("no +Inf: " + family + labels);
      if (last != value(family + "_count" + labels)) wrong("the count: " + family + labels);
      if (std::isnan(value(family + "_sum" + labels))) wrong("no sum: " + family + labels);
    }
  }

  std::string family_;
  std::set<std::string> helped_;
  std::map<std::string, std::string> types_;
  std::map<std::string, double> samples_;
  std::vector<std::string> problems_;
};

class Metrics : public ApiFixture {
 protected:
  Metrics() { put_dag(); }
  Scrape scrape() {
    const auto response = get("/metrics");
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.route, "/metrics");
    EXPECT_THAT(response.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                      "content-type", "text/plain; version=0.0.4; charset=utf-8")));
    Scrape scrape(response.body);
    EXPECT_THAT(scrape.problems(), ::testing::IsEmpty());
    return scrape;
  }
};

TEST_F(Metrics, keep_to_the_format_whatever_people_call_their_pools) {
  apply(PutPool{.pool = {.name = "a \"b\"\\\nc", .slots = 3}});
  apply(PutPool{.pool = {.name = "free", .slots = -1}});
  traffic_.answered("GET", "/api/v2/dags", 200, std::chrono::milliseconds(7));
  traffic_.answered("GET", "/x\"y", 404, std::chrono::milliseconds(7));
  register_worker();
  complete_run();
  const auto told = scrape();
  EXPECT_EQ(told.value(R"(weft_pool_slots{pool="a \"b\"\\\nc"})"), 3);
  EXPECT_EQ(told.value(R"(weft_pool_open_slots{pool="free"})"), INFINITY);
  EXPECT_EQ(told.value(R"(weft_build_info{version="0.1.0",git_version=""})"), 1);
  EXPECT_EQ(
      told.value(R"(weft_http_requests_total{route="/api/v2/dags",method="GET",status="2xx"})"), 1);
  EXPECT_EQ(told.value(R"(weft_http_requests_total{route="other",method="other",status="4xx"})"),
            1);
  EXPECT_EQ(
      told.value(R"(weft_http_request_duration_seconds_sum{route="/api/v2/dags",method="GET"})"),
      0.007);
  EXPECT_GT(told.value("weft_database_size_bytes"), 0);
  EXPECT_GT(told.value("weft_process_resident_memory_bytes"), 0);
  EXPECT_GT(told.types().size(), 30u);
}

TEST_F(Metrics, the_parser_sees_what_is_wrong) {
  for (const char* text :
       {"weft_a 1\n", "# HELP weft_a A.\n# TYPE weft_a gauge\nweft_a 1", "# TYPE weft_a gauge\n",
        "# HELP weft_a A.\n# TYPE weft_a gauge\nweft_b 1\n",
        "# HELP weft_a A.\n# TYPE weft_a gauge\nweft_a 1\nweft_a 2\n",
        "# HELP weft_a A.\n# TYPE weft_a counter\nweft_a 1\n",
        "# HELP weft_a A.\n# TYPE weft_a gauge\nweft_a{b=\"c\nd\"} 1\n",
        "# HELP a A.\n# TYPE a gauge\na 1\n",
        "# HELP weft_h H.\n# TYPE weft_h histogram\nweft_h_bucket{le=\"1\"} 2\n"
        "weft_h_bucket{le=\"+Inf\"} 1\nweft_h_sum 1\nweft_h_count 1\n",
        "# HELP weft_h H.\n# TYPE weft_h histogram\nweft_h_bucket{le=\"1\"} 1\nweft_h_sum 1\n"
        "weft_h_count 1\n"})
    EXPECT_FALSE(Scrape(text).problems().empty()) << text;
}

TEST_F(Metrics, follow_a_run_from_its_trigger_to_its_end) {
  auto told = scrape();
  EXPECT_EQ(told.value(R"(weft_runs{state="running"})"), 0);
  EXPECT_EQ(told.value(R"(weft_workers{state="online"})"), 0);
  register_worker(5);
  trigger();
  told = scrape();
  EXPECT_EQ(told.value(R"(weft_runs{state="queued"})"), 0);
  EXPECT_EQ(told.value(R"(weft_runs{state="running"})"), 1);
  EXPECT_EQ(told.value(R"(weft_task_instances{state="queued"})"), 1);
  EXPECT_EQ(told.value("weft_attempts_started_total"), 0);
  EXPECT_EQ(told.value(R"(weft_pool_used_slots{pool="default_pool"})"), 2);
  EXPECT_EQ(told.value(R"(weft_pool_queued_slots{pool="default_pool"})"), 2);
  EXPECT_EQ(told.value(R"(weft_pool_open_slots{pool="default_pool"})"), 126);
  EXPECT_EQ(told.value(R"(weft_workers{state="online"})"), 1);
  EXPECT_EQ(told.value(R"(weft_worker_slots{state="online"})"), 5);
  EXPECT_EQ(told.value("weft_worker_leases"), 1);

  start_attempt(leased("extract"));
  told = scrape();
  EXPECT_EQ(told.value(R"(weft_task_instances{state="queued"})"), 0);
  EXPECT_EQ(told.value(R"(weft_task_instances{state="running"})"), 1);
  EXPECT_EQ(told.value("weft_attempts_started_total"), 1);
  EXPECT_EQ(told.value(R"(weft_pool_queued_slots{pool="default_pool"})"), 0);

  finish_attempt(leased("extract"), AttemptState::failed, nullptr, 1);
  told = scrape();
  EXPECT_EQ(told.value(R"(weft_attempts_ended_total{outcome="failed"})"), 1);
  EXPECT_EQ(told.value(R"(weft_attempts_ended_total{outcome="lost"})"), 0);
  EXPECT_EQ(told.value(R"(weft_task_instances{state="up_for_retry"})"), 1);

  const auto runs = get_json("/api/v2/dags/orders/dagRuns");
  const std::string run = runs["dag_runs"][0]["dag_run_id"];
  EXPECT_EQ(send("POST", "/api/v2/dags/orders/dagRuns/" + run + "/cancel").status, 200);
  told = scrape();
  EXPECT_EQ(told.value(R"(weft_runs{state="running"})"), 0);
  EXPECT_EQ(told.value(R"(weft_runs_ended_total{state="failed"})"), 1);
  EXPECT_EQ(told.value(R"(weft_runs_ended_total{state="success"})"), 0);
  for (const auto& [name, value] : told.samples()) {
    if (!name.starts_with("weft_task_instances{")) continue;
    EXPECT_EQ(value, 0) << name;
  }
  EXPECT_EQ(told.value("weft_worker_leases"), 0);
}

TEST_F(Metrics, want_a_viewer_over_everything_unless_they_are_public) {
  caller_ = {};
  EXPECT_EQ(get("/metrics").status, 401);
  caller_ = {.user = "ada", .grants = {{auth::Role::admin, "orders", ""}}};
  EXPECT_EQ(get("/metrics").status, 403);
  caller_ = {.user = "ada", .role = auth::Role::viewer};
  EXPECT_EQ(get("/metrics").status, 200);
}

}  // namespace
}  // namespace weft::test
