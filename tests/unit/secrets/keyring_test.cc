#include "server/secrets/keyring.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "tests/unit/storage/folder_syncs.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::secrets {
namespace {

using ::testing::HasSubstr;
using weft::test::TempFolder;

class KeyringTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Keyring> load() {
    auto ring = Keyring::load_or_make(path_);
    EXPECT_TRUE(ring) << ring.error().message;
    return ring ? *ring : nullptr;
  }
  std::string text() const {
    std::stringstream all;
    all << std::ifstream(path_).rdbuf();
    return all.str();
  }

  TempFolder folder_;
  const std::string path_ = folder_ / "config" + std::string("/secrets.key");
};

TEST_F(KeyringTest, a_text_comes_back_with_the_key_of_the_file) {
  const std::string sealed = load()->seal("s3cret", "variable/a");
  EXPECT_EQ(sealed.find("s3cret"), std::string::npos);
  EXPECT_EQ(load()->open(sealed, "variable/a").value(), "s3cret");
  EXPECT_NE(load()->seal("s3cret", "variable/a"), sealed) << "a nonce was used twice";
  EXPECT_EQ(load()->open(load()->seal("", "variable/a"), "variable/a").value(), "");
  const std::string bytes("\0\xff\n", 3);
  EXPECT_EQ(load()->open(load()->seal(bytes, "x"), "x").value(), bytes);
}

TEST_F(KeyringTest, the_file_is_its_owners_alone) {
  load();
  struct stat facts {};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ::chmod(path_.c_str(), 0640);
  const auto refused = Keyring::load_or_make(path_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("run chmod 600"));
}

TEST_F(KeyringTest, what_was_sealed_for_one_place_opens_at_no_other) {
  const auto ring = load();
  const auto moved = ring->open(ring->seal("s3cret", "variable/a"), "variable/b");
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().message, HasSubstr("variable/b cannot be unsealed"));
}

TEST_F(KeyringTest, what_was_changed_does_not_open) {
  const auto ring = load();
  const std::string sealed = ring->seal("s3cret", "a");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto opened = ring->open(changed, "a");
    // The last characters of base64 may carry bits that mean nothing.
    EXPECT_EQ(opened.value_or("s3cret"), "s3cret");
    EXPECT_FALSE(ring->open(sealed.substr(0, i), "a")) << i;
  }
  EXPECT_FALSE(ring->open("plain", "a"));
}

TEST_F(KeyringTest, a_new_key_seals_and_the_old_one_still_opens) {
  const auto old = load();
  const std::string sealed = old->seal("s3cret", "a");
  const auto both = old->with_new_key();
  ASSERT_TRUE(both->save(path_));
  EXPECT_EQ(load()->open(sealed, "a").value(), "s3cret");
  const std::string again = load()->seal("s3cret", "a");
  ASSERT_TRUE(both->newest_only()->save(path_));
  EXPECT_EQ(load()->open(again, "a").value(), "s3cret");
  const auto gone = load()->open(sealed, "a");
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr("the key file has no key"));
}

TEST_F(KeyringTest, what_is_no_key_file_is_refused_and_left_alone) {
  load();
  for (const char* wrong : {"", "hello\n", "12345678 zz\n"}) {
    std::ofstream(path_) << wrong;
    const auto ring = Keyring::load_or_make(path_);
    ASSERT_FALSE(ring) << wrong;
    EXPECT_THAT(ring.error().message, HasSubstr("are no keys"));
    EXPECT_EQ(text(), wrong);
  }
}

TEST_F(KeyringTest, the_name_of_the_file_is_on_disk_before_it_is_used) {
  test::folder_syncs = {.watched = path_};
  const auto made = load();
  EXPECT_EQ(test::folder_syncs.with_file, 1) << "after it was made";
  ASSERT_TRUE(made->with_new_key()->save(path_));
  EXPECT_EQ(test::folder_syncs.with_file, 2) << "after it was replaced";
  test::folder_syncs = {};
}

TEST_F(KeyringTest, those_that_start_at_once_agree_on_one_key) {
  std::vector<std::thread> threads;
  std::array<std::string, 8> sealed;
  for (auto& one : sealed)
    threads.emplace_back([&] { one = Keyring::load_or_make(path_).value()->seal("s3cret", "a"); });
  for (auto& thread : threads) thread.join();
  for (const auto& one : sealed) EXPECT_EQ(load()->open(one, "a").value(), "s3cret");
}

}  // namespace
}  // namespace weft::secrets
