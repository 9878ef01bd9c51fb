#pragma once

#include <string>

namespace weft::http::test {

struct PemPair {
  std::string certificate, key;
};

/// A fresh key and a certificate for `localhost`, signed by itself, whose subject is CN=`name`;
/// valid for an hour.
PemPair make_certificate(const std::string& name);

/// The same key, encrypted with a password.
std::string encrypted(const std::string& key);

}  // namespace weft::http::test
