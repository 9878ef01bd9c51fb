#pragma once

// What variables and connections hold, on its way into the database and out of it, and from where
// else it may come. May use storage and libsodium; HTTP only in vault_client. A newcomer reads
// this, then lookup.h, then vault_client.h.

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weft::secrets {

/// The keys with which texts are sealed: XChaCha20-Poly1305. They stand in a file of their own that
/// is not in the data folder, so that a copy of the database gives nothing away. Immutable, thread
/// safe.
class Keyring {
 public:
  /// The file's keys, one `<id> <64 hex digits>` per line, the newest first. A file that is not
  /// there is made with one key, mode 0600, and its folder with it. Errors: unavailable (cannot be
  /// read or made), conflict (others may read it, what stands in it are no keys), naming the file
  /// and the fix.
  static Result<std::shared_ptr<const Keyring>> load_or_make(const std::string& path);

  /// These keys and a new one in front.
  std::shared_ptr<const Keyring> with_new_key() const;
  /// Only the newest.
  std::shared_ptr<const Keyring> newest_only() const;
  /// Writes the file anew, through one beside it. Errors: unavailable.
  Result<void> save(const std::string& path) const;

  /// By the newest key. `about` names what it is ("variable/KEY"): a sealed text that is moved to
  /// another place does not open. The result is printable ASCII.
  std::string seal(std::string_view text, std::string_view about) const;
  /// Errors: internal (no key of this file fits, or the text was changed), naming `about`.
  Result<std::string> open(std::string_view sealed, std::string_view about) const;

 private:
  struct Key {
    std::string id;  ///< 8 hex digits
    std::array<unsigned char, 32> bytes{};
  };
  static Key make_key();
  static Result<std::shared_ptr<const Keyring>> parse(std::string_view text,
                                                      const std::string& path);

  std::vector<Key> keys_;
};

/// `$WEFT_SECRETS_KEY_FILE`, else ~/.config/weft/secrets.key (`$XDG_CONFIG_HOME` is obeyed).
/// Errors: unavailable when there is no home folder.
Result<std::string> default_key_path();

}  // namespace weft::secrets
