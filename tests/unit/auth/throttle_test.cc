#include "server/auth/throttle.h"

#include <gmock/gmock.h>

namespace weft::auth {
namespace {

using namespace std::chrono_literals;

std::string address(int network, int host = 1) {
  return "10." + std::to_string(network / 200) + "." + std::to_string(network % 200) + "." +
         std::to_string(host);
}

TEST(NetworkOf, is_the_usual_part_of_an_address) {
  EXPECT_EQ(network_of("192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("::ffff:192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(network_of(""), "");
  EXPECT_EQ(network_of("somewhere"), "somewhere");
}

TEST(Counter, is_full_until_its_window_is_over) {
  Counter counter(2, 1min);
  counter.add("a", 5s);
  EXPECT_FALSE(counter.is_full("a", 5s));
  counter.add("a", 30s);
  EXPECT_TRUE(counter.is_full("a", 64s));
  EXPECT_FALSE(counter.is_full("b", 64s));
  EXPECT_FALSE(counter.is_full("a", 65s));
  counter.add("a", 65s);
  EXPECT_FALSE(counter.is_full("a", 66s));
}

TEST(ThrottleTest, an_address_has_twenty_tries_a_minute_whatever_the_names) {
  Throttle throttle;
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(throttle.is_full("x", "192.0.2.1", 1s));
    throttle.add_wrong("user" + std::to_string(i), "192.0.2.1", 1s);
  }
  EXPECT_TRUE(throttle.is_full("x", "192.0.2.1", 1s));
  EXPECT_FALSE(throttle.is_full("x", "192.0.2.2", 1s));
  EXPECT_FALSE(throttle.is_full("x", "192.0.2.1", 62s));
}

TEST(ThrottleTest, an_address_of_ipv6_is_its_network) {
  Throttle throttle;
  for (int i = 0; i < 20; ++i)
    throttle.add_wrong("user" + std::to_string(i), "2001:db8::" + std::to_string(i + 1), 1s);
  EXPECT_TRUE(throttle.is_full("x", "2001:db8::99", 1s));
  EXPECT_FALSE(throttle.is_full("x", "2001:db9::99", 1s));
}

TEST(ThrottleTest, a_network_has_thirty_tries_of_a_name) {
  Throttle throttle;
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(throttle.is_full("ada", address(1, 100), 1s));
    throttle.add_wrong("ada", address(1, i), 1s);
  }
  EXPECT_TRUE(throttle.is_full("ada", address(1, 100), 1s));
  EXPECT_FALSE(throttle.is_full("bob", address(1, 100), 1s));
  EXPECT_FALSE(throttle.is_full("ada", address(2), 1s));
  EXPECT_FALSE(throttle.is_full("ada", address(1, 100), 11min));
}

TEST(ThrottleTest, a_name_that_is_tried_from_everywhere_opens_only_at_its_usual_places) {
  Throttle throttle;
  throttle.add_right("ada", address(500, 7));
  for (int i = 0; i < 100; ++i) throttle.add_wrong("ada", address(i), 1s);
  EXPECT_TRUE(throttle.is_full("ada", address(300), 1s));
  EXPECT_FALSE(throttle.is_full("ada", address(500, 9), 1s));
  EXPECT_FALSE(throttle.is_full("bob", address(300), 1s));
  EXPECT_FALSE(throttle.is_full("ada", address(300), 11min));
}

TEST(ThrottleTest, a_user_has_few_usual_places) {
  Throttle throttle;
  for (int i = 0; i < 9; ++i) throttle.add_right("ada", address(500 + i));
  for (int i = 0; i < 100; ++i) throttle.add_wrong("ada", address(i), 1s);
  EXPECT_TRUE(throttle.is_full("ada", address(500), 1s));
  EXPECT_FALSE(throttle.is_full("ada", address(501), 1s));
  EXPECT_FALSE(throttle.is_full("ada", address(508), 1s));
}

}  // namespace
}  // namespace weft::auth
