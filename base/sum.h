#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <variant>

namespace weft {

/// A std::variant of many alternatives whose copies, moves and destructor stand in one file: each
/// of them visits every alternative, which costs seconds in every file that merely holds one.
/// std::visit, std::get_if and std::holds_alternative take it as they take a variant. One file
/// includes base/sum_members.h and says `template class Sum<…>;`.
template <class... Ts>
class Sum : public std::variant<Ts...> {
 public:
  Sum();
  template <class T>
  requires(std::same_as<T, Ts> || ...) Sum(T alternative)
      : Sum(index_of<T>(), &alternative) {}  // NOLINT: implicit as in a variant
  Sum(const Sum& other);
  Sum(Sum&& other) noexcept;
  Sum& operator=(const Sum& other);
  Sum& operator=(Sum&& other) noexcept;
  ~Sum();

 private:
  using Variant = std::variant<Ts...>;

  /// Moves from `alternative`, which is the index-th of Ts.
  Sum(std::size_t index, void* alternative);
  static Variant made_of(std::size_t index, void* alternative);

  template <class T>
  static constexpr std::size_t index_of() {
    std::size_t index = 0;
    static_cast<void>(((std::is_same_v<T, Ts> || (++index, false)) || ...));
    return index;
  }
};

}  // namespace weft
