#!/usr/bin/env bash
# Installs what the tests need, builds, runs every suite and ends with one line: N passed, N failed, N skipped.
# Exit code 0 only if something ran and nothing failed.
set -euo pipefail

solution=OrleansLeverage.sln
embedded=infra/embedded.slnf

# Installs Debian packages; only as root, which the build server is. Quiet where all is well.
install_packages() {
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

# The SDK is a must. Prometheus (with promtool) and a browser with fonts serve one suite each, which is left out where
# they are missing, except on the build server, where it fails.
install_needs() {
  if ! command -v dotnet >/dev/null; then
    echo "The .NET SDK is not on the PATH; global.json names the version." >&2
    return 1
  fi
  { command -v prometheus && command -v promtool; } >/dev/null || install_packages prometheus \
    || echo "Prometheus could not be installed: metrics, rules and dashboards are not tried against it." >&2
  { command -v chromium && compgen -G '/usr/share/fonts/truetype/dejavu/*'; } >/dev/null \
    || install_packages chromium fonts-dejavu-core \
    || echo "Chromium could not be installed: the dashboard is not tried in a browser." >&2
}

# What tests with silo processes need; they are left out where it is missing, except on the build server.
install_cluster_needs() {
  [[ -x infra/azurite/node_modules/.bin/azurite-blob ]] \
    || npm install --prefix infra/azurite --no-package-lock --no-audit --no-fund --silent \
    || echo "The storage emulator could not be installed." >&2
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || install_packages postgresql \
    || echo "PostgreSQL could not be installed." >&2
}

# Projects of the solution that the embedded filter leaves out: the ones that need Orleans packages.
orleans_projects() {
  grep -o '"[^"]*\.csproj"' "$solution" | tr -d '"' | tr '\\' '/' | while read -r project; do
    grep -qF "$(basename "$project")" "$embedded" || basename "$project"
  done
}

# Reads a restore log: true only if it holds errors and every one is "package not found" (NU1101, NU1102) raised by a
# project named in $2 (names separated by white space). Anything else, a dead source included, is a failure.
only_missing_for() {
  local log=$1 names=$2 line project found=1
  while IFS= read -r line; do
    [[ $line =~ :\ error\ NU110[12]: ]] || return 1
    project=$(basename "${line%% : error *}")
    grep -qxF "$project" <(printf '%s\n' $names) || return 1
    found=0
  done < <(grep -E '(^|[^A-Za-z])error([^A-Za-z]|$)' "$log" || true)
  return $found
}

# Restores, and sets $target to what will be built and tested.
restore() {
  local log=$1/restore.log names
  target=$solution
  if dotnet restore "$solution" -v q -nologo >"$log" 2>&1; then return 0; fi
  names=$(orleans_projects)
  if ! only_missing_for "$log" "$names"; then cat "$log" >&2; return 1; fi
  target=$embedded
  echo "The package source does not carry the Orleans packages: $(wc -w <<<"$names") projects are left out," \
    "$embedded is built and tested instead."
  dotnet restore "$target" -v q -nologo
}

# Sums the counters of every trx file under $1 and prints "passed failed skipped".
sum_results() {
  find "$1" -name '*.trx' -exec cat {} + | tr '\n' ' ' | { grep -o '<Counters [^>]*>' || true; } | awk '
    function count(name) {
      if (!match($0, " " name "=\"[0-9]+\"")) return 0
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0
    }
    { passed += count("passed"); total += count("total")
      failed += count("failed") + count("error") + count("timeout") + count("aborted") }
    END { printf "%d %d %d\n", passed, failed, total - passed - failed }'
}

# Prints the closing line from passed, failed, skipped and the exit code of the run; false unless all is well. A run
# that ended badly without naming a failed test (a crash) counts as one failure.
close() {
  local passed=$1 failed=$2 skipped=$3 code=$4
  if ((code != 0 && failed == 0)); then failed=1; fi
  echo "$passed passed, $failed failed, $skipped skipped"
  ((passed > 0 && failed == 0))
}

# The kernel's tests once more for every way of sweeping that the machine has; figures must not depend on it.
test_sweeps() {
  local variant code=0
  for variant in scalar vector256:avx2 vector512:avx512dq; do
    [[ $variant != *:* ]] || grep -qw "${variant#*:}" /proc/cpuinfo || continue
    echo "Kernel tests with ${variant%:*}:"
    LEVERAGE_SWEEP=${variant%:*} dotnet test tests/OrleansLeverage.Tests -c Release --no-build --nologo \
      --filter FullyQualifiedName~Tests.Kernel --logger trx --results-directory "$1/${variant%:*}" || code=$?
  done
  return $code
}

main() {
  cd "$(dirname "${BASH_SOURCE[0]}")/.."
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  install_needs
  # A warm package folder hides what the source lacks, so the build server starts from an empty one.
  if [[ ${CI:-} == true ]]; then export NUGET_PACKAGES=$scratch/packages; fi
  restore "$scratch"
  if [[ $target == "$solution" ]]; then install_cluster_needs; fi
  dotnet build "$target" -c Release --no-restore -v q -nologo
  local code=0
  # one project after the other: tests that kill processes need a machine to themselves
  dotnet test "$target" -c Release --no-build --nologo -m:1 --logger trx --results-directory "$scratch/results" \
    || code=$?
  test_sweeps "$scratch/results" || code=$?
  mkdir -p "$scratch/results"
  close $(sum_results "$scratch/results") "$code"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
