// Rows that no rule of the scheduler reads, written by its thread.

#include <gmock/gmock.h>

#include <atomic>

#include "server/engine/engine.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"

namespace weft {
namespace {

class FixedClock final : public Clock {
 public:
  Now now() override { return {from_micros(7), std::chrono::seconds(1)}; }
};

class EngineWriteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = Engine::start({}, *writer_, clock_, {}, [this] { ++commits_; });
    ASSERT_TRUE(started) << started.error().message;
    engine_ = std::move(*started);
  }
  static Result<void> put(storage::Writer& rows, const char* worker, Now now) {
    return rows.put(storage::WorkerKeyRow{.worker = worker, .created_at = now.wall});
  }
  std::int64_t stored() {
    return readers_
        ->with([](storage::Reader& reader) {
          return reader.database().query_integer("SELECT count(*) FROM worker_key");
        })
        .value();
  }

  FixedClock clock_;
  std::unique_ptr<storage::Writer> writer_ = storage::Writer::open(":memory:").value();
  std::unique_ptr<storage::Readers> readers_ =
      storage::Readers::open(writer_->location(), 1).value();
  std::atomic<int> commits_{0};
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineWriteTest, it_is_durable_when_it_returns) {
  ASSERT_TRUE(engine_->write([](storage::Writer& rows, Now now) { return put(rows, "a", now); }));
  EXPECT_EQ(stored(), 1);
  EXPECT_EQ(commits_, 1);
}

TEST_F(EngineWriteTest, what_is_refused_leaves_nothing_behind) {
  const auto refused = engine_->write([](storage::Writer& rows, Now now) -> Result<void> {
    TRY(put(rows, "b", now));
    return fail(ErrorCode::conflict, "thought better of it");
  });
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(stored(), 0);
  EXPECT_EQ(commits_, 0);
  EXPECT_TRUE(engine_->call(PutPool{.pool = {.name = "p", .slots = 1}})) << "all goes on";
}

TEST_F(EngineWriteTest, nothing_is_written_after_the_end) {
  engine_->stop();
  const auto late =
      engine_->write([](storage::Writer& rows, Now now) { return put(rows, "c", now); });
  EXPECT_EQ(late.error().code, ErrorCode::unavailable);
  EXPECT_EQ(stored(), 0);
}

}  // namespace
}  // namespace weft
