#include "server/api/json_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace weft::api {
namespace {

TEST(JsonText, PutsCommasBetweenMembersAndValuesOnly) {
  JsonText out;
  out.begin_object();
  out.member("a", 1);
  out.name("b");
  out.begin_array();
  out.put("x");
  out.begin_object();
  out.end_object();
  out.put(nullptr);
  out.end_array();
  out.member("c", true);
  out.end_object();
  EXPECT_EQ(std::move(out).take(), R"({"a":1,"b":["x",{},null],"c":true})");
}

/// Each value alone, beside what nlohmann makes of it.
template <class T>
void expect_same(const T& value) {
  JsonText out;
  out.put(value);
  const auto text = std::move(out).take();
  EXPECT_EQ(text,
            nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

TEST(JsonText, WritesValuesAsTheTreeDoes) {
  expect_same(std::string_view("plain"));
  expect_same(std::string_view(""));
  expect_same(std::string_view("quote \" slash \\ line\nfeed \x01 \x7f end"));
  expect_same(std::string_view("Grüße \xf0\x9f\x98\x80"));
  expect_same(std::string_view("cut \xc3"));
  expect_same(std::string_view("NUL\0inside", 10));
  for (const double number : {0.0, 1.0, -2.5, 0.1, 12.345678, 123456789.123456, 1e15, 3e-7})
    expect_same(number);
  expect_same(std::numeric_limits<std::int64_t>::min());
  expect_same(-1);
  expect_same(false);
  expect_same(nlohmann::json{{"deep", {1, "a\"b", nullptr}}});
}

TEST(JsonText, WhatIsNotThereIsNull) {
  JsonText out;
  out.begin_array();
  out.put(std::optional<int>());
  out.put(std::optional<Instant>());
  out.put(std::nan(""));
  out.put(std::numeric_limits<double>::infinity());
  out.end_array();
  EXPECT_EQ(std::move(out).take(), "[null,null,null,null]");
}

TEST(JsonText, EmptyTextMayBeNull) {
  JsonText out;
  out.begin_object();
  out.text_or_null("a", "");
  out.text_or_null("b", "x");
  out.end_object();
  EXPECT_EQ(std::move(out).take(), R"({"a":null,"b":"x"})");
}

TEST(JsonText, AnInstantIsItsTextInUtc) {
  JsonText out;
  out.put(from_micros(1'700'000'000'123'456));
  EXPECT_EQ(std::move(out).take(), "\"2023-11-14T22:13:20.123456Z\"");
}

}  // namespace
}  // namespace weft::api
