#include "server/auth/sign_in.h"

#include <gmock/gmock.h>

#include <deque>

#include "server/auth/token.h"
#include "tests/unit/api/sync_engine.h"

namespace weft::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What libsodium takes at least: milliseconds.
constexpr PasswordCost cheap{.memory = 8192, .passes = 1};

class QueueLoop final : public http::Loop {
 public:
  void post(Task task) override { tasks.push_back(std::move(task)); }
  std::unique_ptr<Timer> after(Duration, Task) override { return nullptr; }
  bool is_current_thread() const override { return true; }
  void run() {
    for (; !tasks.empty(); tasks.pop_front()) tasks.front()();
  }
  std::deque<Task> tasks;
};

/// Keeps what is posted; the test replies.
class QueueEngine final : public Engine {
 public:
  void post(Command command, Reply reply) override {
    commands.push_back(std::move(command));
    replies.push_back(std::move(reply));
  }
  Result<Answer> call(Command) override { return fail(ErrorCode::unavailable, "not here"); }
  bool ask(Question) override { return false; }
  Result<void> write(const Write&) override { return fail(ErrorCode::unavailable, "not here"); }
  void stop() override {}

  std::vector<Command> commands;
  std::vector<Reply> replies;
};

class SignInTest : public ::testing::Test {
 protected:
  SignInTest() {
    ada_.password_hash = hash_password("correct horse", cheap);
    ada_.epoch = 7;
    directory_.load({ada_}, {});
  }
  /// Up to where the password was looked at.
  void ask(const std::string& body, const std::string& remote = "192.0.2.1") {
    http::Request request;
    request.method = "POST";
    request.path = "/auth/token";
    request.remote = remote;
    request.body = body;
    answer_.reset();
    sign_in_.handle(
        std::move(request), [this](http::Response response) { answer_ = std::move(response); },
        [](const OpenedSession& opened) {
          return http::Response{.status = 201,
                                .body = nlohmann::json{{"access_token", opened.token}}.dump()};
        },
        replaces_);
  }
  void ask_as(const std::string& user, const std::string& password,
              const std::string& remote = "192.0.2.1") {
    ask(nlohmann::json{{"username", user}, {"password", password}}.dump(), remote);
  }
  void work() {
    for (; !background_.empty(); background_.pop_front()) background_.front()();
    loop_.run();
  }
  /// All the way; the session is committed.
  int sign_in(const std::string& user, const std::string& password,
              const std::string& remote = "192.0.2.1") {
    ask_as(user, password, remote);
    work();
    for (const auto& reply : engine_.replies)
      if (reply) reply(Answer{Done{}});
    engine_.replies.clear();
    return answer_ ? answer_->status : 0;
  }

  UserRow ada_{.name = "ada"};
  Directory directory_;
  Throttle throttle_;
  QueueEngine engine_;
  weft::test::ManualClock clock_;
  QueueLoop loop_;
  std::deque<std::function<void()>> background_;
  bool takes_work_ = true;
  std::string replaces_;
  std::optional<http::Response> answer_;
  SignIn sign_in_{{.directory = directory_,
                   .throttle = throttle_,
                   .engine = engine_,
                   .clock = clock_,
                   .loop = loop_,
                   .background =
                       [this](std::function<void()> task) {
                         if (takes_work_) background_.push_back(std::move(task));
                         return takes_work_;
                       },
                   .cost = cheap}};
};

TEST_F(SignInTest, gives_a_session_of_which_only_the_hash_is_kept) {
  EXPECT_EQ(sign_in("ada", "correct horse"), 201);
  const std::string token = nlohmann::json::parse(answer_->body).at("access_token");
  EXPECT_TRUE(is_token(token));
  ASSERT_THAT(engine_.commands, SizeIs(1));
  const auto& put = std::get<PutRecord>(engine_.commands[0]);
  const auto& row = std::get<TokenRow>(put.record);
  EXPECT_EQ(row.hash, token_hash(token));
  EXPECT_EQ(row.kind, TokenRow::Kind::session);
  EXPECT_EQ(row.user, "ada");
  EXPECT_EQ(row.epoch, 7);
  EXPECT_EQ(row.expires_at, clock_.now().wall + std::chrono::hours(24));
  EXPECT_EQ(put.mode, PutRecord::Mode::create);
  EXPECT_EQ(put.actor.name, "ada");
  EXPECT_EQ(put.actor.remote, "192.0.2.1");
  EXPECT_EQ(put.action, "sign_in");
}

TEST_F(SignInTest, answers_after_the_commit_and_not_when_it_failed) {
  ask_as("ada", "correct horse");
  work();
  EXPECT_FALSE(answer_);
  ASSERT_THAT(engine_.replies, SizeIs(1));
  engine_.replies[0](fail(ErrorCode::unavailable, "the disk is full"));
  EXPECT_EQ(answer_->status, 503);
  EXPECT_THAT(answer_->body, ::testing::Not(HasSubstr("weft_")));
}

TEST_F(SignInTest, unknown_disabled_and_wrong_are_told_alike_after_the_same_work) {
  UserRow off = ada_;
  off.name = "off";
  off.is_disabled = true;
  directory_.apply(RecordChanged{off});
  UserRow elsewhere{.name = "elsewhere"};
  directory_.apply(RecordChanged{elsewhere});
  std::string said;
  for (const auto& [user, password] :
       {std::pair{"ada", "wrong"}, std::pair{"off", "correct horse"}, std::pair{"nobody", "x"},
        std::pair{"elsewhere", ""}, std::pair{"", ""}}) {
    ask_as(user, password);
    EXPECT_THAT(background_, SizeIs(1)) << user;
    work();
    ASSERT_TRUE(answer_);
    EXPECT_EQ(answer_->status, 401) << user;
    if (said.empty()) said = answer_->body;
    EXPECT_EQ(answer_->body, said);
  }
  EXPECT_THAT(engine_.commands, IsEmpty());
}

TEST_F(SignInTest, wants_a_body_with_both) {
  for (const char* body : {"", "[]", "{}", R"({"username": 1, "password": "x"})",
                           R"({"username": "ada"})", R"({"username": "ada", "password": null})"}) {
    ask(body);
    ASSERT_TRUE(answer_);
    EXPECT_EQ(answer_->status, 422) << body;
  }
  EXPECT_THAT(background_, IsEmpty());
}

TEST_F(SignInTest, looks_at_two_passwords_at_once) {
  ask_as("ada", "correct horse");
  ask_as("ada", "correct horse");
  EXPECT_FALSE(answer_);
  ask_as("ada", "correct horse");
  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->status, 503);
  EXPECT_THAT(answer_->headers,
              ::testing::Contains(std::pair<std::string, std::string>("retry-after", "1")));
  work();
  EXPECT_THAT(engine_.commands, SizeIs(2));
  EXPECT_EQ(sign_in("ada", "correct horse"), 201);
}

TEST_F(SignInTest, gives_its_place_back_when_nobody_takes_the_work) {
  takes_work_ = false;
  for (int i = 0; i < 3; ++i) {
    ask_as("ada", "correct horse");
    EXPECT_EQ(answer_->status, 503);
  }
  takes_work_ = true;
  EXPECT_EQ(sign_in("ada", "correct horse"), 201);
}

TEST_F(SignInTest, a_password_that_was_changed_meanwhile_opens_nothing) {
  ask_as("ada", "correct horse");
  ada_.password_hash = hash_password("another one", cheap);
  directory_.apply(RecordChanged{ada_});
  work();
  EXPECT_EQ(answer_->status, 401);
  ask_as("ada", "another one");
  ada_.is_disabled = true;
  directory_.apply(RecordChanged{ada_});
  work();
  EXPECT_EQ(answer_->status, 401);
  EXPECT_THAT(engine_.commands, IsEmpty());
}

TEST_F(SignInTest, is_throttled_by_wrong_tries_only) {
  for (int i = 0; i < 25; ++i) ASSERT_EQ(sign_in("ada", "correct horse"), 201);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(sign_in("ada", "guess"), 401);
  EXPECT_EQ(sign_in("ada", "correct horse"), 429);
  EXPECT_EQ(sign_in("ada", "correct horse", "198.51.100.1"), 201);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_EQ(sign_in("ada", "correct horse"), 201);
}

TEST_F(SignInTest, clears_the_users_sessions_that_are_over) {
  TokenRow over{.id = "over",
                .hash = "h",
                .kind = TokenRow::Kind::session,
                .user = "ada",
                .epoch = 7,
                .expires_at = clock_.now().wall};
  directory_.apply(RecordChanged{over});
  EXPECT_EQ(sign_in("ada", "correct horse"), 201);
  ASSERT_THAT(engine_.commands, SizeIs(2));
  const auto& gone = std::get<DeleteRecord>(engine_.commands[0]);
  EXPECT_EQ(gone.kind, RecordKind::token);
  EXPECT_EQ(gone.key, "over");
}

TEST_F(SignInTest, ends_the_session_that_it_replaces) {
  replaces_ = "old";
  EXPECT_EQ(sign_in("ada", "wrong"), 401);
  EXPECT_THAT(engine_.commands, IsEmpty());
  EXPECT_EQ(sign_in("ada", "correct horse"), 201);
  ASSERT_THAT(engine_.commands, SizeIs(2));
  EXPECT_EQ(std::get<DeleteRecord>(engine_.commands[0]).key, "old");
}

TEST(NobodysHash, has_the_form_of_a_hash_of_its_cost) {
  const std::string real = hash_password("x", cheap), nobodys = nobodys_hash(cheap);
  EXPECT_EQ(nobodys.size(), real.size());
  EXPECT_EQ(nobodys.substr(0, nobodys.rfind('$') - 22), real.substr(0, real.rfind('$') - 22));
  for (const char* password : {"", "x", "nobody"}) EXPECT_FALSE(is_password(nobodys, password));
  EXPECT_TRUE(is_password(real, "x"));
  EXPECT_THAT(hash_password("x", PasswordCost{}),
              ::testing::StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_THAT(nobodys_hash(PasswordCost{}),
              ::testing::StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
}

}  // namespace
}  // namespace weft::auth
