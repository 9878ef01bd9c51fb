// The shells' scripts. None of them knows a verb: each hands the line to `weft __complete`, which
// takes them from the options' own declarations, so that a script never is older than its binary.

#include "cli/completion.h"

namespace weft::cli {
namespace {

/// Also for bash 3.2, and without the package bash-completion. `compgen -W` would expand the words.
constexpr std::string_view bash_script =
    R"sh(# Completion of weft in bash: source <(weft completion bash)
_weft() {
  local words=() count=0 rest=${COMP_LINE-} bare word help i cur breaks='' char cut=''
  COMPREPLY=()
  # Bash cuts words at : and =, which stand in run ids and in --option=value. What no blank parts is
  # one word.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    bare=${rest#"${rest%%[![:space:]]*}"}
    if ((count > 0)) && [[ -n ${COMP_LINE-} && $bare == "$rest" ]]; then
      words[count - 1]+=$word
    else
      words[count++]=$word
    fi
    rest=${bare#"$word"}
  done
  cur=${words[count - 1]}
  # Bash replaces only what stands behind the last character that it cuts at.
  for char in : = @; do
    [[ ${COMP_WORDBREAKS-} == *"$char"* ]] && breaks+=$char
  done
  [[ -n $breaks ]] && cut=${cur%"${cur##*[$breaks]}"}
  while IFS=$'\t' read -r word help; do
    case $word in
      :files)
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do
          COMPREPLY+=("$word")
        done < <(compgen -f -- "${cur#"$cut"}")
        ;;
      :*) ;;
      *) COMPREPLY+=("${word#"$cut"}") ;;
    esac
  done < <("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _weft weft
)sh";

constexpr std::string_view zsh_script = R"sh(#compdef weft
# Completion of weft in zsh: source <(weft completion zsh), or as the file _weft in a folder of fpath.
_weft() {
  local line tab=$'\t'
  local -a candidates
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      (:files)
        compset -P '--*='
        _files
        ;;
      (''|:*) ;;
      (*)
        line=${line//:/\\:}
        candidates+=("${line/$tab/:}")
        ;;
    esac
  done
  (( ${#candidates} )) && _describe 'weft' candidates
}
compdef _weft weft
# As a file of fpath this is itself the function's first call.
if [[ ${funcstack[1]} == _weft ]]; then
  _weft
fi
)sh";

constexpr std::string_view fish_script =
    R"sh(# Completion of weft in fish: weft completion fish | source
function __weft_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c weft -f -a '(__weft_complete)'
)sh";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script;
  return shell == "zsh" ? zsh_script : fish_script;
}

}  // namespace weft::cli
