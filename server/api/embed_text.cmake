# cmake -DINPUT=file -DOUTPUT=file.inc -P embed_text.cmake: a text as a list of raw string literals,
# in pieces that every compiler takes.
file(READ ${INPUT} text)
set(result "")
string(LENGTH "${text}" length)
set(position 0)
while(position LESS length)
  string(SUBSTRING "${text}" ${position} 8000 piece)
  string(APPEND result "R\"__text__(${piece})__text__\"\n")
  math(EXPR position "${position} + 8000")
endwhile()
file(WRITE ${OUTPUT} "${result}")
