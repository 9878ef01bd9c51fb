# How targets are made here: the two helpers weft_library and weft_test, the compiler's flags, the
# cache and the linker. Every folder's CMakeLists.txt uses only these.

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(absl REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
find_package(OpenSSL REQUIRED)

set(WEFT_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE})
endif()

add_library(weft_flags INTERFACE)
target_include_directories(weft_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_options(weft_flags INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers
                       -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # False positives of g++ 12 in its own library at -O2.
  target_compile_options(weft_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized
                         -Wno-dangling-pointer -Wno-array-bounds -Wno-stringop-overread
                         -Wno-stringop-overflow)
endif()
target_link_libraries(weft_flags INTERFACE Threads::Threads)
if(WEFT_SANITIZE)
  target_compile_options(weft_flags INTERFACE -fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(weft_flags INTERFACE -fsanitize=${WEFT_SANITIZE})
endif()

find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_link_options(weft_flags INTERFACE -fuse-ld=mold)
endif()

# What nearly every file includes, parsed once.
set(WEFT_PCH <algorithm> <chrono> <cstdint> <functional> <map> <memory> <optional> <string>
    <string_view> <unordered_map> <variant> <vector> <nlohmann/json.hpp>)
file(WRITE ${CMAKE_BINARY_DIR}/generated/weft_pch_anchor.cc "")
add_library(weft_pch STATIC ${CMAKE_BINARY_DIR}/generated/weft_pch_anchor.cc)
target_link_libraries(weft_pch PUBLIC weft_flags nlohmann_json::nlohmann_json)
target_precompile_headers(weft_pch PRIVATE ${WEFT_PCH})

# Files of a target are compiled several at a time, as one: what they include is then read and
# instantiated once for all of them, and a build from nothing takes a third of the time. So names in
# the unnamed namespaces of one target are distinct. -DWEFT_UNITY=OFF compiles each on its own
# (clang-tidy sees them so), which is better while one file is edited again and again.
option(WEFT_UNITY "Compile several files of a target as one" ON)

# weft_batches(TARGET SEPARATE?)
function(weft_batches name separate)
  if(WEFT_UNITY AND NOT separate)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
  endif()
endfunction()

# weft_library(NAME SOURCES a.cc … [DEPS lib …] [SEPARATE]): a static library. SEPARATE: each file
# on its own.
function(weft_library name)
  cmake_parse_arguments(arg "SEPARATE" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  weft_batches(${name} ${arg_SEPARATE})
  target_link_libraries(${name} PUBLIC weft_flags nlohmann_json::nlohmann_json ${arg_DEPS})
  target_precompile_headers(${name} REUSE_FROM weft_pch)
endfunction()

# weft_test(NAME SOURCES a_test.cc … [DEPS lib …] [LABELS l …] [TIMEOUT s] [SEPARATE]): a
# GoogleTest program, one ctest entry.
function(weft_test name)
  cmake_parse_arguments(arg "SEPARATE" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  weft_batches(${name} ${arg_SEPARATE})
  target_link_libraries(${name} PRIVATE weft_flags nlohmann_json::nlohmann_json ${arg_DEPS}
                        GTest::gmock GTest::gtest GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM weft_pch)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# weft_uses_asio(TARGET…): these compile Boost.Asio, whose fences g++'s thread sanitizer does not
# see; what crosses threads in them goes through mutexes, which it does.
function(weft_uses_asio)
  if(WEFT_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    foreach(target IN LISTS ARGN)
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endforeach()
  endif()
endfunction()
