# weft_embed(TARGET NAME ROOT folder [GZIP] [PATTERNS glob …]): puts the files beneath a folder into
# a target as `const weft::EmbeddedFiles& weft::embedded::NAME()`. A folder that is missing or empty
# gives an empty list. Run as a script (cmake -P) this file writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  set(table "")
  set(arrays "")
  set(count 0)
  if(EXISTS "${LIST}")
    file(STRINGS "${LIST}" files)
  endif()
  foreach(file IN LISTS files)
    set(from "${ROOT}/${file}")
    if(NOT EXISTS "${from}")  # a build of it is under way; the next one of ours takes it in
      continue()
    endif()
    if(GZIP)
      execute_process(COMMAND gzip -9nc "${from}" OUTPUT_FILE "${OUT}.gz" COMMAND_ERROR_IS_FATAL ANY)
      set(from "${OUT}.gz")
    endif()
    file(READ "${from}" hex HEX)
    file(SHA256 "${ROOT}/${file}" hash)
    string(SUBSTRING "${hash}" 0 20 hash)
    string(LENGTH "${hex}" length)
    math(EXPR length "${length} / 2")
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
    string(APPEND arrays "constexpr char file_${count}[] = \"${bytes}\";\n")
    string(APPEND table "      {\"${file}\", {file_${count}, ${length}}, \"${hash}\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  file(REMOVE "${OUT}.gz")
  file(WRITE "${OUT}" "// Written by server/net/embed.cmake.
#include \"server/net/embedded_file.h\"
namespace weft::embedded {
namespace {
${arrays}}
const EmbeddedFiles& ${NAME}() {
  static const EmbeddedFiles files = {
${table}  };
  return files;
}
}
")
  return()
endif()

set(WEFT_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(weft_embed target name)
  cmake_parse_arguments(arg "GZIP" "ROOT" "PATTERNS" ${ARGN})
  if(NOT arg_PATTERNS)
    set(arg_PATTERNS *)
  endif()
  set(globs "")
  foreach(pattern ${arg_PATTERNS})
    list(APPEND globs ${arg_ROOT}/${pattern})
  endforeach()
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${arg_ROOT} ${globs})
  list(SORT files)
  set(paths ${files})
  list(TRANSFORM paths PREPEND ${arg_ROOT}/)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cc)
  string(REPLACE ";" "\n" lines "${files}")
  file(GENERATE OUTPUT ${out}.list CONTENT "${lines}")
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DROOT=${arg_ROOT} -DOUT=${out} -DNAME=${name} -DGZIP=${arg_GZIP}
            -DLIST=${out}.list -P ${WEFT_EMBED_SCRIPT}
    DEPENDS ${paths} ${out}.list ${WEFT_EMBED_SCRIPT}
    COMMENT "Embedding ${name}" VERBATIM)
  target_sources(${target} PRIVATE ${out})
  set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
