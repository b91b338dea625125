#!/usr/bin/env bash
# Runs `goldstep verify` in a GitHub workflow, and says which files it wrote. It succeeds whatever
# the verdict, so that later steps can show it; the output `exit-code` is the verdict.
#
# Environment: INPUT_PORTS (one a line), INPUT_ARGUMENTS (separated by white space), and the files to
# write, each of which may be empty: INPUT_RESULTS, INPUT_SARIF, INPUT_HTML (a folder), INPUT_JUNIT
# and INPUT_BADGE. GITHUB_OUTPUT and RUNNER_TEMP are the runner's.
set -uo pipefail

refuse() {
  echo "goldstep: $1" >&2
  exit 2
}

mapfile -t lines <<< "$INPUT_PORTS"
ports=()
for line in "${lines[@]}"; do
  read -r port <<< "$line" # without the white space around it
  [[ -z $port ]] || ports+=("$port")
done
((${#ports[@]})) || refuse "the input \`port\` is empty; name a port.toml"
read -r -d '' -a arguments <<< "$INPUT_ARGUMENTS"

started="$RUNNER_TEMP/goldstep-started"
summary="$RUNNER_TEMP/goldstep-summary.md"
touch -- "$started"
outputs=(
  results "$INPUT_RESULTS"
  sarif "$INPUT_SARIF"
  html "$INPUT_HTML"
  junit "$INPUT_JUNIT"
  badge "$INPUT_BADGE"
)
options=(--markdown "$summary")
for ((i = 0; i < ${#outputs[@]}; i += 2)); do
  file=${outputs[i + 1]}
  [[ -n $file ]] || continue
  [[ $file != *$'\n'* ]] || refuse "the input \`${outputs[i]}\` has several lines; name one file"
  mkdir -p -- "$(dirname -- "$file")"
  options+=("--${outputs[i]}" "$file")
done

# The runner takes lines that begin with two colons for commands, also those that a port prints.
token=$(python -c 'import secrets; print(secrets.token_hex(16))')
echo "::stop-commands::$token"
goldstep verify "${options[@]}" "${arguments[@]}" -- "${ports[@]}" 2>&1
code=$?
echo "::$token::"

is_new() { # an older one is of an earlier run
  [[ -e $1 && $1 -nt $started ]]
}
{
  echo "exit-code=$code"
  ! is_new "$summary" || echo "summary=$summary"
  for ((i = 0; i < ${#outputs[@]}; i += 2)); do
    file=${outputs[i + 1]}
    [[ -n $file ]] || continue
    made=$file
    [[ ${outputs[i]} != html ]] || made=$file/index.html
    ! is_new "$made" || echo "${outputs[i]}=$file"
  done
} >> "$GITHUB_OUTPUT"
