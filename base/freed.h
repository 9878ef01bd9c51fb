#pragma once

namespace weft {

/// A deleter for what a C library gives and takes back: `std::unique_ptr<BIO, Freed<BIO_free>>`.
template <auto free_it>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    free_it(thing);
  }
};

}  // namespace weft
