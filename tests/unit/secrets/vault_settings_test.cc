#include "server/secrets/vault_settings.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/unit/storage/temp_folder.h"

namespace weft::secrets {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class VaultSettingsTest : public ::testing::Test {
 protected:
  std::string private_file(const char* name, const char* text) {
    folder_.write(name, text);
    ::chmod((folder_ / name).c_str(), 0600);
    return folder_ / name;
  }
  static VaultSettings good() { return {.addr = "https://vault.example.com:8200", .token = "t"}; }
  static std::string refusal(const VaultSettings& settings) {
    const auto done = checked(settings);
    return done ? "" : done.error().message;
  }

  weft::test::TempFolder folder_;
};

TEST_F(VaultSettingsTest, without_an_address_there_is_no_vault) {
  EXPECT_EQ(checked({.token = "t"}).value().token, "");
  EXPECT_THAT(refusal({.role_id = "r"}), HasSubstr("--vault-role-id: --vault-addr is missing"));
  EXPECT_THAT(refusal({.ca_file = "c"}), StartsWith("--vault-ca"));
}

TEST_F(VaultSettingsTest, the_address_is_a_url_and_keeps_tokens_to_itself) {
  const auto with = [](const char* addr) {
    VaultSettings settings = good();
    settings.addr = addr;
    return refusal(settings);
  };
  for (const char* right : {"https://vault.example.com", "https://10.0.0.1:8200/",
                            "http://127.0.0.1:8200", "http://localhost:8200", "http://[::1]:8200"})
    EXPECT_EQ(with(right), "") << right;
  for (const char* wrong : {"vault.example.com", "ftp://x", "https://", "https://a b",
                            "https://user@x", "https://x?y", "https://x#y"})
    EXPECT_THAT(with(wrong), StartsWith("--vault-addr: expected https://")) << wrong;
  for (const char* open : {"http://vault.example.com:8200", "http://127.example.com",
                           "http://localhost.example.com", "http://[::1].example.com"})
    EXPECT_THAT(with(open), HasSubstr("in the clear")) << open;
  VaultSettings settings = good();
  settings.addr += "//";
  EXPECT_EQ(checked(settings).value().addr, good().addr);
}

TEST_F(VaultSettingsTest, paths_stay_beneath_their_mount) {
  VaultSettings settings = good();
  settings.mount = "/kv/team/";
  settings.connections_path = "";
  EXPECT_EQ(checked(settings).value().mount, "kv/team");
  settings.mount = "";
  EXPECT_THAT(refusal(settings), StartsWith("--vault-mount"));
  settings = good();
  for (const char* wrong : {"a/../b", "..", "a//b", "./a", "a b"}) {
    settings.variables_path = wrong;
    EXPECT_THAT(refusal(settings), StartsWith("--vault-variables-path")) << wrong;
  }
}

TEST_F(VaultSettingsTest, there_is_exactly_one_way_to_sign_in) {
  VaultSettings settings = good();
  settings.token = "";
  EXPECT_THAT(refusal(settings), HasSubstr("no way to sign in"));
  settings.role_id = "role";
  EXPECT_THAT(refusal(settings), StartsWith("--vault-secret-id-file: it is missing"));
  settings.secret_id_file = private_file("secret-id", "sid\n");
  EXPECT_EQ(refusal(settings), "");
  settings.token = "left in the environment";
  EXPECT_EQ(checked(settings).value().token, "");
  settings.token_file = private_file("token", "from-file\n");
  EXPECT_THAT(refusal(settings), StartsWith("--vault-token-file"));
  settings.secret_id_file = "";
  settings.role_id = "";
  EXPECT_EQ(checked(settings).value().token, "from-file");
}

TEST_F(VaultSettingsTest, files_are_looked_at_before_the_start) {
  VaultSettings settings = good();
  settings.token_file = folder_ / "none";
  EXPECT_THAT(refusal(settings), HasSubstr("cannot read " + (folder_ / "none")));
  settings.token_file = private_file("token", "t");
  ::chmod(settings.token_file.c_str(), 0644);
  EXPECT_THAT(refusal(settings), HasSubstr("run chmod 600"));
  for (const char* wrong : {"", "\n", "two\nlines", "a b"}) {
    settings.token_file = private_file("wrong", wrong);
    EXPECT_THAT(refusal(settings), HasSubstr("expected one line")) << wrong;
  }
  settings = good();
  settings.ca_file = folder_ / "none.pem";
  EXPECT_THAT(refusal(settings), HasSubstr("--vault-ca: cannot read"));
}

}  // namespace
}  // namespace weft::secrets
