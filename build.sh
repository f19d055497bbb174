#!/usr/bin/env bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/eng/lib.sh"
# Paths in the environment are relative to where the caller is.
for name in DDPO_FIXTURES LIBTORCH; do
    if [[ -n ${!name:-} ]]; then export "$name=$(cd "${!name}" && pwd)"; fi
done
cd "$root"

usage() {
    cat <<'END'
usage: ./build.sh <target> [arguments]

  quickstart [arguments]  build and run samples/Quickstart: train a small model with DDPO, listen before and after
  test [filter]           build everything and run all tests, or those that match a `dotnet test` filter
  build                   build everything
  pack                    make the NuGet packages, in artifacts/packages
  api                     list the libraries' public API anew, in src/*/PublicAPI.Unshipped.txt
  bench [arguments]       build and run the benchmarks; the arguments are BenchmarkDotNet's
  offline                 only build the packages that the package sources lack, asking the sources again
  clean                   remove everything that was built

Needs the .NET SDK 10. A later run does only what has changed since. What a failed step wrote is in artifacts/logs.

environment:
  DDPO_FIXTURES   folder of the golden fixtures to test with (default: tests/fixtures)
  DDPO_OFFLINE    1: build TorchSharp, NAudio and ONNX Runtime here without asking the package sources; 0: never build them here
  LIBTORCH        a libtorch folder (include/, lib/) to build TorchSharp's native part with, instead of the system's
END
}

configuration=Release
solution=Ddpo.Audio.sln

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# A build server that outlives the script would keep a CI job waiting.
if [[ -n ${CI:-} ]]; then export MSBUILDDISABLENODEREUSE=1; fi

require_sdk() {
    local version
    version=$(dotnet --version 2>/dev/null) || version=none
    [[ $version == 1[0-9].* ]] || die "Ddpo.Audio needs the .NET SDK 10 (found: $version)." \
        "Install it from https://dotnet.microsoft.com/download/dotnet/10.0, or as your system's package dotnet-sdk-10.0."
}

prepare() {
    require_sdk
    eng/offline/prepare.sh
}

# build_once <title> <project>: builds unless nothing has changed since the last time.
build_once() {
    local stamp=$artifacts/stamps/$2 current
    current=$(fingerprint src samples benchmarks tests README.md global.json .editorconfig ./*.props "$artifacts/offline/Offline.props")
    if [[ -f $stamp && $(<"$stamp") == "$current" ]]; then return; fi
    stage "$1" build dotnet build "$2" -c "$configuration" --nologo -v q
    mkdir -p "$(dirname "$stamp")"
    echo "$current" >"$stamp"
}

# run_built <project folder> [arguments]: runs what was built, without asking MSBuild again.
run_built() {
    local folder=$1
    shift
    exec dotnet "$folder/bin/$configuration/net10.0/$(basename "$folder").dll" "$@"
}

build_all() {
    prepare
    build_once "Building the solution" "$solution"
}

quickstart() {
    prepare
    build_once "Building the quickstart" samples/Quickstart/Quickstart.csproj
    run_built samples/Quickstart "$@"
}

bench() {
    prepare
    build_once "Building the benchmarks" benchmarks/Ddpo.Audio.Benchmarks/Ddpo.Audio.Benchmarks.csproj
    run_built benchmarks/Ddpo.Audio.Benchmarks "$@"
}

pack() {
    build_all
    local project
    rm -rf "$artifacts/packages"
    for project in src/*/*.csproj; do
        stage "Packing $(basename "$project" .csproj)" pack \
            dotnet pack "$project" -c "$configuration" --no-build --nologo -v q -o "$artifacts/packages"
    done
    ls "$artifacts"/packages/*.*nupkg
}

# The studio's page is tested in a browser. Where there is none, and none can be installed, that test is skipped.
prepare_browser() {
    local lacking=()
    command -v chromium >/dev/null || lacking+=(chromium)
    command -v chromedriver >/dev/null || lacking+=(chromium-driver)
    if [[ ${#lacking[@]} -gt 0 ]] && can_install; then
        (stage "Installing ${lacking[*]}" apt-browser install_packages "${lacking[@]}") || [[ -z ${CI:-} ]]
    fi
}

api() {
    prepare
    local project
    for project in src/*/*.csproj; do
        dotnet restore "$project" -v q
        echo '#nullable enable' >"$(dirname "$project")/PublicAPI.Unshipped.txt"
        stage "Listing the API of $(basename "$project" .csproj)" api \
            dotnet format analyzers "$project" --no-restore --severity warn --diagnostics RS0016
    done
    git diff --stat -- src/*/PublicAPI.Unshipped.txt
}

# counter <trx file> <name>: one number of its summary.
counter() { sed -n "s/.*<Counters.* $2=\"\([0-9]*\)\".*/\1/p" "$1"; }

run_tests() {
    build_all
    if [[ -z ${1:-} ]]; then prepare_browser; fi
    # Tests run side by side: with a thread each they take a third less time than when every one of them asks for all cores.
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
    local results=$artifacts/test-results passed=0 failed=0 skipped=0 project name trx start status
    rm -rf "$results"
    for project in tests/*/*.Tests.csproj; do
        name=$(basename "$project" .csproj) start=$SECONDS status=0
        trx=$results/$name.trx
        printf '%-48s ' "$name"
        dotnet test "$(dirname "$project")/bin/$configuration/net10.0/$name.dll" --nologo ${1:+--filter "$1"} --results-directory "$results" \
            --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" </dev/null >"$logs/$name.log" 2>&1 || status=$?
        local ran=0 ok=0 bad=0 total=0
        if [[ -f $trx ]]; then
            ran=$(counter "$trx" executed) ok=$(counter "$trx" passed) total=$(counter "$trx" total)
            bad=$((ran - ok))
        fi
        # A test run that broke off counts as a failure, however well it went until then.
        if [[ $status != 0 && $bad == 0 ]]; then bad=1; fi
        printf '%5d s   %d passed, %d failed, %d skipped\n' $((SECONDS - start)) "$ok" "$bad" $((total - ran))
        if [[ $bad != 0 ]]; then
            grep -v '^\s*$' "$logs/$name.log" | tail -n 200
            echo "The whole log: $logs/$name.log"
        fi
        passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - ran))
    done
    echo "$passed passed, $failed failed, $skipped skipped"
    [[ $failed == 0 && $passed != 0 ]]
}

clean() {
    find src samples benchmarks tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
    rm -rf "$artifacts"
}

target=${1:-help}
[[ $# == 0 ]] || shift
case $target in
    quickstart) quickstart "$@" ;;
    test) run_tests "$@" ;;
    build) build_all ;;
    pack) pack ;;
    api) api ;;
    bench) bench "$@" ;;
    offline) rm -f "$artifacts/offline/verdict"; prepare ;;
    clean) clean ;;
    help | -h | --help) usage ;;
    *) usage >&2; die "" "There is no target '$target'." ;;
esac
