# Writes the JSON Schema of DAG files as a C++ source: cmake -DIN=… -DOUT=… -P embed_schema.cmake
file(READ ${IN} text)
string(LENGTH "${text}" length)
# Compilers bound the length of one literal; pieces are joined by the compiler.
set(pieces "")
set(start 0)
while(start LESS length)
  string(SUBSTRING "${text}" ${start} 8000 piece)
  string(APPEND pieces "R\"weft(${piece})weft\"\n")
  math(EXPR start "${start} + 8000")
endwhile()
file(WRITE ${OUT} "#include \"server/core/dag/parse.h\"\n\nnamespace weft {\n\nstd::string_view dag_schema_text() {\n  return\n${pieces};\n}\n\n}  // namespace weft\n")
