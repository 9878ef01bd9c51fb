#pragma once

// The members of Sum: included only where one is instantiated.

#include <utility>

#include "base/sum.h"

namespace weft {

template <class... Ts>
Sum<Ts...>::Sum() = default;
template <class... Ts>
Sum<Ts...>::Sum(const Sum& other) = default;
template <class... Ts>
Sum<Ts...>::Sum(Sum&& other) noexcept = default;
template <class... Ts>
Sum<Ts...>& Sum<Ts...>::operator=(const Sum& other) = default;
template <class... Ts>
Sum<Ts...>& Sum<Ts...>::operator=(Sum&& other) noexcept = default;
template <class... Ts>
Sum<Ts...>::~Sum() = default;

template <class... Ts>
std::variant<Ts...> Sum<Ts...>::made_of(std::size_t index, void* alternative) {
  using Maker = Variant (*)(void*);
  static constexpr Maker makers[] = {[](void* from) {
    return Variant(std::in_place_type<Ts>, std::move(*static_cast<Ts*>(from)));
  }...};
  return makers[index](alternative);
}

template <class... Ts>
Sum<Ts...>::Sum(std::size_t index, void* alternative) : Variant(made_of(index, alternative)) {}

}  // namespace weft
