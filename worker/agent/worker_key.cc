#include "worker/agent/worker_key.h"

#include <unistd.h>

#include <array>
#include <cctype>
#include <sstream>

#include "worker/runner/state_dir.h"

namespace weft::worker {

std::string worker_name(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::string name = host.data();
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.' && c != '-')
      c = '-';
  return name;
}

WorkerKey load_key(const std::string& state_dir) {
  WorkerKey key;
  std::istringstream in(read_small_file(state_dir + "/key"));
  std::getline(in, key.text);
  std::getline(in, key.worker);
  return key;
}

Result<void> save_key(const std::string& state_dir, const WorkerKey& key) {
  return replace_file(state_dir + "/key", key.text + "\n" + key.worker + "\n");
}

}  // namespace weft::worker
