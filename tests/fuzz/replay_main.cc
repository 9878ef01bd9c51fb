// Runs a fuzz target without libFuzzer: all files of a corpus folder, then mutations of them from
// a fixed seed. Usage: NAME_fuzz [CORPUS [MUTATIONS [SEED]]]. Ends early after a few seconds, so
// that a slow machine does not time out. A crash leaves its input in ./crash-input.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t max_input = 64 * 1024;
constexpr auto time_limit = std::chrono::seconds(4);

const std::string* current_input = nullptr;

/// Only async-signal-safe calls.
void save_input(int signal) {
  const int file = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0 && current_input) {
    [[maybe_unused]] const auto written =
        ::write(file, current_input->data(), current_input->size());
    ::close(file);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const std::string& input) {
  current_input = &input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<std::string> read_corpus(const char* folder) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    inputs.push_back(text.str());
  }
  if (inputs.empty()) inputs.emplace_back();
  return inputs;
}

/// One small change: a byte, a piece removed, doubled or taken from another input.
void mutate(std::string& input, const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  static const std::string interesting =
      std::string("\"'{}[]:,\\/*-+.0129eE \n\t\x7f\xff\xc3u$|()%") + '\0';
  const std::size_t at = below(input.size() + 1);
  const std::size_t length = std::min(below(32) + 1, input.size() - at);
  switch (below(6)) {
    case 0:
      if (at < input.size()) input[at] = static_cast<char>(random());
      break;
    case 1: input.insert(at, 1, interesting[below(interesting.size())]); break;
    case 2: input.erase(at, length); break;
    case 3: input.insert(below(input.size() + 1), input.substr(at, length)); break;
    case 4: {
      const std::string& other = corpus[below(corpus.size())];
      const std::size_t from = below(other.size() + 1);
      input.insert(at, other, from, below(64) + 1);
      break;
    }
    default:
      if (at < input.size()) input[at] = interesting[below(interesting.size())];
  }
  if (input.size() > max_input) input.resize(max_input);
}

}  // namespace

int main(int count, char** arguments) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(signal, save_input);
  }
  const std::vector<std::string> corpus = read_corpus(count > 1 ? arguments[1] : ".");
  const long mutations = count > 2 ? std::atol(arguments[2]) : 100'000;
  std::mt19937 random(count > 3 ? static_cast<unsigned>(std::atol(arguments[3])) : 1);
  for (const std::string& input : corpus) run(input);
  const auto end = std::chrono::steady_clock::now() + time_limit;
  long done = 0;
  std::string input;
  for (; done < mutations && std::chrono::steady_clock::now() < end; ++done) {
    input = corpus[random() % corpus.size()];
    for (unsigned changes = random() % 4 + 1; changes > 0; --changes) {
      mutate(input, corpus, random);
    }
    run(input);
  }
  std::printf("%zu inputs, %ld mutations\n", corpus.size(), done);
  return 0;
}
