#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "worker/runner/secret_patterns.h"

namespace weft::worker {

/// Masks one stream: each maximal stretch of bytes that belong to secrets, overlapping or not,
/// becomes `***`, however the stream is cut into writes. Line ends stay, so that a log keeps its
/// lines. Held back is only what may still turn out to be a secret's beginning; time is linear in
/// the stream, memory in the longest secret and the largest write.
///
/// Escaped text is read along: where the stream has a `%` or a `\`, a lane begins that walks the
/// automaton over what the escapes mean, and ends as soon as it stands where the plain text does.
class SecretMask {
 public:
  /// `patterns` outlives the mask.
  explicit SecretMask(const SecretPatterns& patterns);

  /// Takes the next bytes of the stream; appends to `out` what is certain by now.
  void feed(std::string_view bytes, std::string& out);

  /// The stream ended: appends what was held back. A new stream may begin.
  void finish(std::string& out);

  /// As finish, for a stream that was not read to its end: what may be the beginning of a secret
  /// is masked, too.
  void cut(std::string& out);

 private:
  /// Offsets in the stream.
  using Offset = std::uint64_t;
  using Stretch = std::pair<Offset, Offset>;  ///< begin, end

  /// The automaton's walk over the stream as one way of escaping understands it.
  struct Lane {
    /// From the unescaped byte `index` on, byte by byte, what is meant stands at `source`.
    struct Place {
      Offset index;
      Offset source;
    };
    Escaping escaping;
    bool active = false;
    PatternAutomaton::Node node = PatternAutomaton::root;
    Offset count = 0;  ///< unescaped bytes so far
    Offset next = 0;   ///< what of the stream was not read yet
    std::deque<Place> places;

    void begin(PatternAutomaton::Node at_node, Offset at);
    Offset source_of(Offset index) const;
    /// Notes that the next unescaped byte comes from `next`.
    void place();
    /// Forgets the places before the last `depth` bytes.
    void trim(std::size_t depth);
  };

  void scan(Offset end);
  void pass_over(Offset end);
  void begin_lanes(char c);
  void advance(Lane& lane, bool complete);
  bool is_superfluous(const Lane& lane) const;
  void cover(Offset begin, Offset end);
  Offset undecided() const;
  void write_until(Offset end, std::string& out);
  void write_masked(Offset end, std::string& out);
  void drop_written();
  void reset();
  std::string_view text(Offset begin, Offset end) const {
    return std::string_view(buffer_).substr(begin - base_, end - begin);
  }

  const SecretPatterns& patterns_;
  const PatternAutomaton& automaton_;
  std::vector<Lane> lanes_;
  int active_lanes_ = 0;
  PatternAutomaton::Node node_ = PatternAutomaton::root;
  Offset at_ = 0;       ///< how far the automaton came
  Offset written_ = 0;  ///< how much of the stream went out
  Offset base_ = 0;     ///< where buffer_ begins
  std::string buffer_;
  std::deque<Stretch> covered_;  ///< in order, not touching, none before written_
  bool in_mask_ = false;         ///< the last byte that went out was masked
};

}  // namespace weft::worker
