#include "server/secrets/keyring.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/check.h"
#include "base/digest.h"
#include "server/storage/file.h"

namespace weft::secrets {
namespace {

constexpr std::string_view version = "v1:";
constexpr std::size_t id_digits = 8;
constexpr std::size_t key_digits = 64;
constexpr std::size_t max_file = 64 << 10;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

tl::unexpected<Error> broken(const std::string& path, const char* doing) {
  return fail(ErrorCode::unavailable, fmt::format("cannot {} the secrets' key file {}: {}", doing,
                                                  path, std::strerror(errno)));
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// A descriptor that ends with its scope.
struct File {
  int fd = -1;
  explicit File(int fd_in) : fd(fd_in) {}
  ~File() {
    if (fd >= 0) ::close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
};

Result<std::string> read_all(const File& file, const std::string& path) {
  struct stat facts {};
  if (::fstat(file.fd, &facts) != 0) return broken(path, "read");
  if ((facts.st_mode & 077) != 0)
    return fail(ErrorCode::conflict,
                fmt::format("others may read the secrets' key file {}: run chmod 600 on it", path));
  std::string text(max_file, '\0');
  const ssize_t got = ::read(file.fd, text.data(), text.size());
  if (got < 0) return broken(path, "read");
  text.resize(static_cast<std::size_t>(got));
  return text;
}

/// A name that nobody else uses at this moment, in the same folder.
std::string name_beside(const std::string& path) {
  std::array<unsigned char, 8> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return path + "." + to_hex(bytes.data(), bytes.size());
}

Result<void> make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (folder.empty() || std::filesystem::exists(folder, error)) return {};
  std::vector<std::string> made;
  for (auto each = std::filesystem::absolute(folder, error);
       each.has_relative_path() && !std::filesystem::exists(each, error); each = each.parent_path())
    made.push_back(each.string());
  std::filesystem::create_directories(folder, error);
  if (!error) {
    for (const std::string& each : made) TRY(storage::sync_folder_of(each));
    return {};
  }
  return fail(ErrorCode::unavailable,
              fmt::format("cannot make the folder {} for the secrets' key file: {}; name another "
                          "place with --secrets-key",
                          folder.string(), error.message()));
}

}  // namespace

Keyring::Key Keyring::make_key() {
  WEFT_CHECK(sodium_init() >= 0);
  Key key;
  std::array<unsigned char, id_digits / 2> id{};
  randombytes_buf(id.data(), id.size());
  key.id = to_hex(id.data(), id.size());
  randombytes_buf(key.bytes.data(), key.bytes.size());
  return key;
}

Result<std::shared_ptr<const Keyring>> Keyring::parse(std::string_view text,
                                                      const std::string& path) {
  auto ring = std::make_shared<Keyring>();
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    Key key;
    std::size_t size = 0;
    const bool good =
        line.size() == id_digits + 1 + key_digits && line[id_digits] == ' ' &&
        sodium_hex2bin(key.bytes.data(), key.bytes.size(), line.data() + id_digits + 1, key_digits,
                       nullptr, &size, nullptr) == 0 &&
        size == key.bytes.size();
    if (!good) {
      ring->keys_.clear();
      break;
    }
    key.id = line.substr(0, id_digits);
    ring->keys_.push_back(std::move(key));
  }
  if (!ring->keys_.empty()) return std::shared_ptr<const Keyring>(std::move(ring));
  return fail(
      ErrorCode::conflict,
      fmt::format("what stands in {} are no keys (lines of 8 hex digits, a space, 64 hex "
                  "digits): restore the file from a backup; without it, the secrets that it "
                  "sealed are lost and must be entered again",
                  path));
}

Result<std::shared_ptr<const Keyring>> Keyring::load_or_make(const std::string& path) {
  WEFT_CHECK(sodium_init() >= 0);
  // Two servers may start at once: whoever comes second reads what the first one made.
  for (int tries = 0;; ++tries) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd >= 0) {
      TRY_ASSIGN(const std::string text, read_all(file, path));
      return parse(text, path);
    }
    if (errno != ENOENT || tries > 2) return broken(path, "read");
    TRY(make_folder_of(path));
    auto ring = std::make_shared<Keyring>();
    ring->keys_.push_back(make_key());
    const std::string draft = name_beside(path);
    TRY(ring->save(draft));
    const bool linked = ::link(draft.c_str(), path.c_str()) == 0;
    const int why = errno;
    ::unlink(draft.c_str());
    errno = why;
    if (!linked && why != EEXIST) return broken(path, "make");
    // Also who came second: what it seals must not outlive the key.
    TRY(storage::sync_folder_of(path));
  }
}

std::shared_ptr<const Keyring> Keyring::with_new_key() const {
  auto ring = std::make_shared<Keyring>(*this);
  ring->keys_.insert(ring->keys_.begin(), make_key());
  return ring;
}

std::shared_ptr<const Keyring> Keyring::newest_only() const {
  auto ring = std::make_shared<Keyring>();
  ring->keys_.push_back(keys_.front());
  return ring;
}

Result<void> Keyring::save(const std::string& path) const {
  const std::string draft = name_beside(path);
  std::string text;
  for (const Key& key : keys_)
    text += key.id + " " + to_hex(key.bytes.data(), key.bytes.size()) + "\n";
  const File file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.fd < 0) return broken(path, "make");
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(file.fd, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return broken(path, "write");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.fd) != 0 || ::rename(draft.c_str(), path.c_str()) != 0)
    return broken(path, "write");
  // Before anything is sealed with a new key, and before an old one is missed.
  return storage::sync_folder_of(path);
}

std::string Keyring::seal(std::string_view text, std::string_view about) const {
  const Key& key = keys_.front();
  std::string box(nonce_bytes + text.size() + tag_bytes, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(box.data());
  randombytes_buf(bytes, nonce_bytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + nonce_bytes, nullptr, bytes_of(text),
                                             text.size(), bytes_of(about), about.size(), nullptr,
                                             bytes, key.bytes.data());
  const auto variant = sodium_base64_VARIANT_ORIGINAL;
  std::string base64(sodium_base64_encoded_len(box.size(), variant), '\0');
  sodium_bin2base64(base64.data(), base64.size(), bytes, box.size(), variant);
  base64.pop_back();
  return std::string(version) + key.id + ":" + base64;
}

Result<std::string> Keyring::open(std::string_view sealed, std::string_view about) const {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::internal, fmt::format("{} cannot be unsealed: {}", about, why));
  };
  if (!sealed.starts_with(version) || sealed.size() < version.size() + id_digits + 1)
    return refuse("what is stored is no sealed text; enter it again");
  const std::string_view id = sealed.substr(version.size(), id_digits);
  const auto key =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& each) { return each.id == id; });
  if (key == keys_.end())
    return refuse(
        fmt::format("the key file has no key {}: start the server with the key file that "
                    "belongs to this data, or enter it again",
                    id));
  const std::string_view base64 = sealed.substr(version.size() + id_digits + 1);
  std::string box(base64.size(), '\0');
  std::size_t size = 0;
  auto* bytes = reinterpret_cast<unsigned char*>(box.data());
  if (sodium_base642bin(bytes, box.size(), base64.data(), base64.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size < nonce_bytes + tag_bytes)
    return refuse("it is damaged; enter it again");
  std::string text(size - nonce_bytes - tag_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr, bytes + nonce_bytes,
          size - nonce_bytes, bytes_of(about), about.size(), bytes, key->bytes.data()) != 0)
    return refuse("it was changed, or belongs to something else; enter it again");
  return text;
}

Result<std::string> default_key_path() {
  if (const char* path = std::getenv("WEFT_SECRETS_KEY_FILE"); path != nullptr && *path != '\0')
    return std::string(path);
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/')
    return std::string(config) + "/weft/secrets.key";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') {
    const passwd* me = ::getpwuid(::getuid());
    home = me == nullptr ? nullptr : me->pw_dir;
  }
  if (home != nullptr && *home == '/') return std::string(home) + "/.config/weft/secrets.key";
  return fail(ErrorCode::unavailable,
              "there is no home folder to keep the secrets' key file in: name one with "
              "--secrets-key FILE or WEFT_SECRETS_KEY_FILE");
}

}  // namespace weft::secrets
