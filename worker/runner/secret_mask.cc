#include "worker/runner/secret_mask.h"

#include <algorithm>

namespace weft::worker {
namespace {

constexpr std::string_view mask = "***";

}  // namespace

void SecretMask::Lane::begin(PatternAutomaton::Node at_node, Offset at) {
  active = true;
  node = at_node;
  count = next = at;
  places.assign(1, {at, at});
}

SecretMask::Offset SecretMask::Lane::source_of(Offset index) const {
  const auto after =
      std::upper_bound(places.begin() + 1, places.end(), index,
                       [](Offset wanted, const Place& place) { return wanted < place.index; });
  const Place& place = *(after - 1);
  return place.source + index - place.index;
}

void SecretMask::Lane::place() {
  const Place& last = places.back();
  if (last.source + count - last.index != next) places.push_back({count, next});
}

void SecretMask::Lane::trim(std::size_t depth) {
  while (places.size() > 1 && places[1].index <= count - depth) places.pop_front();
}

SecretMask::SecretMask(const SecretPatterns& patterns)
    : patterns_(patterns), automaton_(patterns.automaton()) {
  for (const Escaping escaping : patterns.escapings()) lanes_.push_back({.escaping = escaping});
}

void SecretMask::feed(std::string_view bytes, std::string& out) {
  buffer_.append(bytes);
  scan(base_ + buffer_.size());
  write_until(undecided(), out);
  drop_written();
}

void SecretMask::finish(std::string& out) {
  for (Lane& lane : lanes_)
    if (lane.active) advance(lane, true);
  write_until(at_, out);
  reset();
}

void SecretMask::cut(std::string& out) {
  cover(undecided(), at_);
  write_until(at_, out);
  reset();
}

void SecretMask::scan(Offset end) {
  while (true) {
    pass_over(end);
    if (at_ == end) return;
    const char c = buffer_[at_ - base_];
    begin_lanes(c);
    node_ = automaton_.step(node_, static_cast<unsigned char>(c));
    ++at_;
    if (const std::size_t length = automaton_.match(node_); length > 0) cover(at_ - length, at_);
    if (active_lanes_ == 0) continue;
    for (Lane& lane : lanes_) {
      if (!lane.active) continue;
      advance(lane, false);
      if (!is_superfluous(lane)) continue;
      lane.active = false;
      --active_lanes_;
    }
  }
}

/// To the next byte that may begin something, if nothing has begun.
void SecretMask::pass_over(Offset end) {
  if (node_ != PatternAutomaton::root || active_lanes_ > 0) return;
  while (at_ < end && !patterns_.may_begin(static_cast<unsigned char>(buffer_[at_ - base_]))) ++at_;
}

void SecretMask::begin_lanes(char c) {
  if (!patterns_.may_escape(static_cast<unsigned char>(c))) return;
  for (Lane& lane : lanes_) {
    if (lane.active || !begins_escape(lane.escaping, c)) continue;
    lane.begin(node_, at_);
    ++active_lanes_;
  }
}

void SecretMask::advance(Lane& lane, bool complete) {
  while (lane.next < at_) {
    const Unescaped unescaped = unescape(lane.escaping, text(lane.next, at_), complete);
    if (unescaped.length == 0) return;
    for (const char c : unescaped.bytes) {
      lane.place();
      lane.node = automaton_.step(lane.node, static_cast<unsigned char>(c));
      ++lane.count;
      if (const std::size_t length = automaton_.match(lane.node); length > 0)
        cover(lane.source_of(lane.count - length), lane.next + unescaped.length);
      lane.trim(automaton_.depth(lane.node));
    }
    lane.next += unescaped.length;
  }
}

/// Whether it stands where the plain text does, and for the same bytes: then it will do so for
/// ever, or until the next escape.
bool SecretMask::is_superfluous(const Lane& lane) const {
  if (lane.next != at_ || lane.node != node_) return false;
  const std::size_t depth = automaton_.depth(node_);
  return depth == 0 || lane.source_of(lane.count - depth) == at_ - depth;
}

/// Adds a stretch, joined with those that it meets. A lane is some bytes late, so it may come
/// before the last ones, but not by more than an escape is long.
void SecretMask::cover(Offset begin, Offset end) {
  begin = std::max(begin, written_);
  if (begin >= end) return;
  auto after = covered_.end();
  while (after != covered_.begin() && (after - 1)->first > end) --after;
  auto first = after;
  for (; first != covered_.begin() && (first - 1)->second >= begin; --first) {
    begin = std::min(begin, (first - 1)->first);
    end = std::max(end, (first - 1)->second);
  }
  if (first == after) {
    covered_.insert(after, {begin, end});
  } else {
    *first = {begin, end};
    covered_.erase(first + 1, after);
  }
}

/// Where a secret whose end was not seen yet may begin.
SecretMask::Offset SecretMask::undecided() const {
  Offset from = at_ - automaton_.depth(node_);
  for (const Lane& lane : lanes_) {
    if (!lane.active) continue;
    const std::size_t depth = automaton_.depth(lane.node);
    from = std::min(from, depth > 0 ? lane.source_of(lane.count - depth) : lane.next);
  }
  return from;
}

/// Writes up to `end`, and beyond it what is covered without a gap: that is certain, too.
void SecretMask::write_until(Offset end, std::string& out) {
  while (true) {
    if (!covered_.empty() && covered_.front().first <= written_) {
      write_masked(covered_.front().second, out);
      covered_.pop_front();
      continue;
    }
    const Offset stop = covered_.empty() ? end : std::min(end, covered_.front().first);
    if (stop <= written_) return;
    out.append(text(written_, stop));
    written_ = stop;
    in_mask_ = false;
  }
}

void SecretMask::write_masked(Offset end, std::string& out) {
  for (const char c : text(written_, end)) {
    if (c == '\n')
      out += c;
    else if (!in_mask_)
      out += mask;
    in_mask_ = c != '\n';
  }
  written_ = end;
}

/// Only when that is half of the buffer: else byte by byte would be quadratic.
void SecretMask::drop_written() {
  Offset needed = written_;
  for (const Lane& lane : lanes_)
    if (lane.active) needed = std::min(needed, lane.next);
  const std::size_t length = needed - base_;
  if (2 * length < buffer_.size()) return;
  buffer_.erase(0, length);
  base_ = needed;
}

void SecretMask::reset() {
  buffer_.clear();
  base_ = at_;
  node_ = PatternAutomaton::root;
  for (Lane& lane : lanes_) lane.active = false;
  active_lanes_ = 0;
  in_mask_ = false;
}

}  // namespace weft::worker
