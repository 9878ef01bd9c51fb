#include "tests/unit/net/test_certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace weft::http::test {
namespace {

using MemoryBio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Signed = std::unique_ptr<X509, decltype(&X509_free)>;

MemoryBio empty_bio() {
  return {BIO_new(BIO_s_mem()), &BIO_free};
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_names(X509* certificate) {
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
}

}  // namespace

PemPair make_certificate(const std::string& name) {
  const PrivateKey key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Signed certificate(X509_new(), &X509_free);
  X509* const raw = certificate.get();
  X509_set_version(raw, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), 1);
  X509_gmtime_adj(X509_getm_notBefore(raw), -60);
  X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
  X509_set_pubkey(raw, key.get());
  X509_NAME* const subject = X509_get_subject_name(raw);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(raw, subject);
  add_names(raw);
  X509_sign(raw, key.get(), EVP_sha256());

  const MemoryBio certificate_pem = empty_bio(), key_pem = empty_bio();
  PEM_write_bio_X509(certificate_pem.get(), raw);
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(certificate_pem.get()), text_of(key_pem.get())};
}

std::string encrypted(const std::string& key) {
  const MemoryBio plain(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), &BIO_free);
  const PrivateKey owned(PEM_read_bio_PrivateKey(plain.get(), nullptr, nullptr, nullptr),
                         &EVP_PKEY_free);
  const MemoryBio out = empty_bio();
  unsigned char password[] = "correct horse";
  PEM_write_bio_PrivateKey(out.get(), owned.get(), EVP_aes_256_cbc(), password, sizeof password - 1,
                           nullptr, nullptr);
  return text_of(out.get());
}

}  // namespace weft::http::test
