#include "worker/runner/secret_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "worker/runner/secret_forms.h"

namespace weft::worker {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string masked(const std::vector<std::string>& secrets, std::string_view text) {
  return SecretPatterns(secrets).masked(text);
}

/// What comes of `text` in writes of the given sizes; the last size is repeated.
std::string in_writes(const SecretPatterns& patterns, std::string_view text,
                      std::vector<std::size_t> sizes) {
  SecretMask mask(patterns);
  std::string out;
  for (std::size_t i = 0; !text.empty(); ++i) {
    const std::string_view write = text.substr(0, sizes[std::min(i, sizes.size() - 1)]);
    mask.feed(write, out);
    text.remove_prefix(write.size());
  }
  mask.finish(out);
  return out;
}

const std::string password = "p&ss/w0rd \"é\" +~?";
const std::string key =
    "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\nAgEAAoIBAQC7VJTUt9Us8cKj\nab\n"
    "-----END KEY-----\n";

struct Form {
  std::string name;
  std::string secret;
  std::string text;
  std::string shown;
};

std::string in_lines(const std::string& text, std::size_t width) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += width) lines += text.substr(at, width) + "\n";
  return lines;
}

std::vector<Form> forms() {
  const std::string digits = "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRST";
  return {
      {"as it is", password, "psql -p " + password + ", ok", "psql -p ***, ok"},
      {"base64", "hunter2", "code aHVudGVyMg== end", "code *** end"},
      {"base64 without padding", "hunter2", "code aHVudGVyMg end", "code *** end"},
      {"base64 of user:secret", "hunter2", "Basic dXNlcjpodW50ZXIy.", "Basic dXNlcjp***."},
      {"base64, second alignment", "hunter2", base64("xhunter2", false), "eG***"},
      {"base64, third alignment", "hunter2", base64("b:hunter2:x", false), "Yjp***Ong="},
      {"base64, first alignment", "hunter2", base64("abchunter2de", false), "YWJj***mRl"},
      {"url-safe base64", "~~~???", base64("~~~???", true), "***"},
      {"standard base64", "~~~???", base64("~~~???", false), "***"},
      {"percent", password, "q=p%26ss%2Fw0rd%20%22%C3%A9%22%20%2B~%3F&x", "q=***&x"},
      {"percent, lower case", password, "q=p%26ss%2fw0rd%20%22%c3%a9%22%20%2b~%3f&x", "q=***&x"},
      {"percent, a slash kept", password, "q=p%26ss/w0rd%20%22%C3%A9%22%20%2B~%3F&x", "q=***&x"},
      {"percent, all of it", "hunter2", "%68%75%6e%74%65%72%32!", "***!"},
      {"form", password, "q=p%26ss%2Fw0rd+%22%C3%A9%22+%2B%7E%3F&x", "q=***&x"},
      {"base64 in a URL", "hunter2", "a=aHVudGVyMg%3D%3D&b", "a=***&b"},
      {"JSON", password, R"({"a":"p&ss/w0rd \"é\" +~?"})", R"({"a":"***"})"},
      {"JSON in ASCII", password, R"({"a":"p\u0026ss\/w0rd \"\u00E9\" +~?"})", R"({"a":"***"})"},
      {"JSON, a surrogate pair", "key😀key", R"("key\ud83d\ude00key")", R"("***")"},
      {"JSON of lines", key, json(key).dump(), R"("***")"},
      {"lines", key, "a\n" + key + "b", "a\n***\n***\n***\n***\n***\nb"},
      {"one line", key, "at MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj:", "at ***:"},
      {"CR LF", "first line\r\nsecond", "second: first line\n", "***: ***\n"},
      {"a file's last line end", "hunter2\n", "hunter2, aHVudGVyMg==", "***, ***"},
      {"base64 in lines", key, in_lines(base64(key, false), 64), "***\n***\n***\n"},
      {"a short last line", digits, in_lines(base64(digits, false), 76), "***\n***\n"},
      {"a line of its own", digits, base64(digits, false).substr(0, 64) + "\n", "***\n"},
      {"beside each other", "hunter2", "hunter2hunter2 hunter2", "*** ***"},
      {"twice", "hunter2", "hunterhunter2", "hunter***"},
      {"a malformed escape", "hunter2", "%zz%hunter2%\\uhunter2\\", "%zz%***%\\u***\\"},
      {"not a secret", "hunter2", "hunter 2 hunter%202 aHVudGVy", "hunter 2 hunter%202 aHVudGVy"},
      {"too short", "abc", "abc YWJj", "abc YWJj"},
      {"bytes", "\x01\xFF\x02\xFE", "x\x01\xFF\x02\xFEy", "x***y"},
  };
}

TEST(SecretMask, FindsEachForm) {
  for (const Form& form : forms())
    EXPECT_EQ(masked({form.secret}, form.text), form.shown) << form.name;
}

TEST(SecretMask, HowTheStreamIsCutDoesNotMatter) {
  for (const Form& form : forms()) {
    const SecretPatterns patterns({form.secret});
    EXPECT_EQ(in_writes(patterns, form.text, {1}), form.shown) << form.name;
    for (std::size_t first = 1; first < form.text.size(); ++first)
      ASSERT_EQ(in_writes(patterns, form.text, {first, form.text.size()}), form.shown)
          << form.name << ", cut after " << first;
  }
}

TEST(SecretMask, OverlappingAndNestedSecretsLeaveNothing) {
  EXPECT_EQ(masked({"abcdef", "defghi"}, "xabcdefghix"), "x***x");
  EXPECT_EQ(masked({"abcdefgh", "cdef"}, "abcdefgh abcdefg"), "*** ab***g");
  EXPECT_EQ(masked({"aaaa"}, "aaaaaaabaaa"), "***baaa");
  EXPECT_EQ(masked({"abcd", "%zab"}, "%zab%63d"), "***") << "the ends of two ways to read it meet";
}

TEST(SecretMask, HoldsBackOnlyWhatMayBeASecret) {
  const SecretPatterns patterns({"hunter2", key});
  SecretMask mask(patterns);
  std::string out;
  mask.feed("say h", out);
  EXPECT_EQ(out, "say ");
  mask.feed("unter", out);
  EXPECT_EQ(out, "say ");
  mask.feed("2", out);
  EXPECT_EQ(out, "say ***") << "no need to wait for what follows";
  mask.feed("hunt", out);
  mask.feed("\n", out);
  EXPECT_EQ(out, "say ***hunt\n");
  mask.feed("(%", out);
  EXPECT_EQ(out, "say ***hunt\n(");
  mask.feed("\n", out);
  EXPECT_EQ(out, "say ***hunt\n(%\n");
  out.clear();
  mask.feed("-----BEGIN KEY-----", out);
  EXPECT_EQ(out, "***") << "its first line is a secret, too";
}

TEST(SecretMask, TheEndReleasesWhatACutMasks) {
  const SecretPatterns patterns({"hunter2"});
  SecretMask mask(patterns);
  std::string ended, cut, again;
  mask.feed("it is hunte", ended);
  mask.finish(ended);
  EXPECT_EQ(ended, "it is hunte");
  mask.feed("it is %68unte", cut);
  EXPECT_EQ(cut, "it is ");
  mask.cut(cut);
  EXPECT_EQ(cut, "it is ***");
  mask.feed("r2 all of it", again);
  mask.cut(again);
  EXPECT_EQ(again, "r2 all of it") << "nothing of the former stream is left";
}

/// The slow and obvious twin: reads the text in each way from its beginning, looks for each form at
/// each place and crosses out what it finds.
class Naive {
 public:
  explicit Naive(const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
      if (secret.size() < 4) continue;
      forms_.push_back(secret);
      for (const std::size_t before : {0, 1, 2}) add_base64(secret, before);
    }
  }

  std::string masked(std::string_view text) const {
    std::vector<bool> crossed(text.size(), false);
    cross_out(plain(text), crossed);
    for (const Escaping escaping : {Escaping::percent, Escaping::form, Escaping::json})
      cross_out(read(escaping, text), crossed);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool hidden = crossed[i] && text[i] != '\n';
      const bool goes_on = i > 0 && crossed[i - 1] && text[i - 1] != '\n';
      if (!hidden)
        out += text[i];
      else if (!goes_on)
        out += "***";
    }
    return out;
  }

 private:
  struct Reading {
    std::string bytes;
    std::vector<std::pair<std::size_t, std::size_t>> sources;  ///< of each byte
  };

  /// The digits that are the same whatever stands around the secret, and how it looks at an end.
  void add_base64(const std::string& secret, std::size_t before) {
    const auto around = [&](char c) { return std::string(before, c) + secret + std::string(2, c); };
    const std::string low = base64(around('\0'), false), high = base64(around('\xFF'), false);
    std::string core, end;
    for (std::size_t i = 0; i < low.size(); ++i)
      if (low[i] == high[i] && low[i] != '=') core += low[i];
    forms_.push_back(core);
    const std::string whole = base64(std::string(before, '\0') + secret, false);
    forms_.push_back(whole.substr(whole.find(core)));
    forms_.push_back(forms_.back().substr(0, forms_.back().find('=')));
  }

  static Reading plain(std::string_view text) {
    Reading reading;
    for (std::size_t i = 0; i < text.size(); ++i) {
      reading.bytes += text[i];
      reading.sources.emplace_back(i, i + 1);
    }
    return reading;
  }

  static Reading read(Escaping escaping, std::string_view text) {
    Reading reading;
    for (std::size_t at = 0; at < text.size();) {
      const Unescaped unescaped = unescape(escaping, text.substr(at), true);
      for (const char c : unescaped.bytes) {
        reading.bytes += c;
        reading.sources.emplace_back(at, at + unescaped.length);
      }
      at += unescaped.length;
    }
    return reading;
  }

  void cross_out(const Reading& reading, std::vector<bool>& crossed) const {
    for (const std::string& form : forms_)
      for (std::size_t at = reading.bytes.find(form); at != std::string::npos;
           at = reading.bytes.find(form, at + 1))
        for (std::size_t i = reading.sources[at].first;
             i < reading.sources[at + form.size() - 1].second; ++i)
          crossed[i] = true;
  }

  std::vector<std::string> forms_;
};

class RandomText {
 public:
  explicit RandomText(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  /// Of so few letters that secrets meet, overlap and begin in vain.
  std::string letters(std::size_t length, std::string_view alphabet) {
    std::string text;
    while (text.size() < length) text += alphabet[below(alphabet.size())];
    return text;
  }

  /// Secrets and pieces of them, in several forms, among noise.
  std::string text(const std::vector<std::string>& secrets) {
    std::string text;
    for (std::size_t pieces = 1 + below(6); pieces > 0; --pieces) {
      text += letters(below(5), "ab %\\+u6120");
      const std::string& secret = secrets[below(secrets.size())];
      const std::string piece = secret.substr(below(2) * below(secret.size()), below(12));
      text += escaped(piece);
      if (below(4) == 0) text += base64(letters(below(3), "ab") + secret, false);
    }
    return text;
  }

 private:
  std::string escaped(const std::string& piece) {
    static constexpr std::string_view hex = "0123456789abcdef";
    const std::size_t kind = below(5);
    std::string text;
    for (const char c : piece) {
      const auto byte = static_cast<unsigned char>(c);
      const std::string digits{hex[byte >> 4], hex[byte & 15]};
      if (kind == 1 || (kind == 2 && below(2) == 0))
        text += "%" + digits;
      else if (kind == 3 && below(2) == 0 && byte < 0x80)
        text += "\\u00" + digits;
      else
        text += kind == 4 && c == ' ' ? '+' : c;
    }
    return text;
  }

  std::mt19937 random_;
};

TEST(SecretMask, AgreesWithTheNaiveTwinHoweverTheStreamIsCut) {
  std::size_t hidden = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    RandomText random(seed);
    std::vector<std::string> secrets(1 + random.below(4));
    for (std::string& secret : secrets) secret = random.letters(3 + random.below(7), "ab %\\+");
    const std::string text = random.text(secrets);
    const std::string shown = Naive(secrets).masked(text);
    const SecretPatterns patterns(secrets);
    ASSERT_EQ(patterns.masked(text), shown) << "seed " << seed << ", text " << text;
    for (int round = 0; round < 3; ++round) {
      std::vector<std::size_t> sizes;
      for (int i = 0; i < 40; ++i) sizes.push_back(1 + random.below(round == 0 ? 1 : 9));
      ASSERT_EQ(in_writes(patterns, text, sizes), shown) << "seed " << seed << ", text " << text;
    }
    hidden += shown != text ? 1 : 0;
  }
  EXPECT_GT(hidden, 750u) << "the texts must have secrets";
}

TEST(SecretMask, LongSecretsCostLinearTimeAndNoMoreMemoryThanTheyHave) {
  // Would take hours if a byte cost as much as what is held back.
  const std::string secret = std::string(64'000, 'a') + "%" + std::string(100, 'a');
  const SecretPatterns patterns({secret});
  SecretMask mask(patterns);
  std::string out;
  for (int i = 0; i < 1'000'000; ++i) mask.feed("a", out);
  EXPECT_EQ(out.size(), 1'000'000u - 64'000u);
  mask.feed(std::string_view(secret).substr(64'000), out);
  EXPECT_EQ(out, std::string(1'000'000 - 64'000, 'a') + "***");
}

TEST(SecretMask, MasksStringsKeysAndNumbersOfJson) {
  const SecretPatterns patterns({"hunter2", "31415926"});
  const json value = {{"hunter2", "x hunter2"},
                      {"list", {1, "aHVudGVyMg==", {{"deep", {{"hunter2", nullptr}}}}}},
                      {"pi", 31415926},
                      {"exact", 3.1415926},
                      {"kept", {5, true, nullptr, "text", json::array(), json::object()}}};
  const json shown = {{"***", "x ***"},
                      {"list", {1, "***", {{"deep", {{"***", nullptr}}}}}},
                      {"pi", "***"},
                      {"exact", 3.1415926},
                      {"kept", {5, true, nullptr, "text", json::array(), json::object()}}};
  EXPECT_EQ(patterns.masked_json(value), shown);
  EXPECT_TRUE(patterns.masked_json(nullptr).is_null());
  EXPECT_EQ(patterns.masked_json({{"***", 1}, {"hunter2", 2}, {"hunter2hunter2", 3}}),
            json({{"***", 1}, {"****", 2}, {"*****", 3}}));
}

TEST(SecretPatternsCache, SharesWhatIsInUseAndBoundsTheWhole) {
  SecretPatternsCache cache;
  EXPECT_EQ(*cache.get({}), nullptr);
  const auto first = *cache.get({"hunter2"});
  EXPECT_EQ(first, *cache.get({"hunter2"}));
  EXPECT_NE(first, *cache.get({"hunter3"}));
  for (int i = 0; i < 100; ++i) {
    const auto other = *cache.get({"secret" + std::to_string(i)});
    EXPECT_EQ(other->masked("secret" + std::to_string(i)), "***");
  }
  EXPECT_EQ(first, *cache.get({"hunter2"}));
  const auto too_large = cache.get(std::vector<std::string>(9, std::string(64 << 10, 'x')));
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().code, ErrorCode::too_large);
  EXPECT_THAT(too_large.error().message, HasSubstr("have 589824 bytes; a worker masks at most"));
}

}  // namespace
}  // namespace weft::worker
