#include "server/net/tls.h"

#include <gmock/gmock.h>
#include <openssl/sslerr.h>
#include <sys/stat.h>

#include <deque>

#include "tests/unit/daemon/temp_folder.h"
#include "tests/unit/net/server_fixture.h"
#include "tests/unit/net/test_certificate.h"
#include "tests/unit/net/tls_client.h"

namespace weft::http::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What the server tells of its certificate, one after the other.
class Told {
 public:
  void add(const Result<std::string>& said) {
    const std::lock_guard lock(mutex_);
    said_.push_back(said ? *said : "ERROR " + said.error().message);
    wake_.notify_all();
  }
  std::string next() {
    std::unique_lock lock(mutex_);
    if (!wake_.wait_for(lock, std::chrono::seconds(10), [this] { return !said_.empty(); })) {
      return "nothing was said";
    }
    std::string said = std::move(said_.front());
    said_.pop_front();
    return said;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> said_;
};

class TlsTest : public ServerTest {
 protected:
  TlsTest() {
    put(pair_);
    options_.tls.emplace(TlsOptions{.files = files(),
                                    .look_every = std::chrono::hours(1),
                                    .told = [this](const auto& said) { told_.add(said); }});
    options_.limits.sweep_every = std::chrono::milliseconds(10);
  }
  TlsFiles files() const { return {folder_ / "cert.pem", folder_ / "key.pem"}; }
  void put(const PemPair& pair) const {
    // As renewals do: each file is replaced in one step.
    write_key("new-key.pem", pair.key);
    folder_.write("new-cert.pem", pair.certificate);
    std::filesystem::rename(folder_ / "new-key.pem", folder_ / "key.pem");
    std::filesystem::rename(folder_ / "new-cert.pem", folder_ / "cert.pem");
  }
  void write_key(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    folder_.write(name, text);
    ASSERT_EQ(::chmod((folder_ / name).c_str(), mode), 0);
  }
  std::string error_of(const TlsFiles& files) const {
    const auto identity = TlsIdentity::load(files);
    return identity ? "" : identity.error().message;
  }

  daemon::test::TempFolder folder_;
  const PemPair pair_ = make_certificate("first.example.com");
  Told told_;
};

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nhost: localhost\r\n\r\n";
constexpr std::string_view get_last =
    "GET /last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

TEST_F(TlsTest, SpeaksHttpOverTls) {
  serve_echo();
  EXPECT_THAT(server_->url(), StartsWith("https://127.0.0.1:"));
  TlsClient client(server_->port(), pair_.certificate);
  ASSERT_TRUE(client.is_connected()) << client.reason();
  EXPECT_EQ(client.protocol(), "http/1.1");
  client.send(get_a);
  const std::string answer = client.read_until("GET /a ");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("strict-transport-security: max-age=31536000\r\n"));
  client.send(get_last);
  EXPECT_THAT(client.read_to_end(), EndsWith("GET /last "));
  EXPECT_TRUE(client.was_ended());
}

TEST_F(TlsTest, CarriesLargeBodiesBothWays) {
  options_.limits.body_bytes = 8 << 20;
  serve_echo();
  TlsClient client(server_->port(), pair_.certificate);
  const std::string body(5 << 20, 'b');
  client.send("POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  ASSERT_TRUE(client.send(body));
  EXPECT_TRUE(client.read_to_end().ends_with(body));
}

TEST_F(TlsTest, TellsHandlersThatTheCallerSpeaksTls) {
  serve([](Request request, Respond respond) {
    Response response;
    response.body = request.is_https ? "https" : "http";
    respond(std::move(response));
  });
  TlsClient client(server_->port(), pair_.certificate);
  client.send(get_last);
  EXPECT_THAT(client.read_to_end(), EndsWith("https"));
}

TEST_F(TlsTest, RefusesOldVersionsAndWeakCiphers) {
  serve_echo();
  const TlsClient old(server_->port(), pair_.certificate, {.max_version = TLS1_1_VERSION});
  EXPECT_FALSE(old.is_connected());
  EXPECT_EQ(old.reason(), SSL_R_TLSV1_ALERT_PROTOCOL_VERSION);
  const TlsClient weak(server_->port(), pair_.certificate,
                       {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES256-SHA"});
  EXPECT_FALSE(weak.is_connected());
  EXPECT_EQ(weak.reason(), SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE);
  const TlsClient other(server_->port(), pair_.certificate, {.protocols = "\x02h2"});
  EXPECT_EQ(other.reason(), SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
  const TlsClient fine(server_->port(), pair_.certificate, {.max_version = TLS1_2_VERSION});
  EXPECT_TRUE(fine.is_connected()) << fine.reason();
}

TEST_F(TlsTest, SaysSoWhenSomebodySpeaksPlainHttp) {
  serve_echo();
  RawClient client(server_->port());
  client.send(get_a);
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer, HasSubstr("https://"));
}

TEST_F(TlsTest, GivesTheHandshakeNoMoreTimeThanAHead) {
  options_.limits.header_timeout = std::chrono::milliseconds(50);
  serve_echo();
  RawClient silent(server_->port());
  EXPECT_EQ(silent.read_to_end(), "");
  RawClient begun(server_->port());
  begun.send("\x16\x03\x01");
  EXPECT_EQ(begun.read_to_end(), "");
  RawClient nonsense(server_->port());
  nonsense.send("\x80nonsense that is no handshake\r\n\r\n");
  EXPECT_THAT(nonsense.read_to_end(), ::testing::Not(HasSubstr("HTTP")));
}

TEST_F(TlsTest, AnswersBeforeItHasReadABodyThatIsTooLarge) {
  serve_echo();
  TlsClient client(server_->port(), pair_.certificate);
  client.send("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000000\r\n\r\nabc");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

class Endless : public Stream {
 public:
  explicit Endless(Signal& gone) : gone_(gone) {}
  ~Endless() override { gone_.raise(); }
  Piece poll() override { return {}; }

 private:
  Signal& gone_;
};

TEST_F(TlsTest, LetsGoOfAStreamWhoseCallerHangsUp) {
  options_.limits.max_wait = std::chrono::milliseconds(10);
  Signal gone;
  serve([&](Request, Respond respond) {
    Response response;
    response.stream = std::make_shared<Endless>(gone);
    respond(std::move(response));
  });
  TlsClient client(server_->port(), pair_.certificate);
  client.send(get_a);
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("chunked"));
  client.say_goodbye();
  client.hang_up();
  EXPECT_TRUE(gone.wait());
}

TEST_F(TlsTest, ShowsANewCertificateOnceItsFilesAreThere) {
  options_.tls->look_every = std::chrono::milliseconds(5);
  serve_echo();
  TlsClient before(server_->port(), pair_.certificate);
  EXPECT_EQ(before.subject(), "first.example.com");
  const PemPair second = make_certificate("second.example.com");
  put(second);
  std::string said = told_.next();
  // The moment between the two files is told of, too, if it was seen.
  if (said.starts_with("ERROR")) said = told_.next();
  EXPECT_THAT(said, StartsWith("CN=second.example.com, valid until "));
  const TlsClient after(server_->port(), second.certificate);
  EXPECT_EQ(after.subject(), "second.example.com");
  // Who is connected stays so.
  before.send(get_last);
  EXPECT_THAT(before.read_to_end(), EndsWith("GET /last "));
}

TEST_F(TlsTest, KeepsTheOldCertificateWhenTheNewOneIsBroken) {
  serve_echo();
  const PemPair second = make_certificate("second.example.com");
  write_key("key.pem", second.key);
  server_->reload_certificate();
  EXPECT_THAT(told_.next(), HasSubstr("key.pem is not the key of the first certificate"));
  EXPECT_TRUE(TlsClient(server_->port(), pair_.certificate).is_connected());
  folder_.write("cert.pem", second.certificate);
  server_->reload_certificate();
  EXPECT_THAT(told_.next(), StartsWith("CN=second.example.com"));
  EXPECT_TRUE(TlsClient(server_->port(), second.certificate).is_connected());
  EXPECT_FALSE(TlsClient(server_->port(), pair_.certificate).is_connected());
}

TEST_F(TlsTest, NamesWhatIsWrongWithTheFiles) {
  EXPECT_EQ(error_of(files()), "");
  const TlsFiles right = files();
  EXPECT_THAT(error_of({folder_ / "none.pem", right.key}), HasSubstr("cannot read "));
  EXPECT_THAT(error_of({right.certificate, folder_ / "none.pem"}), HasSubstr("none.pem"));
  EXPECT_THAT(error_of({right.key, right.key}), HasSubstr("has no certificate"));
  EXPECT_THAT(error_of({right.certificate, folder_ / ""}), HasSubstr("is no file"));
  write_key("other.pem", make_certificate("x").key);
  EXPECT_THAT(error_of({right.certificate, folder_ / "other.pem"}), HasSubstr("is not the key of"));
  write_key("encrypted.pem", encrypted(pair_.key));
  EXPECT_THAT(error_of({right.certificate, folder_ / "encrypted.pem"}), HasSubstr("is encrypted"));
  write_key("empty.pem", "");
  EXPECT_THAT(error_of({right.certificate, folder_ / "empty.pem"}), HasSubstr("no private key"));
  folder_.write("broken.pem", pair_.certificate + "-----BEGIN CERTIFICATE-----\nAAAA\n");
  EXPECT_THAT(error_of({folder_ / "broken.pem", right.key}), HasSubstr("number 2"));
  write_key("open.pem", pair_.key, 0644);
  EXPECT_THAT(error_of({right.certificate, folder_ / "open.pem"}), HasSubstr("chmod 600"));
}

TEST_F(TlsTest, SaysAtTheStartWhatIsWrongWithTheFiles) {
  write_key("key.pem", make_certificate("x").key);
  const auto refused = Server::listen(options_, loop_, pool_, [](Request, Respond) {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("is not the key of"));
}

TEST_F(TlsTest, MayListenOnAnyAddress) {
  options_.listen.host = "0.0.0.0";
  EXPECT_TRUE(Server::listen(options_, loop_, pool_, [](Request, Respond) {}));
}

}  // namespace
}  // namespace weft::http::test
